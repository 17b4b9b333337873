package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Steps is the whole list with marks, for the person who asked. A list that does
// not fit is shown around the current step.
func Steps(inc incident.Incident) Message {
	w := inc.Walk()
	if w == nil || len(w.Playbook.Steps) == 0 {
		return Step(inc)
	}
	all, cur := len(w.Playbook.Steps), w.Current()
	room := min(max(9_000/all-60, 60), maxNote)
	const most = 75
	from := max(0, min(cur-10, all-most))
	to := min(all, from+most)
	var blocks []slack.Block
	heading, lines := "", []string{}
	flush := func() {
		blocks = append(blocks, section(lines...))
		lines = nil
	}
	for i := from; i < to; i++ {
		s := w.Playbook.Steps[i]
		if s.Heading != heading {
			heading = s.Heading
			if len(blocks) < maxBlocks-5 {
				flush()
			}
			lines = append(lines, "*"+line(heading, 100)+"*")
		}
		lines = append(lines, stepMark(inc, *w, i, cur, room))
		if len(strings.Join(lines, "\n")) > 2*maxText/3 {
			flush()
		}
	}
	flush()
	rest := ""
	if from > 0 || to < all {
		rest = fmt.Sprintf("Steps %d to %d of %d", from+1, to, all)
	}
	text := fmt.Sprintf("Playbook %s. %s", line(w.Playbook.Title, 80), tallied(*w))
	return reply(text, append([]slack.Block{section("*Playbook " + line(w.Playbook.Title, 80) + "* · " + tallied(*w))},
		append(blocks, small(rest, "Mark one: "+command("step 3 done"), "Walk another: "+command("playbook <scenario>")))...)...)
}

// stepMark is one line of the list.
func stepMark(inc incident.Incident, w incident.Walk, i, cur, room int) string {
	m, sign := w.Marks[i], "▫"
	switch {
	case m.State == incident.StepDone:
		sign = "✓"
	case m.State == incident.StepSkipped:
		sign = "–"
	case m.State == incident.StepBlocked:
		sign = "✗"
	case i == cur:
		sign = "▶"
	}
	s := fmt.Sprintf("%s %d. %s", sign, i+1, line(w.Playbook.Steps[i].Text, room))
	if m.State != "" {
		s += fmt.Sprintf(" (%s by %s)", m.State, named(inc, m.By))
	} else if m.Assignee != "" {
		s += " (" + named(inc, m.Assignee) + ")"
	}
	return s
}
