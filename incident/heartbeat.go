package incident

import (
	"time"
)

// Heartbeat is how often a source has to be heard of, and when it was last.
type Heartbeat struct {
	Source string
	Every  time.Duration
	// At is when it was heard of last, or else when it was set up.
	At time.Time
}

// HeartbeatKey is the key of the alert that a source is missed.
const HeartbeatKey = "mayday-heartbeat"

// Report says that the source is missed, or that it is there.
func (h Heartbeat) Report(now time.Time) Report {
	r := Report{Source: h.Source, Key: HeartbeatKey, State: Quiet, At: h.At, Labels: map[string]string{}}
	if due := h.At.Add(h.Every); !now.Before(due) {
		r.State, r.At = Firing, due
		r.Title = "No sign of life from " + h.Source + " for " + For(h.Every)
	}
	return r
}
