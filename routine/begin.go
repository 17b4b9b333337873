package routine

import (
	"cmp"
	"time"
)

const (
	// lateAfter is how much later than due a round says that it is late.
	lateAfter = 10 * time.Minute
	// remindAt is the time of day of a reminder, and remindGap how long a round goes on at least before it.
	remindAt  = 15 * time.Hour
	remindGap = time.Hour
	// mostInARow bounds the count of rounds with the same problem.
	mostInARow = 1000
)

// AskItems asks what can be asked for the items of a round.
type AskItems struct{ Ref }

// Kind names the effect.
func (AskItems) Kind() string { return "ask_items" }

// Begin closes the round before and begins the one that is due. After a time in which mayday was down it begins the
// newest of those that fell due, once, and says how many before it did not happen; on a day off it waits for the next
// working day of its period, and without one only a list that comes once a month or less is gone through all the same.
// A clock that is not due does nothing.
func Begin(r Routine, before Round, now time.Time) (Change, error) {
	if r.Next.IsZero() || r.Next.After(now) {
		return Change{Routine: r, Round: before}, nil
	}
	e := begin(r, before, now)
	c, cal := r.Checklist.Cadence, r.Calendar
	team := r.Pace.team(e.now)
	p, due, missed := newest(r, team)
	if due.IsZero() { // the runbook or the calendar changed, so that this period has no round any more
		e.next(team)
		e.changed = true
		return e.Change, nil
	}
	e.Routine.Missed += missed
	today := DayOf(team.In(cal.Location()))
	if day, _ := c.DayOf(p, cal); today != day && !cal.Works(today) {
		for d := today.Add(1); d < p.End; d = d.Add(1) {
			if cal.Works(d) {
				e.Routine.Next, e.Routine.NextOf = r.Pace.real(c.on(d, cal)).UTC(), p.First
				e.changed = true
				return e.Change, nil
			}
		}
		if c.Every == Daily || c.Every == Weekly {
			e.Routine.Missed++
			e.Routine.Last = p.First
			e.next(team)
			e.changed = true
			return e.Change, nil
		}
	}
	e.close()
	closed := e.Round
	e.Round = e.open(p, due, today)
	if closed.Period != "" {
		e.Closed = &closed
		e.Effects = append(e.Effects, Show{closed.Ref, closed.Revision})
	}
	e.Routine.Last, e.Routine.Missed = p.First, 0
	e.next(team)
	e.remindOn(team)
	if e.Round.Asking {
		e.Effects = append(e.Effects, AskItems{e.Round.Ref})
	}
	return e.done()
}

// newest is the newest period whose round is due by a moment of the team's time, and how many from the one that was
// planned on are before it.
func newest(r Routine, team time.Time) (p Period, due time.Time, missed int) {
	c := r.Checklist.Cadence
	found := 0
	for next := c.periodOf(r.NextOf); ; next = c.periodOf(next.End) {
		at, ok := c.due(next, r.Calendar)
		if ok && next.First > r.Last && !at.After(team) {
			p, due = next, at
			found++
		}
		if next.First.noon().After(team.Add(24*time.Hour)) || found > mostInARow {
			break
		}
	}
	if found == 0 {
		// A holiday was listed after the round was planned, or it waits for a working day.
		return p, due, 0
	}
	return p, due, found - 1
}

// close ends the round in hand, and counts on which items are a problem again and again.
func (e *edit) close() {
	if e.Round.Period == "" {
		return
	}
	counts := map[string]int{}
	for _, l := range e.Round.Lines {
		if l.State == Problem {
			counts[l.Text] = min(max(l.InARow, 1), mostInARow)
		}
	}
	e.Routine.InARow = counts
	if !e.Round.Over() {
		e.Round.ClosedAt = e.now
		e.Round.Asking = false
		e.Round.Revision++
	}
}

// open is a new round of the checklist.
func (e *edit) open(p Period, due time.Time, today Day) Round {
	r := e.Routine
	real := r.Pace.real(due).UTC()
	round := Round{
		Ref: Ref{r.Checklist.Slug, p.First}, Name: r.Checklist.Name, Day: today, Due: real, BegunAt: e.now, Zone: r.Calendar.Zone,
		Late: r.Pace.team(e.now).Sub(due) > lateAfter, Missed: r.Missed, Channel: r.Checklist.Channel, Since: e.Round.BegunAt,
	}
	if round.Since.IsZero() {
		round.Since = r.Pace.real(due.Add(-spanOf[r.Checklist.Cadence.Every])).UTC()
	}
	for _, it := range r.Checklist.Items {
		round.Lines = append(round.Lines, Line{Item: it})
		round.Asking = round.Asking || len(it.Asks) > 0
	}
	return round
}

// spanOf is how far back the first round of a list looks.
var spanOf = map[Every]time.Duration{Daily: 24 * time.Hour, Weekly: 7 * 24 * time.Hour, Monthly: 31 * 24 * time.Hour, Quarterly: 92 * 24 * time.Hour, Yearly: 366 * 24 * time.Hour}

// remindOn sets when somebody is reminded: in the afternoon of the day on which the round began, or of its next
// working day where that is over. The next round comes first, and then nobody is.
func (e *edit) remindOn(team time.Time) {
	cal := e.Routine.Calendar
	day := DayOf(team.In(cal.Location()))
	hour := max(remindAt, cmp.Or(e.Routine.Checklist.Cadence.At, cal.Hour)+remindGap)
	e.Routine.Remind = time.Time{}
	for range 14 {
		at := day.At(min(hour, 23*time.Hour), cal.Location())
		if cal.Works(day) && at.Sub(team) >= remindGap || day == e.Round.Day && at.Sub(team) >= remindGap {
			at = e.Routine.Pace.real(at).UTC()
			if e.Routine.Next.IsZero() || at.Before(e.Routine.Next) {
				e.Routine.Remind = at
			}
			return
		}
		day = day.Add(1)
	}
}
