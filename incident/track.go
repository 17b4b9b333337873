package incident

import (
	"slices"
	"time"
)

const (
	// trackEvery is the shortest time between two comments on the tracking issue.
	trackEvery = time.Minute
	// watchEvery is how often the issue is looked at while nothing happens here.
	watchEvery = 2 * time.Minute
)

// Track brings the tracking issue up to the event Revision and looks at what
// people did there. Only one is under way for an incident at a time.
type Track struct {
	Ref
	Revision int `json:"revision"`
	// At is when it was asked for: it tells the one that is under way from an older one.
	At time.Time `json:"at"`
}

// Kind names the effect.
func (Track) Kind() string { return "track" }

// Tracking is the issue that follows an incident while it goes on. The zero value
// means that there is none yet.
type Tracking struct {
	Number int    `json:"number,omitempty"`
	URL    string `json:"url,omitempty"`
	// Title and Labels as mayday set them last.
	Title  string   `json:"title,omitempty"`
	Labels []string `json:"labels,omitempty"`
	// Through is the Seq of the last event that the issue has been told of.
	Through int `json:"through,omitempty"`
	// Closed: mayday closed it. ClosedByPerson: somebody else did.
	Closed         bool `json:"closed,omitempty"`
	ClosedByPerson bool `json:"closed_by_person,omitempty"`
	// Seen is how far people's doings there are known.
	Seen Seen `json:"seen,omitzero"`

	// At is when a Track was asked for last. Busy: its outcome is not known yet.
	// Behind: something happened since.
	At     time.Time `json:"at,omitzero"`
	Busy   bool      `json:"busy,omitempty"`
	Behind bool      `json:"behind,omitempty"`
	// Next is when the next one is due; zero for none.
	Next time.Time `json:"next,omitzero"`
	// Failed says why mayday gave the issue up; empty while it has not.
	Failed string `json:"failed,omitempty"`
	// Replaced is the number of the issue that was deleted and replaced by this one; 0 when none was.
	Replaced int `json:"replaced,omitempty"`
}

// Seen is what an issue looked like when somebody looked last: what differs from it is new.
type Seen struct {
	// At is when the issue was changed last, by GitHub's clock.
	At time.Time `json:"at,omitzero"`
	// Comments is how many there were, Last the id of the newest.
	Comments int   `json:"comments,omitempty"`
	Last     int64 `json:"last,omitempty"`
}

// followed are the events for which the tracking issue is brought up to date. What
// of them is said there is left to whoever writes it.
var followed = []EventKind{
	EventChannelOpened, EventChannelFailed, EventChannelRenamed, EventAcknowledged, EventStatusChanged, EventSeverityChanged, EventRoleTaken, EventHandedOver, EventUpdated,
	EventPaged, EventPageFailed, EventNobodyToPage, EventEscalationDue, EventRespondBreached, EventResolveBreached, EventCommunicated, EventPublished,
	EventResolved, EventReopened, EventCancelled, EventClosed, EventPostmortemFiled,
}

// tracked reports whether the incident has or gets a tracking issue.
func (inc Incident) tracked() bool {
	if inc.Private || inc.Drill || (inc.ChannelID == "" && inc.ChannelFailed == "") {
		return false
	}
	return !inc.Track.At.IsZero() || slices.Contains(inc.Policy.Tracked, inc.Severity)
}

// track asks for the issue to be brought up to date when something happened that
// it has to tell, at once or when a minute has passed since the last time.
func (e *edit) track() {
	t := &e.Incident.Track
	if t.Failed != "" || !e.Incident.tracked() || !slices.ContainsFunc(e.Events, func(ev Event) bool { return slices.Contains(followed, ev.Kind) }) {
		return
	}
	if t.Busy {
		t.Behind = true
		return
	}
	if at := t.At.Add(trackEvery); at.After(e.now) {
		t.Next = at
		return
	}
	e.askTrack()
}

func (e *edit) askTrack() {
	t := &e.Incident.Track
	t.At, t.Busy, t.Behind, t.Next = e.now, true, false, time.Time{}
	e.do(Track{e.Incident.Ref(), e.Incident.Revision, e.now})
}

