package workers

import (
	"testing"

	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
)

// Slack takes fifty invitations a minute: one whose turn comes in a second is made after the page, and not before it.
func TestAPageWaitsForNoTurnOfAnInvitation(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	whom, _ := h.sim.UserByName("ben")
	other, _ := h.sim.UserByName("mia")
	// On a slow machine the next turn may have come before the page was begun.
	for range 20 {
		err := error(nil)
		for err == nil {
			_, err = h.w.Slack.Invite(bot.Patience(t.Context(), 0), h.inc.ChannelID, other.ID)
		}
		require.Equal(t, bot.RateLimited, bot.ClassOf(err))
		before := h.calls("conversations.invite")
		require.NoError(t, h.until(h.page(whom.ID, incident.Requested)))
		if h.calls("conversations.invite") == before {
			return
		}
	}
	t.Fatal("a page always waited for its invitation")
}
