package workers

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store"
)

func TestAnAlarmIsHeardThoughThereIsNoAnnouncement(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	raise := func(ctx context.Context) error {
		return h.w.alarm(ctx, incident.Alarm{Ref: h.inc.Ref(), Seq: h.row().Revision}, try{})
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
	err := nowhere.w.alarm(t.Context(), incident.Alarm{Ref: nowhere.inc.Ref(), Seq: nowhere.row().Revision}, try{})
	assert.True(t, final(err), "so that the incident's channel hears of it: %v", err)
}

func TestAnAlarmStandsBelowTheAnnouncement(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.shown(incident.Announcement)
	h.change(giveUp("do something", "why"))
	require.NoError(t, h.w.alarm(t.Context(), incident.Alarm{Ref: h.inc.Ref(), Seq: h.row().Revision}, try{}))
	m := h.only("incidents", fmt.Sprintf("alarm/%d", h.row().Revision))
	assert.Equal(t, h.only("incidents", string(incident.Announcement)).TS, m.Thread)
}

func TestAnAlarmOfAPrivateIncidentIsHeardByWhoeverLeadsIt(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.set(func(inc *incident.Incident) { inc.Private = true })
	h.change(giveUp("do something", "why"))
	require.NoError(t, h.w.alarm(t.Context(), incident.Alarm{Ref: h.inc.Ref(), Seq: h.row().Revision}, try{}))
	what := fmt.Sprintf("alarm/%d", h.row().Revision)
	h.only(h.sim.Direct(h.inc.DeclaredBy), what)
	assert.Empty(t, h.keyed("incidents", what))
}

// TestWhatIsForALeadIsHeardWhereNobodyLeads: an alert declared the incident, so there is nobody to write to.
func TestWhatIsForALeadIsHeardWhereNobodyLeads(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.set(func(inc *incident.Incident) { inc.DeclaredBy, inc.Roles = "", nil })
	require.NoError(t, h.st.SaveShown(t.Context(), h.inc.ID, string(incident.Announcement), store.Shown{Channel: "C0ANNOUNCE", TS: "1.000001"}))
	channel, thread, err := h.w.heard(t.Context(), h.row(), incident.Alarm{Ref: h.inc.Ref(), Lead: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"C0ANNOUNCE", "1.000001"}, []string{channel, thread})
}
