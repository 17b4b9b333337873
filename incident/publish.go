package incident

import (
	"slices"
	"time"
)

// PublicStatus is where an incident stands for customers, in the words that status pages share.
type PublicStatus string

// The public statuses in their usual order.
const (
	PublicInvestigating PublicStatus = "investigating"
	PublicIdentified    PublicStatus = "identified"
	PublicMonitoring    PublicStatus = "monitoring"
	PublicResolved      PublicStatus = "resolved"
)

// PublicStatuses lists them.
var PublicStatuses = []PublicStatus{PublicInvestigating, PublicIdentified, PublicMonitoring, PublicResolved}

// ComponentState is how a component of a status page is, in the words of Atlassian Statuspage.
// Source: https://developer.statuspage.io (components).
type ComponentState string

// The states, from well to worst.
const (
	Operational         ComponentState = "operational"
	UnderMaintenance    ComponentState = "under_maintenance"
	DegradedPerformance ComponentState = "degraded_performance"
	PartialOutage       ComponentState = "partial_outage"
	MajorOutage         ComponentState = "major_outage"
)

// ComponentStates are those that a notice may set.
var ComponentStates = []ComponentState{Operational, DegradedPerformance, PartialOutage, MajorOutage}

// Component is a part of the service that the status page shows on its own.
type Component struct {
	ID    string         `json:"id"`
	Name  string         `json:"name"`
	State ComponentState `json:"state,omitempty"`
}

// Notice is what customers are to read: exactly what a person saw when they pressed Publish.
type Notice struct {
	// Title of the incident on the page; empty leaves the one that it has there.
	Title  string       `json:"title,omitempty"`
	Text   string       `json:"text"`
	Status PublicStatus `json:"status"`
	// Components that it is about, with the state that each has from now on. Those that are not named stay as they are.
	Components []Component `json:"components,omitempty"`
	// Notify has the page write to its subscribers.
	Notify bool `json:"notify,omitempty"`
}

// Post is one notice on its way to the status page, and what became of it.
type Post struct {
	Notice
	By Person    `json:"by"`
	At time.Time `json:"at"`
	// TriedAt is when a call to the page was about to be made: from then on it may stand there.
	TriedAt time.Time `json:"tried_at,omitzero"`
	// ID of it on the page and PublishedAt, once it stands there; Failed says why it never will.
	ID          string    `json:"id,omitempty"`
	PublishedAt time.Time `json:"published_at,omitzero"`
	Failed      string    `json:"failed,omitempty"`
}

// Waits reports whether it is not known yet what became of the post.
func (p Post) Waits() bool { return p.PublishedAt.IsZero() && p.Failed == "" }

// Publication is the incident on the status page. The zero value: customers were told nothing there.
type Publication struct {
	// ID of the incident on the page, and its address for people.
	ID  string `json:"id,omitempty"`
	URL string `json:"url,omitempty"`
	// Posts in the order in which people pressed Publish.
	Posts []Post `json:"posts,omitempty"`
}

// Last is the post that stands on the page since last; false when none does.
func (p Publication) Last() (Post, bool) {
	for _, post := range slices.Backward(p.Posts) {
		if !post.PublishedAt.IsZero() {
			return post, true
		}
	}
	return Post{}, false
}

// Open reports whether the page shows an incident that is not resolved there.
func (p Publication) Open() bool {
	last, ok := p.Last()
	return ok && p.ID != "" && last.Status != PublicResolved
}

// CustomersLag reports whether customers still read that the incident goes on, which is over, and are not just being told.
func (inc Incident) CustomersLag() bool {
	posts := inc.Publication.Posts
	return !inc.Status.Live() && inc.Publication.Open() && !posts[len(posts)-1].Waits()
}

// ForCustomers is the incident's status in the words of status pages.
func (inc Incident) ForCustomers() PublicStatus {
	switch {
	case !inc.Status.Live():
		return PublicResolved
	case inc.Status == Open:
		return PublicInvestigating
	}
	return PublicStatus(inc.Status)
}

// PublishStatus carries Publication.Posts[N] to the status page.
type PublishStatus struct {
	Ref
	N int `json:"n"`
}

// Kind names the effect.
func (PublishStatus) Kind() string { return "publish_status" }

// MayPublish refuses what customers never read: drills.
func MayPublish(inc Incident) error {
	if inc.Drill {
		return &Refusal{Reason: NotForDrills, Verb: "tell customers"}
	}
	if inc.Status == Cancelled && !inc.Publication.Open() {
		return inc.over("tell customers")
	}
	return nil
}

