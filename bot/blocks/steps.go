package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// mostButtoned is how many steps of the list have buttons: those that come next.
const mostButtoned = 8

// Steps is the whole list with marks, for the person who asked, with buttons for the
// steps that come next. A list that does not fit is shown around the current step, and
// has buttons for fewer.
func Steps(inc incident.Incident) Message {
	w := inc.Walk()
	if w == nil || len(w.Playbook.Steps) == 0 {
		return Step(inc)
	}
	text := fmt.Sprintf("Playbook %s. %s", line(w.Title(), 120), tallied(*w))
	buttoned := mostButtoned
	if !inc.Status.Live() {
		buttoned = 0
	}
	for ; ; buttoned-- {
		list := stepList(inc, buttoned)
		if buttoned == 0 || len(list) <= maxBlocks && chars(list) <= maxChars && size(Message{text, list}) <= maxReplyBytes {
			return reply(text, list...)
		}
	}
}

func chars(blocks []slack.Block) (n int) {
	for _, b := range blocks {
		n += length(b)
	}
	return n
}

// stepList is the list with buttons for so many steps.
func stepList(inc incident.Incident, buttoned int) []slack.Block {
	w := inc.Walk()
	all, cur := len(w.Playbook.Steps), w.Current()
	room := min(max(9_000/all-60, 60), maxNote)
	const most = 75
	from := max(0, min(cur-10, all-most))
	to := min(all, from+most)
	if !inc.Status.Live() {
		cur = -1
	}
	blocks := []slack.Block{section(strong("Playbook "+line(w.Title(), 120)) + " · " + tallied(*w))}
	heading, lines := "", []string{}
	flush := func() {
		if b := section(lines...); b != nil {
			blocks = append(blocks, b)
		}
		lines = nil
	}
	for i := from; i < to; i++ {
		s := w.Playbook.Steps[i]
		if s.Heading != heading {
			heading = s.Heading
			if len(blocks) < maxBlocks-5 {
				flush()
			}
			lines = append(lines, strong(line(heading, 100)))
		}
		lines = append(lines, stepMark(inc, *w, i, cur, room))
		if buttons := listButtons(inc, i, cur); buttoned > 0 && buttons != nil {
			flush()
			blocks = append(blocks, buttons)
			buttoned--
		}
		if len(strings.Join(lines, "\n")) > 2*maxText/3 {
			flush()
		}
	}
	flush()
	rest := ""
	if from > 0 || to < all {
		rest = fmt.Sprintf("Steps %d to %d of %d", from+1, to, all)
	}
	if !inc.Status.Live() {
		return append(blocks, small(rest))
	}
	return append(blocks, small(rest, "Mark one: "+command("step 3 done"), "Walk another: "+command("playbook <scenario>"), "Add the steps of another: "+command("playbook add <scenario>")))
}

// listButtons are those of one step of the list; nil for one that is done or skipped.
func listButtons(inc incident.Incident, i, cur int) slack.Block {
	w := inc.Walk()
	if state := w.Marks[i].State; state == incident.StepDone || state == incident.StepSkipped {
		return nil
	}
	s, t := w.Playbook.Steps[i], stepTarget(inc, i)
	t.Page = inList
	done := button(ActionStepDone, t, "Done")
	if i == cur {
		primary(done)
	}
	all := []*slack.ButtonBlockElement{done, button(ActionStepSkip, t, "Skip…")}
	if s.Query != nil {
		all = append(all, button(ActionRunQuery, Target{Incident: inc.ID, UID: inc.UID, Name: s.Query.Name}, "Run"))
	}
	var elements []slack.BlockElement
	for _, b := range all {
		b.AccessibilityLabel = incident.Line(fmt.Sprintf("Step %d: %s", i+1, b.Text.Text), maxButton) // the list has many of a name
		elements = append(elements, b)
	}
	return row(append(elements, probeButton(stepTarget(inc, i), s))...)
}

// inList marks the buttons of the list: what they do is answered with the list as it is then.
const inList = 1

// InList reports whether a click came from the list that Steps shows.
func InList(t Target) bool { return t.Step > 0 && t.Page == inList }

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

// StepBelow stands in the place of a step message that moved and that cannot go.
func StepBelow(address string) Message {
	return message("The current step is below.", small("The current step is "+link(address, "below")+"."))
}
