package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Overdue is a piece of work whose day is over: a follow-up, or with an Action
// without text the post-mortem of the incident.
type Overdue struct {
	Incident incident.Incident
	Action   incident.Action
	URL      string
	Due      time.Time
}

// digestLines is how many pieces of work one digest names.
const digestLines = 40

// Digest is the weekly message to the operators. Days are those of zone.
func Digest(list []Overdue, zone *time.Location) Message {
	text := counted(len(list), "piece of work left from incidents is overdue", "pieces of work left from incidents are overdue")
	blocks := []slack.Block{section("*" + text + "*")}
	var lines []string
	for i, o := range list[:min(len(list), digestLines)] {
		lines = append(lines, overdueLine(o, zone))
		if len(lines) == 8 || i == min(len(list), digestLines)-1 {
			blocks = append(blocks, section(lines...))
			lines = nil
		}
	}
	if n := len(list) - digestLines; n > 0 {
		blocks = append(blocks, small(fmt.Sprintf("And %d more", n)))
	}
	return message(text, append(blocks, small("Whatever is closed on GitHub is not asked after again"))...)
}

func overdueLine(o Overdue, zone *time.Location) string {
	what := link(o.URL, "Post-mortem")
	if o.Action.Text != "" {
		what = link(o.URL, incident.Line(o.Action.Text, 100))
	}
	who := ""
	if o.Action.Owner != "" {
		who = " · " + call(o.Action.Owner)
	}
	return fmt.Sprintf("• %s of %s, %s · due %s%s", what, naming(o.Incident), title(o.Incident), o.Due.In(zone).Format("Mon 2 Jan 2006"), who)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
