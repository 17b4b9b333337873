package incident

import (
	"slices"
	"strings"
	"time"
)

// Clock is a deadline of an incident.
type Clock string

// The clocks.
const (
	// ClockRespondHalf reminds when half of the response time is gone.
	ClockRespondHalf Clock = "respond_half"
	// ClockRespond runs out when nobody acknowledged in time.
	ClockRespond Clock = "respond"
	// ClockEscalate pages the next contact.
	ClockEscalate Clock = "escalate"
	// ClockResolve runs out when the incident was not resolved in time.
	ClockResolve Clock = "resolve"
	// ClockUpdate asks for an update.
	ClockUpdate Clock = "update"
	// ClockPageCheck runs out when a page did not arrive in time.
	ClockPageCheck Clock = "page_check"
	// ClockReach calls people by their other contact methods.
	ClockReach Clock = "reach"
	// ClockTrack has the tracking issue brought up to date and looked at.
	ClockTrack Clock = "track"
	// ClockReview has the post-mortem's issue looked at.
	ClockReview Clock = "review"
	// ClockHandover runs out when whoever was asked to take over did not answer.
	ClockHandover Clock = "handover"
)

// defaultRepeatFloor is the shortest time between two escalations.
const defaultRepeatFloor = 15 * time.Minute

// lateAfter is the delay from which on a clock says that it is late.
const lateAfter = 10 * time.Second

// Plan is what the incident has to be woken for.
type Plan struct {
	// At is when the clocks were planned last: a clock that was due before it is not late.
	At time.Time `json:"at,omitzero"`
	// Due holds the clocks that have not fired. One that no longer matters may
	// stay in here: Timers leaves it out.
	Due map[Clock]time.Time `json:"due,omitempty"`
	// Breached holds the deadlines that were missed and told, and the escalation
	// once it was made: when they were due.
	Breached map[Clock]time.Time `json:"breached,omitempty"`
	// Rung is the index of the contact paged last, -1 before the first.
	Rung int `json:"rung"`
	// Snoozed is until when reminders were quietened, and UpdatesSnoozed until when
	// those for an update alone were.
	Snoozed        time.Time `json:"snoozed,omitzero"`
	UpdatesSnoozed time.Time `json:"updates_snoozed,omitzero"`
}

// Timer is a moment at which an incident wants to be woken.
type Timer struct {
	Clock Clock
	Due   time.Time
}

// Timers are the clocks that still matter, soonest first. They follow from the
// row alone: a verb that acknowledges or resolves silences them without
// knowing them.
func (inc Incident) Timers() []Timer {
	var ts []Timer
	for c, due := range inc.Plan.Due {
		if inc.matters(c) {
			ts = append(ts, Timer{c, due})
		}
	}
	for _, c := range computed {
		if due, ok := inc.Deadline(c); ok {
			ts = append(ts, Timer{c, due})
		}
	}
	slices.SortFunc(ts, func(a, b Timer) int {
		if n := a.Due.Compare(b.Due); n != 0 {
			return n
		}
		return strings.Compare(string(a.Clock), string(b.Clock))
	})
	return ts
}

// computed are the clocks that follow from the rest of the row and not from Plan.Due.
var computed = []Clock{ClockPageCheck, ClockReach, ClockTrack, ClockReview, ClockHandover}

func (inc Incident) matters(c Clock) bool {
	if !inc.Status.Live() {
		return false
	}
	switch c {
	case ClockRespondHalf, ClockRespond:
		return !inc.Acknowledged()
	}
	return true
}

// Deadline returns when a clock runs out; false when it is not running.
func (inc Incident) Deadline(c Clock) (time.Time, bool) {
	due, ok := inc.Plan.Due[c]
	switch c {
	case ClockPageCheck:
		due, ok = inc.pageCheck()
	case ClockHandover:
		due, ok = inc.handoverDue()
	case ClockReach:
		due, ok = inc.reachClock()
	case ClockTrack: // runs on after the end, to tell of it
		return inc.Track.Next, !inc.Track.Next.IsZero()
	case ClockReview:
		return inc.Review.Next, !inc.Review.Next.IsZero() && !inc.Status.Live()
	}
	return due, ok && inc.matters(c)
}

