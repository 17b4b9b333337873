package holidays

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/routine"
)

func ics(events ...string) string {
	s := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
	for i, e := range events {
		s += "BEGIN:VEVENT\r\n"
		if !strings.Contains(e, "UID:") {
			s += "UID:" + string(rune('a'+i)) + "\r\n"
		}
		s += strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n"
	}
	return s + "END:VCALENDAR\r\n"
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		in     string
		want   []routine.Day
		unread int
	}{
		"a day":                     {ics("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226\nSUMMARY:Christmas"), []routine.Day{"2026-12-25"}, 0},
		"a day without an end":      {ics("DTSTART;VALUE=DATE:20261225"), []routine.Day{"2026-12-25"}, 0},
		"three days":                {ics("DTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260406"), []routine.Day{"2026-04-03", "2026-04-04", "2026-04-05"}, 0},
		"two days by duration":      {ics("DTSTART;VALUE=DATE:20260403\nDURATION:P2D"), []routine.Day{"2026-04-03", "2026-04-04"}, 0},
		"each year":                 {ics("DTSTART;VALUE=DATE:20100501\nRRULE:FREQ=YEARLY"), []routine.Day{"2026-05-01"}, 0},
		"the last Monday of May":    {ics("DTSTART;VALUE=DATE:20100531\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"), []routine.Day{"2026-05-25"}, 0},
		"each year but this":        {ics("DTSTART;VALUE=DATE:20100501\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20260501"), nil, 0},
		"moved this year":           {ics("UID:x\nDTSTART;VALUE=DATE:20100501\nRRULE:FREQ=YEARLY", "UID:x\nRECURRENCE-ID;VALUE=DATE:20260501\nDTSTART;VALUE=DATE:20260504"), []routine.Day{"2026-05-04"}, 0},
		"further dates":             {ics("DTSTART;VALUE=DATE:20260105\nRDATE;VALUE=DATE:20260106,20260107"), []routine.Day{"2026-01-05", "2026-01-06", "2026-01-07"}, 0},
		"an appointment":            {ics("DTSTART:20260105T100000Z\nDTEND:20260105T110000Z"), nil, 0},
		"cancelled":                 {ics("DTSTART;VALUE=DATE:20260105\nSTATUS:CANCELLED"), nil, 0},
		"another year":              {ics("DTSTART;VALUE=DATE:20251225"), nil, 0},
		"from the year before":      {ics("DTSTART;VALUE=DATE:20251230\nDTEND;VALUE=DATE:20260103"), []routine.Day{"2026-01-01", "2026-01-02"}, 0},
		"a rule that is none":       {ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=SOMETIMES", "DTSTART;VALUE=DATE:20260106"), []routine.Day{"2026-01-06"}, 1},
		"every second":              {ics("DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=SECONDLY"), nil, 1},
		"a year long":               {ics("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101"), nil, 1},
		"a date that is none":       {ics("DTSTART;VALUE=DATE:20261399"), nil, 1},
		"without a date":            {ics("SUMMARY:some day"), nil, 1},
		"the same day in two lists": {ics("DTSTART;VALUE=DATE:20261225", "DTSTART;VALUE=DATE:20261225"), []routine.Day{"2026-12-25"}, 0},
		"none":                      {ics(), nil, 0},
	} {
		got, unread, err := Read(strings.NewReader(c.in), "2026-01-01", "2026-12-31")
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got, name)
		assert.Equal(t, c.unread, unread, name)
	}
	for name, in := range map[string]string{"a page": "<html>Sign in</html>", "nothing": "", "too large": "BEGIN:VCALENDAR\r\n" + strings.Repeat("X-PAD:xxxxxxxxxxxxxxxxxxxxxxxx\r\n", 100_000) + "END:VCALENDAR\r\n"} {
		_, _, err := Read(strings.NewReader(in), "2026-01-01", "2026-12-31")
		assert.Error(t, err, name)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(ics("DTSTART;VALUE=DATE:20100531\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"))
	f.Fuzz(func(t *testing.T, in string) {
		days, _, err := Read(strings.NewReader(in), "2026-01-01", "2026-12-31")
		if err != nil {
			return
		}
		for _, d := range days {
			require.True(t, d.Valid() && d >= "2026-01-01" && d <= "2026-12-31", d)
		}
	})
}
