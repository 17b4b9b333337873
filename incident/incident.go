package incident

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Person is a Slack user id, "U012ABCDEF". Empty means mayday itself.
type Person = string

// Status is where an incident stands.
type Status string

// The statuses in their usual order. Moving backwards is allowed.
const (
	Open          Status = "open"
	Investigating Status = "investigating"
	Identified    Status = "identified"
	Monitoring    Status = "monitoring"
	Resolved      Status = "resolved"
	Closed        Status = "closed"
	Cancelled     Status = "cancelled"
)

// Live reports whether the incident still goes on: neither resolved, closed nor cancelled.
func (s Status) Live() bool {
	return s == Open || s == Investigating || s == Identified || s == Monitoring
}

// Role is a duty that one person holds.
type Role string

// The roles.
const (
	Lead   Role = "lead"
	Comms  Role = "comms"
	Scribe Role = "scribe"
	Expert Role = "expert"
)

// Roles lists every role in the order in which a card shows them.
var Roles = []Role{Lead, Comms, Scribe, Expert}

// Incident is the whole of one incident's state: everything that a decision may
// look at, and nothing about how it was delivered. All times are UTC; a zero
// time means "not yet".
type Incident struct {
	ID int64 `json:"id"`
	// UID is chosen at random at declaration and never changes; see Ref. Empty for
	// an incident that a version before identities declared.
	UID      string `json:"uid,omitempty"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Status   Status `json:"status"`
	Private  bool   `json:"private,omitempty"`
	Drill    bool   `json:"drill,omitempty"`

	// Policy and Walks are the runbook as it stood at declaration.
	Policy Policy `json:"policy"`
	// Walks are the playbooks in hand; Walks[Active] is the one being walked. Never empty.
	Walks  []Walk `json:"walks"`
	Active int    `json:"active"`

	DeclaredBy Person    `json:"declared_by"`
	DeclaredAt time.Time `json:"declared_at"`
	// DetectedAt is when the first alert that belongs to it began, by the sender's clock; zero without one.
	DetectedAt     time.Time `json:"detected_at,omitzero"`
	AcknowledgedBy Person    `json:"acknowledged_by,omitempty"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	ResolvedBy     Person    `json:"resolved_by,omitempty"`
	ResolvedAt     time.Time `json:"resolved_at,omitzero"`
	EndedBy        Person    `json:"ended_by,omitempty"`
	EndedAt        time.Time `json:"ended_at,omitzero"`
	// Summary is what the person who resolved said of it.
	Summary string `json:"summary,omitempty"`

	Roles map[Role]Person `json:"roles,omitempty"`
	// Responders are those who declared, acknowledged, held a role or were paged, oldest first.
	Responders []Person `json:"responders,omitempty"`
	// Joined are others who acted from elsewhere and were brought into the channel.
	Joined []Person `json:"joined,omitempty"`
	// Names are what people were called in Slack when they last took part, by their ids.
	// Who is missing was named by others and did nothing yet.
	Names map[Person]string `json:"names,omitempty"`

	// ChannelID and ChannelName of the incident's own channel, empty until it exists.
	ChannelID   string `json:"channel_id,omitempty"`
	ChannelName string `json:"channel_name,omitempty"`
	// Away says why the channel cannot hear mayday. AwayTold: that was told where people hear it.
	Away     Away `json:"away,omitempty"`
	AwayTold bool `json:"away_told,omitempty"`
	// ChannelFailed says why there is no channel and will be none.
	ChannelFailed string `json:"channel_failed,omitempty"`

	Plan Plan `json:"plan"`
	// Pages in the order in which they were called for.
	Pages []Page `json:"pages,omitempty"`
	// Tries is what is known of the attempts at pages that did not arrive at once, by
	// their index in Pages. It stands beside them because the release before keeps
	// what it does not know only at the top of a document.
	Tries map[int]Try `json:"tries,omitempty"`
	// Reaches is what is known of how the people of pages are reached besides Slack, by the index in Pages.
	Reaches map[int]Reach `json:"reaches,omitempty"`
	// Declined are those who were called and said that they cannot come, and when.
	Declined map[Person]time.Time `json:"declined,omitempty"`
	// Coming are those who said that they are on their way to help, and when.
	Coming map[Person]time.Time `json:"coming,omitempty"`
	// Reminder is the one reminder that is live; nil when nothing is to be reminded of.
	Reminder *Reminder `json:"reminder,omitempty"`
	// LastUpdate is the text of the newest update, with who and when.
	LastUpdate Update `json:"last_update,omitzero"`
	// CommunicatedBy and At say who marked the external communication as sent.
	CommunicatedBy Person    `json:"communicated_by,omitempty"`
	CommunicatedAt time.Time `json:"communicated_at,omitzero"`
	// Publication is what customers were told on the status page.
	Publication Publication `json:"publication,omitzero"`
	Actions     []Action    `json:"actions,omitempty"`
	// PostmortemURL is where the post-mortem is, once it was filed, and
	// PostmortemNumber its issue; 0 when it is a file in the channel.
	PostmortemURL    string `json:"postmortem_url,omitempty"`
	PostmortemNumber int    `json:"postmortem_number,omitempty"`
	// PostmortemFailed says why it could not be filed when that was asked for last.
	PostmortemFailed string `json:"postmortem_failed,omitempty"`
	// Track is the issue that follows the incident.
	Track Tracking `json:"track,omitzero"`
	// Review is how far the post-mortem has to be.
	Review Review `json:"review,omitzero"`
	// Lessons are what people said the runbook should say next time.
	Lessons []Lesson `json:"lessons,omitempty"`
	// Pins are the channel's messages on the timeline, by their timestamps.
	Pins map[string]Pin `json:"pins,omitempty"`

	// Troubles are the things that mayday gave up on, and when it said so last.
	Troubles map[string]time.Time `json:"troubles,omitempty"`
	// Alerts are what people were told that is wrong, oldest first, also what is so no longer.
	Alerts []Alert `json:"alerts,omitempty"`
	// SlackOutage is the newest time in which Slack did not answer while the incident went on.
	SlackOutage Outage `json:"slack_outage,omitzero"`
	// Changes are what was changed shortly before it began, oldest first.
	Changes []ChangeEvent `json:"changes,omitempty"`

	// Handovers are how the lead was handed over, or was to be, oldest first.
	Handovers []Handover `json:"handovers,omitempty"`

	// Revision counts the events: it grows with every change.
	Revision int `json:"revision"`
}

