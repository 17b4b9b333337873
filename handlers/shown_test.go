package handlers

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
)

// TestNothingWritesToWhatIsShared: an incident that was read is given to all who ask while it stands so, and no command,
// button or form changes that.
func TestNothingWritesToWhatIsShared(t *testing.T) {
	l := newLodge(t, incident.Access{})
	l.each(func(what, kind, name string, w way, inc incident.Incident) {
		seen, err := l.h.Store.SeeIn(t.Context(), inc.ChannelID)
		require.NoError(t, err, what)
		before, err := json.Marshal(seen.Incident)
		require.NoError(t, err)
		answer(t, l.h, w.request(kind, name, inc, false), "U0ANA01", inc.ChannelID)
		after, err := json.Marshal(seen.Incident)
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after), what)
	})
}

// TestWhatIsShownIsOfTheQuestion: whoever asks is shown the incident as it stands then, also when somebody was shown it
// a moment before, and the leftover words of one are not shown to another.
func TestWhatIsShownIsOfTheQuestion(t *testing.T) {
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	ask := func(text string) string {
		return answer(t, l.h, bot.Request{Kind: bot.Command, Text: text}, "U0ANA01", inc.ChannelID)
	}
	for range 2 {
		assert.Contains(t, ask("status"), "is open")
		assert.Contains(t, ask(""), "is open")
		assert.Contains(t, ask("steps"), "steps: 0 done")
		assert.NotContains(t, ask("steps"), "Ignored")
		assert.Contains(t, ask("steps please"), "Ignored: please")
		assert.Contains(t, ask("run"), "queries")
	}
	ask("ack")
	ask("done")
	assert.Contains(t, ask("status"), "is investigating")
	assert.Contains(t, ask(""), "is investigating")
	assert.Contains(t, ask("steps"), "steps: 1 done")
	_, err := l.h.Store.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		inc.Title = "checkout is fast again" // as what is recorded without an event
		return incident.Change{Incident: inc, Silent: true}, nil
	})
	require.NoError(t, err)
	assert.Contains(t, ask("status"), "checkout is fast again")
}
