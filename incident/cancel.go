package incident

import "time"

// Cancel ends an incident that was none.
func Cancel(inc Incident, by Person, why string, now time.Time) (Change, error) {
	if inc.Status == Cancelled {
		return Change{}, &Refusal{Reason: Already, Verb: "cancel", By: inc.EndedBy, At: inc.EndedAt}
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("cancel")
	}
	why = Line(why, MaxText)
	if why == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "cancel", Word: "why it is no incident"}
	}
	e := begin(inc, now)
	e.end(Cancelled, by)
	e.record(Event{Kind: EventCancelled, By: by, Note: why, Aloud: true})
	return e.done()
}
