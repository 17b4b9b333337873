package workers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// TestWhatWasToStandInAThreadThatIsGoneStandsInTheChannel: whichever way Slack lets mayday know, and nothing of it twice.
func TestWhatWasToStandInAThreadThatIsGoneStandsInTheChannel(t *testing.T) {
	t.Parallel()
	refused := func(code string) func(h *hand, method, channel, ts string) {
		return func(h *hand, method, _, _ string) {
			h.sim.Mischief().FailNext(method, 1, slacksim.Fault{Error: code})
		}
	}
	for name, lose := range map[string]func(h *hand, method, channel, ts string){
		"Slack says so":              refused("thread_not_found"),
		"Slack takes no reply to it": refused("cannot_reply_to_message"),
		"Slack says nothing":         func(h *hand, _, channel, ts string) { h.sim.Expire(channel, ts) },
		"and nobody hears of the reply": func(h *hand, method, channel, ts string) {
			h.sim.Expire(channel, ts)
			h.sim.Mischief().FailNext(method, 1, unheard)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.shown(incident.Announcement)
			parent := h.only("incidents", string(incident.Announcement))
			lose(h, "chat.postMessage", parent.Channel, parent.TS)
			answer := func() error {
				return h.w.postOnce(t.Context(), h.inc.Ref(), "answer", parent.Channel, bot.Message{Text: "answer", Thread: parent.TS, Broadcast: true})
			}
			if err := answer(); err != nil {
				require.NoError(t, answer())
			}
			assert.Empty(t, h.only(parent.Channel, "answer").Thread)
			h.sim.Mischief().Clear()

			// The message of a run of queries, and the file of another.
			n := &notice{w: h.w, inc: h.inc.Ref(), surface: "run/1", channel: h.inc.ChannelID}
			step := func() string {
				posted, err := h.cfg.Slack.Post(t.Context(), h.inc.ChannelID, bot.Message{Text: "a step"})
				require.NoError(t, err)
				return posted.TS
			}
			n.thread = step()
			lose(h, "chat.postMessage", n.channel, n.thread)
			put := func() error { return n.put(t.Context(), blocks.Message{Text: "twelve rows"}) }
			if err := put(); err != nil {
				require.NoError(t, put())
			}
			assert.Empty(t, h.only(h.inc.ChannelID, "run/1").Thread)
			n.thread = step()
			lose(h, "files.completeUploadExternal", n.channel, n.thread)
			attach := func() error { return n.attach(t.Context(), "rows.csv", "All rows", []byte("1\n")) }
			if err := attach(); err != nil {
				require.NoError(t, attach())
			}
			require.NoError(t, attach(), "once")
			files := 0
			for _, m := range h.sim.Messages(h.inc.ChannelID) {
				if files += len(m.Files); len(m.Files) > 0 {
					assert.Empty(t, m.Thread)
				}
			}
			assert.Equal(t, 1, files)
		})
	}
}

// TestAStepThatIsActedUponIsDrawnThoughItsMessageIsGone: once, without waking anybody, and the next edit finds it.
func TestAStepThatIsActedUponIsDrawnThoughItsMessageIsGone(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.set(func(inc *incident.Incident) {
		inc.Walks = []incident.Walk{{Playbook: incident.Playbook{Slug: "x", Title: "X", Steps: []incident.Step{{Text: "look"}, {Text: "mend"}}}, Marks: map[int]incident.Mark{}}}
	})
	h.shown(incident.Card)
	h.shown(incident.StepMessage)
	old := h.only(h.inc.ChannelID, string(incident.StepMessage))
	h.sim.Expire(old.Channel, old.TS)
	h.set(func(inc *incident.Incident) {
		inc.Walks[0].Marks = map[int]incident.Mark{0: {State: incident.StepDone, By: inc.DeclaredBy}}
	})
	h.shown(incident.StepMessage)
	now := h.only(h.inc.ChannelID, string(incident.StepMessage))
	assert.NotEqual(t, old.TS, now.TS)
	assert.Contains(t, looks(now), "mend")
	assert.Empty(t, now.Notified, "posted empty: the edit after it wakes nobody")
	posts := h.calls("chat.postMessage")
	h.set(func(inc *incident.Incident) { delete(inc.Walks[0].Marks, 0) })
	h.shown(incident.StepMessage)
	assert.Equal(t, now.TS, h.only(h.inc.ChannelID, string(incident.StepMessage)).TS)
	assert.Equal(t, posts, h.calls("chat.postMessage"))
}

// TestAReminderThatCannotBeRemovedKeepsNoneBack: it says that it is over where that can be said.
func TestAReminderThatCannotBeRemovedKeepsNoneBack(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]slacksim.Restrictions{"not deleted": {NoDelete: true}, "neither deleted nor edited": {NoDelete: true, NoUpdate: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			h.remind(50)
			h.shown(incident.ReminderMessage)
			h.sim.Restrict(r)
			h.remind(20)
			h.shown(incident.ReminderMessage)
			sh, err := h.st.Shown(t.Context(), h.inc.ID, string(incident.ReminderMessage))
			require.NoError(t, err)
			m, ok := h.sim.Message(sh.Channel, sh.TS)
			require.True(t, ok)
			assert.Contains(t, looks(m), "An update was due")
			assert.Len(t, h.messages("An update was due"), map[bool]int{true: 2, false: 1}[r.NoUpdate], "the older one where nothing can be said")
			assert.Len(t, h.messages("This reminder is over"), map[bool]int{true: 0, false: 1}[r.NoUpdate])
			h.remind()
			h.shown(incident.ReminderMessage)
			sh, err = h.st.Shown(t.Context(), h.inc.ID, string(incident.ReminderMessage))
			require.NoError(t, err)
			assert.Empty(t, sh.TS, "nothing of ours stands any more, as far as we can tell")
		})
	}
}
