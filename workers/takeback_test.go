package workers

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// calmHand is a hand of whose incident nothing is wrong yet.
func calmHand(t *testing.T) *hand {
	h := newHand(t)
	h.set(func(inc *incident.Incident) { inc.Alerts = nil }) // its runbook names nobody to page
	return h
}

// takesBack carries out what was asked for of alerts that are over, and counts it.
func (h *hand) takesBack() int {
	h.t.Helper()
	rows, err := h.st.Pool().Query(h.t.Context(), `delete from river.river_job where kind = 'take_back' returning args`)
	require.NoError(h.t, err)
	var list []incident.TakeBack
	for rows.Next() {
		var args []byte
		var fx incident.TakeBack
		require.NoError(h.t, rows.Scan(&args))
		require.NoError(h.t, json.Unmarshal(args, &fx))
		list = append(list, fx)
	}
	require.NoError(h.t, rows.Err())
	for _, fx := range list {
		require.NoError(h.t, h.w.takeBack(h.t.Context(), fx, try{}))
	}
	require.NoError(h.t, h.w.showAsking(h.t.Context(), h.inc.Ref()))
	return len(list)
}

// alarms sounds the newest alarm where it is to be heard.
func (h *hand) alarms(lead bool) string {
	h.t.Helper()
	inc := h.row()
	fx := incident.Alarm{Ref: h.inc.Ref(), Seq: inc.Alerts[len(inc.Alerts)-1].Seq, Lead: lead}
	require.NoError(h.t, h.w.alarm(h.t.Context(), fx, try{}))
	return alarmName(fx)
}

// TestWhatWasToldIsTakenBackWhereItStands: once what is wrong is so no longer the message says so, and nobody is notified.
func TestWhatWasToldIsTakenBackWhereItStands(t *testing.T) {
	t.Parallel()
	page := func(h *hand) {
		h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.PagePerson(inc, h.inc.DeclaredBy, h.inc.DeclaredBy, "", now)
		})
	}
	for name, tt := range map[string]struct {
		wrong, right func(h *hand)
		says         string
		lead         bool
	}{
		"the channel is archived": {
			func(h *hand) { require.NoError(h.t, h.sim.Archive("ana", h.inc.ChannelID)); h.look() },
			func(h *hand) { require.NoError(h.t, h.sim.Unarchive("ana", h.inc.ChannelID)); h.look() },
			"mayday can write in the channel again", true,
		},
		"a page is late": {
			func(h *hand) {
				page(h)
				h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
					return incident.PageTried(inc, 0, now, now)
				})
				h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
					due, _ := inc.Deadline(incident.ClockPageCheck)
					return incident.Fire(inc, incident.Timer{Clock: incident.ClockPageCheck, Due: due}, due)
				})
			},
			func(h *hand) {
				h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
					return incident.PageDelivered(inc, 0, []incident.Person{h.inc.DeclaredBy}, now)
				})
			},
			"The page arrived", false,
		},
		"a page failed": {
			func(h *hand) {
				page(h)
				h.set(func(inc *incident.Incident) { inc.Pages[0].Why = incident.OnCall })
				h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
					return incident.PageFailed(inc, 0, "no such account", now)
				})
			},
			func(h *hand) { h.acknowledge() },
			"acknowledged", false,
		},
		"the lead's account is gone": {
			func(h *hand) {
				h.acknowledge()
				h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
					return incident.AccountGone(inc, h.inc.DeclaredBy, now)
				})
			},
			func(h *hand) {
				ben, _ := h.sim.UserByName("ben")
				h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
					return incident.TakeRole(inc, ben.ID, ben.ID, "lead", now)
				})
			},
			"has been lead since", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := calmHand(t)
			h.shown(incident.Card)
			h.shown(incident.Announcement)
			tt.wrong(h)
			what := h.alarms(false)
			before := h.only("incidents", what)
			assert.NotContains(t, looks(before), tt.says)
			if tt.lead {
				h.alarms(true)
			}
			assert.Zero(t, h.takesBack(), "it is still wrong")
			posts := h.calls("chat.postMessage")
			tt.right(h)
			assert.Equal(t, 1, h.takesBack())
			after := h.only("incidents", what)
			assert.Equal(t, before.TS, after.TS)
			assert.Contains(t, looks(after), tt.says)
			assert.NotContains(t, looks(after), ":warning:")
			assert.Contains(t, looks(after), "Before: ")
			if tt.lead {
				assert.Contains(t, looks(h.only(h.sim.Direct("ana"), what+"/lead")), tt.says)
			}
			assert.Equal(t, posts, h.calls("chat.postMessage"), "an edit notifies nobody")
			h.monitor()
			assert.Zero(t, h.takesBack(), "once")
		})
	}
}

