package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Walk is a playbook together with how far people have come in it.
type Walk struct {
	Playbook Playbook `json:"playbook"`
	// Marks by step index, 0 for the first. A step without a mark is still to do.
	Marks map[int]Mark `json:"marks,omitempty"`
	// Added are the playbooks whose steps stand behind the playbook's own, oldest first.
	Added []Added `json:"added,omitempty"`
}

// Added is a playbook whose steps were added to another.
type Added struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	// From and To are the numbers of its first and its last step, from 1.
	From int `json:"from"`
	To   int `json:"to"`
}

// Steps is "steps 9 to 12", or "step 9".
func (a Added) Steps() string {
	if a.From == a.To {
		return "step " + strconv.Itoa(a.From)
	}
	return fmt.Sprintf("steps %d to %d", a.From, a.To)
}

// Title is that of the playbook, with what was added: "Site Down, with Database Slow".
func (w Walk) Title() string {
	t := w.Playbook.Title
	for i, a := range w.Added {
		switch {
		case i == 0:
			t += ", with " + a.Title
		case i == len(w.Added)-1:
			t += " and " + a.Title
		default:
			t += ", " + a.Title
		}
	}
	return t
}

// Part is the title of the playbook that a step comes from, by its number.
func (w Walk) Part(step int) string {
	for _, a := range w.Added {
		if step >= a.From && step <= a.To {
			return a.Title
		}
	}
	return w.Playbook.Title
}

// holds reports whether a playbook is the one that is walked, or was added to it.
func (w Walk) holds(slug string) bool {
	return w.Playbook.Slug == slug || slices.ContainsFunc(w.Added, func(a Added) bool { return a.Slug == slug })
}

// take adds the steps of another playbook that this one has not, and what else it tells.
// marks are what became of them.
func (w *Walk) take(pb Playbook, marks map[int]Mark) {
	own := &w.Playbook
	present := own.Steps
	own.Steps = slices.Clone(present)
	for i, s := range pb.Steps {
		if slices.ContainsFunc(present, s.same) {
			continue
		}
		if m, ok := marks[i]; ok {
			w.Marks[len(own.Steps)] = m
		}
		s.Heading = strings.Trim(pb.Title+" › "+s.Heading, " ›")
		own.Steps = append(own.Steps, s)
	}
	own.Signs = union(own.Signs, pb.Signs)
	own.Prevention = union(own.Prevention, pb.Prevention)
	own.Afterwards = union(own.Afterwards, pb.Afterwards)
}

// same reports whether two steps say to do the same, wherever they stand.
func (s Step) same(t Step) bool {
	return s.Text == t.Text && (s.Code == nil) == (t.Code == nil) && (s.Code == nil || s.Code.Text == t.Code.Text)
}

// union is a with what only b has behind it.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
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