// Update is what was announced last.
type Update struct {
	By   Person    `json:"by,omitempty"`
	At   time.Time `json:"at,omitzero"`
	Text string    `json:"text,omitempty"`
}

// Action is a follow-up that somebody has to do after the incident.
type Action struct {
	Text  string    `json:"text"`
	Owner Person    `json:"owner,omitempty"`
	By    Person    `json:"by"`
	At    time.Time `json:"at"`
	// Due is the end of the day by which it is to be done; zero without one.
	Due time.Time `json:"due,omitzero"`
	// Number and URL of its issue, once it is filed. Linked: below the post-mortem's.
	Number int    `json:"number,omitempty"`
	URL    string `json:"url,omitempty"`
	Linked bool   `json:"linked,omitempty"`
}

// Page is one call for a contact.
type Page struct {
	// Contact is the index in Policy.Contacts, -1 when a person was named directly.
	Contact int `json:"contact"`
	// Person is set when somebody was named directly, and once a contact was found in Slack.
	Person Person     `json:"person,omitempty"`
	Why    PageReason `json:"why"`
	// By is who asked for the page; empty when a clock did.
	By   Person    `json:"by,omitempty"`
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"`
	// Due is when the clock ran out that asked for it; zero where somebody did.
	Due time.Time `json:"due,omitzero"`
	// SentAt is when the direct message was asked for: at once. A version before let it
	// wait until there was a channel to name.
	SentAt time.Time `json:"sent_at,omitzero"`
	// DeliveredAt is set when the direct message stood in Slack, Failed when it never will.
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	Failed      string    `json:"failed,omitempty"`
	// FailedAt is when that was found; zero in what a version before recorded.
	FailedAt time.Time `json:"failed_at,omitzero"`
	// OverdueAt is when it was said aloud that the page did not arrive in time.
	OverdueAt time.Time `json:"overdue_at,omitzero"`
	// TurnSaid is set once it was said aloud what was wrong with the calendar that says whose turn it is.
	TurnSaid bool `json:"turn_said,omitempty"`
}

// Wanted is since when somebody was to be called.
func (p Page) Wanted() time.Time {
	if p.Due.IsZero() || p.Due.After(p.At) {
		return p.At
	}
	return p.Due
}

// Try is what is known of the attempts at a page.
type Try struct {
	// At is when the first attempt that failed began; zero while there was none. To
	// wait for a turn in Slack's rates is no attempt.
	At time.Time `json:"at,omitzero"`
	// WaitSaid is when it was said aloud that Slack has not taken the page yet.
	WaitSaid time.Time `json:"wait_said,omitzero"`
}

