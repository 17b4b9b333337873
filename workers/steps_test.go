package workers

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// newWalk is a hand whose incident has steps, with card and step message.
func newWalk(t *testing.T) *hand {
	t.Helper()
	h := newHand(t)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		steps := []incident.Step{{Text: "look at the queue"}, {Text: "restart the workers"}, {Text: "drain the pool"}, {Text: "call the provider"}}
		c, err := incident.SwitchPlaybook(inc, h.inc.DeclaredBy, incident.Playbook{Slug: "slow", Title: "Slow", Steps: steps}, now)
		c.Effects = nil
		return c, err
	})
	h.shown(incident.Card)
	return h
}

// below has some messages come into the channel below the step message.
func (h *hand) below(n int) {
	h.t.Helper()
	for range n {
		require.NoError(h.t, h.st.CountBelow(h.t.Context(), h.inc.ChannelID, "9999999999.000000", incident.FarAbove+1))
	}
}

// done marks the step to do now.
func (h *hand) done() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MarkStep(inc, h.inc.DeclaredBy, incident.StepRef{}, incident.StepDone, "", now)
	})
}

// stepped makes one attempt at what a mark asks for of the step message.
func (h *hand) stepped(ctx context.Context) error {
	inc := h.row()
	return h.w.show(ctx, incident.Show{Ref: inc.Ref(), Surface: incident.StepMessage, Revision: inc.Revision, ToEnd: true}, try{})
}

// live are the messages in the channel whose buttons mark a step.
func (h *hand) live() (list []slacksim.Message) {
	h.t.Helper()
	for _, m := range h.sim.Messages(h.inc.ChannelID) {
		if strings.Contains(string(m.Blocks), "Skip…") {
			list = append(list, m)
		}
	}
	return list
}

func TestTheStepMessageMovesWhenItIsActedUponFarAbove(t *testing.T) {
	t.Parallel()
	h := newWalk(t)
	first := h.only(h.inc.ChannelID, "step")
	h.below(incident.FarAbove)
	h.done()
	require.NoError(t, h.stepped(t.Context()))
	assert.Equal(t, first.TS, h.only(h.inc.ChannelID, "step").TS, "it is near enough")
	assert.Contains(t, looks(h.only(h.inc.ChannelID, "step")), "restart the workers")

	h.below(1)
	h.set(func(inc *incident.Incident) { inc.Walks[inc.Active].Playbook.Steps[1].Text = "restart all workers" })
	h.shown(incident.StepMessage)
	assert.Equal(t, first.TS, h.only(h.inc.ChannelID, "step").TS, "nobody acted upon it")

	edits := h.calls("chat.update")
	h.done()
	require.NoError(t, h.stepped(t.Context()))
	assert.Equal(t, edits, h.calls("chat.update"), "what was just posted is not edited")
	require.NoError(t, h.stepped(t.Context()), "another that asks for it")
	assert.Equal(t, 1, h.supersedes())
	moved := h.only(h.inc.ChannelID, "step")
	assert.Greater(t, moved.TS, first.TS)
	assert.Contains(t, looks(moved), "drain the pool")
	assert.Len(t, h.live(), 1)
	assert.Zero(t, h.calls("conversations.history"), "nobody is asked how far above it was")

	h.done()
	require.NoError(t, h.stepped(t.Context()))
	assert.Equal(t, moved.TS, h.only(h.inc.ChannelID, "step").TS, "it is counted from where it stands now")

	h.below(incident.FarAbove + 1)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, h.inc.DeclaredBy, "fixed", now)
	})
	require.NoError(t, h.stepped(t.Context()))
	assert.Equal(t, moved.TS, h.only(h.inc.ChannelID, "step").TS, "what is over stays where it is")
}

// TestAStepMessageThatIsAskedForMoves though nothing changed.
func TestAStepMessageThatIsAskedForMoves(t *testing.T) {
	t.Parallel()
	h := newWalk(t)
	first := h.only(h.inc.ChannelID, "step")
	h.below(incident.FarAbove + 1)
	h.shown(incident.StepMessage) // it shows the incident as it is
	require.NoError(t, h.stepped(t.Context()))
	assert.Equal(t, 1, h.supersedes())
	assert.Greater(t, h.only(h.inc.ChannelID, "step").TS, first.TS)
}

