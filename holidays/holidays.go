// Package holidays reads the days on which a team does not work from an iCalendar.
//
// Rule of the room: what comes in is from outside and may be anything. An event that cannot be read is
// left out and counted, and the rest holds. It opens no file and no address.
package holidays

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"mayday/routine"
)

// MostBytes is how large a calendar may be.
const MostBytes = 2 << 20

const (
	// mostDays bounds how long one event may last: a longer one is no holiday.
	mostDays = 60
	// dateForm is a date of iCalendar (RFC 5545, section 3.3.4).
	dateForm = "20060102"
)

// Read gives the days from one to another, both included, on which an event of the calendar lasts all day, in their
// order. An event with a time of day is an appointment and no holiday; a cancelled one does not happen. unread counts
// the events that could not be understood. The error is of what is no calendar at all, or too large.
func Read(r io.Reader, from, to routine.Day) (days []routine.Day, unread int, err error) {
	limited := &io.LimitedReader{R: r, N: MostBytes + 1}
	cal, err := parse(limited)
	switch {
	case limited.N == 0:
		return nil, 0, fmt.Errorf("the calendar is larger than %d MB", MostBytes>>20)
	case err != nil:
		return nil, 0, errors.New("this is no iCalendar: " + err.Error())
	case len(cal.CalendarProperties) == 0 && len(cal.Events()) == 0:
		return nil, 0, errors.New("this is no iCalendar: it has no BEGIN:VCALENDAR")
	}
	moved := overridden(cal)
	for _, e := range cal.Events() {
		found, ok := occurrences(e, moved[e.Id()], from, to)
		if !ok {
			unread++
		}
		days = append(days, found...)
	}
	slices.Sort(days)
	return slices.Compact(days), unread, nil
}

// parse reads a calendar. The library is not proof against every input; what it stumbles over is no calendar.
func parse(r io.Reader) (cal *ics.Calendar, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it cannot be read: %v", p)
		}
	}()
	return ics.ParseCalendar(r)
}

// overridden are the dates of repeated events that another event stands for (RECURRENCE-ID), by the event's id.
func overridden(cal *ics.Calendar) map[string][]routine.Day {
	all := map[string][]routine.Day{}
	for _, e := range cal.Events() {
		if p := e.GetProperty(ics.ComponentPropertyRecurrenceId); p != nil {
			if d, ok := date(p.Value); ok {
				all[e.Id()] = append(all[e.Id()], d)
			}
		}
	}
	return all
}

// occurrences are the days of an event between two days; false when it cannot be understood.
func occurrences(e *ics.VEvent, moved []routine.Day, from, to routine.Day) (days []routine.Day, ok bool) {
	start := e.GetProperty(ics.ComponentPropertyDtStart)
	if start == nil {
		return nil, false
	}
	if s := e.GetProperty(ics.ComponentPropertyStatus); s != nil && strings.EqualFold(s.Value, "CANCELLED") {
		return nil, true
	}
	if len(start.Value) != len(dateForm) {
		return nil, true // it has a time of day
	}
	first, ok := date(start.Value)
	if !ok {
		return nil, false
	}
	lasts, ok := lasting(e, first)
	if !ok {
		return nil, false
	}
	begins, ok := repeated(e, first, from.Add(-mostDays), to)
	if !ok {
		return nil, false
	}
	repeats := e.GetProperty(ics.ComponentPropertyRecurrenceId) == nil
	for _, b := range begins {
		if repeats && slices.Contains(moved, b) {
			continue
		}
		for n := range lasts {
			if d := b.Add(n); d >= from && d <= to {
				days = append(days, d)
			}
		}
	}
	return days, true
}

// lasting is for how many days an event lasts. DTEND is the day after its last (RFC 5545, section 3.6.1).
func lasting(e *ics.VEvent, first routine.Day) (int, bool) {
	if end := e.GetProperty(ics.ComponentPropertyDtEnd); end != nil {
		last, ok := date(end.Value)
		n := 0
		for d := first; ok && d < last && n <= mostDays; d = d.Add(1) {
			n++
		}
		return max(n, 1), ok && n <= mostDays
	}
	if p := e.GetProperty(ics.ComponentProperty(ics.PropertyDuration)); p != nil {
		s, unit := strings.TrimPrefix(strings.TrimPrefix(p.Value, "+"), "P"), 1
		if strings.HasSuffix(s, "W") {
			unit = 7
		}
		n, err := strconv.Atoi(strings.TrimRight(s, "DW"))
		return n * unit, err == nil && n > 0 && n*unit <= mostDays
	}
	return 1, true
}

// repeated are the days on which an event begins within a span.
func repeated(e *ics.VEvent, first, from, to routine.Day) (days []routine.Day, ok bool) {
	var set rrule.Set
	set.DTStart(at(first))
	set.RDate(at(first))
	if p := e.GetProperty(ics.ComponentPropertyRrule); p != nil {
		option, err := rrule.StrToROption(p.Value)
		if err != nil || option.Freq > rrule.DAILY { // hourly and shorter are no days
			return nil, false
		}
		option.Dtstart = at(first)
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			return nil, false
		}
		set.RRule(rule)
	}
	for _, name := range []ics.ComponentProperty{ics.ComponentPropertyRdate, ics.ComponentPropertyExdate} {
		for _, p := range e.GetProperties(name) {
			for _, v := range strings.Split(p.Value, ",") {
				d, ok := date(v)
				switch {
				case !ok:
					return nil, false
				case name == ics.ComponentPropertyRdate:
					set.RDate(at(d))
				default:
					set.ExDate(at(d))
				}
			}
		}
	}
	for _, t := range set.Between(at(from), at(to), true) {
		days = append(days, routine.DayOf(t))
	}
	return days, true
}

func at(d routine.Day) time.Time { return d.At(0, time.UTC) }

// date reads a date, or the date of a time.
func date(s string) (routine.Day, bool) {
	s = strings.TrimSpace(s)
	if len(s) < len(dateForm) {
		return "", false
	}
	t, err := time.Parse(dateForm, s[:len(dateForm)])
	return routine.DayOf(t), err == nil
}
