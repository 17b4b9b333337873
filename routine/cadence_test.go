package routine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestReadCadence(t *testing.T) {
	for words, want := range map[string]string{
		"Morning Checklist":                     "every working day",
		"Daily checks":                          "every working day",
		"daily at 08:30":                        "every working day at 08:30",
		"Daily, at 7.15":                        "every working day at 07:15",
		"every day at 9 am":                     "every working day at 09:00",
		"Every morning, 8am":                    "every working day at 08:00",
		"every weekday at noon":                 "every working day at 12:00",
		"Weekdays at noon":                      "every working day at 12:00",
		"Every day, weekends too":               "every day",
		"7 days a week at 6:00":                 "every day at 06:00",
		"Evening checklist":                     "every working day at 17:00",
		"Mon-Fri at 10:00":                      "every Monday, Tuesday, Wednesday, Thursday, Friday at 10:00",
		"every Monday and Thursday":             "every Monday, Thursday",
		"Weekly Checklist":                      "every Monday",
		"every Friday":                          "every Friday",
		"Fridays at 4pm":                        "every Friday at 16:00",
		"weekly on Wednesday":                   "every Wednesday",
		"every other Tuesday":                   "every 2 weeks on Tuesday",
		"every two weeks":                       "every 2 weeks on Monday",
		"Monthly":                               "first working day of the month",
		"first Monday":                          "first Monday of the month",
		"First Monday of the month, 10:00":      "first Monday of the month at 10:00",
		"last working day of the month":         "last working day of the month",
		"second Tuesday of every month at 9:30": "second Tuesday of the month at 09:30",
		"Monthly, on the 15th":                  "on day 15 of the month",
		"quarterly":                             "first working day of the quarter",
		"last Friday of the quarter":            "last Friday of the quarter",
		"Annual review":                         "first working day of the year",
		"Before a release":                      "",
		"Friday deployment":                     "",
		"On call handover":                      "",
		"Monitoring":                            "",
		"":                                      "",
		"daily at 25:00":                        "every working day",
	} {
		c, ok := ReadCadence(words)
		got := ""
		if ok {
			got = c.String()
		}
		assert.Equal(t, want, got, words)
	}
}

func FuzzReadCadence(f *testing.F) {
	f.Add("second Tuesday of every month at 9:30")
	f.Fuzz(func(t *testing.T, words string) {
		c, ok := ReadCadence(words)
		if !ok {
			return
		}
		assert.NotEmpty(t, c.String())
		assert.GreaterOrEqual(t, c.At, time.Duration(0))
		assert.Less(t, c.At, 24*time.Hour)
		_, _, found := c.next("", t0, working)
		assert.True(t, found, "%q has a round some day: %+v", words, c)
	})
}

func TestReadExpectation(t *testing.T) {
	one, many, none := 1.0, 120.0, 0.0
	for _, c := range []struct {
		words       string
		rows        int
		more        bool
		value       *float64
		holds, know bool
	}{
		{"0 rows", 0, false, nil, true, true},
		{"0 rows", 3, false, nil, false, true},
		{"0 rows", 100, true, nil, false, true},
		{"no rows", 0, false, nil, true, true},
		{"none", 2, false, nil, false, true},
		{"> 0", 1, false, &many, true, true},
		{"> 0", 1, false, &none, false, true},
		{"> 0", 3, false, nil, false, false},
		{"under 80", 1, false, &many, false, true},
		{"under 80", 1, false, &one, true, true},
		{"at most 120", 1, false, &many, true, true},
		{"at least 1", 1, false, &one, true, true},
		{"between 1 and 5", 1, false, &one, true, true},
		{"1-5", 1, false, &many, false, true},
		{"1,000 or more", 1, false, &many, false, true},
		{"less than 10 rows", 100, true, nil, false, true},
		{"at least 5 rows", 100, true, nil, true, true},
		{"exactly 1", 1, false, &one, true, true},
		{"some", 2, false, nil, true, true},
		{"like yesterday", 1, false, &one, false, false},
		{"", 1, false, &one, false, false},
	} {
		x, _ := ReadExpectation(c.words)
		holds, known := x.Holds(c.rows, c.more, c.value)
		assert.Equal(t, []bool{c.holds, c.know}, []bool{holds, known}, "%q of %d rows, %v", c.words, c.rows, c.value)
	}
}
