package incident

import (
	"strconv"
	"time"
)

// StepRef names one step: the playbook's slug and the step's number from 1. An
// empty Playbook means the one being walked, number 0 the current step.
type StepRef struct {
	Playbook string
	Number   int
}

// step finds what a StepRef means in this incident.
func (inc Incident) step(verb string, ref StepRef) (walk, index int, err error) {
	walk = inc.Active
	for i, w := range inc.Walks {
		if ref.Playbook != "" && w.Playbook.Slug == ref.Playbook {
			walk = i
		}
	}
	w := inc.Walks[walk]
	n := len(w.Playbook.Steps)
	if n == 0 {
		return 0, 0, &Refusal{Reason: NoSteps, Verb: verb, Word: w.Playbook.Title}
	}
	index = ref.Number - 1
	if ref.Number == 0 {
		index = w.Current()
	}
	if index < 0 || index >= n {
		return 0, 0, &Refusal{Reason: NoSuchStep, Verb: verb, Word: strconv.Itoa(ref.Number), Choices: []string{strconv.Itoa(n)}}
	}
	return walk, index, nil
}

// stepRef names a step by where its playbook stands among those that were taken up, and its index.
func (inc Incident) stepRef(walk, index int) StepRef {
	return StepRef{Playbook: inc.Walks[walk].Playbook.Slug, Number: index + 1}
}

// marking says in words what marks of a step do.
var marking = map[StepState]string{StepDone: "finish the step", StepSkipped: "skip the step", StepBlocked: "block the step"}

// MarkStep says what became of a step. A step that is done or skipped already
// is refused with who did it; a blocked one may still be done or skipped. To
// block needs a note.
func MarkStep(inc Incident, by Person, ref StepRef, state StepState, note string, now time.Time) (Change, error) {
	verb := marking[state]
	if !inc.Status.Live() {
		return Change{}, inc.over(verb)
	}
	w, i, err := inc.step(verb, ref)
	if err != nil {
		return Change{}, err
	}
	old := inc.Walks[w].Marks[i]
	if old.State == StepDone || old.State == StepSkipped || old.State == state {
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: old.By, At: old.At, Word: string(old.State), Step: inc.stepRef(w, i)}
	}
	if err := inc.overtaken(verb, by, ref, now); err != nil {
		return Change{}, err
	}
	note = Line(note, MaxText)
	if note == "" && state == StepBlocked {
		return Change{}, &Refusal{Reason: NeedsText, Verb: verb, Word: "what blocks it", Step: inc.stepRef(w, i)}
	}
	e := begin(inc, now)
	e.Incident.Walks[w].Marks[i] = Mark{State: state, By: by, At: e.now, Note: note, Assignee: old.Assignee}
	e.involve(by)
	kind := map[StepState]EventKind{StepDone: EventStepDone, StepSkipped: EventStepSkipped, StepBlocked: EventStepBlocked}[state]
	e.recordStep(kind, w, i, Event{By: by, Note: note, Aloud: state == StepBlocked})
	return e.done()
}

// MarkShownStep is MarkStep for the button of a message that always shows the step to do now: a click that comes a
// moment after somebody else's mark was meant for the step that stood there before.
func MarkShownStep(inc Incident, by Person, ref StepRef, state StepState, now time.Time) (Change, error) {
	c, err := MarkStep(inc, by, ref, state, "", now)
	if err == nil {
		err = inc.overtakenWithin(redrawnFor, marking[state], by, now)
	}
	if err != nil {
		return Change{}, err
	}
	return c, nil
}

// UndoStep takes the mark of a step away. Number 0 undoes the mark made last.
func UndoStep(inc Incident, by Person, ref StepRef, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("undo")
	}
	if err := inc.overtaken("undo", by, ref, now); err != nil {
		return Change{}, err
	}
	if ref.Number == 0 {
		ref.Number = inc.Walks[inc.Active].lastMarked() + 1
		if ref.Number == 0 {
			return Change{}, &Refusal{Reason: NothingToUndo, Verb: "undo"}
		}
	}
	w, i, err := inc.step("undo", ref)
	if err != nil {
		return Change{}, err
	}
	old := inc.Walks[w].Marks[i]
	if old.State == "" {
		return Change{}, &Refusal{Reason: NothingToUndo, Verb: "undo", Word: strconv.Itoa(i + 1)}
	}
	e := begin(inc, now)
	e.Incident.Walks[w].Marks[i] = Mark{Assignee: old.Assignee}
	e.recordStep(EventStepUndone, w, i, Event{By: by, From: string(old.State)})
	return e.done()
}

// unseenFor is how long a mark of somebody else may not have been seen: one reads the step, does it, and then types.
// redrawnFor is how long a button that was drawn anew may not have been seen: a finger is on its way.
const (
	unseenFor  = 30 * time.Second
	redrawnFor = 2 * time.Second
)

// overtaken refuses what is said of the step to do now, or of the mark made last, when that is another one since
// somebody else marked a step a moment ago.
func (inc Incident) overtaken(verb string, by Person, ref StepRef, now time.Time) error {
	if ref.Number != 0 {
		return nil
	}
	return inc.overtakenWithin(unseenFor, verb, by, now)
}

func (inc Incident) overtakenWithin(unseen time.Duration, verb string, by Person, now time.Time) error {
	w := inc.Walks[inc.Active]
	last := w.lastMarked()
	if last < 0 {
		return nil
	}
	m := w.Marks[last]
	if m.By == by || now.Sub(m.At) >= unseen {
		return nil
	}
	return &Refusal{Reason: Overtaken, Verb: verb, By: m.By, At: m.At, Word: string(m.State), Step: inc.stepRef(inc.Active, last)}
}

func (w Walk) lastMarked() int {
	last := -1
	for i := range w.Playbook.Steps {
		if m := w.Marks[i]; m.State != "" && (last < 0 || !m.At.Before(w.Marks[last].At)) {
			last = i
		}
	}
	return last
}

// AssignStep hands a step to somebody.
func AssignStep(inc Incident, by, whom Person, ref StepRef, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("assign the step")
	}
	w, i, err := inc.step("assign the step", ref)
	if err != nil {
		return Change{}, err
	}
	old := inc.Walks[w].Marks[i]
	if old.Assignee == whom {
		return Change{}, &Refusal{Reason: Already, Verb: "assign the step", By: whom, Word: "assigned"}
	}
	e := begin(inc, now)
	old.Assignee = whom
	e.Incident.Walks[w].Marks[i] = old
	e.involve(by)
	e.involve(whom)
	if whom != by {
		e.bringIn(whom)
	}
	e.recordStep(EventStepAssigned, w, i, Event{By: by, Whom: whom, Aloud: whom != by})
	return e.done()
}

func (e *edit) recordStep(kind EventKind, walk, i int, ev Event) {
	pb := e.Incident.Walks[walk].Playbook
	ev.Kind, ev.Step, ev.Text, ev.To = kind, i+1, pb.Steps[i].Text, pb.Slug
	e.walked, e.stepped = true, true
	e.record(ev)
}
