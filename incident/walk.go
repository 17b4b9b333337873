package incident

import "time"

// Walk is a playbook together with how far people have come in it.
type Walk struct {
	Playbook Playbook `json:"playbook"`
	// Marks by step index, 0 for the first. A step without a mark is still to do.
	Marks map[int]Mark `json:"marks,omitempty"`
}

// StepState is what became of a step.
type StepState string

// What may become of a step. A blocked step waits; it is neither done nor skipped.
const (
	StepDone    StepState = "done"
	StepSkipped StepState = "skipped"
	StepBlocked StepState = "blocked"
)

// Mark is what somebody said of a step. State is empty when it was only assigned.
type Mark struct {
	State    StepState `json:"state,omitempty"`
	By       Person    `json:"by,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Note     string    `json:"note,omitempty"`
	Assignee Person    `json:"assignee,omitempty"`
}

// Walk returns the playbook being walked.
func (inc Incident) Walk() *Walk {
	if inc.Active < 0 || inc.Active >= len(inc.Walks) {
		return nil
	}
	return &inc.Walks[inc.Active]
}

// Current is the index of the step to do next: the first that nobody marked, or
// else the first that is blocked; -1 when the walk is over.
func (w Walk) Current() int {
	blocked := -1
	for i := range w.Playbook.Steps {
		switch w.Marks[i].State {
		case "":
			return i
		case StepBlocked:
			if blocked < 0 {
				blocked = i
			}
		}
	}
	return blocked
}

// Next is the index of the step after the current one that is still to do, -1 when there is none.
func (w Walk) Next() int {
	cur := w.Current()
	for i := cur + 1; cur >= 0 && i < len(w.Playbook.Steps); i++ {
		if w.Marks[i].State == "" {
			return i
		}
	}
	return -1
}

// Tally counts the steps that are done, skipped and blocked, and all there are.
func (w Walk) Tally() (done, skipped, blocked, all int) {
	for i := range w.Playbook.Steps {
		switch w.Marks[i].State {
		case StepDone:
			done++
		case StepSkipped:
			skipped++
		case StepBlocked:
			blocked++
		}
	}
	return done, skipped, blocked, len(w.Playbook.Steps)
}
