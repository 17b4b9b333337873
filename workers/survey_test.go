package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// TestTheAnnounceChannelIsFoundAgain: by its id while it lives, then by its name; and what stands is drawn where it is now.
func TestTheAnnounceChannelIsFoundAgain(t *testing.T) {
	t.Parallel()
	incidents := func(h *hand) string { c, _ := h.sim.Channel("incidents"); return c.ID }
	for name, tt := range map[string]struct {
		change func(h *hand, old string) error
		// stays: it is the same channel afterwards.
		stays bool
	}{
		"renamed":   {func(h *hand, old string) error { return h.sim.Rename("ana", old, "news") }, true},
		"taken out": {func(h *hand, old string) error { return h.sim.Kick("ana", old, "mayday") }, true},
		"archived and replaced": {func(h *hand, old string) error {
			if err := h.sim.Rename("ana", old, "old-incidents"); err != nil {
				return err
			}
			if _, err := h.sim.CreateChannel("ana", "incidents", false); err != nil {
				return err
			}
			return h.sim.Archive("ana", old)
		}, false},
		"deleted and replaced": {func(h *hand, old string) error {
			if err := h.sim.DeleteChannel("ana", old); err != nil {
				return err
			}
			_, err := h.sim.CreateChannel("ana", "incidents", false)
			return err
		}, false},
	} {
		for how, found := range map[string]func(h *hand) error{
			"by a survey":  func(h *hand) error { return h.w.surveyAnnouncements(h.t.Context()) },
			"by a refusal": func(h *hand) error { return h.show(h.t.Context(), incident.Announcement) },
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				h := newHand(t)
				h.shown(incident.Announcement)
				old := incidents(h)
				h.acknowledge()
				require.NoError(t, tt.change(h, old))
				require.NoError(t, found(h))
				h.shown(incident.Announcement)
				now := old
				if !tt.stays {
					now = incidents(h)
					require.NotEqual(t, old, now)
				}
				fact, err := h.st.Fact(t.Context(), store.ChannelFact("incidents"))
				require.NoError(t, err)
				assert.Equal(t, now, fact)
				assert.Contains(t, h.left(now, "announcement")[0], "investigating")
			})
		}
	}
}

func TestAPrivateAnnounceChannelIsWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Announcement)
	c, _ := h.sim.Channel("incidents")
	require.NoError(t, h.sim.ConvertToPrivate("ana", c.ID))
	require.NoError(t, h.sim.Kick("ana", c.ID, "mayday"))
	h.acknowledge()
	assert.True(t, final(h.show(t.Context(), incident.Announcement)), "it is said in the incident's channel")
	require.NoError(t, h.sim.Invite("ana", c.ID, "mayday"))
	require.NoError(t, h.w.surveyAnnouncements(t.Context()))
	h.shown(incident.Announcement)
	assert.Contains(t, h.left(c.ID, "announcement")[0], "investigating")
}

// TestWhatIsDrawnAgainPingsNobody: a card that people deleted names the lead, and must not call them again.
func TestWhatIsDrawnAgainPingsNobody(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Card)
	h.acknowledge()
	h.sim.Expire(h.inc.ChannelID, h.only(h.inc.ChannelID, "card").TS)
	h.shown(incident.Card)
	again := h.only(h.inc.ChannelID, "card")
	assert.Contains(t, looks(again), "investigating")
	posts := h.sim.CallsOf("chat.postMessage")
	last := posts[len(posts)-1].Args
	assert.Equal(t, drawnAnew, last["text"], "an edit notifies nobody, a post would")
	assert.Empty(t, last["blocks"])
}

func TestAnAnsweredPageIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PagePerson(inc, h.inc.DeclaredBy, h.inc.DeclaredBy, "look", now)
	})
	require.NoError(t, h.w.sendPage(t.Context(), incident.SendPage{Ref: h.inc.Ref()}, try{}))
	direct := h.sim.Direct("ana")
	page := h.only(direct, "page/0/"+h.inc.DeclaredBy)
	h.sim.Expire(direct, page.TS)
	h.acknowledge()
	for range 2 {
		require.NoError(t, h.show(t.Context(), incident.PageMessages))
		require.NoError(t, h.w.sendPage(t.Context(), incident.SendPage{Ref: h.inc.Ref()}, try{}))
	}
	assert.Empty(t, h.left(direct, "page/0/"+h.inc.DeclaredBy))
}

func TestAReminderThatCannotBeDeletedDoesNotBlockTheNext(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	remind := func(at time.Time) {
		h.set(func(inc *incident.Incident) {
			inc.Reminder = &incident.Reminder{Clock: incident.ClockUpdate, Due: at, At: at}
		})
		h.shown(incident.ReminderMessage)
	}
	remind(time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC))
	first := h.only(h.inc.ChannelID, "reminder")
	h.sim.Restrict(slacksim.Restrictions{NoDelete: true})
	remind(time.Date(2026, 3, 3, 11, 0, 0, 0, time.UTC))
	assert.Len(t, h.keyed(h.inc.ChannelID, "reminder"), 2)
	for _, m := range h.sim.Messages(h.inc.ChannelID) {
		if m.TS == first.TS {
			assert.Contains(t, looks(m), "over")
			assert.NotContains(t, string(m.Blocks), "button")
		}
	}
	h.sim.Restrict(slacksim.Restrictions{NoDelete: true, NoUpdate: true})
	remind(time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC))
	assert.Len(t, h.keyed(h.inc.ChannelID, "reminder"), 3)
}

// TestWhatWasSaidInPublicIsEmptied: the announcement and what stands below it.
func TestWhatWasSaidInPublicIsEmptied(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.set(func(inc *incident.Incident) { inc.Title = "card numbers leaked" })
	h.shown(incident.Announcement)
	require.NoError(t, h.sim.Archive("ana", h.inc.ChannelID))
	require.NoError(t, h.w.lookAtChannel(t.Context(), incident.LookAtChannel{Ref: h.inc.Ref()}, try{}))
	require.NoError(t, h.w.alarm(t.Context(), incident.Alarm{Ref: h.inc.Ref(), Seq: h.row().Revision}, try{}))
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MakePrivate(inc, h.inc.DeclaredBy, now)
	})
	h.shown(incident.Announcement)
	c, _ := h.sim.Channel("incidents")
	bot := 0
	for _, m := range h.sim.Messages(c.ID) {
		if m.Bot {
			bot++
			assert.Contains(t, looks(m), "moved to a private channel")
			for _, word := range []string{"leaked", "button", "ncident 1"} {
				assert.NotContains(t, looks(m), word)
			}
		}
	}
	assert.Equal(t, 2, bot)
}
