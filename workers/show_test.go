package workers

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/bot/slacksim"
	"mayday/incident"
	"mayday/store"
)

// unheard is a call that Slack carried out and answered as if it had not.
var unheard = slacksim.Fault{HTTP: 500, ApplyFirst: true}

// hand is a room whose effects are carried out one attempt at a time, by hand.
type hand struct {
	*room
	w *Workers
}

func newHand(t *testing.T) *hand {
	t.Helper()
	r := newRoom(t, nil)
	w, err := New(r.cfg)
	require.NoError(t, err)
	// What the declaration had to say is told, so that a test hears of its own events only.
	_, err = r.st.Pool().Exec(t.Context(), `update mayday.event set told_at = now()`)
	require.NoError(t, err)
	return &hand{r, w}
}

// row is the incident as it stands.
func (h *hand) row() incident.Incident {
	h.t.Helper()
	inc, err := h.st.Incident(h.t.Context(), h.inc.ID)
	require.NoError(h.t, err)
	return inc
}

// show makes one attempt at drawing a surface as the incident stands.
func (h *hand) show(ctx context.Context, s incident.Surface) error {
	inc := h.row()
	return h.w.show(ctx, incident.Show{Incident: inc.ID, Surface: s, Revision: inc.Revision}, try{})
}

// shown draws a surface; it has to work.
func (h *hand) shown(s incident.Surface) {
	h.t.Helper()
	require.NoError(h.t, h.show(h.t.Context(), s))
}

// lost makes an attempt of which nobody hears what came of it.
func (h *hand) lost(method string, f slacksim.Fault, attempt func(context.Context) error) {
	h.t.Helper()
	h.sim.Mischief().FailNext(method, 1, f)
	ctx := h.t.Context()
	if f.Hang > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.Hang/10)
		defer cancel()
	}
	require.Error(h.t, attempt(ctx))
	h.sim.Mischief().Clear()
}

// change passes a verb through the door. The jobs that follow are left to lie.
func (h *hand) change(decide store.Decision) {
	h.t.Helper()
	_, err := h.st.Update(h.t.Context(), h.inc.ID, nil, decide)
	require.NoError(h.t, err)
}

func (h *hand) acknowledge() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, h.inc.DeclaredBy, now)
	})
}

// set changes the row in a way for which no verb is needed.
func (h *hand) set(edit func(*incident.Incident)) {
	h.t.Helper()
	h.change(func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		edit(&inc)
		inc.Revision++
		return incident.Change{Incident: inc, Silent: true}, nil
	})
}

// keyed are the messages in a channel that carry this key, deleted ones left out.
func (h *hand) keyed(channel, what string) (found []slacksim.Message) {
	h.t.Helper()
	for _, m := range h.sim.Messages(channel) {
		var meta struct {
			Payload struct{ Key string } `json:"event_payload"`
		}
		if len(m.Metadata) == 0 {
			continue
		}
		require.NoError(h.t, json.Unmarshal(m.Metadata, &meta))
		if meta.Payload.Key == key(h.inc.ID, what) {
			found = append(found, m)
		}
	}
	return found
}

// left are the looks of the messages with this key.
func (h *hand) left(channel, what string) (texts []string) {
	h.t.Helper()
	for _, m := range h.keyed(channel, what) {
		texts = append(texts, looks(m))
	}
	return texts
}

// only is the one message with this key.
func (h *hand) only(channel, what string) slacksim.Message {
	h.t.Helper()
	require.Len(h.t, h.left(channel, what), 1)
	return h.keyed(channel, what)[0]
}

func (h *hand) calls(method string) int { return len(h.sim.CallsOf(method)) }

// notices counts what Slack itself said of something in the incident's channel.
func (h *hand) notices(subtype string) (n int) {
	for _, m := range h.sim.Messages(h.inc.ChannelID) {
		if m.Subtype == subtype {
			n++
		}
	}
	return n
}

func looks(m slacksim.Message) string { return m.Text + string(m.Blocks) }

func TestAFirstPostOfUnknownOutcomeIsFoundAgainHoweverItLooks(t *testing.T) {
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
	h.shown(incident.Topic)
	was := topic()
	h.set(func(inc *incident.Incident) { inc.Status = incident.Monitoring })
	h.lost("conversations.setTopic", unheard, func(ctx context.Context) error { return h.show(ctx, incident.Topic) })
	assert.NotEqual(t, was, topic())
	h.set(func(inc *incident.Incident) { inc.Status = incident.Open })
	h.shown(incident.Topic)
	assert.Equal(t, was, topic(), "also when it is to be as it was known to be last")
	assert.Equal(t, 3, h.calls("conversations.setTopic"))

	h.set(func(inc *incident.Incident) { inc.Responders = nil })
	h.shown(incident.Topic)
	assert.Equal(t, 3, h.calls("conversations.setTopic"), "each one is a line in the channel")
}

