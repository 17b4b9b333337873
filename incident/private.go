package incident

import "time"

// MakePrivate hides an incident from those who take no part in it, for good. Its channel
// in Slack is made private by a person: an app may not (Slack: admin.conversations.convertToPrivate).
func MakePrivate(inc Incident, by Person, now time.Time) (Change, error) {
	if inc.Private {
		return Change{}, &Refusal{Reason: Already, Verb: "make private"}
	}
	e := begin(inc, now)
	e.involve(by)
	e.hide(Event{Kind: EventMadePrivate, By: by})
	e.do(LookAtChannel{Ref: inc.Ref()})
	return e.done()
}

// emptied is the To of EventMadePrivate where the tracking issue is emptied. A release
// before left it as it was.
const emptied = "emptied"

// hide makes the row private: what mayday wrote in public is emptied, and nothing more is
// written on GitHub. What people write too, a post-mortem or a follow-up, is left to them.
func (e *edit) hide(ev Event) {
	inc := &e.Incident
	inc.Private = true
	ev.Aloud = true
	if inc.Track.Number > 0 {
		ev.Link, ev.To = inc.Track.URL, emptied
		e.do(ConcealIssue{inc.Ref(), inc.Track.Number, inc.Track.Labels})
	}
	inc.Track.Busy, inc.Track.Behind, inc.Track.Next = false, false, time.Time{}
	inc.PostmortemNumber = 0
	inc.Review = Review{Done: true}
	e.record(ev)
}
