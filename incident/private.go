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

// hide makes the row private: what stands in public is emptied, and nothing more is
// written on GitHub, where what stands already is left to people.
func (e *edit) hide(ev Event) {
	inc := &e.Incident
	inc.Private = true
	ev.Aloud = true
	if inc.Track.Number > 0 {
		ev.Link = inc.Track.URL
	}
	inc.Track.Busy, inc.Track.Behind, inc.Track.Next = false, false, time.Time{}
	inc.PostmortemNumber = 0
	inc.Review = Review{Done: true}
	e.record(ev)
}
