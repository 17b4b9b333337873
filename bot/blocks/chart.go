package blocks

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Slack's limits of a chart: 6 series of 20 points, names and labels of 20 characters, a title of 50; two charts a
// message. Source: docs.slack.dev, data visualization block.
const (
	maxSeries  = 6
	maxPoints  = 20
	maxLegend  = 20
	maxCaption = 50
)

// Chart is figures to draw, the same labels for each series. All texts are plain.
type Chart struct {
	Title string
	// Line draws lines; otherwise bars.
	Line bool
	// Labels along the bottom, at most 20, each another; more are left out, the first ones.
	Labels []string
	Series []Series
}

// Series is one line, or one colour of bars: a value for each label.
type Series struct {
	Name   string
	Values []float64
}

// chart draws; nil without figures.
func chart(c Chart) slack.Block {
	first := max(0, len(c.Labels)-maxPoints)
	if len(c.Labels) == 0 || len(c.Series) == 0 {
		return nil
	}
	axis := slack.DataVisualizationAxisConfig{}
	for _, l := range c.Labels[first:] {
		axis.Categories = append(axis.Categories, legend(l))
	}
	var series []slack.DataVisualizationDataSeries
	for _, s := range c.Series[:min(len(c.Series), maxSeries)] {
		one := slack.NewDataVisualizationDataSeries(legend(s.Name))
		for i, l := range axis.Categories {
			one.Data = append(one.Data, slack.NewDataVisualizationDataPoint(l, s.Values[first+i]))
		}
		series = append(series, one)
	}
	var drawn slack.DataVisualizationChart = slack.NewDataVisualizationBarChart(axis, series...)
	if c.Line {
		drawn = slack.NewDataVisualizationLineChart(axis, series...)
	}
	return &slack.DataVisualizationBlock{Type: slack.MBTDataVisualization, Title: caption(c.Title), Chart: drawn}
}

func legend(s string) string {
	if s = incident.Line(s, maxLegend); s == "" {
		return "–"
	}
	return s
}

func caption(s string) string {
	if s = incident.Line(s, maxCaption); s == "" {
		return "–"
	}
	return s
}

// Charted reports whether a message holds a chart.
func Charted(m Message) bool {
	for _, b := range m.Blocks {
		if b.BlockType() == slack.MBTDataVisualization {
			return true
		}
	}
	return false
}

// Uncharted is the same message with the figures of its charts in words, for where Slack does not draw them yet.
func Uncharted(m Message) Message {
	out := Message{Text: m.Text}
	for _, b := range m.Blocks {
		if d, ok := b.(*slack.DataVisualizationBlock); ok {
			out.Blocks = append(out.Blocks, section(strong(line(d.Title, maxCaption))), preformatted(figures(d.Chart), maxCode))
			continue
		}
		out.Blocks = append(out.Blocks, b)
	}
	return out
}

// figures are those of a chart as a small table.
func figures(c slack.DataVisualizationChart) string {
	var axis slack.DataVisualizationAxisConfig
	var series []slack.DataVisualizationDataSeries
	switch c := c.(type) {
	case *slack.DataVisualizationBarChart:
		axis, series = c.AxisConfig, c.Series
	case *slack.DataVisualizationLineChart:
		axis, series = c.AxisConfig, c.Series
	}
	rows := [][]string{{"when"}} // what stands in its place keeps the columns apart
	for _, s := range series {
		rows[0] = append(rows[0], s.Name)
	}
	for i, l := range axis.Categories {
		row := []string{l}
		for _, s := range series {
			row = append(row, Figure(s.Data[i].Value))
		}
		rows = append(rows, row)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString(cell + pad)
			} else {
				b.WriteString("  " + pad + cell)
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// Figure writes a number with its thousands apart, "12,480", "0.25".
func Figure(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if v >= 100 || v <= -100 {
		s = strconv.FormatFloat(v, 'f', 0, 64)
	} else if len(s) > 8 {
		s = strconv.FormatFloat(v, 'g', 4, 64)
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest, point := strings.Cut(s, ".")
	if strings.ContainsAny(s, "eIN") {
		return sign + s
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + rest
	}
	return sign + whole
}
