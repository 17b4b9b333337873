package workers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

func TestAFirstPostOfUnknownOutcomeIsFoundAgainHoweverItLooks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		surface incident.Surface
		loss    slacksim.Fault
	}{
		"the card, answered with 500":         {incident.Card, unheard},
		"the card, never answered":            {incident.Card, slacksim.Fault{ApplyFirst: true, Hang: 5 * time.Second}},
		"the announcement, answered with 500": {incident.Announcement, unheard},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			s, channel := tt.surface, h.inc.ChannelID
			if s == incident.Announcement {
				channel = "incidents"
			}
			h.lost("chat.postMessage", tt.loss, func(ctx context.Context) error { return h.show(ctx, s) })
			h.acknowledge()
			h.shown(s)
			assert.Contains(t, looks(h.only(channel, string(s))), string(incident.Investigating), "it shows how the incident stands now")
			if s == incident.Card {
				assert.Len(t, h.sim.Pins(channel), 1)
				assert.Equal(t, 1, h.notices("pinned_item"), "pinned once")
			}

			before := len(h.sim.Calls())
			h.shown(s)
			assert.Len(t, h.sim.Calls(), before, "what it shows already is not drawn again, and nothing is looked for")
		})
	}
}

func TestAPostThatIsStillUnderWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.lost("chat.postMessage", slacksim.Fault{HTTP: 500}, func(ctx context.Context) error { return h.show(ctx, incident.Card) })
	inc, arrived := h.row(), make(chan error, 1)
	// The sender of the first attempt had not noticed yet that it lost the lock.
	time.AfterFunc(store.LockLostWithin/5, func() {
		_, err := h.cfg.Slack.Post(t.Context(), inc.ChannelID, message(inc, incident.Card, blocks.Card(inc, h.st.Now())))
		arrived <- err
	})
	h.shown(incident.Card)
	require.NoError(t, <-arrived)
	assert.True(t, h.only(inc.ChannelID, string(incident.Card)).Pinned)
}

func TestAnEditOfUnknownOutcomeIsDoneAgain(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	h.set(func(inc *incident.Incident) { inc.Title = "checkout is slow" })
	h.lost("chat.update", unheard, func(ctx context.Context) error { return h.show(ctx, incident.Card) })
	h.set(func(inc *incident.Incident) { inc.Title = h.inc.Title })
	h.shown(incident.Card)
	assert.NotContains(t, looks(h.only(h.inc.ChannelID, string(incident.Card))), "checkout is slow",
		"the row looks as when the card was known last; the card does not")
	assert.Equal(t, 1, h.notices("pinned_item"))
}

func TestAPinThatFailsOrHasToWaitRepeatsNothing(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{
		"it failed":                 {HTTP: 500},
		"it was turned away":        {HTTP: 429, RetryAfter: 3},
		"it was done, with no word": unheard,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.sim.Mischief().FailNext("pins.add", 1, f)
			err := h.show(t.Context(), incident.Card)
			require.Error(t, err)
			assert.Equal(t, f.RetryAfter > 0, bot.ClassOf(err) == bot.RateLimited)
			h.shown(incident.Card)
			assert.Equal(t, 2, h.calls("pins.add"))
			assert.Equal(t, 1, h.calls("chat.postMessage"))
			assert.Zero(t, h.calls("chat.update"))
			assert.Zero(t, h.calls("conversations.history"), "nothing of it is unknown")
			assert.Len(t, h.sim.Pins(h.inc.ChannelID), 1)

			h.acknowledge()
			h.shown(incident.Card)
			assert.Equal(t, 2, h.calls("pins.add"), "what is pinned stays pinned")
		})
	}
}