// Overdue says since when what a clock asks for is missed: a response, an update or the
// resolution; false when it is not, or is not asked for any more.
func (inc Incident) Overdue(c Clock) (since time.Time, ok bool) {
	if c == ClockUpdate {
		if r := inc.Reminder; r != nil && r.Clock == c {
			return r.Due, inc.matters(c)
		}
		return time.Time{}, false
	}
	_, runs := inc.Deadline(c) // a new severity gave it more time
	since, ok = inc.Plan.Breached[c]
	return since, ok && !runs && c != ClockEscalate && inc.matters(c)
}

// after adds a span of this incident's severity to a moment, in business hours
// where the severity asks for them.
func (inc Incident) after(t time.Time, d time.Duration) time.Time {
	if inc.Rung().BusinessHours {
		return inc.Policy.Hours.AddDays(t, d).UTC()
	}
	return t.Add(d).UTC()
}

// repeat is the time between two escalations.
func (inc Incident) repeat() time.Duration {
	floor := inc.Policy.RepeatFloor
	if floor == 0 {
		floor = defaultRepeatFloor
	}
	return max(inc.Rung().Escalate.D, floor)
}

// plan sets every clock from the time of declaration, at declaration and again
// whenever the severity changes. A deadline that was told as missed is not told
// twice unless the new severity moves it into the future, and a snooze holds.
func (e *edit) plan() {
	inc := &e.Incident
	p, s, t := &inc.Plan, inc.Rung(), inc.DeclaredAt
	update := p.Due[ClockUpdate]
	p.At, p.Due = e.now, map[Clock]time.Time{}
	if at := inc.after(t, s.Respond.D); s.Respond.Set && e.untold(ClockRespond, at) {
		p.Due[ClockRespond] = e.awake(at)
	}
	half := inc.after(t, s.Respond.D/2)
	if s.Respond.Set && s.Respond.D > 0 && half.After(e.now) && e.awake(half).Equal(half) {
		p.Due[ClockRespondHalf] = half
	}
	if at := inc.after(t, s.FixWithin.D); s.FixWithin.Set && e.untold(ClockResolve, at) {
		p.Due[ClockResolve] = at
	}
	if s.UpdateEvery.Set {
		p.Due[ClockUpdate] = e.updateAt(update)
	}
	e.planEscalation()
}

// untold reports whether a deadline lies ahead or was never told as missed.
func (e *edit) untold(c Clock, at time.Time) bool {
	_, told := e.Incident.Plan.Breached[c]
	return at.After(e.now) || !told
}

// awake moves a reminder behind the snooze that holds now, and into business
// hours where the severity asks for them.
func (e *edit) awake(at time.Time) time.Time {
	if until := e.Incident.Plan.Snoozed; until.After(e.now) && until.After(at) {
		return e.Incident.after(until, 0)
	}
	return at
}

// updateAt is when the next update is due. What was planned before holds where it
// is later, unless the severity was raised: a reminder was shown a moment ago, put
// off by its button, or somebody promised the next update for then.
func (e *edit) updateAt(planned time.Time) time.Time {
	inc := &e.Incident
	since := inc.DeclaredAt
	if inc.LastUpdate.At.After(since) {
		since = inc.LastUpdate.At
	}
	at := e.awake(inc.after(since, inc.Rung().UpdateEvery.D))
	if planned.After(at) && !e.raised() {
		return planned
	}
	return at
}

