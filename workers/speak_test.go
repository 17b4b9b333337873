package workers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// speak makes one attempt at telling in the channel what is untold.
func (h *hand) speak(ctx context.Context) error {
	return h.w.speak(ctx, incident.Speak{Ref: h.inc.Ref()}, try{})
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

func TestAnEventThatSlackRefusesHoldsUpNoOther(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// TestWhatWasToldAsksOnlyForWhatIsWanted: its buttons go once somebody answered, and a
// step that is blocked no more is struck out.
func TestWhatWasToldAsksOnlyForWhatIsWanted(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ref, ana := h.inc.Ref(), h.inc.DeclaredBy
	h.set(func(inc *incident.Incident) {
		inc.Walks[0].Playbook.Steps = []incident.Step{{Text: "Look at the host"}, {Text: "Look again"}}
	})
	h.shown(incident.Card)
	h.shown(incident.StepMessage)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, ana, "U0BEN00001", "", now)
	})
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MarkStep(inc, ana, incident.StepRef{Number: 1}, incident.StepBlocked, "no access", now)
	})
	require.NoError(t, h.speak(t.Context()))
	said := func(what string) string {
		list := h.messages(what)
		require.Len(t, list, 1)
		return looks(list[0])
	}
	require.Contains(t, said(" paged "), "Acknowledge")
	require.Contains(t, said("no access"), "Page next")

	edits := h.calls("chat.update")
	require.NoError(t, h.w.showAsking(t.Context(), ref))
	assert.Equal(t, edits, h.calls("chat.update"), "all of it is as it should be")

	h.acknowledge()
	require.NoError(t, h.w.showAsking(t.Context(), ref))
	assert.NotContains(t, said(" paged "), "Acknowledge")
	assert.Contains(t, said("no access"), "Page next")

	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.UndoStep(inc, ana, incident.StepRef{Number: 1}, now)
	})
	require.NoError(t, h.w.showAsking(t.Context(), ref))
	assert.Contains(t, said("no access"), "~")
	assert.NotContains(t, said("no access"), "Page next")
}

// TestWhoIsFoundLateIsMentionedLater: the line that a contact is paged does not wait for Slack to say whose account that
// is. Once the page stands it mentions them, and notifies nobody by that.
func TestWhoIsFoundLateIsMentionedLater(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	ana := h.inc.DeclaredBy
	h.shown(incident.Card)
	h.set(func(inc *incident.Incident) {
		inc.Policy.Contacts = []incident.Contact{{Role: "Engineer on call", Email: "ana@example.com"}}
	})
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageContact(inc, "", 0, "", now)
	})
	h.sim.Mischief().FailNext("users.lookupByEmail", 1, slacksim.Fault{Hang: 3 * time.Second})
	require.NoError(t, h.speak(t.Context()))
	line := func() slacksim.Message {
		t.Helper()
		list := h.messages("Paging Engineer on call")
		require.Len(t, list, 1)
		return list[0]
	}
	require.NotContains(t, looks(line()), "<@"+ana+">", "nobody knew")

	require.NoError(t, h.w.sendPage(t.Context(), incident.SendPage{Ref: h.inc.Ref()}, try{}))
	require.Equal(t, ana, h.row().Pages[0].Person)
	assert.Equal(t, 1, h.drawings(incident.AskingMessages))
	h.shown(incident.AskingMessages)
	assert.Contains(t, looks(line()), "<@"+ana+">")
	assert.Empty(t, line().Notified, "an edit notifies nobody")
}
