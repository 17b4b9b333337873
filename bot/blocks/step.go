package blocks

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Step is the live message of the current step: what to do, the buttons to say
// that it is done, what comes next and what was marked last. found is what queries
// answered that belong to it; the whole answers stand in the message's thread. When the
// walk is over it is the tally; when the incident is, it has no buttons.
func Step(inc incident.Incident, found ...Finding) Message {
	w := inc.Walk()
	if w == nil || len(w.Playbook.Steps) == 0 {
		return message("This incident's playbook has no steps.", section("This incident's playbook has no steps. Another one: "+command("playbook <scenario>")))
	}
	i := w.Current()
	if i < 0 || !inc.Status.Live() {
		text := tallied(*w)
		if !inc.Status.Live() {
			text = fmt.Sprintf("The incident is %s. %s", inc.Status, text)
		}
		return message(text, section(text), small(lastMark(inc, *w)), row(undoButton(inc)))
	}
	s := w.Playbook.Steps[i]
	text := fmt.Sprintf("Step %d of %d: %s", i+1, len(w.Playbook.Steps), line(s.Text, maxStep))
	blocks := []slack.Block{section(strong(stepName(*w, i)), line(s.Text, maxStep), notes(s))}
	if s.Code != nil {
		blocks = append(blocks, preformatted(strings.ReplaceAll(s.Code.Text, "\t", "    "), maxCode))
	}
	if s.ByHand != "" {
		blocks = append(blocks, small("By hand: "+line(s.ByHand, maxNote)))
	}
	m := w.Marks[i]
	if m.State == incident.StepBlocked {
		blocks = append(blocks, section(blockedLine(inc, *w, i)))
	}
	if m.Assignee != "" {
		blocks = append(blocks, small("Assigned to "+named(inc, m.Assignee)))
	}
	return message(text, append(blocks, foundLines(found), evidence(inc, i), stepButtons(inc, i), small(nextLine(*w), lastMark(inc, *w), otherBlocked(*w, i)))...)
}

// mostFound is how many answers stand in the step message.
const mostFound = 4

// foundLines are the first lines of answers; nil without any.
func foundLines(found []Finding) slack.Block {
	var lines []string
	for i, f := range found {
		if i == mostFound {
			lines = append(lines, fmt.Sprintf("and %d more in the thread", len(found)-i))
			break
		}
		lines = append(lines, findingLine(f))
	}
	return section(lines...)
}

// stepName is "Step 3/8 · Diagnosis", escaped.
func stepName(w incident.Walk, i int) string {
	return joined(" · ", fmt.Sprintf("Step %d/%d", i+1, len(w.Playbook.Steps)), line(w.Playbook.Steps[i].Heading, 100))
}

func notes(s incident.Step) string {
	var lines []string
	for _, n := range s.Notes {
		lines = append(lines, "• "+line(n, maxNote))
	}
	return shorten(strings.Join(lines, "\n"), maxStep)
}

// tallied is "All 8 steps done: 6 done, 2 skipped", or how far the walk came.
func tallied(w incident.Walk) string {
	done, skipped, stuck, all := w.Tally()
	if all == 0 {
		return "The playbook has no steps."
	}
	parts := []string{fmt.Sprintf("%d done", done)}
	if skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", skipped))
	}
	if stuck > 0 {
		parts = append(parts, fmt.Sprintf("%d blocked", stuck))
	}
	if open := all - done - skipped - stuck; open > 0 {
		parts = append(parts, fmt.Sprintf("%d not marked", open))
	}
	if done+skipped == all {
		if all == 1 {
			return "The only step is over: " + strings.Join(parts, ", ") + "."
		}
		return fmt.Sprintf("All %d steps are over: %s.", all, strings.Join(parts, ", "))
	}
	return fmt.Sprintf("Of %s: %s.", count(all, "step"), strings.Join(parts, ", "))
}

func blocked(w incident.Walk) []int {
	var is []int
	for i := range w.Playbook.Steps {
		if w.Marks[i].State == incident.StepBlocked {
			is = append(is, i)
		}
	}
	return is
}

func blockedLine(inc incident.Incident, w incident.Walk, i int) string {
	m := w.Marks[i]
	return fmt.Sprintf(":construction: Step %d is blocked (%s): %s", i+1, named(inc, m.By), line(m.Note, maxNote))
}