// TestAStepMessageThatIsGoneStandsAgainWithTheNextAnswer, also with one that says what the one before said.
func TestAStepMessageThatIsGoneStandsAgainWithTheNextAnswer(t *testing.T) {
	t.Parallel()
	h := newWalk(t)
	first := h.only(h.inc.ChannelID, "step")
	h.sim.Expire(h.inc.ChannelID, first.TS)
	ran := func(by string) {
		fx := incident.RunQueries{Ref: h.inc.Ref(), Why: incident.Asked, By: by, Queries: []incident.QueryRun{{Name: "queue", Title: "The queue"}}}
		h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.QueriesRan(inc, fx, "no rows", "", now)
		})
		inc := h.row()
		c, err := incident.QueriesRan(inc, fx, "no rows", "", h.st.Now())
		require.NoError(t, err)
		for _, fx := range c.Effects {
			if show, ok := fx.(incident.Show); ok && show.Surface == incident.StepMessage {
				show.Revision = inc.Revision
				require.NoError(t, h.w.show(t.Context(), show, try{}))
			}
		}
	}
	ran("")
	assert.Empty(t, h.live(), "what nobody asked for is no reason to look")
	ran(h.inc.DeclaredBy)
	live := h.live()
	require.Len(t, live, 1)
	assert.Contains(t, looks(live[0]), "look at the queue")
	edits := h.calls("chat.update")
	ran("")
	assert.Equal(t, edits, h.calls("chat.update"))

	h.sim.Expire(h.inc.ChannelID, live[0].TS)
	prove := incident.Show{Ref: h.inc.Ref(), Surface: incident.StepMessage, Revision: h.row().Revision, Prove: true}
	require.NoError(t, h.w.show(t.Context(), prove, try{}), "that it was drawn for a later change already tells nothing")
	assert.Len(t, h.live(), 1)
}

// TestAStepMessageMovesOnceWhateverIsHeardOfIt: mayday may die between the new message and the end of the old one.
func TestAStepMessageMovesOnceWhateverIsHeardOfIt(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]slacksim.Fault{
		"posted, with no word": unheard,
		"never answered":       {ApplyFirst: true, Hang: 5 * time.Second},
		"not posted":           {HTTP: 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newWalk(t)
			first := h.only(h.inc.ChannelID, "step")
			h.below(incident.FarAbove + 1)
			h.done()
			h.lost("chat.postMessage", f, h.stepped)
			h.done()
			require.NoError(t, h.stepped(t.Context()))
			assert.Equal(t, 1, h.supersedes())
			moved := h.only(h.inc.ChannelID, "step")
			assert.Greater(t, moved.TS, first.TS)
			assert.Contains(t, looks(moved), "drain the pool", "it shows the step to do now")
			assert.Len(t, h.live(), 1)
		})
	}
}

// TestWhatIsLeftOfAStepMessageThatMovedHasNoButtons, whatever Slack lets mayday do to it.
func TestWhatIsLeftOfAStepMessageThatMovedHasNoButtons(t *testing.T) {
	t.Parallel()
	reply := func(h *hand, ts string) { h.sim.Say("ana", h.inc.ChannelID, "the table is below", ts) }
	for name, tt := range map[string]struct {
		meddle func(h *hand, ts string)
		left   string // what is said in its place; empty when nothing is
		live   int    // messages with buttons
	}{
		"nothing is":                       {func(*hand, string) {}, "", 1},
		"it has replies":                   {reply, "The current step is", 1},
		"it may not be deleted":            {func(h *hand, _ string) { h.sim.Restrict(slacksim.Restrictions{NoDelete: true}) }, "The current step is", 1},
		"somebody deleted it":              {func(h *hand, ts string) { h.sim.Expire(h.inc.ChannelID, ts) }, "", 1},
		"somebody deleted it, in a thread": {func(h *hand, ts string) { reply(h, ts); _ = h.cfg.Slack.Delete(h.t.Context(), h.inc.ChannelID, ts) }, "This message was deleted.", 1},
		"it is deleted, with no word":      {func(h *hand, _ string) { h.sim.Mischief().FailNext("chat.delete", 1, unheard) }, "", 1},
		"it may not be changed at all": {func(h *hand, _ string) {
			h.sim.Restrict(slacksim.Restrictions{NoDelete: true, NoUpdate: true})
		}, "Skip…", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newWalk(t)
			first := h.only(h.inc.ChannelID, "step")
			h.below(incident.FarAbove + 1)
			require.NoError(t, h.stepped(t.Context()))
			tt.meddle(h, first.TS)
			fx := incident.Supersede{Ref: h.inc.Ref(), Surface: "step", Channel: h.inc.ChannelID, TS: first.TS}
			if err := h.w.supersede(t.Context(), fx, try{}); err != nil {
				require.NoError(t, h.w.supersede(t.Context(), fx, try{Number: 2}))
			}
			old, there := h.sim.Message(h.inc.ChannelID, first.TS)
			require.Equal(t, tt.left != "", there)
			assert.Contains(t, looks(old), tt.left)
			live := h.live()
			require.Len(t, live, tt.live)
			assert.Contains(t, looks(live[len(live)-1]), "look at the queue")
			if tt.left == "The current step is" {
				link, err := h.cfg.Slack.Permalink(t.Context(), h.inc.ChannelID, live[0].TS)
				require.NoError(t, err)
				assert.Contains(t, string(old.Blocks), link)
			}
			if tt.live == 2 {
				assert.Contains(t, looks(h.only(h.inc.ChannelID, "old/step/"+first.TS)), "out of date")
			}
		})
	}
}
