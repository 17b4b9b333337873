package incident

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestBusinessHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	h := Hours{Zone: "Europe/Berlin", Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour}
	at := func(m time.Month, d, hh, mm int) time.Time { return time.Date(2026, m, d, hh, mm, 0, 0, berlin) }
	for _, tt := range []struct {
		name       string
		from, want time.Time
		d          time.Duration
	}{
		{"within a day", at(3, 3, 10, 0), at(3, 3, 12, 0), 2 * time.Hour},
		{"up to closing time", at(3, 3, 10, 0), at(3, 3, 17, 0), 7 * time.Hour},
		{"over night", at(3, 3, 16, 0), at(3, 4, 10, 0), 2 * time.Hour},
		{"over the weekend", at(3, 6, 16, 30), at(3, 9, 9, 30), time.Hour},
		{"from a Sunday", at(3, 8, 12, 0), at(3, 9, 10, 0), time.Hour},
		{"zero moves to the next opening", at(3, 7, 12, 0), at(3, 9, 9, 0), 0},
		{"before opening", at(3, 3, 6, 0), at(3, 3, 10, 0), time.Hour},
		// Clocks go forward on Sunday 29 March 2026 and back on 25 October 2026.
		{"into summer time", at(3, 27, 16, 0), at(3, 30, 10, 0), 2 * time.Hour},
		{"into winter time", at(10, 23, 16, 0), at(10, 26, 10, 0), 2 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want.UTC(), h.Add(tt.from, tt.d).UTC())
		})
	}
	assert.Equal(t, at(3, 4, 10, 0).UTC(), h.AddDays(at(3, 3, 10, 0), 24*time.Hour).UTC(), "one working day")
	assert.False(t, h.Contains(at(3, 3, 17, 0)), "closing time is closed")
	assert.True(t, Hours{}.Contains(t0), "no hours: around the clock")
	assert.Equal(t, t0.Add(time.Hour), Hours{}.Add(t0, time.Hour))
	assert.Equal(t, time.UTC, Hours{Zone: "Nowhere/Land"}.Location())
}

// TestOpenWhileTheClocksChange: hours that hold the change itself are as long as they really are.
func TestOpenWhileTheClocksChange(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	always := Hours{Zone: "Europe/Berlin", Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, From: 0, To: 24 * time.Hour}
	nights := Hours{Zone: "Europe/Berlin", Days: []time.Weekday{0}, From: time.Hour, To: 5 * time.Hour}
	at := func(m time.Month, d, hh, mm int) time.Time { return time.Date(2026, m, d, hh, mm, 0, 0, berlin) }
	for name, tt := range map[string]struct {
		h          Hours
		from, want time.Time
		d          time.Duration
	}{
		"an hour is missing in spring":                  {always, at(3, 29, 1, 30), at(3, 29, 3, 30), time.Hour},
		"an hour comes twice in autumn":                 {always, at(10, 25, 1, 30), time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), 2 * time.Hour},
		"a spring night is three hours long":            {nights, at(3, 29, 0, 0), at(4, 5, 2, 0), 4 * time.Hour},
		"an autumn night is five hours long":            {nights, at(10, 25, 0, 0), at(10, 25, 4, 30), 4*time.Hour + 30*time.Minute},
		"a day and a night in seconds, around the hour": {always, at(3, 28, 12, 0), at(3, 29, 13, 0), 24 * time.Hour},
	} {
		assert.Equal(t, tt.want.UTC(), tt.h.Add(tt.from, tt.d).UTC(), name)
	}
}

// TestHoursThatAChangeOfTheClocksSwallows: on one Sunday a year they do not exist, and
// whoever adds to them gets to the next Sunday.
func TestHoursThatAChangeOfTheClocksSwallows(t *testing.T) {
	for name, tt := range map[string]struct {
		zone string
		h    Hours
		// before is a moment just before they would open, and want is an hour and a half of them later.
		before, want string
	}{
		"London, 1 to 2 in March": {"Europe/London", Hours{Days: []time.Weekday{0}, From: time.Hour, To: 2 * time.Hour},
			"2026-03-29T00:30:00Z", "2026-04-12T00:30:00Z"},
		"Berlin, 2 to 3 in March": {"Europe/Berlin", Hours{Days: []time.Weekday{0}, From: 2 * time.Hour, To: 3 * time.Hour},
			"2026-03-29T00:30:00Z", "2026-04-12T00:30:00Z"},
		"Berlin, half past 2 to 3": {"Europe/Berlin", Hours{Days: []time.Weekday{0}, From: 150 * time.Minute, To: 3 * time.Hour},
			"2026-03-29T00:30:00Z", "2026-04-19T01:00:00Z"},
		"New York, 2 to 3 in March": {"America/New_York", Hours{Days: []time.Weekday{0}, From: 2 * time.Hour, To: 3 * time.Hour},
			"2026-03-08T06:30:00Z", "2026-03-22T06:30:00Z"},
		"Samoa had no 30 December 2011": {"Pacific/Apia", Hours{Days: []time.Weekday{5}, From: 9 * time.Hour, To: 10 * time.Hour},
			"2011-12-30T08:00:00Z", "2012-01-12T19:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			h := tt.h
			h.Zone = tt.zone
			before, err := time.Parse(time.RFC3339, tt.before)
			require.NoError(t, err)
			got := inTime(t, func() time.Time { return h.Add(before, 90*time.Minute) })
			assert.Equal(t, tt.want, got.Format(time.RFC3339))
			for at := before.Add(-time.Hour); at.Before(before.Add(4 * time.Hour)); at = at.Add(10 * time.Minute) {
				next := inTime(t, func() time.Time { return h.Next(at) })
				assert.True(t, h.Contains(next), "%s gives %s", at, next)
			}
		})
	}
}

// TestNoHoursHoldUp: whatever hours somebody writes, adding to them ends.
func TestNoHoursHoldUp(t *testing.T) {
	zones := []string{"UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Africa/Cairo", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu"}
	rapid.Check(t, func(rt *rapid.T) {
		h := Hours{Zone: rapid.SampledFrom(zones).Draw(rt, "zone"),
			Days: rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 6), func(d int) time.Weekday { return time.Weekday(d) }), 1, 3).Draw(rt, "days"),
			From: time.Duration(rapid.IntRange(0, 24*60).Draw(rt, "from")) * time.Minute, To: time.Duration(rapid.IntRange(0, 24*60).Draw(rt, "to")) * time.Minute}
		at := time.Unix(rapid.Int64Range(1_300_000_000, 1_800_000_000).Draw(rt, "at"), 0)
		d := time.Duration(rapid.Int64Range(0, int64(2000*time.Hour)).Draw(rt, "d"))
		if got := inTime(t, func() time.Time { return h.AddDays(at, d) }); got.Before(at) {
			rt.Fatalf("%s and %s is %s", at, d, got)
		}
	})
	century := Hours{Days: []time.Weekday{0}, From: 0, To: time.Minute}
	assert.True(t, inTime(t, func() time.Time { return century.Add(t0, math.MaxInt64) }).After(t0))
	assert.True(t, inTime(t, func() time.Time { return century.AddDays(t0, math.MaxInt64) }).After(t0))
}

// inTime fails a test whose function does not return.
func inTime(t *testing.T, f func() time.Time) time.Time {
	t.Helper()
	got := make(chan time.Time, 1)
	go func() { got <- f() }()
	select {
	case at := <-got:
		return at
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
		return time.Time{}
	}
}
