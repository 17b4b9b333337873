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
// day off. Wall-clock times are used, so a day with a change to summer time
// opens at nine as every other day.
func (h Hours) window(t time.Time) (open, shut time.Time, worked bool) {
	l := t.In(h.Location())
	y, m, d := l.Date()
	at := func(of time.Duration) time.Time {
		return time.Date(y, m, d, int(of/time.Hour), int(of%time.Hour/time.Minute), 0, 0, l.Location())
	}
	return at(h.From), at(h.To), slices.Contains(h.Days, l.Weekday())
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
	for range 8 {
		open, _, worked := h.window(day)
		if worked && !open.Before(t) {
			return open.UTC()
		}
		l := day.In(h.Location())
		day = time.Date(l.Year(), l.Month(), l.Day()+1, 12, 0, 0, 0, l.Location())
	}
	return t
}

// Add returns the moment at which d of business time has passed since t. A d of
// zero gives the next moment in business hours.
func (h Hours) Add(t time.Time, d time.Duration) time.Time {
	if h.always() {
		return t.Add(d)
	}
	t = h.Next(t)
	for {
		_, shut, _ := h.window(t)
		if left := shut.Sub(t); d <= left {
			return t.Add(d).UTC()
		} else {
			d -= left
		}
		t = h.Next(shut)
	}
}

// AddDays is Add for spans that people write in days: a whole day counts as one
// working day, so that "1 day" from Monday noon is Tuesday noon.
func (h Hours) AddDays(t time.Time, d time.Duration) time.Time {
	if h.always() {
		return t.Add(d)
	}
	const day = 24 * time.Hour
	return h.Add(t, d/day*(h.To-h.From)+d%day)
}
