package oncall

import (
	"io"
	"time"

	"mayday/calendar"
)

// ReadCalendar gives the shifts of an iCalendar that lie in a span of time, also in part. zone is where days and times
// without a zone of their own are. The people of an event are who attends it, else whom its summary names. unread counts the
// events that could not be understood or name nobody. The error is of what is no calendar at all, or too large.
func ReadCalendar(r io.Reader, from, until time.Time, zone *time.Location) (shifts Roster, unread int, err error) {
	events, unread, err := calendar.Read(r, from, until, zone)
	for _, e := range events {
		var people []Person
		for _, a := range e.Attendees {
			people = append(people, Person{Email: a.Email, Name: a.Name})
		}
		if who, ok := Named(e.Summary); ok && len(people) == 0 {
			people = append(people, who)
		}
		if len(people) == 0 {
			unread++
		}
		for _, p := range people {
			shifts = append(shifts, Shift{p, e.From, e.Until})
		}
	}
	return ordered(shifts), unread, err
}
