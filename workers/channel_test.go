package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
)

// What was in the archive when one attempt looked may be out of it when the next one does: whatever
// people did between the attempts, the channels made for an incident do not grow in number from then on,
// and the youngest that can be used is kept.
func TestAChannelMadeAndNotRecordedIsFoundAgain(t *testing.T) {
	t.Parallel()
	const wanted = "inc-1-p1-x"
	type channels map[string]string // ids by name
	for name, c := range map[string]struct {
		between func(t *testing.T, h *hand, made channels)
		kept    string
	}{
		"as it was":    {func(*testing.T, *hand, channels) {}, wanted + "-2"},
		"brought back": {func(t *testing.T, h *hand, made channels) { require.NoError(t, h.sim.Unarchive("ana", made[wanted])) }, wanted + "-2"},
		"brought back, and the second archived": {func(t *testing.T, h *hand, made channels) {
			require.NoError(t, h.sim.Unarchive("ana", made[wanted]))
			require.NoError(t, h.sim.Archive("ana", made[wanted+"-2"]))
		}, wanted},
		"the second taken out of mayday's hands": {func(t *testing.T, h *hand, made channels) {
			require.NoError(t, h.sim.Unarchive("ana", made[wanted]))
			require.NoError(t, h.sim.Kick("ana", made[wanted+"-2"], "mayday"))
		}, wanted + "-2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			made, since := channels{}, time.Now()
			attempt := func(number int) bot.Channel {
				t.Helper()
				ch, err := h.w.makeChannel(t.Context(), h.row(), wanted, try{Number: number, Since: since})
				require.NoError(t, err)
				made[ch.Name] = ch.ID
				return ch
			}
			first := attempt(1)
			require.NoError(t, h.sim.Archive("ana", first.ID))
			assert.Equal(t, wanted+"-2", attempt(2).Name)
			_, err := h.cfg.Slack.Invite(t.Context(), made[wanted+"-2"], h.inc.DeclaredBy)
			require.NoError(t, err)
			c.between(t, h, made)
			for number := 3; number < 6; number++ {
				assert.Equal(t, c.kept, attempt(number).Name)
			}
			assert.Len(t, made, 2)
		})
	}
}

// Who was taken out of a channel before it was recorded looks no further than for the name behind it.
func TestAChannelThatMaydayWasTakenOutOfIsKept(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ch, err := h.w.makeChannel(t.Context(), h.row(), "inc-1-p1-x", try{Number: 1})
	require.NoError(t, err)
	_, err = h.cfg.Slack.Invite(t.Context(), ch.ID, h.inc.DeclaredBy)
	require.NoError(t, err)
	require.NoError(t, h.sim.Kick("ana", ch.ID, "mayday"))
	theirs, err := h.sim.CreateChannel("ana", "inc-1-p1-x-2", false)
	require.NoError(t, err)
	found, err := h.w.makeChannel(t.Context(), h.row(), "inc-1-p1-x", try{Number: 2, Since: time.Now()})
	require.NoError(t, err)
	assert.Equal(t, ch.ID, found.ID)
	assert.NotEqual(t, theirs, found.ID)
}
