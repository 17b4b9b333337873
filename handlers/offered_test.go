package handlers

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// TestWhoTakesAnAlertIsCalledByNameOutsideOfSlack: whoever is called otherwise reads who declared, and Slack may be away by then.
func TestWhoTakesAnAlertIsCalledByNameOutsideOfSlack(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, false, crowd{"U0BEN01": {ID: "U0BEN01", RealName: "Ben Okafor"}})
	for _, source := range []string{"shop", "cron"} {
		require.NoError(t, h.Store.Receive(t.Context(), store.Received{Source: source, Path: "in", Header: map[string]string{}, Body: []byte("{}")}))
		_, err := h.Store.Hear(t.Context(), store.Hearing{
			Read: func(p store.Received) (store.Understood, error) {
				return store.Understood{Reports: []incident.Report{{Source: p.Source, Key: "a", State: incident.Firing, Title: "it is slow"}}}, nil
			},
			Judge: func(incident.Report) (incident.Found, incident.Way) {
				return incident.Found{Severity: "P1"}, incident.ToOffer
			},
		})
		require.NoError(t, err)
	}
	press := func(action string, offer int64, t2 blocks.Target) {
		o, err := h.Store.Offer(t.Context(), offer)
		require.NoError(t, err)
		t2.Incident, t2.Step = offer, o.Mark()
		answer(t, h, bot.Request{Kind: bot.Action, ActionID: action, Value: t2.String()}, "U0BEN01", "C0ALERTS1")
	}
	press(blocks.ActionDeclareOffer, 1, blocks.Target{})
	first, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	press(blocks.ActionAttach, 2, blocks.Target{Page: int(first.ID), Name: first.UID})
	for number, did := range map[int64]string{1: "attached", 2: "declared"} {
		inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: number})
		require.NoError(t, err)
		assert.Equal(t, "Ben Okafor", inc.Names["U0BEN01"], "who "+did+" incident "+strconv.FormatInt(number, 10))
	}
	declared, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 2})
	require.NoError(t, err)
	assert.Contains(t, blocks.SoFar(declared, "U0ANA01", time.Now())[1], "Ben Okafor")
}
