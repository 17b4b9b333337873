package handlers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/incident"
)

// TestWhatIsListedForGuests: their Home and every list have those incidents that they take part in, however many others there are since.
func TestWhatIsListedForGuests(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	theirs := l.declare(nil)
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		assert.NotContains(t, l.home(who), "checkout", "%s takes part in none", who)
		answer(t, l.h, bot.Request{Kind: bot.Command, Text: "take scribe"}, who, theirs.ChannelID)
	}
	for range 25 { // more than a list holds
		l.declare(nil)
	}
	for _, who := range []string{"U0GUS01", "U0FAY01"} {
		shown := l.home(who)
		assert.Equal(t, 1, strings.Count(shown, "checkout"), "%s takes part in one", who)
		assert.Contains(t, shown, theirs.ChannelID, who)
		assert.NotContains(t, shown, "payroll", who)
		for _, text := range []string{"list", "find checkout"} {
			assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: text}, who, "C0ELSE1"), "1 incident,", "%s: %s", who, text)
		}
		assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: "ack"}, who, "C0ELSE1"), fmt.Sprintf("P1 incident %d", theirs.ID), "which of theirs is meant")
		assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: "find payroll"}, who, "C0ELSE1"), "No incident is found", who)
	}
	assert.Contains(t, answer(t, l.h, bot.Request{Kind: bot.Command, Text: "find payroll"}, "U0ANA01", "C0ELSE1"), "1 incident,", "a member finds all")
	strict := newLodge(t, incident.Access{Guests: incident.GuestsOff})
	assert.NotContains(t, strict.home("U0GUS01"), "payroll")
}
