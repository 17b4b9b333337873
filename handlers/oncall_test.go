package handlers

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// reads is what somebody is shown, with its blocks, who types a command outside of incidents.
func reads(t *testing.T, h *Handlers, by, text string) string {
	t.Helper()
	reply := h.Handle(t.Context(), bot.Request{Kind: bot.Command, Text: text, User: by, Channel: "C0GENERAL", Keys: []string{"envelope:" + rand.Text()}})
	return reply.Text + inJSON(t, reply.Blocks)
}

func TestWhoIsOnCallIsSaidAsTheScheduleHasIt(t *testing.T) {
	t.Parallel()
	h := onDuty(t, anas)
	said := reads(t, h, "U0CHI01", "oncall")
	assert.Regexp(t, `On-Call Engineer\* · ana@example\.com · until .* · then ben@example\.com from .* · by `, said)
	assert.Regexp(t, `CTO\* · Ben Okafor · always, by the runbook`, said)
	assert.NotContains(t, said, "handed over")
	assert.NotContains(t, said, "read")
	require.NoError(t, h.Store.RosterFailed(t.Context(), h.Runbook().Policy.Contacts[0].Roster, "the token is refused"))
	assert.Regexp(t, `as of .* ago: the token is refused`, reads(t, h, "U0CHI01", "oncall"))

	types(t, h, "U0ANA01", "handover <@U0BEN01>")
	answer(t, h, bot.Request{Kind: bot.Action, ActionID: blocks.ActionAcceptShift, Value: blocks.Target{Name: newest(t, h).ID}.String()}, "U0BEN01", "D0BEN")
	assert.Regexp(t, `On-Call Engineer\* · Ben Okafor .*handed over in Slack`, reads(t, h, "U0CHI01", "oncall"))
}

// TestOnesOwnDay: hours are those of where whoever types is, then the team's, then UTC.
func TestOnesOwnDay(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	h, _ := guarded(t, false, crowd{"U0ANA01": {ID: "U0ANA01", TZ: "Asia/Tokyo"}, "U0BEN01": {ID: "U0BEN01"}, "U0CHI01": {ID: "U0CHI01", TZ: "Mars/Olympus"}})
	for _, c := range []struct {
		team *time.Location
		who  string
		zone string
	}{{berlin, "U0ANA01", "Asia/Tokyo"}, {berlin, "U0BEN01", "Europe/Berlin"}, {berlin, "U0CHI01", "Europe/Berlin"}, {nil, "U0BEN01", "UTC"}, {nil, "U0ANA01", "Asia/Tokyo"}} {
		h.Zone = c.team
		_, err := h.Store.Update(t.Context(), incident.Ref{Incident: 1}, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			inc.Pages = []incident.Page{{Contact: -1, Person: c.who, At: now.Add(-time.Hour)}}
			inc.Revision++
			return incident.Change{Incident: inc, Silent: true}, nil
		})
		require.NoError(t, err)
		_, err = h.Store.Pool().Exec(t.Context(), `insert into mayday.surface (incident_id, surface, channel, ts) values (1, 'page/0/' || $1, 'D0', '1.1') on conflict do nothing`, c.who)
		require.NoError(t, err)
		assert.Contains(t, reads(t, h, c.who, "oncall me"), c.zone, c.who)
	}
}
