package incident

import "time"

// Decline says that somebody who was called cannot come: the next contact is paged at
// once, in their place. Whoever declines may still acknowledge.
func Decline(inc Incident, by Person, now time.Time) (Change, error) {
	const verb = "decline"
	switch at, before := inc.Declined[by]; {
	case !inc.Status.Live():
		return Change{}, inc.over(verb)
	case inc.Acknowledged():
		return Change{}, &Refusal{Reason: Already, Verb: "acknowledge", By: inc.AcknowledgedBy, At: inc.AcknowledgedAt}
	case before:
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by, At: at}
	}
	e := begin(inc, now)
	e.Incident.Declined[by] = e.now
	e.record(Event{Kind: EventDeclined, By: by, Aloud: true})
	e.callNext(Page{Why: Declined}, e.Incident.round())
	return e.done()
}
