package workers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/slacksim"
	"mayday/incident"
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
		return h.w.postOnce(ctx, h.inc.ID, "thing", h.inc.ChannelID, bot.Message{Text: "thing"})
	}
	h.lost("chat.postMessage", slacksim.Fault{HTTP: 500}, once)
	arrived := make(chan error, 1)
	// The first attempt was cut off with its request on the way.
	time.AfterFunc(store.LockLostWithin/5, func() {
		_, err := h.cfg.Slack.Post(t.Context(), h.inc.ChannelID, bot.Message{Text: "thing", Key: key(h.inc.ID, "thing")})
		arrived <- err
	})
	require.NoError(t, once(t.Context()))
	require.NoError(t, <-arrived)
	require.NoError(t, once(t.Context()))
	h.only(h.inc.ChannelID, "thing")
}

func TestAFileIsUploadedOnce(t *testing.T) {
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

func TestAReminderThatIsDoneIsTakenAwayThoughItsPostWasUnknown(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.remind(50)
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.show(ctx, incident.ReminderMessage) })
	h.remind()
	h.shown(incident.ReminderMessage)
	assert.Empty(t, h.left(h.inc.ChannelID, string(incident.ReminderMessage)))
}

func TestAnEventThatSlackRefusesHoldsUpNoOther(t *testing.T) {
	for name, tt := range map[string]struct {
		code  string
		times int
		told  int
	}{
		"its looks":    {"invalid_blocks", 1, 1},
		"its words":    {"msg_too_long", 2, 0},
		"unknown, yet": {"some_new_code", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.shown(incident.Card)
			h.note("the first note")
			h.note("the second note")
			h.sim.Mischief().FailNext("chat.postMessage", tt.times, slacksim.Fault{Error: tt.code})
			require.NoError(t, h.speak(t.Context()))
			first := h.messages("the first note")
			require.Len(t, first, tt.told)
			if tt.told > 0 {
				assert.Empty(t, first[0].Blocks)
			}
			assert.Len(t, h.messages("the second note"), 1)
			assert.Zero(t, h.one("event where aloud and told_at is null"))
		})
	}
}

func TestAChannelThatSlackRefusesIsNoReasonToLeaveAnEventOut(t *testing.T) {
	for _, code := range []string{"restricted_action", "not_in_channel", "channel_not_found", "missing_scope", "account_inactive"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.shown(incident.Card)
			h.note("the first note")
			h.sim.Mischief().FailNext("chat.postMessage", 2, slacksim.Fault{Error: code})
			require.Error(t, h.speak(t.Context()))
			assert.Equal(t, 1, h.one("event where aloud and told_at is null"))
		})
	}
}

func TestAnAlarmIsHeardThoughThereIsNoAnnouncement(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	raise := func(ctx context.Context) error {
		return h.w.alarm(ctx, incident.Alarm{Incident: h.inc.ID, Seq: h.row().Revision}, try{})
	}
	var later *laterError
	require.ErrorAs(t, raise(t.Context()), &later, "the announcement may still come")
	h.change(giveUp("draw the announcement", "Slack refused it"))
	h.lost("chat.postMessage", unheard, raise)
	require.NoError(t, raise(t.Context()))
	m := h.only("incidents", fmt.Sprintf("alarm/%d", h.row().Revision))
	assert.Empty(t, m.Thread)

	nowhere := newHand(t)
	nowhere.w.AnnounceChannel = "nowhere"
	nowhere.change(giveUp("draw the announcement", "the channel is gone"))
	err := nowhere.w.alarm(t.Context(), incident.Alarm{Incident: nowhere.inc.ID, Seq: nowhere.row().Revision}, try{})
	assert.True(t, final(err), "so that the incident's channel hears of it: %v", err)
}

func TestAnAlarmStandsBelowTheAnnouncement(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Announcement)
	h.change(giveUp("do something", "why"))
	require.NoError(t, h.w.alarm(t.Context(), incident.Alarm{Incident: h.inc.ID, Seq: h.row().Revision}, try{}))
	m := h.only("incidents", fmt.Sprintf("alarm/%d", h.row().Revision))
	assert.Equal(t, h.only("incidents", string(incident.Announcement)).TS, m.Thread)
}

func TestAnAlarmOfAPrivateIncidentIsHeardByWhoeverLeadsIt(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.set(func(inc *incident.Incident) { inc.Private = true })
	h.change(giveUp("do something", "why"))
	require.NoError(t, h.w.alarm(t.Context(), incident.Alarm{Incident: h.inc.ID, Seq: h.row().Revision}, try{}))
	what := fmt.Sprintf("alarm/%d", h.row().Revision)
	h.only(h.sim.Direct(h.inc.DeclaredBy), what)
	assert.Empty(t, h.keyed("incidents", what))
}
