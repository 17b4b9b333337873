package routine

import (
	"slices"
	"time"
)

// Need is one thing that a responder has to have.
type Need struct {
	Text  string `json:"text"`
	Links []Link `json:"links,omitempty"`
	// DoneAt is when they said that they have it; zero before.
	DoneAt time.Time `json:"done_at,omitzero"`
}

// Newcomer is somebody whom the runbook lists as a contact, with the list of what a responder needs.
type Newcomer struct {
	Person Person    `json:"person"`
	SeenAt time.Time `json:"seen_at"`
	// Needs as the runbook had them; empty for who was a contact before mayday looked for the first time.
	Needs []Need `json:"needs,omitempty"`
	// CompleteAt is when the last of them was ticked for the first time.
	CompleteAt time.Time `json:"complete_at,omitzero"`
	Revision   int       `json:"revision"`
}

// Done counts what they have.
func (n Newcomer) Done() int {
	done := 0
	for _, need := range n.Needs {
		if !need.DoneAt.IsZero() {
			done++
		}
	}
	return done
}

// NewcomerChange is what a decision on a newcomer returns.
type NewcomerChange struct {
	Newcomer Newcomer
	Effects  []Effect
}

// SendAccess sends somebody the list of what a responder needs, by direct message.
type SendAccess struct {
	Person Person `json:"person"`
}

// Kind names the effect.
func (SendAccess) Kind() string { return "send_access" }

// Of is no round.
func (SendAccess) Of() Ref { return Ref{} }

// ShowAccess draws that list, where it stands, anew.
type ShowAccess struct {
	Person  Person `json:"person"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Kind names the effect.
func (ShowAccess) Kind() string { return "show_access" }

// Of is no round.
func (ShowAccess) Of() Ref { return Ref{} }

// TellAccess tells the operators that somebody has all of it.
type TellAccess struct {
	Person Person `json:"person"`
}

// Kind names the effect.
func (TellAccess) Kind() string { return "tell_access" }

// Of is no round.
func (TellAccess) Of() Ref { return Ref{} }

// Greet remembers somebody whom the runbook lists. first says that mayday looks for the first time, so that nobody is
// new; without needs nothing is sent either.
func Greet(p Person, needs []Need, first bool, now time.Time) NewcomerChange {
	c := NewcomerChange{Newcomer: Newcomer{Person: p, SeenAt: now.UTC(), Revision: 1}}
	if first || len(needs) == 0 {
		return c
	}
	c.Newcomer.Needs = slices.Clone(needs)
	c.Effects = []Effect{SendAccess{p}}
	return c
}

// TickNeeds records which of the needs from a number on, counted from 0, somebody has; most is how many were asked
// about. The first time that all are there the operators hear of it.
func TickNeeds(n Newcomer, from, most int, done []int, channel, ts string, now time.Time) NewcomerChange {
	n.Needs = slices.Clone(n.Needs)
	for i := max(from, 0); i < min(from+most, len(n.Needs)); i++ {
		switch need := &n.Needs[i]; {
		case !slices.Contains(done, i):
			need.DoneAt = time.Time{}
		case need.DoneAt.IsZero():
			need.DoneAt = now.UTC()
		}
	}
	n.Revision++
	c := NewcomerChange{Newcomer: n, Effects: []Effect{ShowAccess{n.Person, channel, ts}}}
	if n.Done() == len(n.Needs) && len(n.Needs) > 0 && n.CompleteAt.IsZero() {
		c.Newcomer.CompleteAt = now.UTC()
		c.Effects = append(c.Effects, TellAccess{n.Person})
	}
	return c
}