// trackAgain takes up an issue that was given up.
func (e *edit) trackAgain() {
	if e.Incident.Track.Failed != "" && e.Incident.tracked() {
		e.Incident.Track.Failed = ""
		e.askTrack()
	}
}

// Remark is a comment on the tracking issue that reads like a command.
type Remark struct {
	// Login is the author's name on GitHub.
	Login string
	Text  string
}

// Followed is how the tracking issue stands once a Track is done.
type Followed struct {
	Title  string
	Labels []string
	// Closed: mayday closed it. ClosedByPerson: it is closed and mayday did not do it.
	Closed, ClosedByPerson bool
	Seen                   Seen
	// Remarks are those that nobody was told of yet.
	Remarks []Remark
}

// TrackingOpened records the issue. One that is recorded already changes nothing.
func TrackingOpened(inc Incident, number int, url, title string, labels []string, now time.Time) (Change, error) {
	if inc.Track.Number == number {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	t := &e.Incident.Track
	if inc.Private { // it became so while the issue was made
		t.Number, t.URL = number, url
		e.Silent = true
		e.do(ConcealIssue{inc.Ref(), number, labels})
		return e.done()
	}
	t.Number, t.URL, t.Title, t.Labels = number, url, title, labels
	if t.Replaced > 0 {
		e.record(Event{Kind: EventIssueReplaced, Link: url, Aloud: true})
	} else {
		e.record(Event{Kind: EventTracked, Link: url})
	}
	if inc.ChannelID != "" {
		e.do(AddBookmarks{inc.Ref(), true})
	}
	return e.done()
}

// Tracked records what a Track did and saw. What people did on the issue changes
// nothing here, and is told in the channel.
func Tracked(inc Incident, fx Track, f Followed, now time.Time) (Change, error) {
	if !inc.Track.Busy || !inc.Track.At.Equal(fx.At) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	t := &e.Incident.Track
	if f.ClosedByPerson && !t.ClosedByPerson && inc.Status.Live() {
		e.record(Event{Kind: EventIssueClosed, Link: t.URL, Aloud: true})
	}
	for _, r := range f.Remarks {
		e.record(Event{Kind: EventIssueRemarked, To: Line(r.Login, 60), Text: Line(r.Text, 200), Aloud: true})
	}
	t.Title, t.Labels, t.Closed, t.ClosedByPerson, t.Seen = f.Title, f.Labels, f.Closed, f.ClosedByPerson, f.Seen
	t.Through, t.Busy = fx.Revision, false
	e.works(EventTrackingFailed, "")
	switch {
	case t.Behind:
		t.Next = t.At.Add(trackEvery)
	case inc.Status.Live():
		t.Next = e.now.Add(watchEvery)
	}
	e.Silent = true
	return e.done()
}

// TrackingFailed records that the issue was given up, and why, in words for people.
func TrackingFailed(inc Incident, why string, now time.Time) (Change, error) {
	if !inc.Track.Busy {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	t := &e.Incident.Track
	t.Busy, t.Behind, t.Next, t.Failed = false, false, time.Time{}, Line(why, MaxText)
	e.record(Event{Kind: EventTrackingFailed, Text: t.Failed, Aloud: true})
	e.alert("")
	return e.done()
}

// TrackingDeleted forgets an issue that people deleted, so that another is made in its
// place, which tells everything from the beginning. That happens once: who deletes the
// second one too wants none, and ok is false.
func TrackingDeleted(inc Incident, number int, now time.Time) (c Change, ok bool) {
	t := inc.Track
	if t.Number != number || number == 0 || t.Replaced > 0 {
		return Change{Incident: inc}, false
	}
	e := begin(inc, now)
	e.Incident.Track = Tracking{At: t.At, Busy: t.Busy, Behind: t.Behind, Next: t.Next, Replaced: number}
	e.Silent = true
	return e.Change, true
}

// TrackingMoved records that the issue was transferred to another repository, where
// mayday writes nothing: url is where it is now.
func TrackingMoved(inc Incident, url string, now time.Time) (Change, error) {
	if !inc.Track.Busy {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	t := &e.Incident.Track
	t.Busy, t.Behind, t.Next, t.Failed = false, false, time.Time{}, Line("it was transferred: "+url, MaxText)
	e.record(Event{Kind: EventIssueMoved, Link: url, Aloud: true})
	return e.done()
}
