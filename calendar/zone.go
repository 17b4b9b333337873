package calendar

import (
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
)

// place is where a clock hangs on a wall. Times on the wall are kept as if they were UTC, so that repeating and adding
// are by the calendar.
type place interface {
	instant(wall time.Time) time.Time
	wall(instant time.Time) time.Time
}

// wall is a time on a wall.
type wall struct {
	local time.Time
	in    place
}

func (w wall) instant() time.Time { return w.in.instant(w.local) }

// region is a place of the zone database.
type region struct{ *time.Location }

func (r region) instant(w time.Time) time.Time {
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, r.Location).UTC()
}

func (r region) wall(at time.Time) time.Time {
	l := at.In(r.Location)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
}

// zones are the places that a calendar speaks of.
type zones struct {
	home  place
	known map[string]place
}

// zonesOf reads the zones that a calendar brings along: programs of Windows have names of their own for them.
func zonesOf(cal *ics.Calendar, home *time.Location) zones {
	z := zones{home: region{home}, known: map[string]place{}}
	for _, p := range cal.CalendarProperties {
		if p.IANAToken == "X-WR-TIMEZONE" {
			if at, err := time.LoadLocation(p.Value); err == nil {
				z.home = region{at}
			}
		}
	}
	for _, tz := range cal.Timezones() {
		id := tz.GetProperty(ics.ComponentPropertyTzid)
		if id == nil {
			continue
		}
		if at, err := time.LoadLocation(id.Value); err == nil && id.Value != "" {
			z.known[id.Value] = region{at}
		} else if o := observancesOf(tz); len(o) > 0 {
			z.known[id.Value] = o
		}
	}
	return z
}

// moment reads a date or a time of a property; false when it is none, or of an unknown zone.
func (z zones) moment(p *ics.IANAProperty) (wall, bool) {
	v, in := strings.TrimSpace(p.Value), z.home
	if id := strings.Trim(strings.Join(p.ICalParameters["TZID"], ""), `"`); id != "" {
		known, ok := z.known[id]
		if at, err := time.LoadLocation(id); !ok && err == nil {
			known, ok = region{at}, true
		}
		if !ok {
			return wall{}, false
		}
		in = known
	}
	form := timeForm
	if len(v) == len(dateForm) {
		form = dateForm
	}
	if strings.HasSuffix(v, "Z") {
		v, in = strings.TrimSuffix(v, "Z"), region{time.UTC}
	}
	t, err := time.Parse(form, v)
	return wall{t, in}, err == nil
}

// allDay says that a property is a date without a time.
func allDay(p *ics.IANAProperty) bool {
	return p != nil && len(strings.TrimSpace(p.Value)) == len(dateForm)
}

// observances are what a calendar says of a zone that no database knows: from when on which offset holds
// (RFC 5545, section 3.6.5), in order, on the wall.
type observances []observance

type observance struct {
	onset        time.Time
	before, then time.Duration
}

// The years whose changes are looked at. Programs of Windows begin in 1601, which is further back than a duration goes.
var firstOnset, lastOnset = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

func observancesOf(tz *ics.VTimezone) (all observances) {
	for _, c := range tz.SubComponents() {
		switch c := c.(type) {
		case *ics.Standard:
			all = append(all, onsets(&c.ComponentBase)...)
		case *ics.Daylight:
			all = append(all, onsets(&c.ComponentBase)...)
		}
	}
	slices.SortStableFunc(all, func(a, b observance) int { return a.onset.Compare(b.onset) })
	return all
}

// onsets are the times from which on an offset holds; none when it is not understood.
func onsets(c *ics.ComponentBase) (all observances) {
	start, from, to := c.GetProperty(ics.ComponentPropertyDtStart), c.GetProperty("TZOFFSETFROM"), c.GetProperty("TZOFFSETTO")
	if start == nil || from == nil || to == nil {
		return nil
	}
	first, err := time.Parse(timeForm, strings.TrimSuffix(start.Value, "Z"))
	before, ok := offset(from.Value)
	then, ok2 := offset(to.Value)
	if err != nil || !ok || !ok2 {
		return nil
	}
	if first.Before(firstOnset) {
		first = first.AddDate(firstOnset.Year()-first.Year(), 0, 0)
	}
	times := []time.Time{first}
	if p := c.GetProperty(ics.ComponentPropertyRrule); p != nil {
		option, err := rrule.StrToROption(p.Value)
		if err != nil || option.Freq > rrule.DAILY {
			return nil
		}
		option.Dtstart = first
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			return nil
		}
		times = rule.Between(firstOnset, lastOnset, true)
	}
	for _, t := range times {
		all = append(all, observance{t, before, then})
	}
	return all
}

// offsetAt is what holds from the last onset before a time on the wall on, or before the first.
func (all observances) offsetAt(w time.Time) time.Duration {
	i, found := slices.BinarySearchFunc(all, w, func(o observance, w time.Time) int { return o.onset.Compare(w) })
	switch {
	case found:
		return all[i].then
	case i == 0:
		return all[0].before
	}
	return all[i-1].then
}

func (all observances) instant(w time.Time) time.Time { return w.Add(-all.offsetAt(w)) }

func (all observances) wall(at time.Time) time.Time {
	at = at.UTC()
	w := at.Add(all.offsetAt(at))
	return at.Add(all.offsetAt(w)) // the first guess may lie on the other side of a change
}

// offset reads "+0200".
func offset(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 5 {
		return 0, false
	}
	h, err := strconv.Atoi(s[1:3])
	m, err2 := strconv.Atoi(s[3:5])
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, err == nil && err2 == nil && (s[0] == '+' || s[0] == '-')
}

// duration reads "P1DT12H" or "P2W" (RFC 5545, section 3.3.6).
func duration(s string) (d time.Duration, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "+")
	days, hours, _ := strings.Cut(strings.TrimPrefix(s, "P"), "T")
	for _, part := range []struct {
		of    string
		units map[byte]time.Duration
	}{
		{days, map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour}},
		{hours, map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}},
	} {
		for rest := part.of; rest != ""; {
			i := strings.IndexFunc(rest, func(c rune) bool { return c < '0' || c > '9' })
			if i <= 0 {
				return 0, false
			}
			n, err := strconv.Atoi(rest[:i])
			unit, known := part.units[rest[i]]
			if err != nil || !known || n > 10_000 {
				return 0, false
			}
			d, rest = d+time.Duration(n)*unit, rest[i+1:]
		}
	}
	return d, strings.HasPrefix(s, "P") && d > 0
}
