package routine

import "time"

// Day is a date of the team's calendar, "2026-03-02". Days compare as texts do.
type Day string

// DayOf is the date that a moment has in its own zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// NewDay is the date of a year, a month and a day of it; a day beyond the month's end is one of the next.
func NewDay(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 12, 0, 0, 0, time.UTC))
}

// noon is the day as a moment to count with; a Day that is none counts as the zero time.
func (d Day) noon() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t.Add(12 * time.Hour)
}

// Valid reports whether it is a date.
func (d Day) Valid() bool { _, err := time.Parse(time.DateOnly, string(d)); return err == nil }

// Add is so many days later.
func (d Day) Add(days int) Day { return DayOf(d.noon().AddDate(0, 0, days)) }

// NextMonth is the first day of the month so many months later.
func (d Day) NextMonth(months int) Day {
	y, m, _ := d.noon().Date()
	return NewDay(y, m+time.Month(months), 1)
}

// Weekday of the date.
func (d Day) Weekday() time.Weekday { return d.noon().Weekday() }

// At is the moment at which the wall clock of a zone shows of on that day. A time that a change of
// the clocks leaves out is the moment of that change.
func (d Day) At(of time.Duration, zone *time.Location) time.Time {
	y, m, n := d.noon().Date()
	in := func(l *time.Location) time.Time {
		return time.Date(y, m, n, int(of/time.Hour), int(of%time.Hour/time.Minute), 0, 0, l)
	}
	at := in(zone)
	_, offset := at.Zone()
	before, after := at.ZoneBounds()
	switch shows := at.UTC().Add(time.Duration(offset) * time.Second); {
	case shows.Before(in(time.UTC)):
		return after.UTC()
	case shows.After(in(time.UTC)):
		return before.UTC()
	}
	return at.UTC()
}
