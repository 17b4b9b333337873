package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mayday/tally"
)

// Trend shows what a query of one number answered from day to day.
func Trend(title, name string, points []tally.Point) Message {
	name = line(name, 100)
	if len(points) == 0 {
		text := "No numbers of " + line(title, 100) + " are kept yet."
		return reply(text, section(text), small("Queries that answer with one number are asked every morning", "Now: "+command("query "+name)))
	}
	low, high := points[0], points[0]
	for _, p := range points {
		if p.Value < low.Value {
			low = p
		}
		if p.Value > high.Value {
			high = p
		}
	}
	last := points[len(points)-1]
	text := fmt.Sprintf("%s: %s on %s", line(title, 100), Figure(last.Value), shortDay(last))
	if first := points[0]; len(points) > 1 {
		text += fmt.Sprintf(", %s on %s; lowest %s, highest %s", Figure(first.Value), shortDay(first), Figure(low.Value), Figure(high.Value))
	}
	text += "."
	var drawn slack.Block
	if len(points) > 1 { // a point is no line
		drawn = chart(trendChart(title, points))
	}
	return reply(text, section(text), drawn, small(code(name), counted(len(points), "day", "days"), "Now: "+command("query "+name)))
}

// trendChart is the line of some days, at most as many as Slack draws.
func trendChart(title string, points []tally.Point) Chart {
	c := Chart{Title: title, Line: true, Series: []Series{{Name: title}}}
	for _, p := range tally.Thinned(points, maxPoints) {
		c.Labels = append(c.Labels, shortDay(p))
		c.Series[0].Values = append(c.Series[0].Values, p.Value)
	}
	return c
}

func shortDay(p tally.Point) string { return p.Day.At(0, time.UTC).Format("2 Jan") }

// TrendList answers /incident trend alone: the queries of which numbers are kept, with the newest of each.
func TrendList(numbers []tally.Number, titles map[string]string) Message {
	if len(numbers) == 0 {
		text := "No numbers are kept yet: queries that answer with one number are asked every morning."
		return reply(text, section(text), small("The runbook's queries: "+command("query")))
	}
	v := DigestView{Titles: titles}
	lines := []string{"*Numbers that are kept*"}
	for _, n := range numbers {
		lines = append(lines, fmt.Sprintf("• %s: *%s* on %s · %s", line(v.titleOf(n.Query), 80), Figure(n.Now.Value), shortDay(n.Now), code(n.Query)))
	}
	return reply(fmt.Sprintf("Numbers of %s are kept.", counted(len(numbers), "query", "queries")),
		append(paragraphs(lines), small("One of them over time: "+command("trend <name> [30d]")))...)
}
