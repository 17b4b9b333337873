package oncall

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exports are calendars as programs write them, as far as they were seen in public; all say the same in October and November 2026: Ana a week, Ben the next,
// from nine to nine in Berlin, where summer ends on 25 October.
var exports = map[string]string{
	"PagerDuty": `BEGIN:VCALENDAR
PRODID;X-RICAL-TZSOURCE=TZINFO:-//com.denhaven2/NONSGML ri_cal gem//EN
CALSCALE:GREGORIAN
VERSION:2.0
X-WR-CALNAME:On Call Schedule for Ana Ruiz
BEGIN:VEVENT
DTEND;VALUE=DATE-TIME:20261026T080000Z
DTSTART;VALUE=DATE-TIME:20261019T070000Z
ATTENDEE:Ana@Example.com
UID:Q1S46N8B8ADP9D
URL:https://acme.pagerduty.com/schedules#PABC123
SUMMARY:On Call - Ana Ruiz - Primary
END:VEVENT
BEGIN:VEVENT
DTEND;VALUE=DATE-TIME:20261102T080000Z
DTSTART;VALUE=DATE-TIME:20261026T080000Z
ATTENDEE:ben@example.com
UID:Q1S46N8B8ADP9E
URL:https://acme.pagerduty.com/schedules#PABC123
SUMMARY:On Call - Ben Okafor - Primary
END:VEVENT
END:VCALENDAR
`,
	"Google Calendar": `BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:On call
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Europe/Berlin
X-LIC-LOCATION:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20261019T090000
DTEND;TZID=Europe/Berlin:20261026T090000
RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=1
DTSTAMP:20261001T101010Z
ORGANIZER;CN=On call:mailto:c_1@group.calendar.google.com
UID:1a2b@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=ana@ex
 ample.com;X-NUM-GUESTS=0:mailto:ana@example.com
CREATED:20261001T101010Z
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:On call
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20261026T090000
DTEND;TZID=Europe/Berlin:20261102T090000
DTSTAMP:20261001T101010Z
UID:3c4d@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=be
 n@example.com;X-NUM-GUESTS=0:mailto:ben@example.com
STATUS:CONFIRMED
SUMMARY:On call
END:VEVENT
END:VCALENDAR
`,
	"Outlook": `BEGIN:VCALENDAR
METHOD:PUBLISH
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
X-WR-CALNAME:Calendar
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008
SUMMARY:On call: ana@example.com
DTSTART;TZID=W. Europe Standard Time:20261019T090000
DTEND;TZID=W. Europe Standard Time:20261026T090000
CLASS:PUBLIC
TRANSP:TRANSPARENT
STATUS:CONFIRMED
X-MICROSOFT-CDO-BUSYSTATUS:FREE
END:VEVENT
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E009
SUMMARY:On call: ben@example.com
DTSTART;TZID=W. Europe Standard Time:20261026T090000
DTEND;TZID=W. Europe Standard Time:20261102T090000
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
`,
}

// TestCalendarsAsProgramsExportThem: a week from nine to nine ends at nine, also when summer ends in it, and who follows begins in that moment.
func TestCalendarsAsProgramsExportThem(t *testing.T) {
	change := time.Date(2026, 10, 26, 8, 0, 0, 0, time.UTC)
	for name, in := range exports {
		t.Run(name, func(t *testing.T) {
			r, unread, err := ReadCalendar(strings.NewReader(strings.ReplaceAll(in, "\n", "\r\n")), change.AddDate(0, 0, -20), change.AddDate(0, 1, 0), time.UTC)
			require.NoError(t, err)
			assert.Zero(t, unread)
			require.Len(t, r, 2)
			for at, want := range map[time.Time]string{
				change.Add(-169 * time.Hour): "ana@example.com", change.Add(-time.Nanosecond): "ana@example.com",
				change: "ben@example.com", change.Add(168*time.Hour - time.Nanosecond): "ben@example.com", change.Add(168 * time.Hour): "", change.Add(-170 * time.Hour): "",
			} {
				now := r.First(at)
				if want == "" {
					assert.Empty(t, now, at)
					continue
				}
				require.Len(t, now, 1, at)
				assert.Equal(t, want, now[0].Person.Email, at)
			}
		})
	}
}
