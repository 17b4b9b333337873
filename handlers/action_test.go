package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheDayOfAFollowUp(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	// A Tuesday in UTC, and already Wednesday in Berlin.
	now := time.Date(2026, 3, 3, 23, 30, 0, 0, time.UTC).In(berlin)
	for text, want := range map[string]struct{ text, day string }{
		"alert on 500s by friday":            {"alert on 500s", "2026-03-06"},
		"alert on 500s by Fri.":              {"alert on 500s", "2026-03-06"},
		"alert on 500s due next wednesday":   {"alert on 500s", "2026-03-11"},
		"alert by pager by tomorrow":         {"alert by pager", "2026-03-05"},
		"alert by pager":                     {"alert by pager", ""},
		"write it down today":                {"write it down today", ""},
		"write it down by today":             {"write it down", "2026-03-04"},
		"raise the limit in 3 days":          {"raise the limit", "2026-03-07"},
		"raise the limit in a week":          {"raise the limit", "2026-03-11"},
		"raise the limit by in 2 days":       {"raise the limit", "2026-03-06"},
		"change the clock before 2026-03-29": {"change the clock", "2026-03-29"},
		"close it by 2026-02-30":             {"close it by 2026-02-30", ""},
		"by friday":                          {"", "2026-03-06"},
		"write it down tonight":              {"write it down tonight", ""},
		"write it down by tonight":           {"write it down", "2026-03-04"},
		"write it down by end of day":        {"write it down", "2026-03-04"},
		"write it down by EOD":               {"write it down", "2026-03-04"},
		"write it down by next week":         {"write it down", "2026-03-11"},
		"write it down by fr":                {"write it down by fr", ""}, // two letters are no day
		"write it down by thursdays":         {"write it down by thursdays", ""},
		"two lines\nof text\nby friday":      {"two lines\nof text", "2026-03-06"},
	} {
		rest, due := takeDue(text, now)
		assert.Equal(t, want.text, rest, text)
		if want.day == "" {
			assert.True(t, due.IsZero(), text)
			continue
		}
		assert.Equal(t, want.day+" 23:59:59 Europe/Berlin", due.Format("2006-01-02 15:04:05 ")+due.Location().String(), text)
	}
}

func FuzzTakeDue(f *testing.F) {
	f.Add("alert by friday")
	f.Add("by in 3 days")
	f.Fuzz(func(t *testing.T, text string) {
		now := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
		rest, due := takeDue(text, now)
		if due.IsZero() {
			assert.Equal(t, text, rest)
		}
		assert.LessOrEqual(t, len(rest), len(text))
	})
}
