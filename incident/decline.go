package incident

import (
	"slices"
	"time"
)

// Decline says that somebody who was called cannot come: the next contact is paged at
// once, in their place. Whoever declines may still acknowledge, and who is
// paged again may decline again. Who was not paged is
// refused with NotPaged; channel is where they said so.
func Decline(inc Incident, by Person, channel string, now time.Time) (Change, error) {
	if inc.Status.Live() && !inc.Acknowledged() && inc.Declined[by].IsZero() && !inc.paged(by, channel) {
		return Change{}, &Refusal{Reason: NotPaged, Verb: "decline"}
	}
	return declines(inc, by, now)
}

// declines is Decline by somebody who was called; the title of a contact stands for who is not known.
func declines(inc Incident, by Person, now time.Time) (Change, error) {
	const verb = "decline"
	switch at, before := inc.Declined[by]; {
	case !inc.Status.Live():
		return Change{}, inc.over(verb)
	case inc.Acknowledged():
		return Change{}, &Refusal{Reason: Already, Verb: "acknowledge", By: inc.AcknowledgedBy, At: inc.AcknowledgedAt}
	case before && !slices.ContainsFunc(inc.Pages, func(p Page) bool { return p.At.After(at) && inc.Calls(p, by) }):
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by, At: at}
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
