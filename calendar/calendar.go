// Package calendar reads iCalendars (RFC 5545): when which events happen.
//
// Rule of the room: what comes in is from outside and may be anything. An event that cannot be read is
// left out and counted, and the rest holds. It opens no file and no address.
package calendar

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
)

// MostBytes is how large a calendar may be.
const MostBytes = 2 << 20

const (
	// longest bounds how long one event may last.
	longest = 62 * 24 * time.Hour
	// mostRules is how many events of a calendar may repeat.
	mostRules = 500
	// mostTimes is how often an event may begin in one day.
	mostTimes = 24
	// The forms of dates and times (RFC 5545, sections 3.3.4 and 3.3.5).
	dateForm, timeForm = "20060102", "20060102T150405"
)

// Event is one time that something happens; what repeats is an event each time.
type Event struct {
	// From is its first moment, Until the first that is not of it any more.
	From, Until time.Time
	// Wall is From as the clock on the wall shows it where the event is, as if that were UTC, and Lasts how long the event
	// lasts by that clock: whole days when it is AllDay.
	Wall   time.Time
	Lasts  time.Duration
	AllDay bool
	// Summary as written.
	Summary string
	// Attendees are the people who have not declined.
	Attendees []Attendee
}

// Attendee is somebody who takes part in an event.
type Attendee struct {
	// Email in lower case.
	Email string
	// Name as written; empty when there is none.
	Name string
}

// Read gives the events that lie in a span of time, also in part, in the order in which they begin. zone is where days
// and times without a zone of their own are, unless the calendar says so itself. unread counts the events that could not be
// understood; one that lasts longer than 62 days is not understood, one that is cancelled does not happen. The error is of
// what is no calendar at all, or too large.
func Read(r io.Reader, from, until time.Time, zone *time.Location) (events []Event, unread int, err error) {
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
	c := &reading{from: from, until: until, zones: zonesOf(cal, zone), moved: map[string][]time.Time{}}
	for _, e := range cal.Events() {
		if p := e.GetProperty(ics.ComponentPropertyRecurrenceId); p != nil {
			if w, ok := c.zones.moment(p); ok {
				c.moved[e.Id()] = append(c.moved[e.Id()], w.instant())
			}
		}
	}
	for _, e := range cal.Events() {
		found, ok := c.events(e)
		if !ok {
			unread++
		}
		events = append(events, found...)
	}
	slices.SortStableFunc(events, func(a, b Event) int { return a.From.Compare(b.From) })
	return events, unread, nil
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

// reading is a calendar that is being read.
type reading struct {
	from, until time.Time
	zones       zones
	// moved are the beginnings of repeated events that another event stands for (RECURRENCE-ID), by the event's id.
	moved map[string][]time.Time
	// rules counts the events that repeat.
	rules int
}

// events are the times that one happens within the span; false when it is not understood.
func (c *reading) events(e *ics.VEvent) (events []Event, ok bool) {
	if s := e.GetProperty(ics.ComponentPropertyStatus); s != nil && strings.EqualFold(s.Value, "CANCELLED") {
		return nil, true
	}
	start := e.GetProperty(ics.ComponentPropertyDtStart)
	if start == nil {
		return nil, false
	}
	first, ok := c.zones.moment(start)
	if !ok {
		return nil, false
	}
	lasts, ok := c.lasting(e, first)
	if !ok {
		return nil, false
	}
	begins, ok := c.begins(e, first, lasts)
	if !ok {
		return nil, false
	}
	one := Event{Lasts: lasts, AllDay: allDay(start), Attendees: attendees(e)}
	if s := e.GetProperty(ics.ComponentPropertySummary); s != nil {
		one.Summary = s.Value
	}
	repeats := e.GetProperty(ics.ComponentPropertyRecurrenceId) == nil
	for _, b := range begins {
		one.From, one.Until, one.Wall = b.instant(), wall{b.local.Add(lasts), b.in}.instant(), b.local
		if repeats && slices.ContainsFunc(c.moved[e.Id()], one.From.Equal) || !one.Until.After(c.from) || !one.From.Before(c.until) {
			continue
		}
		events = append(events, one)
	}
	return events, true
}

// lasting is how long an event lasts by the clock on the wall: a shift from nine to nine has no other end when the clocks change.
func (c *reading) lasting(e *ics.VEvent, first wall) (time.Duration, bool) {
	lasts := 24 * time.Hour // a day without an end is one day
	if end := e.GetProperty(ics.ComponentPropertyDtEnd); end != nil {
		last, ok := c.zones.moment(end)
		if !ok {
			return 0, false
		}
		lasts = first.in.wall(last.instant()).Sub(first.local)
		if lasts == 0 && allDay(e.GetProperty(ics.ComponentPropertyDtStart)) {
			lasts = 24 * time.Hour // some programs end a day on itself
		}
	} else if p := e.GetProperty(ics.ComponentProperty(ics.PropertyDuration)); p != nil {
		var ok bool
		if lasts, ok = duration(p.Value); !ok {
			return 0, false
		}
	} else if !allDay(e.GetProperty(ics.ComponentPropertyDtStart)) {
		return 0, false // a moment
	}
	return lasts, lasts > 0 && lasts <= longest
}

// begins is when an event begins, each time, so that it touches the span.
func (c *reading) begins(e *ics.VEvent, first wall, lasts time.Duration) (begins []wall, ok bool) {
	var set rrule.Set
	set.DTStart(first.local)
	set.RDate(first.local)
	if p := e.GetProperty(ics.ComponentPropertyRrule); p != nil {
		option, err := rrule.StrToROption(p.Value)
		if c.rules++; err != nil || !found(option) || option.Freq > rrule.MONTHLY && first.local.Before(firstOnset) || c.rules > mostRules {
			return nil, false
		}
		option.Dtstart = first.local
		if !option.Until.IsZero() && strings.Contains(strings.ToUpper(p.Value), "Z") {
			option.Until = first.in.wall(option.Until)
		}
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			return nil, false
		}
		set.RRule(rule)
	}
	for _, name := range []ics.ComponentProperty{ics.ComponentPropertyRdate, ics.ComponentPropertyExdate} {
		for _, p := range e.GetProperties(name) {
			for _, v := range strings.Split(p.Value, ",") {
				one := *p
				one.Value = v
				w, ok := c.zones.moment(&one)
				switch {
				case !ok:
					return nil, false
				case name == ics.ComponentPropertyRdate:
					set.RDate(first.in.wall(w.instant()))
				default:
					set.ExDate(first.in.wall(w.instant()))
				}
			}
		}
	}
	// A day more on both sides, because the span is of instants and this of clocks on a wall.
	for _, t := range set.Between(c.from.Add(-lasts-24*time.Hour).UTC(), c.until.Add(24*time.Hour).UTC(), true) {
		begins = append(begins, wall{t, first.in})
	}
	return begins, true
}

