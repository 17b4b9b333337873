package program

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/routine"
)

// readSettings reads settings without those of Slack.
func readSettings(set map[string]string) (Config, []Problem) {
	return FromEnv(func(name string) string { return set[name] }, false)
}

const oneHoliday = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20260504\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// TestHolidaysFromAFileOrAnAddress: both are read, and no failure repeats an address, which may hold a secret.
func TestHolidaysFromAFileOrAnAddress(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/private-s3cret/basic.ics":
			_, _ = w.Write([]byte(oneHoliday))
		case "/private-s3cret/page":
			_, _ = w.Write([]byte("<html>Sign in</html>"))
		default:
			http.Error(w, "no", http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	file := filepath.Join(t.TempDir(), "holidays.ics")
	require.NoError(t, os.WriteFile(file, []byte(oneHoliday), 0o600))
	for _, good := range []string{file, s.URL + "/private-s3cret/basic.ics"} {
		days, unread, err := readHolidays(t.Context(), bot.Secret(good), "2026-03-03")
		require.NoError(t, err)
		assert.Zero(t, unread)
		assert.Equal(t, []routine.Day{"2026-05-04"}, days)
	}
	for _, wrong := range []string{file + "-s3cret", s.URL + "/private-s3cret/gone", s.URL + "/private-s3cret/page", "http://127.0.0.1:1/private-s3cret"} {
		_, _, err := readHolidays(t.Context(), bot.Secret(wrong), "2026-03-03")
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "s3cret")
	}
}

func TestRoundsSettings(t *testing.T) {
	c, problems := readSettings(map[string]string{"MAYDAY_ROUNDS": "08:30", "MAYDAY_HOLIDAYS": "webcal://calendar.example.com/x.ics"})
	require.Empty(t, problems)
	assert.True(t, c.Rounds)
	assert.Equal(t, "8h30m0s", c.RoundsAt.String())
	assert.Equal(t, "https://calendar.example.com/x.ics", c.Holidays.Reveal())
	c, problems = readSettings(map[string]string{"MAYDAY_ROUNDS": "off"})
	require.Empty(t, problems)
	assert.False(t, c.Rounds)
	_, problems = readSettings(map[string]string{"MAYDAY_ROUNDS": "noon", "MAYDAY_HOLIDAYS": "ftp://example.com/x"})
	assert.Len(t, problems, 2)
}

// TestHolidaysAreWaitedForAndKept: nothing is planned before they were looked for, and a failure keeps those that were known.
func TestHolidaysAreWaitedForAndKept(t *testing.T) {
	t.Parallel()
	c, _ := readSettings(map[string]string{"MAYDAY_HOLIDAYS": "/nowhere.ics"})
	rb, err := openRunbook(c, Options{})
	require.NoError(t, err)
	r := newRounds(rb, c, Options{})
	assert.Nil(t, r.current())
	r.setOff(nil, false)
	first := r.current()
	require.NotNil(t, first)
	assert.True(t, first.KeepOff)
	assert.Same(t, first, r.current())
	r.setOff([]routine.Day{"2026-05-04"}, true)
	second := r.current()
	assert.NotSame(t, first, second)
	assert.False(t, second.KeepOff)
	r.setOff(nil, false)
	assert.Same(t, second, r.current())
	assert.Equal(t, []routine.Day{"2026-05-04"}, second.Calendar.Off)
}