// Publish tells customers. seen is how many posts there were when whoever publishes saw the text: one who did not see
// what somebody else published meanwhile is refused. What is private is published once confirmed says that this is known.
func Publish(inc Incident, by Person, n Notice, seen int, confirmed bool, now time.Time) (Change, error) {
	if err := MayPublish(inc); err != nil {
		return Change{}, err
	}
	n.Title, n.Text = Line(n.Title, MaxTitle), Paragraph(n.Text, MaxText)
	posts := inc.Publication.Posts
	switch {
	case n.Text == "":
		return Change{}, &Refusal{Reason: NeedsText, Verb: "publish", Word: "what customers are to read"}
	case n.Title == "" && inc.Publication.ID == "":
		return Change{}, &Refusal{Reason: NeedsText, Verb: "publish", Word: "under which title"}
	case !slices.Contains(PublicStatuses, n.Status):
		return Change{}, &Refusal{Reason: UnknownStatus, Verb: "publish", Word: Line(string(n.Status), 40), Choices: publicWords()}
	case len(posts) != seen:
		var last Post // none where the form saw more than there is: the database was set back
		if len(posts) > 0 {
			last = posts[len(posts)-1]
		}
		return Change{}, &Refusal{Reason: Already, Verb: "publish", By: last.By, At: last.At}
	case inc.Private && !confirmed:
		return Change{}, &Refusal{Reason: NotConfirmed, Verb: "publish"}
	}
	e := begin(inc, now)
	n.Components = slices.Clone(n.Components)
	e.Incident.Publication.Posts = append(e.Incident.Publication.Posts, Post{Notice: n, By: by, At: e.now})
	e.involve(by)
	e.record(Event{Kind: EventPublishAsked, By: by, To: string(n.Status), Text: n.Text})
	e.do(PublishStatus{e.Incident.Ref(), len(posts)})
	return e.done()
}

func publicWords() (words []string) {
	for _, s := range PublicStatuses {
		words = append(words, string(s))
	}
	return words
}

// post gives a post that still waits; false when there is none of that number, or when it is known what became of it.
func (e *edit) post(n int) (*Post, bool) {
	posts := e.Incident.Publication.Posts
	if n < 0 || n >= len(posts) || !posts[n].Waits() {
		return nil, false
	}
	return &posts[n], true
}

// PublishTried records that a call to the page is about to be made for Posts[n].
func PublishTried(inc Incident, n int, now time.Time) (Change, error) {
	e := begin(inc, now)
	post, ok := e.post(n)
	if !ok {
		return Change{Incident: inc}, nil
	}
	post.TriedAt = e.now
	e.Silent = true
	return e.done()
}

// Receipt is what the page answered.
type Receipt struct {
	// Incident is its id on the page, URL its address for people; empty where the page gives none.
	Incident, URL string
	// Post is the id of the text.
	Post string
	// Meanwhile says in words for people what somebody changed on the page since mayday wrote there last; empty for nothing.
	Meanwhile string
}

// Published records that Posts[n] stands on the page. Whoever pressed Publish has told customers by that.
func Published(inc Incident, n int, r Receipt, now time.Time) (Change, error) {
	e := begin(inc, now)
	post, ok := e.post(n)
	if !ok {
		return Change{Incident: inc}, nil
	}
	post.ID, post.PublishedAt = r.Post, e.now
	p := &e.Incident.Publication
	p.ID = r.Incident
	if r.URL != "" {
		p.URL = r.URL
	}
	if e.Incident.Rung().Communicate && inc.CommunicatedAt.IsZero() {
		e.Incident.CommunicatedBy, e.Incident.CommunicatedAt = post.By, e.now
	}
	e.record(Event{Kind: EventPublished, By: post.By, To: string(post.Status), Text: post.Text, Note: Line(r.Meanwhile, MaxText), Link: p.URL, Aloud: true})
	if !inc.Status.Live() && inc.PostmortemNumber > 0 {
		e.do(FilePostmortem{inc.Ref(), e.Incident.Revision}) // which was filed without it
	}
	return e.done()
}

// PublishFailed records that Posts[n] was given up, and why, in words for people. gone: the incident was deleted on the
// page, so that what is published next makes a new one.
func PublishFailed(inc Incident, n int, why string, gone bool, now time.Time) (Change, error) {
	e := begin(inc, now)
	post, ok := e.post(n)
	if !ok {
		return Change{Incident: inc}, nil
	}
	post.Failed = Line(why, MaxText)
	if gone {
		e.Incident.Publication.ID, e.Incident.Publication.URL = "", ""
	}
	e.record(Event{Kind: EventPublishFailed, By: post.By, To: string(post.Status), Text: post.Text, Note: post.Failed, Aloud: true})
	return e.done()
}
