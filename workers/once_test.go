package workers

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// marks counts the attempts whose outcome counts as unknown.
func (h *hand) marks() int {
	return h.one("surface where tried_at is not null") + h.one("event where tried_at is not null and told_at is null")
}

func (h *hand) note(text string) {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Note(inc, h.inc.DeclaredBy, text, now)
	})
}

func TestARefusalLeavesNoMark(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{
		"turned away": {HTTP: 429, RetryAfter: 3},
		"refused":     {Error: "restricted_action"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			refused := func(method string, attempt func() error) {
				t.Helper()
				h.sim.Mischief().FailNext(method, 2, f)
				require.Error(t, attempt())
				h.sim.Mischief().Clear()
				assert.Zero(t, h.marks(), method)
			}
			refused("chat.postMessage", func() error { return h.show(t.Context(), incident.Card) })
			h.shown(incident.Card)
			h.acknowledge()
			refused("chat.update", func() error { return h.show(t.Context(), incident.Card) })
			h.shown(incident.Card)
			refused("conversations.setTopic", func() error { return h.show(t.Context(), incident.Topic) })
			h.remind(5)
			refused("chat.postMessage", func() error { return h.show(t.Context(), incident.ReminderMessage) })
			h.note("the first note")
			refused("chat.postMessage", func() error { return h.speak(t.Context()) })
			assert.Empty(t, h.messages("the first note"))
			require.NoError(t, h.speak(t.Context()))
			assert.Len(t, h.messages("the first note"), 1)
			assert.Zero(t, h.calls("conversations.history"), "nothing of it is unknown")
		})
	}
}

func TestAMarkStaysUntilItsAttemptIsFoundOut(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.show(ctx, incident.Card) })
	h.sim.Mischief().FailNext("conversations.history", 1, slacksim.Fault{HTTP: 429, RetryAfter: 3})
	assert.Equal(t, bot.RateLimited, bot.ClassOf(h.show(t.Context(), incident.Card)))
	assert.Equal(t, 1, h.marks(), "it was the look that was turned away")

	// Found, but the edit of what was found is turned away: there is nothing to find out any more.
	h.acknowledge()
	h.sim.Mischief().FailNext("chat.update", 1, slacksim.Fault{HTTP: 429, RetryAfter: 3})
	assert.Equal(t, bot.RateLimited, bot.ClassOf(h.show(t.Context(), incident.Card)))
	assert.Zero(t, h.marks())
	looked := h.calls("conversations.history")
	h.shown(incident.Card)
	assert.Equal(t, looked, h.calls("conversations.history"))
	assert.Contains(t, looks(h.only(h.inc.ChannelID, string(incident.Card))), string(incident.Investigating))
}

func TestWhatIsPostedOnceIsPostedOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	once := func(ctx context.Context) error {
		return h.w.postOnce(ctx, h.inc.Ref(), "thing", h.inc.ChannelID, bot.Message{Text: "thing"})
	}
	h.lost("chat.postMessage", slacksim.Fault{HTTP: 500}, once)
	arrived := make(chan error, 1)
	// The first attempt was cut off with its request on the way.
	time.AfterFunc(store.LockLostWithin/5, func() {
		_, err := h.cfg.Slack.Post(t.Context(), h.inc.ChannelID, bot.Message{Text: "thing", Key: key(h.inc.Ref(), "thing")})
		arrived <- err
	})
	require.NoError(t, once(t.Context()))
	require.NoError(t, <-arrived)
	require.NoError(t, once(t.Context()))
	h.only(h.inc.ChannelID, "thing")
}

func TestAFileIsUploadedOnce(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{"unheard": unheard, "not done": {HTTP: 500}, "turned away": {HTTP: 429, RetryAfter: 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			var link string
			once := func(ctx context.Context) (err error) {
				link, err = h.w.uploadOnce(ctx, h.inc.ID, h.inc.ChannelID, "", "a.txt", "A title", []byte("a"))
				return err
			}
			h.lost("files.completeUploadExternal", f, once)
			assert.Equal(t, f.HTTP == 500, h.marks() == 1)
			require.NoError(t, once(t.Context()))
			first := link
			assert.NotEmpty(t, first)
			calls := len(h.sim.Calls())
			require.NoError(t, once(t.Context()))
			assert.Equal(t, first, link)
			assert.Len(t, h.sim.Calls(), calls)
			files := 0
			for _, m := range h.sim.Messages(h.inc.ChannelID) {
				files += len(m.Files)
			}
			assert.Equal(t, 1, files)
		})
	}
}

// TestWhoIsOvertakenWhileWaitingMakesNoCall: the lock may be lost while a turn is
// waited for, and somebody else have done it since.
func TestWhoIsOvertakenWhileWaitingMakesNoCall(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.note("the first note")
	untold, err := h.st.Untold(t.Context(), h.inc.ID)
	require.NoError(t, err)
	h.shown(incident.Card)
	stands, err := h.st.Shown(t.Context(), h.inc.ID, string(incident.Card))
	require.NoError(t, err)
	require.NoError(t, h.speak(t.Context()))
	posts, edits := h.calls("chat.postMessage"), h.calls("chat.update")

	require.ErrorIs(t, h.w.tell(t.Context(), h.row(), untold[:1], time.Time{}), store.ErrOvertaken)
	_, err = h.w.write(t.Context(), h.inc.Ref(), string(incident.Card), store.Shown{}, h.inc.ChannelID, bot.Message{Text: "a second card"})
	require.ErrorIs(t, err, store.ErrOvertaken)
	older := stands
	older.Digest = "an older look"
	_, err = h.w.write(t.Context(), h.inc.Ref(), string(incident.Card), older, h.inc.ChannelID, bot.Message{Text: "an older card"})
	require.ErrorIs(t, err, store.ErrOvertaken)
	assert.Equal(t, posts, h.calls("chat.postMessage"))
	assert.Equal(t, edits, h.calls("chat.update"))
	after, err := h.st.Shown(t.Context(), h.inc.ID, string(incident.Card))
	require.NoError(t, err)
	assert.Equal(t, stands, after, "and writes over nothing")
	left, err := h.st.Untold(t.Context(), h.inc.ID)
	require.NoError(t, err)
	assert.Empty(t, left)
}
