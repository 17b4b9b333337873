package incident

import "time"

const (
	// draftWithin and closeWithin are working days from the end of the incident.
	draftWithin = 24 * time.Hour
	closeWithin = 5 * 24 * time.Hour
	// mostReminders in the channel; after them the digest goes on alone.
	mostReminders = 5
)

// officeHours are for reminders of a team that works around the clock.
var officeHours = Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour}

// Review is how far the post-mortem has to be, and when it is looked at. The zero
// value means that there is none to look at.
type Review struct {
	// DraftDue is when somebody has to have begun, CloseDue when its issue has to be closed.
	DraftDue time.Time `json:"draft_due,omitzero"`
	CloseDue time.Time `json:"close_due,omitzero"`
	// Next is when the issue is looked at; zero for not any more.
	Next time.Time `json:"next,omitzero"`
	// AskedAt tells the look that is under way from an older one; zero when none is.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// Reminded counts the reminders in the channel.
	Reminded int `json:"reminded,omitempty"`
	// Done: the issue is closed.
	Done bool `json:"done,omitempty"`
}

// ReviewPostmortem looks at the issue of the post-mortem.
type ReviewPostmortem struct {
	Ref
	At time.Time `json:"at"`
}

// Kind names the effect.
func (ReviewPostmortem) Kind() string { return "review_postmortem" }

// office are the hours in which people are reminded of what is not urgent.
func (inc Incident) office() Hours {
	h := inc.Policy.Hours
	if h.always() {
		zone := h.Zone
		h = officeHours
		h.Zone = zone
	}
	return h
}

// planReview sets the dates of a post-mortem that has an issue. A drill's is
// nobody's duty.
func (e *edit) planReview() {
	inc := &e.Incident
	if inc.PostmortemNumber == 0 || inc.ResolvedAt.IsZero() || inc.Drill || inc.Status.Live() {
		return
	}
	h := inc.office()
	draft := h.AddDays(inc.ResolvedAt, draftWithin).UTC()
	inc.Review = Review{DraftDue: draft, CloseDue: h.AddDays(inc.ResolvedAt, closeWithin).UTC(), Next: draft}
	if draft.Before(e.now) {
		inc.Review.Next = inc.morning(e.now)
	}
}

// morning is the opening of the next working day.
func (inc Incident) morning(now time.Time) time.Time {
	h := inc.office()
	return h.Next(onWall(now.In(h.Location()), 1, 0)).UTC()
}

// askReview has the issue looked at, and again the next morning should nothing come of it.
func (e *edit) askReview() {
	r := &e.Incident.Review
	r.AskedAt, r.Next = e.now, e.Incident.morning(e.now)
	e.do(ReviewPostmortem{e.Incident.Ref(), e.now})
}

// PostmortemReviewed records how the post-mortem stands on GitHub, and reminds in
// the channel while something is due: of a draft that no person has touched, and
// of an issue that is not closed. A channel that is archived is left in peace.
func PostmortemReviewed(inc Incident, fx ReviewPostmortem, open, edited bool, now time.Time) (Change, error) {
	if inc.Status.Live() || inc.Review.AskedAt.IsZero() || !inc.Review.AskedAt.Equal(fx.At) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	r := &e.Incident.Review
	r.AskedAt = time.Time{}
	e.Silent = true
	late := !r.CloseDue.After(e.now)
	switch {
	case !open:
		r.Done, r.Next = true, time.Time{}
		e.record(Event{Kind: EventPostmortemClosed, Link: inc.PostmortemURL, Aloud: inc.Status == Resolved})
	case inc.Status != Resolved:
		r.Next = time.Time{}
	case late:
		e.remindOfPostmortem(EventPostmortemOpen, r.CloseDue)
	case edited:
		r.Next = r.CloseDue
	default:
		e.remindOfPostmortem(EventPostmortemUntouched, r.DraftDue)
	}
	return e.done()
}

// ReviewFailed records that the post-mortem cannot be looked at, and why, in words
// for people. It is asked after again when somebody asks for the post-mortem. When
// no look is under way, as after the first record of the same failure, it changes nothing.
func ReviewFailed(inc Incident, why string, now time.Time) (Change, error) {
	if inc.Review.AskedAt.IsZero() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.Review.Next, e.Incident.Review.AskedAt = time.Time{}, time.Time{}
	e.record(Event{Kind: EventGaveUp, To: "look at the post-mortem", Text: Line(why, MaxText), Aloud: inc.Status == Resolved})
	return e.done()
}

func (e *edit) remindOfPostmortem(kind EventKind, due time.Time) {
	r := &e.Incident.Review
	r.Reminded++
	if r.Reminded >= mostReminders {
		r.Next = time.Time{}
	}
	e.record(Event{Kind: kind, Link: e.Incident.PostmortemURL, Due: due, Aloud: true})
}
