package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// Whoever is taken out of a channel and cannot look how it stands, because Slack is busy, has not been refused for good.
func TestARefusalStandsOnlyOnceTheChannelWasLookedAt(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacksim.Fault{"broken": {HTTP: 500}, "too many requests": {HTTP: 429, RetryAfter: 1}} {
		h := newHand(t)
		require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
		refused := h.w.Slack.SetPurpose(t.Context(), h.inc.ChannelID, "about x")
		require.Equal(t, "not_in_channel", bot.CodeOf(refused))
		h.sim.Mischief().FailNext("conversations.info", 20, fault)
		fx := incident.CreateChannel{Ref: h.inc.Ref()}
		err := h.w.afterRefusal(t.Context(), fx.Kind(), fx.Of(), try{Number: 1, Since: time.Now()}, refused)
		require.Error(t, err)
		assert.False(t, final(err), "%s: %v", name, err)
		h.sim.Mischief().Clear()
		var later *laterError
		require.ErrorAs(t, h.w.afterRefusal(t.Context(), fx.Kind(), fx.Of(), try{Number: 2, Since: time.Now()}, refused), &later, "it is in again")
		require.NoError(t, h.w.Slack.SetPurpose(t.Context(), h.inc.ChannelID, "about x"))
	}
}
