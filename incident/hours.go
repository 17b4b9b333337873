package incident

import (
	"slices"
	"time"
)

// Hours are the business hours of a team. The zero value means around the clock.
type Hours struct {
	// Zone is an IANA name, "Europe/Berlin"; empty means UTC.
	Zone string `json:"zone,omitempty"`
	// Days that are worked, Sunday is 0. Empty means around the clock.
	Days []time.Weekday `json:"days,omitempty"`
	// From and To are the opening and closing time of day on the wall clock: 9h
	// and 17h. To is at most 24h and later than From.
	From time.Duration `json:"from,omitempty"`
	To   time.Duration `json:"to,omitempty"`
}

// Location of the zone; UTC when it is empty or not known to this machine.
func (h Hours) Location() *time.Location {
	if l, err := time.LoadLocation(h.Zone); err == nil {
		return l
	}
	return time.UTC
}

func (h Hours) always() bool { return len(h.Days) == 0 || h.To <= h.From }

// window returns the opening and closing moment of the day of t, which may be a
// day off, or one whose hours a change of the clocks swallows. Wall-clock times are
// used, so a day with a change to summer time opens at nine as every other day.
func (h Hours) window(t time.Time) (open, shut time.Time, worked bool) {
	l := t.In(h.Location())
	open, shut = onWall(l, 0, h.From), onWall(l, 0, h.To)
	return open, shut, slices.Contains(h.Days, l.Weekday()) && open.Before(shut)
}

// onWall is the moment when the wall clock of t's zone shows of, so many days after t's.
// A time that a change of the clocks leaves out is the moment of that change.
func onWall(t time.Time, days int, of time.Duration) time.Time {
	y, m, d := t.Date()
	in := func(l *time.Location) time.Time {
		return time.Date(y, m, d+days, int(of/time.Hour), int(of%time.Hour/time.Minute), 0, 0, l)
	}
	at := in(t.Location())
	_, offset := at.Zone()
	before, after := at.ZoneBounds()
	switch shows := at.UTC().Add(time.Duration(offset) * time.Second); {
	case shows.Before(in(time.UTC)):
		return after
	case shows.After(in(time.UTC)):
		return before
	}
	return at
}

// Contains reports whether t lies in business hours.
func (h Hours) Contains(t time.Time) bool {
	if h.always() {
		return true
	}
	open, shut, worked := h.window(t)
	return worked && !t.Before(open) && t.Before(shut)
}

// Next returns t itself when it lies in business hours, else the next opening.
func (h Hours) Next(t time.Time) time.Time {
	if h.Contains(t) {
		return t
	}
	day := t
	for range mostDaysOff {
		open, _, worked := h.window(day)
		if worked && !open.Before(t) {
			return open.UTC()
		}
		day = onWall(day.In(h.Location()), 1, 12*time.Hour)
	}
	return t
}

const (
	// mostDaysOff is how far ahead the next opening is looked for: who works on one day
	// of the week may lose that day, or its hours, to a change of the clocks or of the zone.
	mostDaysOff = 22
	// mostWindows bounds how many days Add goes through; that many are 27 years of work.
	mostWindows = 10_000
)

// Add returns the moment at which d of business time has passed since t. A d of
// zero gives the next moment in business hours. What is beyond all planning (over
// 10,000 working days) is around the clock from there on.
func (h Hours) Add(t time.Time, d time.Duration) time.Time {
	if h.always() {
		return t.Add(d)
	}
	t = h.Next(t)
	for range mostWindows {
		_, shut, _ := h.window(t)
		left := shut.Sub(t)
		if d <= left || left <= 0 {
			break
		}
		d -= left
		t = h.Next(shut)
	}
	return t.Add(d).UTC()
}

// AddDays is Add for spans that people write in days: a whole day counts as one
// working day, so that "1 day" from Monday noon is Tuesday noon.
func (h Hours) AddDays(t time.Time, d time.Duration) time.Time {
	if h.always() {
		return t.Add(d)
	}
	const day = 24 * time.Hour
	return h.Add(t, d/day*min(h.To-h.From, day)+d%day)
}
