package program

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/oncall"
	schedulersim "mayday/sim/schedulers"
	slacksim "mayday/sim/slack"
	"mayday/workers"
)

// onCallSettings reads some settings beside those that are needed.
func onCallSettings(set map[string]string) (OnCall, []Problem) {
	env := good()
	maps.Copy(env, set)
	c, problems := FromEnv(environment(env), true, slices.Collect(maps.Keys(env))...)
	return c.OnCall, problems
}

func TestSettingsSayWhoIsOnCall(t *testing.T) {
	c, problems := onCallSettings(map[string]string{
		"MAYDAY_PAGERDUTY_TOKEN": "hunter2", "MAYDAY_PAGERDUTY_URL": "https://api.eu.pagerduty.com",
		"MAYDAY_GRAFANA_ONCALL_TOKEN": "hunter2", "MAYDAY_GRAFANA_ONCALL_URL": "https://oncall.example.com/oncall",
		"MAYDAY_ONCALL_ON_CALL_ENGINEER": "PagerDuty: PABC123, https://calendar.example.com/swaps.ics", "MAYDAY_ONCALL_DB": "Slack: @db-oncall", "MAYDAY_ONCALL_NETWORK": "Grafana OnCall: SBM7DV7BKFUYU",
		"MAYDAY_ONCALL_EMPTY": " ", "MAYDAY_ONCALL_GROUP_SYNC": "@oncall=On-Call Engineer, S012ABCDEF=db",
	})
	require.Empty(t, problems)
	require.Len(t, c.Roles, 3)
	assert.Equal(t, []string{"db", "network", "on call engineer"}, []string{c.Roles[0].Role, c.Roles[1].Role, c.Roles[2].Role})
	require.Len(t, c.Roles[2].Sources, 2)
	assert.Equal(t, oncall.ByPagerDuty, c.Roles[2].Sources[0].Kind)
	assert.Equal(t, []workers.GroupSync{{Group: "@oncall", Role: "On-Call Engineer"}, {Group: "S012ABCDEF", Role: "db"}}, c.Groups)
	assert.Len(t, c.schedulers(), 2)
	assert.Empty(t, Scopes(environment(nil)))
	assert.Equal(t, []bot.Scope{bot.WriteGroups}, Scopes(environment(map[string]string{"MAYDAY_ONCALL_GROUP_SYNC": "@a=b"})))
	assert.Equal(t, []string{"A", "B"}, Names([]string{"A=x=y", "B="}))
}

func TestSettingsOfWhoIsOnCallThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		set      map[string]string
		variable string
	}{
		"no source":               {map[string]string{"MAYDAY_ONCALL_DB": "Ana hunter2"}, "MAYDAY_ONCALL_DB"},
		"an address that is none": {map[string]string{"MAYDAY_ONCALL_DB": "https://calendar.example.com/hunter2"}, "MAYDAY_ONCALL_DB"},
		"three sources":           {map[string]string{"MAYDAY_ONCALL_DB": "@a, @b, @c"}, "MAYDAY_ONCALL_DB"},
		"no role":                 {map[string]string{"MAYDAY_ONCALL_": "@a"}, "MAYDAY_ONCALL_"},
		"no token":                {map[string]string{"MAYDAY_ONCALL_DB": "PagerDuty: PABC123"}, "MAYDAY_ONCALL_DB"},
		"no token of Grafana":     {map[string]string{"MAYDAY_ONCALL_DB": "Grafana OnCall: SBM7DV7BKFUYU"}, "MAYDAY_ONCALL_DB"},
		"Grafana without address": {map[string]string{"MAYDAY_GRAFANA_ONCALL_TOKEN": "hunter2"}, "MAYDAY_GRAFANA_ONCALL_URL"},
		"Grafana without token":   {map[string]string{"MAYDAY_GRAFANA_ONCALL_URL": "https://x.test"}, "MAYDAY_GRAFANA_ONCALL_TOKEN"},
		"PagerDuty without token": {map[string]string{"MAYDAY_PAGERDUTY_URL": "https://api.eu.pagerduty.com"}, "MAYDAY_PAGERDUTY_TOKEN"},
		"a token in the open":     {map[string]string{"MAYDAY_PAGERDUTY_TOKEN": "hunter2", "MAYDAY_PAGERDUTY_URL": "http://api.example.com"}, "MAYDAY_PAGERDUTY_URL"},
		"a password in an address": {map[string]string{"MAYDAY_PAGERDUTY_TOKEN": "x", "MAYDAY_PAGERDUTY_URL": "https://u:hunter2@api.example.com"},
			"MAYDAY_PAGERDUTY_URL"},
		"a group without a role": {map[string]string{"MAYDAY_ONCALL_GROUP_SYNC": "@oncall"}, "MAYDAY_ONCALL_GROUP_SYNC"},
		"a group twice":          {map[string]string{"MAYDAY_ONCALL_GROUP_SYNC": "@oncall=a,@oncall=b"}, "MAYDAY_ONCALL_GROUP_SYNC"},
		"a channel":              {map[string]string{"MAYDAY_ONCALL_GROUP_SYNC": "#oncall=a"}, "MAYDAY_ONCALL_GROUP_SYNC"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := onCallSettings(c.set)
			require.NotEmpty(t, problems)
			assert.Equal(t, c.variable, problems[0].Variable)
			assert.NotContains(t, problems[0].String(), "hunter2")
		})
	}
}

