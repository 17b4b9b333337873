package routine

import (
	"reflect"
	"time"
)

// Planning is what the runbook and the settings say of a routine.
type Planning struct {
	// Checklist is nil when the runbook has it no more.
	Checklist *Checklist
	Calendar  Calendar
	// Factor is how much faster the team's time runs; 0 and 1 are the real time.
	Factor float64
	// Morning lets the team's first day begin now, a moment before its hour: a demo need not be waited for.
	Morning bool
}

// Plan takes over what the runbook and the settings say now. A round that goes on keeps its items, and one that is due
// already still begins. The first round of a new list is the next that falls due, none is made up for. A list that the
// runbook lost has no more rounds, and its last one is closed.
func Plan(r Routine, round Round, p Planning, now time.Time) (Change, error) {
	e := begin(r, round, now)
	if p.Checklist == nil {
		if r.Next.IsZero() && r.Remind.IsZero() {
			return Change{Routine: r, Round: round}, nil
		}
		e.Routine.Next, e.Routine.NextOf, e.Routine.Remind = time.Time{}, "", time.Time{}
		if e.Round.Period != "" && !e.Round.Over() {
			e.Round.ClosedAt, e.Round.Gone = e.now, true
		}
		return e.done()
	}
	e.Routine.Checklist, e.Routine.Calendar = *p.Checklist, p.Calendar
	if p.Morning && r.Pace == (Pace{}) {
		today := DayOf(now.In(p.Calendar.Location()))
		opens := p.Checklist.Cadence.on(today, p.Calendar)
		e.Routine.Pace = Pace{Real: e.now, Team: opens.Add(-time.Second), Factor: max(p.Factor, 1)}
	}
	e.Routine.Pace = e.Routine.Pace.at(max(p.Factor, 1), e.now)
	if due := r.Next; due.IsZero() || due.After(e.now) {
		e.next(e.Routine.Pace.team(e.now))
	}
	if samePlan(r, e.Routine) {
		return Change{Routine: r, Round: round}, nil
	}
	e.changed = true
	e.Routine.Revision++ // the round that goes on looks as it did
	return e.Change, nil
}

func samePlan(a, b Routine) bool {
	return a.Revision > 0 && a.Next.Equal(b.Next) && a.NextOf == b.NextOf && a.Pace == b.Pace &&
		reflect.DeepEqual(a.Checklist, b.Checklist) && reflect.DeepEqual(a.Calendar, b.Calendar)
}

// next sets when the next round begins, after a moment of the team's time.
func (e *edit) next(after time.Time) {
	p, at, ok := e.Routine.Checklist.Cadence.next(e.Routine.Last, after, e.Routine.Calendar)
	e.Routine.Next, e.Routine.NextOf = time.Time{}, ""
	if ok {
		e.Routine.Next, e.Routine.NextOf = e.Routine.Pace.real(at).UTC(), p.First
	}
}
