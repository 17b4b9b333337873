package postmortem

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mayday/incident"
)

// Lesson writes what somebody learnt as a comment on the post-mortem. An index
// out of range gives an empty one.
func Lesson(inc incident.Incident, index int, o DraftOptions) string {
	if index < 0 || index >= len(inc.Lessons) {
		return ""
	}
	d, l := newDraft(inc, nil, o), inc.Lessons[index]
	s := "**What the runbook should say next time**, by " + d.who(l.By)
	if step := lessonStep(inc, l); step.Text != "" {
		s += fmt.Sprintf(", of step %d, %s", l.Step, d.line(step.Text))
	}
	return s + ":\n\n" + d.paragraph(l.Text)
}

// RunbookEdit makes the proposal of a lesson: a quoted note below the step. path
// is the runbook's in the repository.
func RunbookEdit(inc incident.Incident, index int, path string, o DraftOptions) Proposal {
	d, l := newDraft(inc, nil, o), inc.Lessons[index]
	step := lessonStep(inc, l)
	line := 0
	if i := strings.LastIndexByte(step.Source, ':'); i >= 0 {
		if n, err := strconv.Atoi(step.Source[i+1:]); err == nil {
			line = n
		}
	}
	note := fmt.Sprintf("**Note from incident %d (%s):** %s", inc.ID, l.At.In(d.o.Zone).Format(time.DateOnly), d.paragraph(l.Text))
	quoted := strings.ReplaceAll("> "+strings.TrimSpace(note), "\n", "\n> ")
	return Proposal{
		Path: path, Near: step.Text, Line: line, Note: quoted,
		Branch: fmt.Sprintf("%s/lesson-%d", strings.NewReplacer(":", "-").Replace(d.markerBase()), index+1),
		Title:  fmt.Sprintf("Runbook: what incident %d taught", inc.ID),
		Body: fmt.Sprintf("%s\n\nAfter incident %d, %s. Put it into the words of the runbook, or close this: nothing is merged by itself.\n",
			Lesson(inc, index, o), inc.ID, d.line(inc.Title)),
	}
}

func lessonStep(inc incident.Incident, l incident.Lesson) incident.Step {
	for _, w := range inc.Walks {
		if w.Playbook.Slug == l.Playbook && l.Step > 0 && l.Step <= len(w.Playbook.Steps) {
			return w.Playbook.Steps[l.Step-1]
		}
	}
	return incident.Step{}
}

// markerBase is what is unique to the incident in the repository.
func (d *draft) markerBase() string {
	if d.o.Marker != "" {
		return d.o.Marker
	}
	return strings.TrimSuffix(fmt.Sprintf("mayday:%d:%s", d.inc.ID, d.inc.UID), ":")
}
