package blocks

import (
	"encoding/json"
	"testing"

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
