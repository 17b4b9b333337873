package incident

import "time"

// MarkCommunicated records that customers were told.
func MarkCommunicated(inc Incident, by Person, now time.Time) (Change, error) {
	if !inc.Rung().Communicate {
		return Change{}, &Refusal{Reason: NotNeeded, Verb: "mark as sent"}
	}
	if !inc.CommunicatedAt.IsZero() {
		return Change{}, &Refusal{Reason: Already, Verb: "mark as sent", By: inc.CommunicatedBy, At: inc.CommunicatedAt}
	}
	e := begin(inc, now)
	e.Incident.CommunicatedBy, e.Incident.CommunicatedAt = by, e.now
	e.involve(by)
	e.record(Event{Kind: EventCommunicated, By: by, Aloud: true})
	return e.done()
}
