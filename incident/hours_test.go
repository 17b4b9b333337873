package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
