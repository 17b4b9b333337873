package program

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
	"mayday/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// checked runs mayday check against a simulated workspace and returns its lines by subject.
func checked(t *testing.T, o slacksim.Options, change map[string]string) map[string][]Finding {
	t.Helper()
	return checkedAs(t, o, func(*slacksim.Sim) map[string]string { return change })
}

// checkedAs is checked with settings that depend on the workspace.
func checkedAs(t *testing.T, o slacksim.Options, change func(*slacksim.Sim) map[string]string) map[string][]Finding {
	t.Helper()
	if o.Users == nil {
		o.Users = []slacksim.User{{Name: "ana", Email: "ana@example.com"}, {Name: "ben", Email: "ben@example.com"}, {Name: "chidi", Email: "chidi@example.com"}}
	}
	sim, err := slacksim.New(o)
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = sim.Close(context.Background()) })
	github, err := githubsim.New(githubsim.Options{})
	require.NoError(t, err)
	require.NoError(t, github.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = github.Close(context.Background()) })
	env := map[string]string{
		"SLACK_BOT_TOKEN": sim.BotToken(), "SLACK_APP_TOKEN": sim.AppToken(), "SLACK_API_URL": sim.APIURL(), "DATABASE_URL": storetest.Database(t),
		"GITHUB_REPOSITORY": github.Repository(), "GITHUB_TOKEN": github.Token(), "GITHUB_API_URL": github.URL(), "MAYDAY_HTTP_ADDR": "127.0.0.1:0",
	}
	for k, v := range change(sim) {
		env[k] = v
	}
	c, problems := FromEnv(environment(env), true, slices.Collect(maps.Keys(env))...)
	require.Empty(t, problems)
	by := map[string][]Finding{}
	for _, f := range Check(t.Context(), c) {
		by[f.Subject] = append(by[f.Subject], f)
	}
	return by
}

func TestCheckOfAGoodInstallation(t *testing.T) {
	t.Parallel()
	found := checked(t, slacksim.Options{}, nil)
	for subject, fs := range found {
		for _, f := range fs {
			assert.NotEqual(t, Failed, f.State, "%s: %s", subject, f.Says)
		}
	}
	for _, subject := range []string{"bot token", "app token", "socket", "announce channel", "database", "migrations", "GitHub", "runbook", "contact CTO", "scope chat:write"} {
		require.NotEmpty(t, found[subject], subject)
		assert.Equal(t, OK, found[subject][0].State, found[subject])
	}
	assert.Equal(t, Warned, found["diagnostics role"][0].State)
}