// page has somebody paged, for a reason, and gives the effect that sends it.
func (h *hand) page(whom incident.Person, why incident.PageReason) incident.SendPage {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, h.inc.DeclaredBy, whom, "", now)
	})
	n := len(h.row().Pages) - 1
	h.set(func(inc *incident.Incident) { inc.Pages[n].Why = why })
	return incident.SendPage{Incident: h.inc.ID, Page: n}
}

// pages changes the direct messages when jobs in the queue ask for it, and says how many did.
func (h *hand) pages() (asked int) {
	h.t.Helper()
	rows, err := h.st.Pool().Query(h.t.Context(), `delete from river.river_job where kind = 'show' and args->>'surface' = 'pages' returning 1`)
	require.NoError(h.t, err)
	for rows.Next() {
		asked++
	}
	require.NoError(h.t, rows.Err())
	if asked > 0 {
		h.shown(incident.PageMessages)
	}
	return asked
}

func TestAPageOfUnknownOutcomeArrivesOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	fx := h.page(ana, incident.OnCall)
	send := func(ctx context.Context) error { return h.w.sendPage(ctx, fx, try{}) }
	h.lost("chat.postMessage", unheard, send)
	require.NoError(t, send(t.Context()))
	assert.Contains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`)
	assert.False(t, h.row().Pages[0].DeliveredAt.IsZero())

	require.NoError(t, send(t.Context()))
	h.only(h.sim.Direct(ana), "page/0/"+ana)
	h.acknowledge()
	assert.Equal(t, 1, h.pages())
	assert.NotContains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`, "there is nothing to acknowledge any more")
}

func TestAPageThatArrivesAfterTheAcknowledgementLosesItsButton(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	fx := h.page(ana, incident.OnCall)
	h.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{Hang: time.Second})
	sent := make(chan error, 1)
	go func() { sent <- h.w.sendPage(t.Context(), fx, try{}) }()
	h.wait("the page is on its way", func() bool { return h.calls("chat.postMessage") == 1 })
	h.acknowledge()
	h.pages()
	require.NoError(t, <-sent)
	h.pages()
	assert.NotContains(t, looks(h.only(h.sim.Direct(ana), "page/0/"+ana)), `"button"`)
}

// speak makes one attempt at telling in the channel what is untold.
func (h *hand) speak(ctx context.Context) error {
	return h.w.speak(ctx, incident.Speak{Incident: h.inc.ID}, try{})
}

func TestAnEventOfUnknownOutcomeIsToldOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	for _, text := range []string{"the first note", "the second note"} {
		h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Note(inc, h.inc.DeclaredBy, text, now)
		})
	}
	h.lost("chat.postMessage", unheard, h.speak)
	assert.Empty(t, h.messages("the second note"), "nothing overtakes the one before it")
	require.NoError(t, h.speak(t.Context()))
	first, second := h.messages("the first note"), h.messages("the second note")
	require.Len(t, first, 1)
	require.Len(t, second, 1)
	assert.Less(t, first[0].TS, second[0].TS)
	assert.Zero(t, h.one("event where aloud and told_at is null"))
	assert.Equal(t, 1, h.one(fmt.Sprintf("event where told_ts = '%s'", first[0].TS)), "it is known where it stands")
}

func TestWhatWasTriedTogetherStaysTogether(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	var asked []string
	ask := func(n int) {
		why := fmt.Sprintf("reason %d", n)
		asked = append(asked, why)
		h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PagePerson(inc, h.inc.DeclaredBy, h.inc.DeclaredBy, why, now)
		})
	}
	ask(1)
	ask(2)
	h.lost("chat.postMessage", unheard, h.speak)
	ask(3)
	require.NoError(t, h.speak(t.Context()))
	for _, why := range asked {
		assert.Len(t, h.messages(why), 1, why)
	}
	together := h.messages(asked[0])
	assert.Equal(t, together, h.messages(asked[1]))
	assert.NotContains(t, looks(together[0]), asked[2], "it came later, and is in a message of its own")
}

func TestAReminderOfUnknownOutcomeIsRemovedWhenItIsDone(t *testing.T) {
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
