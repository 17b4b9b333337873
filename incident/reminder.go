package incident

import "time"

// directAfter is the how-manyth reminder in a row without an answer comes by direct message too.
const directAfter = 2

// Reminder is the one live reminder of an incident.
type Reminder struct {
	Clock Clock     `json:"clock"`
	Due   time.Time `json:"due"`
	At    time.Time `json:"at"`
	// Times counts how often in a row this is asked, from 1. 0 in what a release before wrote.
	Times int `json:"times,omitempty"`
}

// Direct reports whether a reminder comes by direct message as well: nothing came of the
// one before it in the channel.
func (r *Reminder) Direct() bool { return r != nil && r.Times >= directAfter }

// ToAct are the people who have to act upon the reminder: whoever leads, else whoever
// acknowledged, else those who are paged and did not decline. Each once.
func (inc Incident) ToAct() []Person {
	switch lead := inc.Roles[Lead]; {
	case lead != "":
		return []Person{lead}
	case inc.Acknowledged():
		return []Person{inc.AcknowledgedBy}
	}
	var called []Person
	seen := map[Person]bool{}
	for _, p := range inc.Pages {
		if _, declined := inc.Declined[p.Person]; p.Person != "" && !declined && !seen[p.Person] {
			seen[p.Person] = true
			called = append(called, p.Person)
		}
	}
	return called
}

// remindToRespond reminds while the deadline is still ahead.
func (e *edit) remindToRespond(late time.Duration) {
	due, ahead := e.Incident.Deadline(ClockRespond)
	// After a long standstill the breach itself follows at once: it needs no reminder before it.
	if ahead && due.After(e.now) {
		e.remind(ClockRespond, due)
	}
	e.record(Event{Kind: EventRespondReminded, Clock: ClockRespond, Due: due, Late: late})
}

// remindToUpdate asks for an update and arms the next reminder, which will replace this one.
func (e *edit) remindToUpdate(due time.Time, late time.Duration) {
	e.remind(ClockUpdate, due)
	e.record(Event{Kind: EventUpdateReminded, Clock: ClockUpdate, Due: due, Late: late})
	if every := e.Incident.Rung().UpdateEvery; every.Set && every.D > 0 {
		e.Incident.Plan.Due[ClockUpdate] = e.Incident.after(e.now, every.D)
	}
}

// remind makes the reminder that is live from now on. One of the same clock that still
// stands was not answered.
func (e *edit) remind(c Clock, due time.Time) {
	times := 1
	if r := e.Incident.Reminder; r != nil && r.Clock == c {
		times = max(r.Times, 1) + 1
	}
	e.Incident.Reminder = &Reminder{Clock: c, Due: due, At: e.now, Times: times}
}
