package workers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// monitor changes something that the card and the announcement show.
func (h *hand) monitor() {
	h.t.Helper()
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SetStatus(inc, h.inc.DeclaredBy, "monitoring", now)
	})
}

// supersedes carries out what was asked for of messages whose place others took, and counts it.
func (h *hand) supersedes() int {
	h.t.Helper()
	rows, err := h.st.Pool().Query(h.t.Context(), `delete from river.river_job where kind = 'supersede' returning args`)
	require.NoError(h.t, err)
	var list []incident.Supersede
	for rows.Next() {
		var args []byte
		var fx incident.Supersede
		require.NoError(h.t, rows.Scan(&args))
		require.NoError(h.t, json.Unmarshal(args, &fx))
		list = append(list, fx)
	}
	require.NoError(h.t, rows.Err())
	for _, fx := range list {
		require.NoError(h.t, h.w.supersede(h.t.Context(), fx, try{}))
	}
	return len(list)
}

// TestAMessageThatRefusesItsEditIsFollowedByAnother, and neither lies. Whoever draws waits for nothing but the new one.
func TestAMessageThatRefusesItsEditIsFollowedByAnother(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	h.sim.Restrict(slacksim.Restrictions{NoUpdate: true})
	h.acknowledge()
	h.shown(incident.Card)
	assert.Zero(t, h.calls("chat.delete"), "that is another job")
	assert.Equal(t, 1, h.supersedes())
	assert.Contains(t, looks(h.only(h.inc.ChannelID, "card")), "investigating", "the old one is deleted")

	old := h.only(h.inc.ChannelID, "card")
	h.sim.Restrict(slacksim.Restrictions{NoUpdate: true, NoDelete: true})
	h.monitor()
	h.shown(incident.Card)
	assert.Equal(t, 1, h.supersedes())
	require.Len(t, h.keyed(h.inc.ChannelID, "card"), 2)
	said := h.only(h.inc.ChannelID, "old/card/"+old.TS)
	assert.Equal(t, old.TS, said.Thread)
	assert.Contains(t, looks(said), "out of date")
	assert.Equal(t, 1, len(h.sim.Pins(h.inc.ChannelID)), "only the new one is pinned")
	newest := h.row()
	sh, err := h.st.Shown(t.Context(), newest.ID, "card")
	require.NoError(t, err)
	assert.NotEqual(t, old.TS, sh.TS)
	assert.True(t, sh.Pinned)
}

func TestAMessageWhoseSuccessorWasPostedUnheardIsRemovedToo(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	h.sim.Restrict(slacksim.Restrictions{NoUpdate: true})
	h.acknowledge()
	h.lost("chat.postMessage", unheard, func(ctx context.Context) error { return h.show(ctx, incident.Card) })
	h.sim.Restrict(slacksim.Restrictions{})
	h.shown(incident.Card)
	assert.Equal(t, 1, h.supersedes())
	assert.Contains(t, looks(h.only(h.inc.ChannelID, "card")), "investigating")
}

// TestWhatTakesThePlaceOfAMessagePingsNobody: those whom it names were notified by the first one.
func TestWhatTakesThePlaceOfAMessagePingsNobody(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		surface incident.Surface
		change  func(h *hand) error
	}{
		"the card may not be edited":         {incident.Card, func(h *hand) error { h.sim.Restrict(slacksim.Restrictions{NoUpdate: true}); return nil }},
		"the announcement may not be edited": {incident.Announcement, func(h *hand) error { h.sim.Restrict(slacksim.Restrictions{NoUpdate: true}); return nil }},
		"the announce channel is another": {incident.Announcement, func(h *hand) error {
			old, _ := h.sim.Channel("incidents")
			if err := h.sim.DeleteChannel("ana", old.ID); err != nil {
				return err
			}
			_, err := h.sim.CreateChannel("ana", "incidents", false)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			channel := map[incident.Surface]string{incident.Card: h.inc.ChannelID, incident.Announcement: "incidents"}[tt.surface]
			h.acknowledge()
			h.shown(tt.surface)
			first := h.only(channel, string(tt.surface))
			require.Contains(t, string(first.Blocks), "lead ana", "the first one names the lead")
			require.NoError(t, tt.change(h))
			h.monitor()
			h.shown(tt.surface)
			posts := h.sim.CallsOf("chat.postMessage")
			last := posts[len(posts)-1].Args
			require.Contains(t, last["blocks"], "monitoring")
			assert.NotContains(t, last["text"]+last["blocks"], "<@")
			assert.Contains(t, last["blocks"], "lead ana")
		})
	}
}

