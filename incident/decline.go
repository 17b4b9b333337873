package incident

import (
	"slices"
	"time"
)

// Decline says that somebody who was called cannot come: the next contact is paged at
// once, in their place. Whoever declines may still acknowledge. Who was not paged is
// refused with NotPaged; channel is where they said so.
func Decline(inc Incident, by Person, channel string, now time.Time) (Change, error) {
	const verb = "decline"
	switch at, before := inc.Declined[by]; {
	case !inc.Status.Live():
		return Change{}, inc.over(verb)
	case inc.Acknowledged():
		return Change{}, &Refusal{Reason: Already, Verb: "acknowledge", By: inc.AcknowledgedBy, At: inc.AcknowledgedAt}
	case before:
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by, At: at}
	case !inc.paged(by, channel):
		return Change{}, &Refusal{Reason: NotPaged, Verb: verb}
	}
	e := begin(inc, now)
	e.Incident.Declined[by] = e.now
	e.record(Event{Kind: EventDeclined, By: by, Aloud: true})
	e.callNext(Page{Why: Declined}, e.Incident.round())
	return e.done()
}

// paged reports whether somebody was called. Whom a contact turns out to be is recorded
// once the page stands: until then whoever answers in their conversation with mayday is
// taken to be the one, because nobody else is asked there.
func (inc Incident) paged(who Person, channel string) bool {
	return slices.ContainsFunc(inc.Pages, func(p Page) bool {
		return inc.Calls(p, who) || p.Person == "" && p.Failed == "" && direct(channel)
	})
}
