package blocks

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The card answers /incident status anywhere: it leads to the incident's channel.
func TestTheCardLinksItsChannel(t *testing.T) {
	t.Parallel()
	all := states(t)
	for _, state := range []string{"opened", "acknowledged", "resolved"} {
		raw, err := json.Marshal(Card(all[state], start).Blocks)
		require.NoError(t, err)
		assert.Contains(t, string(raw), all[state].ChannelID, state)
	}
}

// TestLongWordsDoNotPushTheCardsButtonsAway: what somebody wrote is in the channel as a whole.
func TestLongWordsDoNotPushTheCardsButtonsAway(t *testing.T) {
	for name, inc := range states(t) {
		inc.Summary, inc.LastUpdate.Text = strings.Repeat("why & `x` ", 250), strings.Repeat("*long* <words> ", 150)
		for _, b := range Card(inc, after(60)).Blocks {
			if s, ok := b.(*slack.SectionBlock); ok {
				assert.LessOrEqual(t, len([]rune(s.Text.Text)), 800, name)
			}
		}
	}
}