// TestAChannelThatAnotherEffectCameBackToIsTriedAgain: between a refusal and the look at the channel another effect may
// have joined it, or somebody invited mayday. What was refused is tried again, and not for ever.
func TestAChannelThatAnotherEffectCameBackToIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	refused := h.w.Slack.Unreact(t.Context(), "C0NOWHERE01", "1.000001", "eyes")
	require.Error(t, refused)
	require.True(t, final(refused), "%v", refused)
	fx := incident.ExportTimeline{Ref: h.inc.Ref()}
	err := h.w.afterRefusal(t.Context(), fx.Kind(), fx.Ref, try{Number: 1, Since: time.Now()}, refused)
	require.Error(t, err)
	assert.False(t, final(err), "it is tried again: %v", err)
	assert.Zero(t, h.asked("alarm"))

	var errs []rivertype.AttemptError
	for range mostContradictions {
		errs = append(errs, rivertype.AttemptError{Error: "Slack was away"}, rivertype.AttemptError{Error: err.Error()})
	}
	err = h.w.afterRefusal(t.Context(), fx.Kind(), fx.Ref, try{Number: 9, Contradicted: contradictions(errs), Since: time.Now()}, refused)
	assert.True(t, final(err), "not for ever: %v", err)
}

// TestTheLinksWaitForAChannelThatMaydayWasTakenOutOf: the bookmarks' word for it is not the one of messages.
func TestTheLinksWaitForAChannelThatMaydayWasTakenOutOf(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.w.Bookmarks = func() []incident.Link {
		return []incident.Link{{Name: "Dashboard", URL: "https://grafana.example.org/d/1"}}
	}
	require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
	fx := incident.AddBookmarks{Ref: h.inc.Ref()}
	refused := h.w.addBookmarks(t.Context(), fx, try{})
	require.True(t, final(refused), "%v", refused)
	err := h.w.afterRefusal(t.Context(), fx.Kind(), fx.Ref, try{Number: 1, Since: time.Now()}, refused)
	assert.False(t, err != nil && final(err), "it is tried again, or asked for when the channel is back: %v", err)
	require.NoError(t, h.w.addBookmarks(t.Context(), fx, try{}), "mayday came back to the channel")
}

// TestTheChannelOfWhatIsOverNeedsNoPurpose: mayday was taken out of it before the purpose was set.
func TestTheChannelOfWhatIsOverNeedsNoPurpose(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	fx := incident.CreateChannel{Ref: h.inc.Ref(), Name: "inc-1"}
	require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
	require.Error(t, h.w.createChannel(t.Context(), fx, try{}), "while it goes on the purpose waits for the channel")
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, inc.DeclaredBy, "false alarm", now)
	})
	require.NoError(t, h.w.createChannel(t.Context(), fx, try{}))
}

// TestWhatStandsInAChannelThatMaydayWasTakenOutOfIsEdited: the incident ended as mayday was taken out of its channel.
// Where that is private, nothing can be edited until mayday is invited back.
func TestWhatStandsInAChannelThatMaydayWasTakenOutOfIsEdited(t *testing.T) {
	t.Parallel()
	for _, private := range []bool{false, true} {
		t.Run(fmt.Sprintf("private: %t", private), func(t *testing.T) {
			t.Parallel()
			h := newWalk(t)
			if private {
				require.NoError(t, h.sim.ConvertToPrivate("ana", h.inc.ChannelID))
				h.set(func(inc *incident.Incident) { inc.Private = true })
			}
			require.NoError(t, h.sim.Kick("ana", h.inc.ChannelID, "mayday"))
			h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Cancel(inc, inc.DeclaredBy, "false alarm", now)
			})
			_, err := h.st.Pool().Exec(t.Context(), `update mayday.event set told_at = now()`) // or mayday would come back to say it
			require.NoError(t, err)
			_, err = h.w.look(t.Context(), h.row())
			require.NoError(t, err)
			require.Equal(t, incident.Removed, h.row().Away)
			for _, s := range []incident.Surface{incident.Card, incident.StepMessage} {
				h.shown(s)
				assert.Equal(t, !private, strings.Contains(looks(h.only(h.inc.ChannelID, string(s))), "ancelled"), s)
			}
			_, err = h.st.Pool().Exec(t.Context(), `delete from river.river_job`)
			require.NoError(t, err)
			require.NoError(t, h.sim.Invite("ana", h.inc.ChannelID, "mayday"))
			_, err = h.w.look(t.Context(), h.row())
			require.NoError(t, err)
			for _, s := range []incident.Surface{incident.Card, incident.StepMessage} {
				assert.Equal(t, 1, h.drawings(s), s)
				h.shown(s)
				assert.Contains(t, looks(h.only(h.inc.ChannelID, string(s))), "ancelled", s)
			}
		})
	}
}
