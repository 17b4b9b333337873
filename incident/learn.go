package incident

import "time"

// Lesson is what somebody said the runbook should say next time.
type Lesson struct {
	By Person    `json:"by"`
	At time.Time `json:"at"`
	// Playbook is the slug of the scenario, Step the number of the step that fixed
	// it or that the lesson is about; 0 for none.
	Playbook string `json:"playbook,omitempty"`
	Step     int    `json:"step,omitempty"`
	Text     string `json:"text"`
	// Told: it stands on the post-mortem. Proposed is the pull request with the
	// edit, empty while there is none.
	Told     bool   `json:"told,omitempty"`
	Proposed string `json:"proposed,omitempty"`
}

// TeachRunbook tells Lessons[Lesson] on the post-mortem, and proposes the edit of
// the runbook where that lies in the repository.
type TeachRunbook struct {
	Ref
	Lesson int `json:"lesson"`
}

// Kind names the effect.
func (TeachRunbook) Kind() string { return "teach_runbook" }

// Learn records what the runbook should say next time. It is asked for once the
// incident is over; ref may name no step.
func Learn(inc Incident, by Person, ref StepRef, text string, now time.Time) (Change, error) {
	if inc.Status.Live() {
		return Change{}, &Refusal{Reason: NotOver, Verb: "learn", Status: inc.Status}
	}
	text = Paragraph(text, MaxText)
	if text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "learn", Word: "what the runbook should say next time"}
	}
	e := begin(inc, now)
	l := Lesson{By: by, At: e.now, Playbook: ref.Playbook, Text: text}
	ev := Event{Kind: EventLearned, By: by, To: ref.Playbook, Note: text, Aloud: true}
	if ref.Number > 0 {
		w, i, err := inc.step("learn", ref)
		if err != nil {
			return Change{}, err
		}
		l.Step, ev.Step, ev.Text = i+1, i+1, inc.Walks[w].Playbook.Steps[i].Text
	}
	e.Incident.Lessons = append(e.Incident.Lessons, l)
	e.record(ev)
	e.teach(len(inc.Lessons))
	return e.done()
}

// teach passes a lesson on. What is private stays in Slack.
func (e *edit) teach(i int) {
	if !e.Incident.Private {
		e.do(TeachRunbook{e.Incident.Ref(), i})
	}
}

// teachAll passes on every lesson that may still wait for something.
func (e *edit) teachAll() {
	for i, l := range e.Incident.Lessons {
		if !l.Told || l.Proposed == "" {
			e.teach(i)
		}
	}
}

// LessonTold records that a lesson was passed on, and the pull request; empty when
// none is wanted.
func LessonTold(inc Incident, index int, told bool, proposed string, now time.Time) (Change, error) {
	if index < 0 || index >= len(inc.Lessons) {
		return Change{Incident: inc}, nil
	}
	l := inc.Lessons[index]
	if l.Told == told && l.Proposed == proposed {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Silent = true
	e.Incident.Lessons[index].Told, e.Incident.Lessons[index].Proposed = told, proposed
	if proposed != l.Proposed {
		e.record(Event{Kind: EventRunbookProposed, Link: proposed, Aloud: true})
	}
	return e.done()
}