func otherBlocked(w incident.Walk, current int) string {
	var ns []string
	for _, i := range blocked(w) {
		if i != current && i != lastMarked(w) && len(ns) < 10 {
			ns = append(ns, fmt.Sprint(i+1))
		}
	}
	if len(ns) == 0 {
		return ""
	}
	return "Blocked: step " + strings.Join(ns, ", ")
}

func nextLine(w incident.Walk) string {
	n := w.Next()
	if n < 0 {
		return ""
	}
	return fmt.Sprintf("Next: step %d, %s", n+1, line(w.Playbook.Steps[n].Text, 100))
}

// lastMarked is the index of the step marked last, -1 when none is.
func lastMarked(w incident.Walk) int {
	last := -1
	for i := range w.Playbook.Steps {
		if m := w.Marks[i]; m.State != "" && (last < 0 || !m.At.Before(w.Marks[last].At)) {
			last = i
		}
	}
	return last
}

func lastMark(inc incident.Incident, w incident.Walk) string {
	i := lastMarked(w)
	if i < 0 {
		return ""
	}
	m := w.Marks[i]
	s := fmt.Sprintf("Last: step %d %s by %s, %s", i+1, m.State, named(inc, m.By), moment(m.At))
	if m.Note != "" && m.State != incident.StepBlocked {
		s += ": " + line(m.Note, 150)
	}
	return s
}

// evidence is the row of what mayday or a browser can look up for this step.
func evidence(inc incident.Incident, i int) slack.Block {
	s, t := inc.Walk().Playbook.Steps[i], stepTarget(inc, i)
	var elements []slack.BlockElement
	if s.Query != nil {
		elements = append(elements, button(ActionRunQuery, Target{Incident: inc.ID, UID: inc.UID, Name: s.Query.Name}, "Run"))
	}
	elements = append(elements, probeButton(t, s))
	for n, l := range s.Links {
		if n == 5 {
			break
		}
		name := l.Name
		if u, err := url.Parse(l.URL); name == "" && err == nil {
			name = u.Host
		}
		elements = append(elements, linkButton(n+1, name, l.URL))
	}
	return row(elements...)
}

func stepTarget(inc incident.Incident, i int) Target {
	return Target{Incident: inc.ID, UID: inc.UID, Playbook: inc.Walk().Playbook.Slug, Step: i + 1}
}

func stepButtons(inc incident.Incident, i int) slack.Block {
	t := stepTarget(inc, i)
	assign := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain("Assign…", maxPlaceholder), actionID(ActionStepAssign, inc.UID))
	if p := inc.Walk().Marks[i].Assignee; personID.MatchString(p) {
		assign.WithInitialUser(p)
	}
	elements := []slack.BlockElement{primary(button(ActionStepDone, t, "Done")), button(ActionStepSkip, t, "Skip…")}
	if inc.Walk().Marks[i].State != incident.StepBlocked {
		elements = append(elements, button(ActionStepBlock, t, "Blocked…"))
	}
	return rowAs(assignPrefix+t.String(), append(elements, undoButton(inc), assign)...)
}

// undoButton takes back the mark made last; nil when there is none, or the incident is over.
func undoButton(inc incident.Incident) slack.BlockElement {
	i := lastMarked(*inc.Walk())
	if i < 0 || !inc.Status.Live() {
		return nil
	}
	return button(ActionStepUndo, stepTarget(inc, i), fmt.Sprintf("Undo step %d", i+1))
}

// SkipModal asks why a step is skipped; the reason may be left out.
func SkipModal(inc incident.Incident, t Target) slack.ModalViewRequest {
	t.UID = inc.UID
	return modal(CallbackStepSkip, "Skip the step", "Skip", metadata(t), stepWords(inc, t),
		input(FieldReason, "Why is it skipped?", "", true, oneLine(FieldReason, "", 500)))
}

// BlockModal asks what blocks a step.
func BlockModal(inc incident.Incident, t Target) slack.ModalViewRequest {
	t.UID = inc.UID
	return modal(CallbackStepBlock, "Step is blocked", "Mark as blocked", metadata(t), stepWords(inc, t),
		input(FieldReason, "What blocks it?", "The channel is told", false, oneLine(FieldReason, "", 500)))
}

// stepWords shows the step that a modal is about; nil when the incident has no such step.
func stepWords(inc incident.Incident, t Target) slack.Block {
	for _, w := range inc.Walks {
		if w.Playbook.Slug == t.Playbook && t.Step > 0 && t.Step <= len(w.Playbook.Steps) {
			return section(strong(stepName(w, t.Step-1)), line(w.Playbook.Steps[t.Step-1].Text, maxNote))
		}
	}
	return nil
}
