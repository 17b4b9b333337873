package incident

import "time"

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
		e.Incident.Plan.UpdatesSnoozed = until
	}
	e.clearReminder(ClockUpdate)
	e.involve(by)
	e.record(Event{Kind: EventSnoozed, By: by, Due: until})
	return e.done()
}

// Unsnooze ends a snooze before its time: every clock is planned again from the
// declaration, so that what fell due meanwhile is told at once. Refused with Already
// when no snooze holds.
func Unsnooze(inc Incident, by Person, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("end the snooze")
	}
	all, updates := inc.Plan.Snoozed.After(now), inc.Plan.UpdatesSnoozed.After(now)
	if !all && !updates {
		return Change{}, &Refusal{Reason: Already, Verb: "end the snooze"}
	}
	e := begin(inc, now)
	e.Incident.Plan.Snoozed, e.Incident.Plan.UpdatesSnoozed = time.Time{}, time.Time{}
	if updates || inc.Plan.Due[ClockUpdate].Equal(inc.after(inc.Plan.Snoozed, 0)) {
		delete(e.Incident.Plan.Due, ClockUpdate) // it was put off, not promised
	}
	e.involve(by)
	e.record(Event{Kind: EventUnsnoozed, By: by, Aloud: true})
	if all {
		e.plan()
		e.callWhoSlept(inc)
	} else if inc.Rung().UpdateEvery.Set {
		e.Incident.Plan.Due[ClockUpdate] = e.updateAt(time.Time{})
	}
	if due, ok := e.Incident.Plan.Due[ClockUpdate]; ok {
		e.Incident.Plan.Due[ClockUpdate] = later(due, e.now) // the one before may have been reminded of
	}
	return e.done()
}