// found says that a rule's days are found soon: whatever it asks for, the library goes on to the year 9999 when there is no
// such day, which takes it a moment in steps of months and an hour in steps of hours.
func found(o *rrule.ROption) bool {
	byDay := len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno)+len(o.Bysetpos)+len(o.Byeaster)+len(o.Bymonth) > 0
	times := max(1, len(o.Byhour)) * max(1, len(o.Byminute)) * max(1, len(o.Bysecond))
	return times <= mostTimes && (o.Freq <= rrule.MONTHLY || o.Freq <= rrule.DAILY && !byDay)
}

// attendees are the people who take part and have not declined; rooms and groups are none.
func attendees(e *ics.VEvent) (people []Attendee) {
	for _, p := range e.GetProperties(ics.ComponentPropertyAttendee) {
		kind := strings.ToUpper(parameter(p, "CUTYPE"))
		if strings.EqualFold(parameter(p, "PARTSTAT"), "DECLINED") || kind != "" && kind != "INDIVIDUAL" {
			continue
		}
		scheme, address, ok := strings.Cut(p.Value, ":")
		if !ok { // PagerDuty writes an address as it is
			scheme, address = "mailto", p.Value
		}
		if !strings.EqualFold(scheme, "mailto") || !strings.Contains(address, "@") {
			continue
		}
		who := Attendee{Email: strings.ToLower(strings.TrimSpace(address))}
		if cn := strings.Trim(parameter(p, "CN"), `"`); !strings.Contains(cn, "@") {
			who.Name = cn
		}
		people = append(people, who)
	}
	return people
}

func parameter(p *ics.IANAProperty, name string) string {
	return strings.Join(p.ICalParameters[name], " ")
}
