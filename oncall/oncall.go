// Package oncall decides who is on call, from what calendars and schedulers say.
//
// Rule of the room: what comes in is from outside and may be anything. What cannot be read is left out and counted, and
// the rest holds. It opens no address and looks at no clock.
package oncall

import (
	"cmp"
	"slices"
	"time"
)

// Person is somebody as a source names them: at least one field is set.
type Person struct {
	// Email as in Slack, in lower case.
	Email string `json:"email,omitempty"`
	// Handle in Slack without the @, or a user id.
	Handle string `json:"handle,omitempty"`
	Name   string `json:"name,omitempty"`
}

// Title names a person for people.
func (p Person) Title() string { return cmp.Or(p.Name, p.Handle, p.Email) }

// Shift is a time in which somebody is on call.
type Shift struct {
	Person Person `json:"person"`
	// From is the first moment, Until the first that is not of it any more.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

func (s Shift) holds(at time.Time) bool { return !at.Before(s.From) && at.Before(s.Until) }

// Roster is what a source says of a span of time: shifts in the order in which they begin. They may overlap and leave gaps.
type Roster []Shift

// At are the shifts that a moment lies in, one a person. The one that began last comes first: a swap of a day is
// written over the week that it lies in.
func (r Roster) At(at time.Time) (now []Shift) {
	for _, s := range r {
		if s.holds(at) {
			now = append(now, s)
		}
	}
	slices.SortStableFunc(now, func(a, b Shift) int { return b.From.Compare(a.From) })
	var each []Shift
	for _, s := range now {
		if !slices.ContainsFunc(each, func(o Shift) bool { return o.Person == s.Person }) {
			each = append(each, s)
		}
	}
	return each
}

// First are the shifts of At that began last: who is called. Several when they share an event.
func (r Roster) First(at time.Time) []Shift {
	now := r.At(at)
	n := slices.IndexFunc(now, func(s Shift) bool { return !s.From.Equal(now[0].From) })
	if n < 0 {
		return now
	}
	return now[:n]
}

// ordered brings shifts into the order of a roster, each once.
func ordered(shifts Roster) Roster {
	slices.SortStableFunc(shifts, func(a, b Shift) int {
		return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until), cmp.Compare(a.Person.Title(), b.Person.Title()))
	})
	return slices.CompactFunc(shifts, func(a, b Shift) bool {
		return a.Person == b.Person && a.From.Equal(b.From) && a.Until.Equal(b.Until)
	})
}
