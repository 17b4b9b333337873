package incident

import "time"

// Announce publishes an update. next, when set, is the time until the next one;
// otherwise the severity's cadence counts.
func Announce(inc Incident, by Person, text string, next time.Duration, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("update")
	}
	text = Paragraph(text, MaxText)
	if text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "update", Word: "what is known now"}
	}
	e := begin(inc, now)
	e.Incident.LastUpdate = Update{By: by, At: e.now, Text: text}
	every := inc.Rung().UpdateEvery
	if next > 0 {
		every = Within(next)
	}
	delete(e.Incident.Plan.Due, ClockUpdate)
	var due time.Time
	if every.Set {
		due = inc.after(e.now, every.D)
		if next <= 0 {
			due = e.awake(due)
		}
		e.Incident.Plan.Due[ClockUpdate] = due
	}
	e.clearReminder(ClockUpdate)
	e.involve(by)
	e.record(Event{Kind: EventUpdated, By: by, Text: text, Due: due, Aloud: true})
	return e.done()
}

// Note adds a line to the timeline. It is possible after the incident too.
func Note(inc Incident, by Person, text string, now time.Time) (Change, error) {
	text = Paragraph(text, MaxText)
	if text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "note", Word: "what to note"}
	}
	e := begin(inc, now)
	e.record(Event{Kind: EventNoted, By: by, Text: text, Aloud: true})
	return e.done()
}

// MarkCommunicated records that customers were told.
func MarkCommunicated(inc Incident, by Person, now time.Time) (Change, error) {
	if !inc.Rung().Communicate {
		return Change{}, &Refusal{Reason: NotNeeded, Verb: "mark as sent"}
	}
	if !inc.CommunicatedAt.IsZero() {
		return Change{}, &Refusal{Reason: Already, Verb: "mark as sent", By: inc.CommunicatedBy, At: inc.CommunicatedAt}
	}
	e := begin(inc, now)
	e.Incident.CommunicatedBy, e.Incident.CommunicatedAt = by, e.now
	e.involve(by)
	e.record(Event{Kind: EventCommunicated, By: by, Aloud: true})
	return e.done()
}

// Snooze quietens the reminders for d, at most a day. While nobody has
// acknowledged it also moves the response clock, which needs a reason. It never
// shortens a snooze that holds.
func Snooze(inc Incident, by Person, d time.Duration, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("snooze")
	}
	why = Line(why, MaxText)
	if d <= 0 || d > 24*time.Hour {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "snooze", Word: "for how long, up to a day: 15m, 1h"}
	}
	if why == "" && !inc.Acknowledged() {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "snooze", Word: "why nobody has to respond yet"}
	}
	e := begin(inc, now)
	until := e.now.Add(d)
	if held := e.Incident.Plan.Snoozed; held.After(until) {
		until = held
	}
	e.Incident.Plan.Snoozed = until
	for _, c := range []Clock{ClockUpdate, ClockRespond, ClockEscalate} {
		if due, ok := e.Incident.Plan.Due[c]; ok && e.Incident.matters(c) && due.Before(until) {
			e.Incident.Plan.Due[c] = e.awake(due)
		}
	}
	delete(e.Incident.Plan.Due, ClockRespondHalf)
	e.clearReminder()
	e.involve(by)
	e.record(Event{Kind: EventSnoozed, By: by, Due: until, Note: why, Aloud: true})
	return e.done()
}

// SnoozeUpdates quietens the reminder for an update alone, for d, at most a day:
// what the button on that reminder does. It leaves the response clock running.
func SnoozeUpdates(inc Incident, by Person, d time.Duration, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("snooze")
	}
	if d <= 0 || d > 24*time.Hour {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "snooze", Word: "for how long, up to a day: 15m, 1h"}
	}
	e := begin(inc, now)
	until := e.now.Add(d)
	if _, ok := e.Incident.Plan.Due[ClockUpdate]; ok {
		e.Incident.Plan.Due[ClockUpdate] = until
	}
	e.clearReminder(ClockUpdate)
	e.involve(by)
	e.record(Event{Kind: EventSnoozed, By: by, Due: until})
	return e.done()
}