// planEscalation sets the escalation from the time of declaration. Once somebody
// acknowledged it is told once, and what would repeat it ends.
func (e *edit) planEscalation() {
	inc := &e.Incident
	delete(inc.Plan.Due, ClockEscalate)
	span := inc.Rung().Escalate
	if !span.Set {
		return
	}
	at := inc.after(inc.DeclaredAt, span.D)
	if !inc.Acknowledged() {
		inc.Plan.Due[ClockEscalate] = e.awake(e.escalateAt(at))
	} else if e.untold(ClockEscalate, at) {
		inc.Plan.Due[ClockEscalate] = e.awake(at)
	}
}

// raised reports whether this edit made the severity a graver one.
func (e *edit) raised() bool {
	p := e.Incident.Policy
	return p.Rank(e.Incident.Severity) < p.Rank(e.before.Severity)
}

// escalateAt keeps an escalation that was planned from the declaration from
// following too closely on one that a clock made already. A graver severity does not wait.
func (e *edit) escalateAt(at time.Time) time.Time {
	inc := &e.Incident
	last, made := inc.lastEscalated()
	if !made || e.raised() {
		return at
	}
	if next := inc.after(last, inc.repeat()); next.After(at) {
		return next
	}
	return at
}

// lastEscalated is when a clock escalated last, whether or not there was anybody to call.
func (inc Incident) lastEscalated() (last time.Time, made bool) {
	last, made = inc.Plan.Breached[ClockEscalate]
	for _, p := range inc.Pages {
		if p.Why == Escalated && p.At.After(last) {
			last, made = p.At, true // it was late
		}
	}
	return last, made
}

func (inc Incident) lastPaged() time.Time {
	var last time.Time
	for _, p := range inc.Pages {
		if p.At.After(last) {
			last = p.At
		}
	}
	return last
}

// Fire carries out a clock that ran out. A timer that the row no longer holds
// is stale and gives an empty Change.
func Fire(inc Incident, t Timer, now time.Time) (Change, error) {
	due, ok := inc.Deadline(t.Clock)
	if !ok || !due.Equal(t.Due) || due.After(now) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	delete(e.Incident.Plan.Due, t.Clock)
	late := e.late(due)
	e.due, e.lateBy = due, late
	switch t.Clock {
	case ClockRespondHalf:
		e.remindToRespond(late)
	case ClockRespond:
		e.breachRespond(due, late)
	case ClockEscalate:
		e.fireEscalation(due, late)
	case ClockResolve:
		e.breachResolve(due, late)
	case ClockUpdate:
		e.remindToUpdate(due, late)
	case ClockPageCheck:
		e.sayOverdue(late)
	case ClockReach:
		e.reachDue()
	case ClockTrack:
		e.askTrack()
	case ClockReview:
		e.askReview()
	case ClockHandover:
		e.remindOfHandover(late)
	}
	return e.done()
}

func (e *edit) late(due time.Time) time.Duration {
	if e.Incident.Plan.At.After(due) {
		due = e.Incident.Plan.At
	}
	if d := e.now.Sub(due); d >= lateAfter {
		return d.Round(time.Second)
	}
	return 0
}

func (e *edit) breachRespond(due time.Time, late time.Duration) {
	e.Incident.Plan.Breached[ClockRespond] = due
	delete(e.Incident.Plan.Due, ClockRespondHalf)
	e.clearReminder(ClockRespond)
	e.record(Event{Kind: EventRespondBreached, Clock: ClockRespond, Due: due, Late: late, Aloud: true})
	// The escalation of the same minute may have come first: one page is enough.
	if e.Incident.lastPaged().Before(due) {
		e.pageNext(NoResponse, "", "")
	}
}

func (e *edit) breachResolve(due time.Time, late time.Duration) {
	e.Incident.Plan.Breached[ClockResolve] = due
	e.record(Event{Kind: EventResolveBreached, Clock: ClockResolve, Due: due, Late: late, Aloud: true})
}

func (e *edit) clearReminder(clocks ...Clock) {
	if r := e.Incident.Reminder; r != nil && (len(clocks) == 0 || slices.Contains(clocks, r.Clock)) {
		e.Incident.Reminder = nil
	}
}
