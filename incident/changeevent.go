package incident

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// ChangeEvent is something that was changed, such as a deploy, as its sender tells it. It notifies nobody: it stands
// beside what goes wrong soon after. Everything in it is what strangers wrote.
type ChangeEvent struct {
	// Source is the name under which the team let the sender in, or that of the app that said it in an alert channel.
	Source string `json:"source"`
	// Key is the sender's own name of it, at most MaxKey bytes: what has the same key is the same change. Clean makes
	// one of what it says where the sender gives none.
	Key string `json:"key"`
	// Title is what was done: one line of at most MaxTitle characters.
	Title string `json:"title"`
	// Deploy: the sender says that something was deployed, released or rolled back.
	Deploy bool `json:"deploy,omitempty"`
	// Where is what was changed: a service, a repository, a host. By is what the sender calls who did it, Revision what
	// stands there now (a commit, a tag), Environment "production". Any may be empty.
	Where       string `json:"where,omitempty"`
	By          string `json:"by,omitempty"`
	Revision    string `json:"revision,omitempty"`
	Environment string `json:"environment,omitempty"`
	// At is when, by the sender's clock; Clean sets the time of the post where the sender names none that can be.
	At time.Time `json:"at"`
	// Link leads to it at the sender; only http or https, else empty.
	Link string `json:"link,omitempty"`
}

const (
	// ChangedBefore is how long before an incident began a change is told as what may have caused it.
	ChangedBefore = 30 * time.Minute
	// mostChanges are kept of those before an incident, the newest.
	mostChanges = 10
	// maxNaming is the longest name of a service, a person or a revision, in characters.
	maxNaming = 80
)

// Clean bounds every text, and sets time and key where the sender gave none. heard is when it was posted.
func (c ChangeEvent) Clean(heard time.Time) ChangeEvent {
	c.Title = Line(c.Title, MaxTitle)
	c.Where, c.Revision, c.Environment = Line(c.Where, maxNaming), Line(c.Revision, maxNaming), Line(c.Environment, maxNaming)
	c.By = Line(strings.TrimLeft(strings.TrimSpace(c.By), "@"), maxNaming)
	c.Link = webLink(c.Link)
	if c.Title == "" {
		c.Title = "Change without a title"
	}
	if c.Key = bytesOf(c.Key, MaxKey); c.Key == "" {
		at := c.At
		if at.IsZero() {
			at = heard.Truncate(time.Minute) // a post that is repeated at once is the same change
		}
		sum := sha256.Sum256([]byte(strings.Join([]string{c.Title, c.Where, c.By, c.Revision, at.UTC().Format(time.RFC3339)}, "\x00")))
		c.Key = hex.EncodeToString(sum[:16])
	}
	if c.At.IsZero() || c.At.After(heard) || c.At.Before(heard.Add(-maxOld)) {
		c.At = heard
	}
	c.At = c.At.UTC()
	return c
}

// Name says what was changed in a few words: "deploy 4f3c2a1 of checkout", or the sender's own title.
func (c ChangeEvent) Name() string {
	if !c.Deploy || c.Revision == "" {
		return c.Title
	}
	name := "deploy " + shortRevision(c.Revision)
	if c.Where != "" && c.Where != c.Source {
		name += " of " + c.Where
	}
	return name
}

// shortRevision is the beginning of a commit's name, as Git abbreviates it; anything else as it is.
func shortRevision(s string) string {
	if len(s) >= 12 && strings.Trim(strings.ToLower(s), "0123456789abcdef") == "" {
		return s[:7]
	}
	return s
}

// Began is when the incident did, as far as is known: with the first alert that belongs to it, or else when it was declared.
func (inc Incident) Began() time.Time {
	if inc.DetectedAt.IsZero() {
		return inc.DeclaredAt
	}
	return earlier(inc.DetectedAt, inc.DeclaredAt)
}

// mayHaveCaused reports whether a change stands on the card: it was made shortly before the incident began, or
// between that and its declaration.
func (inc Incident) mayHaveCaused(c ChangeEvent) bool {
	return !c.At.Before(inc.Began().Add(-ChangedBefore)) && !c.At.After(inc.DeclaredAt)
}

// knows reports whether a change stands on the timeline as one that may have caused the incident.
func (inc Incident) knows(c ChangeEvent) bool {
	return slices.ContainsFunc(inc.Changes, func(o ChangeEvent) bool { return o.Source == c.Source && o.Key == c.Key })
}

// WithChanges completes a declaration with what was changed shortly before the incident began. list is what is known
// of the time before, in any order, and newest the store's number of the newest change that was there before it was read.
// What is heard of while the declaration is recorded is in neither: it is looked for afterwards.
func WithChanges(c Change, list []ChangeEvent, newest int64) Change {
	inc := c.Incident
	if c.Empty() || inc.Drill {
		return c
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b ChangeEvent) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Key, b.Key)) })
	list = slices.DeleteFunc(list, func(ce ChangeEvent) bool { return !inc.mayHaveCaused(ce) })
	e := &edit{Change: c, before: inc, now: inc.DeclaredAt}
	for _, ce := range list[max(0, len(list)-mostChanges):] {
		if !e.Incident.knows(ce) {
			e.changed(ce)
		}
	}
	e.do(SeekChanges{inc.Ref(), newest})
	return e.Change
}

// SeekChanges looks once, when a declaration is recorded, for changes that were heard of in that moment.
type SeekChanges struct {
	Ref
	// After is the store's number of the newest change that the declaration knows for sure; 0 for none.
	After int64 `json:"after"`
}

// Kind names the effect.
func (SeekChanges) Kind() string { return "seek_changes" }

// TellChange puts a change on the timeline of an incident that goes on.
type TellChange struct {
	Ref
	// Number is the store's of the change.
	Number int64       `json:"number"`
	What   ChangeEvent `json:"what"`
}

// Kind names the effect.
func (TellChange) Kind() string { return "tell_change" }

// NoteChange puts on the timeline what was changed while the incident goes on, or shortly before it began. What is
// older, or heard of when the incident is over, changes nothing.
func NoteChange(inc Incident, ce ChangeEvent, now time.Time) (Change, error) {
	if !inc.Status.Live() || inc.Drill || inc.knows(ce) || ce.At.Before(inc.Began().Add(-ChangedBefore)) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.changed(ce)
	return e.done()
}

// changed records a change at its own time, and keeps it where it may have caused the incident.
func (e *edit) changed(ce ChangeEvent) {
	e.record(Event{Kind: EventChanged, From: ce.Source, Text: ce.Name(), Note: ce.By, To: ce.Environment, Link: ce.Link})
	e.Events[len(e.Events)-1].At = earlier(ce.At, e.now)
	if !e.Incident.mayHaveCaused(ce) {
		return
	}
	kept := append(slices.Clone(e.Incident.Changes), ce)
	slices.SortStableFunc(kept, func(a, b ChangeEvent) int { return a.At.Compare(b.At) })
	e.Incident.Changes = kept[max(0, len(kept)-mostChanges):]
}
