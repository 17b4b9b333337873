package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestASnoozeIsEndedByAWord: with each of the words for it, and a length begins one.
func TestASnoozeIsEndedByAWord(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare([]string{"ack"})
	snoozed := func() bool { return l.state(inc.ID).Plan.Snoozed.After(time.Now()) }
	for _, word := range []string{"off", "End", "stop"} {
		l.types("snooze 2h deploying", inc.ChannelID)
		assert.True(t, snoozed(), word)
		assert.Contains(t, l.types("snooze soon", inc.ChannelID).Text, "For how long?")
		assert.True(t, snoozed(), word)
		l.types("snooze "+word, inc.ChannelID)
		assert.False(t, snoozed(), word)
	}
}
