package oncall

import (
	"slices"
	"time"
)

// Stranger is somebody who is on call, now or soon, and has no account in Slack that mayday could call.
type Stranger struct {
	Person Person `json:"person"`
	// From is when they are on call first.
	From time.Time `json:"from"`
	// Why no account was found, in words for people.
	Why string `json:"why"`
}

// Ahead are those who are called at from or later and before until, once each, with their first shift of that time: in the
// order in which they come to be called.
func (k Kept) Ahead(from, until time.Time) []Shift {
	list := slices.Clone(k.First(from))
	for t, now := range k.after(from) {
		if !t.Before(until) {
			break
		}
		for _, s := range now {
			if !slices.ContainsFunc(list, func(o Shift) bool { return o.Person == s.Person }) {
				list = append(list, Shift{s.Person, t, s.Until})
			}
		}
	}
	return list
}