// TestCheckTriesWhatRunNeeds: channels by every kind of id, the token of an organisation, the rights on the database.
func TestCheckTriesWhatRunNeeds(t *testing.T) {
	t.Parallel()
	everybody := []slacksim.User{{ID: "U0ANA00001", Name: "ana", Email: "ana@example.com"}, {Name: "ben", Email: "ben@example.com"}, {Name: "chidi", Email: "chidi@example.com"}}
	o := slacksim.Options{Users: everybody, Channels: []string{"general", "incidents", "ops", "old", "shared"}}
	set := func(sim *slacksim.Sim) map[string]string {
		id := func(name string) string { c, _ := sim.Channel(name); return c.ID }
		secret, err := sim.CreateChannel("ana", "secret", true)
		require.NoError(t, err)
		require.NoError(t, sim.Archive("ana", "old"))
		sim.Share("shared", true)
		return map[string]string{"by id": id("incidents"), "by name": "#ops", "private": secret, "old": id("old"), "shared": id("shared"), "direct": sim.Direct("ana"), "person": "U0ANA00001", "nowhere": "C0NOWHERE1", "group": "G0NOWHERE1"}
	}
	for kind, want := range map[string]struct {
		state State
		says  string
	}{
		"by id": {OK, "#incidents"}, "by name": {OK, "#ops"}, "private": {Failed, "private and the app is not in it"}, "old": {Failed, "archived"}, "shared": {Warned, "shared with another workspace"},
		"direct": {Failed, "direct message"}, "person": {Failed, "no channel"}, "nowhere": {Failed, "no channel that the app sees"}, "group": {Failed, "no channel that the app sees"},
	} {
		t.Run(kind, func(t *testing.T) {
			found := checkedAs(t, o, func(sim *slacksim.Sim) map[string]string {
				return map[string]string{"MAYDAY_OPS_CHANNEL": set(sim)[kind]}
			})["operators' channel"]
			require.NotEmpty(t, found)
			assert.Equal(t, want.state, found[0].State, found)
			assert.Contains(t, found[0].Says, want.says)
		})
	}
	t.Run("an organisation", func(t *testing.T) {
		org := slacksim.Options{Users: everybody, OrgWide: true}
		missing := checked(t, org, nil)
		assert.Equal(t, Failed, missing["bot token"][0].State)
		assert.Contains(t, missing["bot token"][0].Next, "SLACK_TEAM_ID")
		found := checked(t, org, map[string]string{"SLACK_TEAM_ID": "T0TEAM0001"})
		assert.Equal(t, OK, found["bot token"][0].State, found["bot token"])
		assert.Equal(t, OK, found["announce channel"][0].State, found["announce channel"])
		other := checked(t, slacksim.Options{}, map[string]string{"SLACK_TEAM_ID": "T0OTHER001"})
		assert.Equal(t, Failed, other["bot token"][0].State)
		assert.Contains(t, other["bot token"][0].Next, "take SLACK_TEAM_ID away")
	})
}

func TestCheckSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options slacksim.Options
		change  map[string]string
		subject string
		says    string
	}{
		"a token that was revoked":      {change: map[string]string{"SLACK_BOT_TOKEN": "xoxb-wrong"}, subject: "bot token", says: "SLACK_BOT_TOKEN"},
		"a bad app token":               {change: map[string]string{"SLACK_APP_TOKEN": "xapp-wrong"}, subject: "app token", says: "SLACK_APP_TOKEN"},
		"a scope that is missing":       {options: slacksim.Options{Scopes: []string{"commands", "chat:write", "channels:read", "users:read", "users:read.email"}}, subject: "scope pins:write", says: "pin the incident card"},
		"no announce channel":           {change: map[string]string{"MAYDAY_ANNOUNCE_CHANNEL": "#nowhere"}, subject: "announce channel", says: "nowhere"},
		"a database that is down":       {change: map[string]string{"DATABASE_URL": "postgres://u:hunter2@127.0.0.1:1/x"}, subject: "database", says: "cannot connect"},
		"another GitHub repository":     {change: map[string]string{"GITHUB_REPOSITORY": "demo/other"}, subject: "GitHub", says: "demo/other"},
		"a contact who is not in Slack": {options: slacksim.Options{Users: []slacksim.User{{Name: "zoe", Email: "zoe@example.com"}}}, subject: "contact CTO", says: "chidi@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			found := checked(t, tt.options, tt.change)[tt.subject]
			require.NotEmpty(t, found)
			assert.Equal(t, Failed, found[0].State, found)
			text := found[0].Says + " " + found[0].Next
			assert.Contains(t, text, tt.says)
			assert.False(t, strings.Contains(text, "hunter2"), "no password is printed")
		})
	}
}

func TestCheckOfADatabaseThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	name := url[strings.LastIndex(url[:strings.Index(url, "?")], "/")+1 : strings.Index(url, "?")]
	storetest.Run(t, url, "ALTER DATABASE "+name+" SET default_transaction_read_only = on")
	found := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": url})["database"]
	require.Len(t, found, 1)
	assert.Equal(t, Failed, found[0].State)
	assert.Contains(t, found[0].Says, "no writes")
	assert.Contains(t, found[0].Next, "host=a,b")
}