// TestAnAlarmThatIsOverBeforeAnybodyHeardItIsNotMade, and one of unknown outcome is found and says so.
func TestAnAlarmThatIsOverBeforeAnybodyHeardItIsNotMade(t *testing.T) {
	t.Parallel()
	for _, tried := range []bool{false, true} {
		t.Run(fmt.Sprintf("tried: %t", tried), func(t *testing.T) {
			t.Parallel()
			h := calmHand(t)
			h.shown(incident.Announcement)
			require.NoError(t, h.sim.Archive("ana", h.inc.ChannelID))
			h.look()
			fx := incident.Alarm{Ref: h.inc.Ref(), Seq: h.row().Alerts[0].Seq}
			if tried {
				h.sim.Mischief().FailNext("chat.postMessage", 1, unheard)
				require.Error(t, h.w.alarm(t.Context(), fx, try{}))
			}
			require.NoError(t, h.sim.Unarchive("ana", h.inc.ChannelID))
			h.look()
			require.NoError(t, h.w.alarm(t.Context(), fx, try{}))
			h.takesBack()
			if !tried {
				assert.Empty(t, h.left("incidents", alarmName(fx)))
				return
			}
			assert.Contains(t, looks(h.only("incidents", alarmName(fx))), "can write in the channel again")
		})
	}
}

// TestWhatMaydayGaveUpOnIsTakenBackInItsChannel as soon as it works again.
func TestWhatMaydayGaveUpOnIsTakenBackInItsChannel(t *testing.T) {
	t.Parallel()
	h := calmHand(t)
	h.shown(incident.Card)
	h.change(giveUp(troubleDraw(incident.Announcement), "the channel is archived"))
	require.NoError(t, h.speak(t.Context()))
	require.Len(t, h.messages("could not draw the announcement"), 1)
	h.shown(incident.Announcement)
	assert.Equal(t, 1, h.takesBack())
	assert.Contains(t, looks(h.messages("could not draw the announcement")[0]), "It works again")
	h.change(giveUp(troubleDraw(incident.Announcement), "the channel is archived again"))
	require.NoError(t, h.speak(t.Context()))
	assert.Len(t, h.messages("could not draw the announcement"), 2, "a new one is told anew")
}

// TestWhatIsTakenBackTellsNothingOfAPrivateIncident: where others read it, it stays empty.
func TestWhatIsTakenBackTellsNothingOfAPrivateIncident(t *testing.T) {
	t.Parallel()
	h := calmHand(t)
	h.shown(incident.Announcement)
	require.NoError(t, h.sim.Archive("ana", h.inc.ChannelID))
	h.look()
	what := h.alarms(false)
	h.alarms(true)
	h.change(func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MakePrivate(inc, h.inc.DeclaredBy, now)
	})
	h.shown(incident.Announcement)
	require.NoError(t, h.sim.Unarchive("ana", h.inc.ChannelID))
	h.look()
	assert.Equal(t, 1, h.takesBack())
	for _, m := range h.sim.Messages("incidents") {
		if m.Bot {
			assert.Contains(t, looks(m), "moved to a private channel")
		}
	}
	assert.Contains(t, looks(h.only(h.sim.Direct("ana"), what+"/lead")), "can write in the channel again")
}

// TestWhatMayNotBeEditedIsLeft as it is: to say it anew would notify people.
func TestWhatMayNotBeEditedIsLeft(t *testing.T) {
	t.Parallel()
	h := calmHand(t)
	h.shown(incident.Announcement)
	require.NoError(t, h.sim.Archive("ana", h.inc.ChannelID))
	h.look()
	h.alarms(false)
	h.sim.Restrict(slacksim.Restrictions{NoUpdate: true})
	require.NoError(t, h.sim.Unarchive("ana", h.inc.ChannelID))
	h.look()
	posts := h.calls("chat.postMessage")
	assert.Equal(t, 1, h.takesBack())
	assert.Equal(t, posts, h.calls("chat.postMessage"))
}
