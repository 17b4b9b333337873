package incident

import "time"

// OnMyWay says that somebody comes to help, once somebody else acknowledged. Before that
// it is refused with NotAcknowledged: who can take the incident acknowledges.
func OnMyWay(inc Incident, by Person, now time.Time) (Change, error) {
	const verb = "say that you are on your way"
	switch at, before := inc.Coming[by]; {
	case !inc.Status.Live():
		return Change{}, inc.over(verb)
	case !inc.Acknowledged():
		return Change{}, &Refusal{Reason: NotAcknowledged, Verb: verb}
	case before:
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by, At: at}
	case inc.AcknowledgedBy == by:
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by, At: inc.AcknowledgedAt}
	}
	e := begin(inc, now)
	e.Incident.Coming[by] = e.now
	e.involve(by)
	e.record(Event{Kind: EventOnMyWay, By: by, Aloud: true})
	return e.done()
}
