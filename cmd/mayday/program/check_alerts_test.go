package program

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store"
	"mayday/store/storetest"
)

func TestCheckOfAlerts(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	none := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": url})["alerts"]
	require.Len(t, none, 1)
	assert.Equal(t, OK, none[0].State)
	assert.Contains(t, none[0].Says, "no source is set up")
	st, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	require.NoError(t, st.AddSource(t.Context(), store.Source{Name: "sentry", Way: incident.ToOffer}, "k", ""))
	found := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": url, "MAYDAY_ALERT_DECLARE": "source=sentry+severity=p0,scenario=site-down,scenario=nowhere+source=pingdom"})["alerts"]
	require.Len(t, found, 4)
	assert.Equal(t, Warned, found[0].State)
	assert.Contains(t, found[0].Says, "only this machine reaches")
	assert.Equal(t, []State{OK, OK, Failed}, []State{found[1].State, found[2].State, found[3].State})
	assert.Contains(t, found[3].Says, "the source pingdom and the scenario nowhere")
	reached := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": url, "MAYDAY_PUBLIC_URL": "https://mayday.example.com"})["alerts"]
	assert.Equal(t, []Finding{{OK, "alerts", "from sentry", ""}}, reached)
}

func TestRulesForDeclaring(t *testing.T) {
	read := func(v string) (Config, []Problem) {
		env := good()
		env["MAYDAY_ALERT_DECLARE"], env["MAYDAY_ALERT_CHANNELS"] = v, "#alerts, ops"
		return FromEnv(environment(env), true)
	}
	c, problems := read(" source=pingdom , severity=P0+scenario=site-down,")
	assert.Empty(t, problems)
	assert.Equal(t, []incident.DeclareRule{{Source: "pingdom"}, {Severity: "P0", Scenario: "site-down"}}, c.AlertDeclare)
	assert.Equal(t, []string{"alerts", "ops"}, c.AlertChannels)
	assert.Equal(t, "alerts", c.AlertChannel)
	for _, v := range []string{"pingdom", "source=", "colour=red", "source=a+source=b"} {
		c, problems := read(v)
		require.Len(t, problems, 1, v)
		assert.Equal(t, "MAYDAY_ALERT_DECLARE", problems[0].Variable)
		assert.Empty(t, c.AlertDeclare, "a rule that is not understood declares nothing")
	}
}

// TestCheckOfAlertChannels: where mayday is no member it hears nothing of what apps post, and the check says so.
func TestCheckOfAlertChannels(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	st, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	found := checked(t, slacksim.Options{Channels: []string{"general", "incidents", "alerts"}}, map[string]string{"DATABASE_URL": url, "MAYDAY_ALERT_CHANNELS": "alerts,nowhere"})
	require.Len(t, found["alert channel"], 2)
	assert.Equal(t, []State{Warned, Failed}, []State{found["alert channel"][0].State, found["alert channel"][1].State})
	assert.Contains(t, found["alert channel"][0].Says, "hears nothing of what other apps post there")
	require.Len(t, found["alerts"], 2)
	assert.Contains(t, found["alerts"][1].Says, "no app has posted any into #alerts, #nowhere yet")
}
