package calendar

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var berlin = func() *time.Location {
	at, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return at
}()

// written is a calendar of lines.
func written(lines ...string) string {
	return strings.Join(append(append([]string{"BEGIN:VCALENDAR", "VERSION:2.0"}, lines...), "END:VCALENDAR"), "\r\n") + "\r\n"
}

// event is one of lines, with an id of its own unless it has one.
func event(lines ...string) string {
	return "BEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT"
}

// spans reads a calendar of October and November 2026 in Berlin, and gives what happens as "26 09:00 – 27 09:00" in UTC.
func spans(t *testing.T, in string) (all []string, unread int) {
	t.Helper()
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	events, unread, err := Read(strings.NewReader(in), from, from.AddDate(0, 2, 0), berlin)
	require.NoError(t, err)
	for _, e := range events {
		all = append(all, e.From.UTC().Format("0102 1504")+" "+e.Until.UTC().Format("0102 1504"))
	}
	return all, unread
}

// outlook is a zone as programs of Windows write it, under a name that no database knows.
const outlook = "BEGIN:VTIMEZONE\r\nTZID:Our own summer\r\n" +
	"BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n" +
	"BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE"

func TestWhenThingsHappen(t *testing.T) {
	for name, c := range map[string]struct {
		in     string
		want   []string
		unread int
	}{
		"in UTC":                    {written(event("UID:a", "DTSTART:20261005T070000Z", "DTEND:20261012T070000Z")), []string{"1005 0700 1012 0700"}, 0},
		"in a zone":                 {written(event("UID:a", "DTSTART;TZID=America/New_York:20261005T090000", "DTEND;TZID=America/New_York:20261005T170000")), []string{"1005 1300 1005 2100"}, 0},
		"in no zone, at home":       {written(event("UID:a", "DTSTART:20261005T090000", "DTEND:20261005T170000")), []string{"1005 0700 1005 1500"}, 0},
		"at the calendar's home":    {written("X-WR-TIMEZONE:America/New_York", event("UID:a", "DTSTART:20261005T090000", "DTEND:20261005T170000")), []string{"1005 1300 1005 2100"}, 0},
		"all day":                   {written(event("UID:a", "DTSTART;VALUE=DATE:20261005", "DTEND;VALUE=DATE:20261007")), []string{"1004 2200 1006 2200"}, 0},
		"a day that ends on itself": {written(event("UID:a", "DTSTART;VALUE=DATE:20261005", "DTEND;VALUE=DATE:20261005")), []string{"1004 2200 1005 2200"}, 0},
		"from before, until after":  {written(event("UID:a", "DTSTART:20260928T000000Z", "DTEND:20261003T000000Z"), event("UID:b", "DTSTART:20261130T000000Z", "DTEND:20261207T000000Z")), []string{"0928 0000 1003 0000", "1130 0000 1207 0000"}, 0},
		"for twelve hours":          {written(event("UID:a", "DTSTART:20261005T070000Z", "DURATION:PT12H")), []string{"1005 0700 1005 1900"}, 0},

		"a week across the end of summer ends at nine": {written(event("UID:a", "DTSTART;TZID=Europe/Berlin:20261019T090000", "DTEND;TZID=Europe/Berlin:20261026T090000", "RRULE:FREQ=WEEKLY;COUNT=2")),
			[]string{"1019 0700 1026 0800", "1026 0800 1102 0800"}, 0},
		"a zone that the calendar explains": {written(outlook, event("UID:a", "DTSTART;TZID=Our own summer:20261019T090000", "DTEND;TZID=Our own summer:20261026T090000", "RRULE:FREQ=WEEKLY;COUNT=2")),
			[]string{"1019 0700 1026 0800", "1026 0800 1102 0800"}, 0},
		"until an instant": {written(event("UID:a", "DTSTART;TZID=Europe/Berlin:20261102T090000", "DTEND;TZID=Europe/Berlin:20261102T100000", "RRULE:FREQ=DAILY;UNTIL=20261103T080000Z")),
			[]string{"1102 0800 1102 0900", "1103 0800 1103 0900"}, 0},
		"but not once": {written(event("UID:a", "DTSTART;TZID=Europe/Berlin:20261102T090000", "DTEND;TZID=Europe/Berlin:20261102T100000", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261103T080000Z")),
			[]string{"1102 0800 1102 0900", "1104 0800 1104 0900"}, 0},
		"moved once": {written(event("UID:a", "DTSTART;TZID=Europe/Berlin:20261102T090000", "DTEND;TZID=Europe/Berlin:20261102T100000", "RRULE:FREQ=DAILY;COUNT=2"),
			event("UID:a", "RECURRENCE-ID:20261103T080000Z", "DTSTART:20261105T080000Z", "DTEND:20261105T120000Z")),
			[]string{"1102 0800 1102 0900", "1105 0800 1105 1200"}, 0},
		"cancelled once": {written(event("UID:a", "DTSTART:20261102T090000Z", "DTEND:20261102T100000Z", "RRULE:FREQ=DAILY;COUNT=2"),
			event("UID:a", "RECURRENCE-ID:20261103T090000Z", "DTSTART:20261103T090000Z", "DTEND:20261103T100000Z", "STATUS:CANCELLED")),
			[]string{"1102 0900 1102 1000"}, 0},
		"every other week since years": {written(event("UID:a", "DTSTART:20200106T080000Z", "DTEND:20200113T080000Z", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261020T000000Z")),
			[]string{"1005 0800 1012 0800", "1019 0800 1026 0800"}, 0},

		"a moment":                  {written(event("UID:a", "DTSTART:20261005T070000Z")), nil, 1},
		"a year":                    {written(event("UID:a", "DTSTART:20260105T070000Z", "DTEND:20270105T070000Z")), nil, 1},
		"an end before the begin":   {written(event("UID:a", "DTSTART:20261005T070000Z", "DTEND:20261004T070000Z")), nil, 1},
		"in a zone of nobody":       {written(event("UID:a", "DTSTART;TZID=Atlantis:20261005T070000", "DTEND;TZID=Atlantis:20261005T080000")), nil, 1},
		"every second":              {written(event("UID:a", "DTSTART:20261005T070000Z", "DTEND:20261005T080000Z", "RRULE:FREQ=SECONDLY")), nil, 1},
		"a hundred times a day":     {written(event("UID:a", "DTSTART:20261005T070000Z", "DTEND:20261005T070100Z", "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10;BYMINUTE=0,5,10,15,20,25,30,35,40,45")), nil, 1},
		"since the year 1":          {written(event("UID:a", "DTSTART:00010105T070000Z", "DTEND:00010105T080000Z", "RRULE:FREQ=DAILY")), nil, 1},
		"for a time that is none":   {written(event("UID:a", "DTSTART:20261005T070000Z", "DURATION:12 hours")), nil, 1},
		"beside one that is no use": {written(event("UID:a", "DTSTART:soon"), event("UID:b", "DTSTART:20261005T070000Z", "DTEND:20261005T080000Z")), []string{"1005 0700 1005 0800"}, 1},
	} {
		got, unread := spans(t, c.in)
		assert.Equal(t, c.want, got, name)
		assert.Equal(t, c.unread, unread, name)
	}
}

func TestWhoTakesPart(t *testing.T) {
	in := written(event("UID:a", "DTSTART:20261005T070000Z", "DTEND:20261005T080000Z", "SUMMARY:On call\\, first line",
		"ATTENDEE;CN=Ana Ruiz;PARTSTAT=ACCEPTED:mailto:Ana@Example.com",
		"ATTENDEE;CN=ben@example.com:MAILTO:ben@example.com",
		"ATTENDEE;PARTSTAT=DECLINED:mailto:no@example.com",
		"ATTENDEE;CUTYPE=ROOM:mailto:room@example.com"))
	events, unread, err := Read(strings.NewReader(in), time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), berlin)
	require.NoError(t, err)
	assert.Zero(t, unread)
	require.Len(t, events, 1)
	assert.Equal(t, "On call, first line", events[0].Summary)
	assert.Equal(t, []Attendee{{"ana@example.com", "Ana Ruiz"}, {"ben@example.com", ""}}, events[0].Attendees)
}

func FuzzRead(f *testing.F) {
	f.Add(written(outlook, event("UID:a", "DTSTART;TZID=Our own summer:20261019T090000", "DURATION:P1DT2H", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20261026T090000")))
	f.Add(written(event("UID:a", "DTSTART;VALUE=DATE:20261005", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")))
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, in string) {
		events, _, err := Read(strings.NewReader(in), from, from.AddDate(0, 2, 0), berlin)
		if err != nil {
			return
		}
		for _, e := range events {
			if !e.Until.After(from) || !e.From.Before(from.AddDate(0, 2, 0)) {
				t.Fatalf("outside of the span: %v", e)
			}
		}
	})
}
