package slack

import (
	"encoding/json"
	"fmt"
	"slices"
)

// dataVisualization checks a chart. Source: docs.slack.dev, data visualization block.
func (c *checker) dataVisualization(at string, b object) {
	if c.charts++; c.charts > maxCharts {
		c.fail(at, "no more than %d charts allowed", maxCharts)
	}
	if _, ok := c.need(at, b, "title"); ok {
		c.str(at, b, "title", 1, maxChartTitle)
	}
	v, ok := c.need(at, b, "chart")
	chart, isObject := v.(object)
	if !ok || !isObject {
		return
	}
	where := at + "/chart"
	switch chart["type"] {
	case "pie":
		c.properties(where, chart, "type segments")
		for i, v := range c.list(where, chart, "segments", 1, maxChartSeries) {
			c.chartPoint(fmt.Sprintf("%s/segments/%d", where, i), v, true)
		}
	case "bar", "line", "area":
		c.properties(where, chart, "type series axis_config")
		c.series(where, chart)
	default:
		c.fail(where+"/type", "must be one of: pie, bar, line, area")
	}
}

func (c *checker) series(at string, chart object) {
	axis, _ := chart["axis_config"].(object)
	c.properties(at+"/axis_config", axis, "categories x_label y_label")
	c.str(at+"/axis_config", axis, "x_label", 0, maxChartTitle)
	c.str(at+"/axis_config", axis, "y_label", 0, maxChartTitle)
	var categories []string
	for i, v := range c.list(at+"/axis_config", axis, "categories", 1, maxChartPoints) {
		name, _ := v.(string)
		where := fmt.Sprintf("%s/axis_config/categories/%d", at, i)
		if c.length(where, name, 1, maxChartLabel) && slices.Contains(categories, name) {
			c.fail(where, "must be unique: %s", name)
		}
		categories = append(categories, name)
	}
	names := map[string]bool{}
	for i, v := range c.list(at, chart, "series", 1, maxChartSeries) {
		where := fmt.Sprintf("%s/series/%d", at, i)
		s, ok := v.(object)
		if !ok {
			c.fail(where, "must be an object")
			continue
		}
		c.properties(where, s, "name data")
		name, _ := s["name"].(string)
		if c.length(where+"/name", name, 1, maxChartLabel) && names[name] {
			c.fail(where+"/name", "must be unique: %s", name)
		}
		names[name] = true
		data := c.list(where, s, "data", 1, maxChartPoints)
		left := slices.Clone(categories)
		for j, v := range data {
			label := c.chartPoint(fmt.Sprintf("%s/data/%d", where, j), v, false)
			if k := slices.Index(left, label); k >= 0 {
				left = slices.Delete(left, k, k+1)
			} else {
				c.fail(fmt.Sprintf("%s/data/%d/label", where, j), "must be one of the categories, each once: %s", label)
			}
		}
		if len(left) > 0 {
			c.fail(where+"/data", "needs a point for every category: %s", left[0])
		}
	}
}

// chartPoint checks a label and a number, and returns the label.
func (c *checker) chartPoint(at string, v any, positive bool) string {
	o, ok := v.(object)
	if !ok {
		c.fail(at, "must be an object")
		return ""
	}
	c.properties(at, o, "label value")
	label, _ := o["label"].(string)
	c.length(at+"/label", label, 1, maxChartLabel)
	n, isNumber := o["value"].(json.Number)
	f, err := n.Float64()
	switch {
	case !isNumber || err != nil:
		c.fail(at+"/value", "must be a number")
	case positive && f <= 0:
		c.fail(at+"/value", "must be greater than 0")
	}
	return label
}
