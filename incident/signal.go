package incident

import (
	"maps"
	"slices"
	"time"
)

// Signal is what is known of one alert: all reports with one key of one source.
type Signal struct {
	Source   string `json:"source"`
	Key      string `json:"key"`
	Title    string `json:"title"`
	Severity string `json:"severity,omitempty"`
	Link     string `json:"link,omitempty"`
	// Open while it fires. Since is the sender's time of the beginning, or else when the report came.
	Open  bool      `json:"open,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// SeenAt is when it was heard of last, Count how often since it opened.
	SeenAt time.Time `json:"seen_at,omitzero"`
	Count  int       `json:"count,omitempty"`
	// Turns are when it opened and closed within flapWindow, oldest first.
	Turns []time.Time `json:"turns,omitempty"`
	// HeldUntil is when a quiet that is held counts; zero when none is. QuietAt is what it will say.
	HeldUntil time.Time `json:"held_until,omitzero"`
	QuietAt   time.Time `json:"quiet_at,omitzero"`
	// Offer is the offer that the signal belongs to; 0 when it belongs to none.
	Offer int64 `json:"offer,omitempty"`
}

const (
	// flapWindow and flapTurns: so many openings and closings in this time are flapping.
	flapWindow = 30 * time.Minute
	flapTurns  = 3
	// holdQuiet is how long the quiet of a flapping signal has to last before it counts.
	holdQuiet = 10 * time.Minute
	// ForgottenAfter is when a signal of which nothing was heard counts as quiet: many senders never say so.
	ForgottenAfter = 24 * time.Hour
)

// ID is how the signal is found.
func (s Signal) ID() SignalID { return SignalID{s.Source, s.Key} }

// SignalID finds a signal.
type SignalID struct{ Source, Key string }

// turn notes that the signal opened or closed.
func (s *Signal) turn(now time.Time) {
	s.Turns = append(slices.DeleteFunc(slices.Clone(s.Turns), func(at time.Time) bool { return now.Sub(at) > flapWindow }), now)
	s.Turns = s.Turns[max(0, len(s.Turns)-2*flapTurns):]
}

// flaps reports whether it opened and closed too often to be believed.
func (s Signal) flaps(now time.Time) bool {
	n := 0
	for _, at := range s.Turns {
		if now.Sub(at) <= flapWindow {
			n++
		}
	}
	return n >= flapTurns
}

// Wake is when something becomes of the signal by itself; zero when nothing does.
func (s Signal) Wake() time.Time {
	switch {
	case !s.Open:
		return time.Time{}
	case !s.HeldUntil.IsZero():
		return s.HeldUntil
	}
	return s.SeenAt.Add(ForgottenAfter)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
