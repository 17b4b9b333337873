package incident

import (
	"slices"
	"strings"
	"time"
)

// VisibleTo reports whether an incident is there for somebody: a private one is for
// those who take part in it, and in its own channel.
func (inc Incident) VisibleTo(who Person, channel string) bool {
	return !inc.Private || inc.in(channel) || slices.Contains(inc.Responders, who)
}

// in reports whether a channel is the incident's own.
func (inc Incident) in(channel string) bool { return channel != "" && inc.ChannelID == channel }

// direct reports whether a channel is somebody's conversation with mayday.
func direct(channel string) bool { return strings.HasPrefix(channel, "D") }

// Admit refuses a deed on an incident to whom it is not allowed; nil admits it. A
// guest who was paged answers from the direct message as from the channel: mayday
// brought them into both.
func (a Access) Admit(inc Incident, c Caller, d Deed) error {
	inside := inc.in(c.Channel)
	if c.Standing == Guest || c.Standing == Foreign {
		inside = inside || direct(c.Channel) && slices.Contains(inc.Responders, c.ID)
	}
	return a.judge(c, d, inside)
}

// AdmitAtLarge is Admit for what is about no single incident: declaring, the list of
// incidents, the runbook. incidents says whether it is wanted in an incident's channel.
func (a Access) AdmitAtLarge(c Caller, d Deed, incidents bool) error {
	return a.judge(c, d, incidents)
}

func (a Access) judge(c Caller, d Deed, inside bool) error {
	switch a.Verdict(c.Standing, d, inside) {
	case Granted, Joining:
		return nil
	case Inside:
		if d == Querying || d == TypingSQL {
			return &Refusal{Reason: NotHere, Verb: deeds[d]}
		}
		return &Refusal{Reason: OnlyInside, Verb: deeds[d], Word: string(c.Standing)}
	case Listed:
		if d == TypingSQL || d == Reading || c.listed(a.Declare) {
			return nil // these are judged by MaySQL and AdmitQuery
		}
		return &Refusal{Reason: NotListed, Verb: deeds[d]}
	}
	if c.Standing == Unknown {
		return &Refusal{Reason: NotKnown, Verb: deeds[d]}
	}
	return &Refusal{Reason: NotForGuests, Verb: deeds[d], Word: string(c.Standing)}
}

// deeds are the words for the deeds in a refusal.
var deeds = map[Deed]string{Declaring: "declare", Acting: "change the incident", Publishing: "tell customers", Seeing: "see incidents", Asking: "read the runbook", Checking: "work on checklists",
	Querying: "run queries", Reading: "run queries here", TypingSQL: "run SQL", Tending: "mute or attach alerts", Inspecting: "look at how it is set up"}

// listed reports whether a list of ids, with commas between, names the caller or one of their groups.
func (c Caller) listed(ids string) bool {
	for _, id := range strings.Split(ids, ",") {
		id = strings.TrimSpace(id)
		if id != "" && (id == c.ID || slices.Contains(c.Groups, id)) {
			return true
		}
	}
	return false
}

// IsContact reports whether the caller is one of the runbook's contacts: by id, by
// user group, or by e-mail address. A handle counts for nothing: people choose it.
func (c Caller) IsContact(contacts []Contact) bool {
	return slices.ContainsFunc(contacts, func(k Contact) bool {
		id := k.SlackID()
		return id != "" && (id == c.ID || slices.Contains(c.Groups, id)) || c.Email != "" && strings.EqualFold(strings.TrimSpace(k.Email), c.Email)
	})
}

// FromOutside completes a change that somebody made to before from elsewhere: they
// are brought into the incident's channel, and the first time that is said aloud.
// What ends the incident, or changes nothing, brings nobody in.
func FromOutside(before Incident, c Change, by Person, channel string, now time.Time) Change {
	part := slices.Contains(before.Responders, by)
	if c.Empty() || by == "" || before.in(channel) || before.Private && !part || ended(before) || ended(c.Incident) {
		return c
	}
	if part && before.ChannelID == "" {
		return c // mayday invites them once there is a channel
	}
	if slices.ContainsFunc(c.Events, func(ev Event) bool { return ev.Kind == EventDeclined || ev.Kind == EventHandoverDeclined }) {
		return c // who cannot come is not brought in
	}
	e := begin(c.Incident, now)
	e.Events, e.Effects, e.Silent = slices.Clone(c.Events), slices.Clone(c.Effects), c.Silent
	known := part || slices.Contains(before.Joined, by)
	if !known && !slices.Contains(e.Incident.Responders, by) {
		e.Incident.Joined = append(e.Incident.Joined, by)
		e.Silent = true
	}
	if before.ChannelID == "" {
		return e.Change
	}
	if !known {
		e.record(Event{Kind: EventJoined, By: by, Aloud: true})
		e.redraw()
		e.speakOnce()
	}
	e.do(Invite{Ref: before.Ref(), People: []Person{by}, At: e.now})
	return e.Change
}

// QueriesLeft is the note of what happened without the queries that it would have asked.
const QueriesLeft = "its queries wait for a full member of the workspace: /incident run all"

// WithoutQueries is a change by somebody who may run none: those that mayday would
// have asked because of it are left to a member, and what happened says so.
func WithoutQueries(c Change) Change {
	asks := func(fx Effect) bool { _, ok := fx.(RunQueries); return ok }
	if !slices.ContainsFunc(c.Effects, asks) {
		return c
	}
	c.Effects = slices.DeleteFunc(slices.Clone(c.Effects), asks)
	c.Events = slices.Clone(c.Events)
	for i, ev := range c.Events {
		if ev.Kind == EventPlaybookSwitched || ev.Kind == EventPlaybookAdded || ev.Kind == EventResolved {
			c.Events[i].Note = QueriesLeft
		}
	}
	return c
}

// ended reports whether the incident's channel is in the archive, or on its way there.
func ended(inc Incident) bool { return inc.Status == Closed || inc.Status == Cancelled }

// redraw has what is drawn anyway show the newest revision.
func (e *edit) redraw() {
	for i, fx := range e.Effects {
		if s, ok := fx.(Show); ok {
			s.Revision = e.Incident.Revision
			e.Effects[i] = s
		}
	}
}

func (e *edit) speakOnce() {
	for _, fx := range e.Effects {
		if _, ok := fx.(Speak); ok {
			return
		}
	}
	e.do(Speak{e.Incident.Ref()})
}
