package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWindowsAreUnderstood(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	assert.NoError(t, err)
	now := time.Date(2026, 3, 3, 20, 0, 0, 0, time.UTC) // 21:00 there
	for text, want := range map[string]struct {
		from time.Time
		d    time.Duration
		why  string
	}{
		"2h deploying a fix":          {time.Time{}, 2 * time.Hour, "deploying a fix"},
		"30m":                         {time.Time{}, 30 * time.Minute, ""},
		"at 22:00 2h deploying":       {time.Date(2026, 3, 3, 21, 0, 0, 0, time.UTC), 2 * time.Hour, "deploying"},
		"from 20:30 1h":               {time.Date(2026, 3, 4, 19, 30, 0, 0, time.UTC), time.Hour, ""},
		"at 2026-03-09 02:00 4h move": {time.Date(2026, 3, 9, 1, 0, 0, 0, time.UTC), 4 * time.Hour, "move"},
	} {
		w, ok := windowOf("sentry", text, berlin, now)
		assert.True(t, ok, text)
		assert.True(t, want.from.Equal(w.From), "%s: %s", text, w.From)
		assert.Equal(t, want.d, w.For, text)
		assert.Equal(t, want.why, w.Why, text)
	}
	for _, text := range []string{"", "deploying", "at noon 2h", "at 22:00", "at 2026-03-09 2h"} {
		_, ok := windowOf("sentry", text, berlin, now)
		assert.False(t, ok, text)
	}
}