func TestADeletedMessageIsReplacedByOne(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{"carried out": unheard, "not carried out": {HTTP: 500}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.shown(incident.Card)
			old := h.only(h.inc.ChannelID, string(incident.Card))
			require.NoError(t, h.cfg.Slack.Delete(t.Context(), old.Channel, old.TS))
			h.set(func(inc *incident.Incident) { inc.Title = "checkout is slow" })
			h.lost("chat.postMessage", f, func(ctx context.Context) error { return h.show(ctx, incident.Card) })
			h.acknowledge()
			h.shown(incident.Card)
			card := h.only(h.inc.ChannelID, string(incident.Card))
			assert.NotEqual(t, old.TS, card.TS)
			assert.Contains(t, looks(card), "checkout is slow")
			assert.Contains(t, looks(card), string(incident.Investigating))
			assert.True(t, card.Pinned, "the new one, too")
			assert.Len(t, h.sim.Pins(h.inc.ChannelID), 1)
		})
	}
}

// remind makes a reminder for an update that was due some minutes ago, or ends it when there is none.
func (h *hand) remind(minutes ...int) {
	h.set(func(inc *incident.Incident) {
		inc.Reminder = nil
		for _, m := range minutes {
			due := inc.DeclaredAt.Add(-time.Duration(m) * time.Minute)
			inc.Reminder = &incident.Reminder{Clock: incident.ClockUpdate, Due: due, At: due}
		}
	})
}

func TestAReminderOfUnknownOutcomeIsReplacedByANewerOne(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.remind(50)
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.show(ctx, incident.ReminderMessage) })
	h.remind(20)
	h.shown(incident.ReminderMessage)
	reminder := h.only(h.inc.ChannelID, string(incident.ReminderMessage))
	assert.Contains(t, looks(reminder), fmt.Sprintf("<!date^%d^", h.row().Reminder.Due.Unix()))

	h.remind()
	h.shown(incident.ReminderMessage)
	assert.Empty(t, h.left(h.inc.ChannelID, string(incident.ReminderMessage)), "nothing is left when it is done")
}

func TestATopicOfUnknownOutcomeIsSetAgain(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	topic := func() string {
		ch, _ := h.sim.Channel(h.inc.ChannelID)
		return ch.Topic
	}
	h.set(func(inc *incident.Incident) { inc.Status = incident.Investigating })
	h.shown(incident.Topic)
	was := topic()
	h.set(func(inc *incident.Incident) { inc.Status = incident.Monitoring })
	h.lost("conversations.setTopic", unheard, func(ctx context.Context) error { return h.show(ctx, incident.Topic) })
	assert.NotEqual(t, was, topic())
	h.set(func(inc *incident.Incident) { inc.Status = incident.Investigating })
	h.shown(incident.Topic)
	assert.Equal(t, was, topic(), "also when it is to be as it was known to be last")
	assert.Equal(t, 3, h.calls("conversations.setTopic"))

	h.set(func(inc *incident.Incident) { inc.Responders = nil })
	h.shown(incident.Topic)
	assert.Equal(t, 3, h.calls("conversations.setTopic"), "each one is a line in the channel")
}

// TestANewChannelHasNoTopic: its name says what the topic would, and each topic is a row.
func TestANewChannelHasNoTopic(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Topic)
	assert.Zero(t, h.calls("conversations.setTopic"))
	h.set(func(inc *incident.Incident) { inc.Severity = "P0" })
	h.shown(incident.Topic)
	assert.Equal(t, 1, h.calls("conversations.setTopic"), "the name says another severity")
}

func TestAReminderOfUnknownOutcomeIsRemovedWhenItIsDone(t *testing.T) {
	t.Parallel()
	for _, stood := range []bool{false, true} {
		t.Run(fmt.Sprintf("an older one stood: %t", stood), func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			if stood {
				h.remind(50)
				h.shown(incident.ReminderMessage)
			}
			h.remind(20)
			h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.show(ctx, incident.ReminderMessage) })
			h.remind()
			h.shown(incident.ReminderMessage)
			assert.Empty(t, h.left(h.inc.ChannelID, string(incident.ReminderMessage)))
		})
	}
}
