package routine

import (
	"slices"
	"time"
)

// Calendar is when a team works.
type Calendar struct {
	// Zone is an IANA name; empty means UTC.
	Zone string `json:"zone,omitempty"`
	// Hour is when rounds begin whose runbook names no time: 9h is 09:00 on the wall clock.
	Hour time.Duration `json:"hour"`
	// Worked are the days of the week; empty means every day.
	Worked []time.Weekday `json:"worked,omitempty"`
	// Off are the holidays, in their order.
	Off []Day `json:"off,omitempty"`
}

// Location of the zone; UTC when it is empty or not known to this machine.
func (c Calendar) Location() *time.Location {
	if l, err := time.LoadLocation(c.Zone); err == nil {
		return l
	}
	return time.UTC
}

// Holiday reports whether a day is listed as one.
func (c Calendar) Holiday(d Day) bool { _, off := slices.BinarySearch(c.Off, d); return off }

// Works reports whether the team works on a day.
func (c Calendar) Works(d Day) bool {
	return (len(c.Worked) == 0 || slices.Contains(c.Worked, d.Weekday())) && !c.Holiday(d)
}

// Period is a span of days that has at most one round. It is named by its first day.
type Period struct {
	First Day
	// End is the day after its last.
	End Day
}

// periodOf is the period that a day belongs to.
func (c Cadence) periodOf(d Day) Period {
	y, m, _ := d.noon().Date()
	months := 1
	switch c.Every {
	case Weekly:
		monday := d.Add(-(int(d.Weekday()) + 6) % 7)
		return Period{monday, monday.Add(7)}
	case Monthly:
	case Quarterly:
		m, months = m-(m-1)%3, 3
	case Yearly:
		m, months = 1, 12
	default:
		return Period{d, d.Add(1)}
	}
	return Period{NewDay(y, m, 1), NewDay(y, m+time.Month(months), 1)}
}

// DayOf is the day of a period on which its round comes; false when it has none. Daily lists leave days off out. A
// weekly one moves to the next working day of its week, or else the one before, and is left out when the whole week
// is off. One that comes once a month or less is never lost: with every day off it comes all the same.
func (c Cadence) DayOf(p Period, cal Calendar) (Day, bool) {
	if c.Every == Daily {
		named := slices.Contains(c.Days, p.First.Weekday()) && !cal.Holiday(p.First)
		return p.First, named || len(c.Days) == 0 && cal.Works(p.First)
	}
	if c.Every == Weekly && c.Step > 1 && weekNumber(p.First)%c.Step != 0 {
		return "", false
	}
	want := c.wanted(p, cal)
	fits := func(d Day) bool {
		return cal.Works(d) || d == want && c.Named && !cal.Holiday(d)
	}
	for d := want; d < p.End; d = d.Add(1) {
		if fits(d) {
			return d, true
		}
	}
	for d := want.Add(-1); d >= p.First; d = d.Add(-1) {
		if fits(d) {
			return d, true
		}
	}
	return want, c.Every != Weekly
}

// weekNumber counts weeks from a Monday long ago.
func weekNumber(monday Day) int {
	return int(monday.noon().Sub(Day("2001-01-01").noon()).Hours()) / (24 * 7)
}

// wanted is the day of a period that the runbook means, whether it is off or not.
func (c Cadence) wanted(p Period, cal Calendar) Day {
	if c.Every == Weekly {
		day := time.Monday
		if c.Named {
			day = c.Weekday
		}
		return p.First.Add((int(day) + 6) % 7)
	}
	if c.Date > 0 {
		last := NewDay(yearMonth(p.First, 1)).Add(-1)
		return min(p.First.Add(c.Date-1), last)
	}
	var found []Day
	for d := p.First; d < p.End; d = d.Add(1) {
		if c.Named && d.Weekday() == c.Weekday || !c.Named && cal.Works(d) {
			found = append(found, d)
		}
	}
	switch n := max(c.Nth, 1); {
	case len(found) == 0:
		return p.First
	case c.Nth < 0:
		return found[len(found)-1]
	default:
		return found[min(n, len(found))-1]
	}
}

func yearMonth(d Day, later int) (int, time.Month, int) {
	y, m, _ := d.noon().Date()
	return y, m + time.Month(later), 1
}

// due is when the round of a period begins; false when it has none.
func (c Cadence) due(p Period, cal Calendar) (time.Time, bool) {
	d, ok := c.DayOf(p, cal)
	return c.on(d, cal), ok
}

// on is when a round begins that comes on a day.
func (c Cadence) on(d Day, cal Calendar) time.Time {
	at := c.At
	if at == 0 {
		at = cal.Hour
	}
	return d.At(at, cal.Location())
}

// mostPeriods bounds how many periods are looked through: as many days are three years.
const mostPeriods = 1100

// next is the first period after last (empty: any) whose round begins after a moment; false when none of
// the next years has one.
func (c Cadence) next(last Day, after time.Time, cal Calendar) (Period, time.Time, bool) {
	p := c.periodOf(DayOf(after.In(cal.Location())))
	for range mostPeriods {
		if p.First > last {
			if at, ok := c.due(p, cal); ok && at.After(after) {
				return p, at, true
			}
		}
		p = c.periodOf(p.End)
	}
	return Period{}, time.Time{}, false
}
