// Package tally counts what a digest tells: how things stand in a morning, and how a week or a month went. Drills,
// cancelled incidents and private ones are counted nowhere.
//
// Rule of the room: pure. What happened is handed in, with the moments between which it is counted.
package tally

import (
	"time"

	"mayday/incident"
)

// Counts reports whether an incident is one that everybody may hear of.
func Counts(inc incident.Incident) bool {
	return !inc.Drill && !inc.Private && inc.Status != incident.Cancelled
}

func within(t, from, to time.Time) bool { return !t.IsZero() && !t.Before(from) && t.Before(to) }
