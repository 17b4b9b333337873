// Package holidays reads the days on which a team does not work from an iCalendar.
package holidays

import (
	"io"
	"slices"
	"time"

	"mayday/calendar"
	"mayday/routine"
)

// Read gives the days from one to another, both included, on which an event of the calendar lasts all day, in their
// order. An event with a time of day is an appointment and no holiday; a cancelled one does not happen. unread counts
// the events that could not be understood. The error is of what is no calendar at all, or too large.
func Read(r io.Reader, from, to routine.Day) (days []routine.Day, unread int, err error) {
	// A day more on both sides, because days begin elsewhere at other moments.
	events, unread, err := calendar.Read(r, from.Add(-1).At(0, time.UTC), to.Add(2).At(0, time.UTC), time.UTC)
	for _, e := range events {
		if !e.AllDay {
			continue
		}
		for d := range int(e.Lasts / (24 * time.Hour)) {
			if day := routine.DayOf(e.Wall).Add(d); day >= from && day <= to {
				days = append(days, day)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days), unread, err
}
