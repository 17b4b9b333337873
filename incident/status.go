package incident

import (
	"strings"
	"time"
)

// SetStatus moves the incident on, or back, among investigating, identified and monitoring.
func SetStatus(inc Incident, by Person, word string, now time.Time) (Change, error) {
	to := Status(strings.ToLower(strings.TrimSpace(word)))
	if to != Investigating && to != Identified && to != Monitoring {
		return Change{}, &Refusal{Reason: UnknownStatus, Verb: "set the status", Word: Line(word, 40),
			Choices: []string{string(Investigating), string(Identified), string(Monitoring)}}
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("set the status")
	}
	if inc.Status == to {
		return Change{}, &Refusal{Reason: Already, Verb: "set the status", Word: string(to)}
	}
	e := begin(inc, now)
	e.Incident.Status = to
	e.involve(by)
	e.record(Event{Kind: EventStatusChanged, By: by, From: string(inc.Status), To: string(to), Aloud: true})
	return e.done()
}
