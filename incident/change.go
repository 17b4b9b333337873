package incident

import (
	"slices"
	"time"
)

// Change is what a decision returns: the new row, what happened, and what to do
// now. A Change without events, without effects and not Silent is not stored at
// all: the clock that asked for it was stale.
type Change struct {
	Incident Incident
	Events   []Event
	Effects  []Effect
	// Silent: the row changed, though nothing happened that a timeline tells.
	Silent bool
}

// Empty reports whether nothing happened, nothing changed and nothing is to be done.
func (c Change) Empty() bool { return len(c.Events) == 0 && len(c.Effects) == 0 && !c.Silent }

// edit builds a Change on a copy of the incident.
type edit struct {
	Change
	before Incident
	now    time.Time
	// walked: the step message looks different. stepped: because somebody acted upon it. replied: an answer that somebody
	// asked for comes into its thread.
	walked, stepped, replied bool
	// due and lateBy are of the clock that is being fired, zero for what people do.
	due    time.Time
	lateBy time.Duration
}

func begin(inc Incident, now time.Time) *edit {
	return &edit{Change: Change{Incident: inc.clone()}, before: inc, now: now.UTC()}
}

// record adds an event; aloud events are told in the incident's channel.
func (e *edit) record(ev Event) {
	e.Incident.Revision++
	ev.Seq = e.Incident.Revision
	ev.At = e.now
	e.Events = append(e.Events, ev)
}

func (e *edit) do(effects ...Effect) { e.Effects = append(e.Effects, effects...) }

// involve remembers that somebody took part.
func (e *edit) involve(p Person) {
	if p != "" && !slices.Contains(e.Incident.Responders, p) {
		e.Incident.Responders = append(e.Incident.Responders, p)
	}
}

// bringIn has somebody invited into the incident's channel. Where there is none yet they
// are invited with all who take part once there is.
func (e *edit) bringIn(p Person) {
	if e.Incident.ChannelID != "" {
		e.do(Invite{Ref: e.Incident.Ref(), People: []Person{p}, At: e.now})
	}
}

// done closes the edit with the effects that follow from what changed: every
// surface that shows the incident is drawn anew, and what is aloud is spoken.
func (e *edit) done() (Change, error) {
	e.ease()
	if len(e.Events) == 0 {
		if e.Empty() {
			return Change{Incident: e.before}, nil
		}
		return e.Change, nil
	}
	e.withdrawHandover()
	e.track()
	ref, rev := e.Incident.Ref(), e.Incident.Revision
	e.do(Show{Ref: ref, Surface: Announcement, Revision: rev})
	if e.pagesChanged() {
		e.do(Show{Ref: ref, Surface: PageMessages, Revision: rev})
	}
	if e.Incident.ChannelID == "" {
		return e.Change, nil
	}
	e.do(Show{Ref: ref, Surface: Card, Revision: rev}, Show{Ref: ref, Surface: Topic, Revision: rev})
	if e.walked {
		e.do(Show{Ref: ref, Surface: StepMessage, Revision: rev, ToEnd: e.stepped, Prove: e.replied})
	}
	if e.asksLess() {
		e.do(Show{Ref: ref, Surface: AskingMessages, Revision: rev})
	}
	if !sameReminder(e.before.Reminder, e.Incident.Reminder) {
		e.do(Show{Ref: ref, Surface: ReminderMessage, Revision: rev})
		if e.before.Reminder.Direct() || e.Incident.Reminder.Direct() {
			e.do(Show{Ref: ref, Surface: DirectReminder, Revision: rev})
		}
	}
	if slices.ContainsFunc(e.Events, func(ev Event) bool { return ev.Aloud }) {
		e.do(Speak{ref})
	}
	return e.Change, nil
}

// pagesChanged reports whether direct messages ask for what is not wanted any
// more, or the other way round, or lack the link to the channel. One that arrives after the answer is changed too.
func (e *edit) pagesChanged() bool {
	if e.before.Revision == 0 {
		return false
	}
	if e.before.ChannelID != e.Incident.ChannelID || e.before.ChannelFailed != e.Incident.ChannelFailed {
		return len(e.before.Pages) > 0
	}
	arrived := slices.ContainsFunc(e.Events, func(ev Event) bool { return ev.Kind == EventPageDelivered })
	other := slices.ContainsFunc(e.Events, func(ev Event) bool {
		return ev.Kind == EventRespondBreached || ev.Kind == EventDeclined || ev.Kind == EventOnMyWay || ev.Kind == EventSeverityChanged || ev.Kind == EventSnoozed || ev.Kind == EventUnsnoozed
	})
	return other || e.before.Acknowledged() != e.Incident.Acknowledged() || e.before.Status.Live() != e.Incident.Status.Live() || arrived && e.Incident.answered()
}

// asksLess reports whether what was told in the channel asks for what is not wanted any
// more, or does again, or can name whom it calls by now.
func (e *edit) asksLess() bool {
	if e.before.ChannelID == "" {
		return false
	}
	for i, p := range e.before.Pages { // who was called without a mention
		if p.Person != e.Incident.Pages[i].Person {
			return true
		}
	}
	if !e.Incident.Status.Live() && (e.before.NeedsCommunication() != e.Incident.NeedsCommunication() || e.before.CustomersLag() != e.Incident.CustomersLag()) {
		return true
	}
	return e.before.answered() != e.Incident.answered() || e.before.Status.Live() != e.Incident.Status.Live() || e.before.blocked() != e.Incident.blocked()
}

// blocked is how many steps are marked as blocked.
func (inc Incident) blocked() (n int) {
	for _, w := range inc.Walks {
		for _, m := range w.Marks {
			if m.State == StepBlocked {
				n++
			}
		}
	}
	return n
}

// answered reports whether pages ask for nothing any more.
func (inc Incident) answered() bool { return inc.Acknowledged() || !inc.Status.Live() }

func sameReminder(a, b *Reminder) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