// PageReason is why somebody is paged.
type PageReason string

// Why somebody is paged.
const (
	OnCall      PageReason = "on_call"
	Escalated   PageReason = "escalated"
	NoResponse  PageReason = "no_response"
	Unreachable PageReason = "unreachable"
	Declined    PageReason = "declined"
	Requested   PageReason = "requested"
)

// Ref names the incident.
func (inc Incident) Ref() Ref { return Ref{inc.ID, inc.UID} }

// Rung returns the incident's severity as its policy defines it. An incident
// always has one that exists: Declare and ChangeSeverity see to it.
func (inc Incident) Rung() Severity {
	for _, s := range inc.Policy.Severities {
		if s.Label == inc.Severity {
			return s
		}
	}
	return Severity{Label: inc.Severity}
}

// Calls reports whether a page called somebody, as far as the row tells. Of a user group, and of several who share a
// shift, the row names the first who was reached; the others take part.
func (inc Incident) Calls(p Page, who Person) bool {
	if p.Person == who {
		return true
	}
	return inc.contact(p).several() && slices.Contains(inc.Responders, who)
}

// Acknowledged reports whether the response clock was stopped.
func (inc Incident) Acknowledged() bool { return !inc.AcknowledgedAt.IsZero() }

// NeedsCommunication reports whether customers still have to be told; of a drill nobody is.
func (inc Incident) NeedsCommunication() bool {
	return !inc.Drill && inc.Rung().Communicate && inc.CommunicatedAt.IsZero() && inc.Status != Cancelled
}

// ContactTitle names the contact of a page; empty when a person was named directly.
func (inc Incident) ContactTitle(p Page) string { return inc.contact(p).Title() }

// contact is whom a page calls by the runbook; the zero value when a person was named directly.
func (inc Incident) contact(p Page) Contact {
	if p.Contact < 0 || p.Contact >= len(inc.Policy.Contacts) {
		return Contact{}
	}
	return inc.Policy.Contacts[p.Contact]
}

// NameForChannel is the name that the incident's channel is to have:
// "inc-42-p0-site-down", at most 80 characters of a-z, 0-9 and "-"
// (Slack: conversations.create). Drills end in "-drill". A private one says neither
// title nor scenario: names of channels stand in lists, logs and other people's exports.
func (inc Incident) NameForChannel() string {
	words := Slug(inc.Title)
	if inc.Private {
		words = "private"
	} else if w := inc.Walk(); w != nil && Slug(w.Playbook.Slug) != "" && w.Playbook.Slug != GenericSlug {
		words = Slug(w.Playbook.Slug)
	}
	name := "inc-" + itoa(inc.ID) + "-" + Slug(inc.Severity)
	if words != "" {
		name += "-" + words
	}
	tail := ""
	if inc.Drill {
		tail = "-drill"
	}
	name = name[:min(len(name), 80-len(tail))]
	return strings.TrimRight(name, "-") + tail
}

// clone copies everything that a verb may write to.
func (inc Incident) clone() Incident {
	inc.Walks = slices.Clone(inc.Walks)
	for i, w := range inc.Walks {
		inc.Walks[i].Marks = writable(w.Marks)
	}
	inc.Roles = writable(inc.Roles)
	inc.Troubles = writable(inc.Troubles)
	inc.Pins = writable(inc.Pins)
	inc.Responders = slices.Clone(inc.Responders)
	inc.Joined = slices.Clone(inc.Joined)
	inc.Pages = slices.Clone(inc.Pages)
	inc.Tries = writable(inc.Tries)
	inc.Reaches = writable(inc.Reaches)
	inc.Declined = writable(inc.Declined)
	inc.Coming = writable(inc.Coming)
	inc.Actions = slices.Clone(inc.Actions)
	inc.Lessons = slices.Clone(inc.Lessons)
	inc.Handovers = slices.Clone(inc.Handovers)
	inc.Alerts = slices.Clone(inc.Alerts)
	inc.Changes = slices.Clone(inc.Changes)
	inc.Publication.Posts = slices.Clone(inc.Publication.Posts)
	inc.Plan.Due = writable(inc.Plan.Due)
	inc.Plan.Breached = writable(inc.Plan.Breached)
	if inc.Reminder != nil {
		r := *inc.Reminder
		inc.Reminder = &r
	}
	return inc
}

// writable copies a map, and makes one where there is none.
func writable[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}