func TestCheckAsksWhoIsOnCall(t *testing.T) {
	t.Parallel()
	pager := schedulersim.PagerDuty()
	defer pager.Close()
	now := time.Now()
	pager.Set("PABC123", schedulersim.OnCall{Name: "Ana Ruiz", Email: "ana@example.com", Start: now.Add(-time.Hour), End: now.Add(time.Hour)})
	set := map[string]string{"MAYDAY_PAGERDUTY_TOKEN": schedulersim.Token, "MAYDAY_PAGERDUTY_URL": pager.URL(), "MAYDAY_ONCALL_CTO": "PagerDuty: PABC123", "MAYDAY_ONCALL_GROUP_SYNC": "@oncall=CTO"}
	look := func(o slacksim.Options) map[string][]Finding {
		t.Helper()
		return checked(t, o, set)
	}
	found := look(slacksim.Options{})
	require.NotEmpty(t, found["on call, PagerDuty PABC123"])
	assert.Equal(t, OK, found["on call, PagerDuty PABC123"][0].State)
	assert.Contains(t, found["on call, PagerDuty PABC123"][0].Says, "Ana Ruiz until ")
	assert.Equal(t, Warned, found["scope usergroups:write"][0].State, "only who keeps groups in step needs it")
	assert.Equal(t, OK, found["group @oncall"][0].State, found["group @oncall"])
	assert.Equal(t, OK, look(slacksim.Options{Scopes: append(slacksim.DefaultScopes(), "usergroups:write")})["scope usergroups:write"][0].State)

	pager.FailNext("GET oncalls", 1, schedulersim.Fault{HTTP: 401})
	found = look(slacksim.Options{})
	assert.Equal(t, Failed, found["on call, PagerDuty PABC123"][0].State)
	assert.Contains(t, found["on call, PagerDuty PABC123"][0].Next, "its last answer counts")
	assert.Contains(t, found["on call, PagerDuty PABC123"][0].Says, "MAYDAY_PAGERDUTY_TOKEN")
	pager.Set("PABC123")
	assert.Equal(t, Warned, look(slacksim.Options{})["on call, PagerDuty PABC123"][0].State)

	pager.Set("PABC123", schedulersim.OnCall{Name: "Ana Ruiz", Email: "ana@example.com", Start: now.Add(-time.Hour), End: now.Add(time.Hour)},
		schedulersim.OnCall{Name: "Zoe Ray", Email: "zoe@example.com", Start: now.Add(time.Hour), End: now.Add(9 * time.Hour)},
		schedulersim.OnCall{Name: "Yuri", Email: "yuri@example.com", Start: now.Add(13 * 24 * time.Hour), End: now.Add(14 * 24 * time.Hour)})
	strangers := look(slacksim.Options{})["on call, PagerDuty PABC123"]
	require.Len(t, strangers, 2, "ana has an account, and yuri is far away: %v", strangers)
	assert.Equal(t, OK, strangers[0].State)
	assert.Equal(t, Failed, strangers[1].State)
	assert.Contains(t, strangers[1].Says, "Zoe Ray, from ")
	assert.Contains(t, strangers[1].Says, "has no account in this workspace")

	set["MAYDAY_ONCALL_GROUP_SYNC"] = "@nobody=CTO"
	assert.Equal(t, Failed, look(slacksim.Options{})["group @nobody"][0].State)
	set["MAYDAY_ONCALL_GROUP_SYNC"] = "@oncall=Night Watch"
	assert.Contains(t, look(slacksim.Options{})["group @oncall"][0].Says, "no contact has that role")
	delete(set, "MAYDAY_ONCALL_GROUP_SYNC")
	set["MAYDAY_ONCALL_NIGHT_WATCH"] = "PagerDuty: PABC123"
	assert.Contains(t, look(slacksim.Options{})["on call"][0].Says, "MAYDAY_ONCALL_NIGHT_WATCH is a role that no contact of the runbook has")
	assert.NotContains(t, look(slacksim.Options{}), "scope usergroups:write")
}
