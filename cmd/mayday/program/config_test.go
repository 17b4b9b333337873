package program

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func environment(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

func good() map[string]string {
	return map[string]string{"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
}

func TestTheDefaultsOfTheContract(t *testing.T) {
	c, problems := FromEnv(environment(good()), true)
	require.Empty(t, problems)
	assert.Equal(t, "incidents", c.AnnounceChannel)
	assert.Equal(t, "incidents", c.OpsChannel)
	assert.Equal(t, "127.0.0.1:8080", c.HTTPAddr)
	assert.Equal(t, "contacts", c.SQLUsers)
	assert.Equal(t, incident.Access{Declare: "members", ActFrom: "anywhere", Guests: "channel"}, c.Access)
	assert.Empty(t, c.SQLFunctions)
	assert.Equal(t, []string{"email", "phone", "*token*", "*secret*", "*password*"}, c.MaskColumns)
	assert.Equal(t, time.UTC, c.Zone)
	assert.Equal(t, []time.Weekday{1, 2, 3, 4, 5}, c.Hours.Days)
	assert.Equal(t, 9*time.Hour, c.Hours.From)
	assert.Equal(t, 17*time.Hour, c.Hours.To)
	assert.Equal(t, "info", c.LogLevel)
}

func TestAllProblemsAtOnceAndNoSecretAmongThem(t *testing.T) {
	_, problems := FromEnv(environment(map[string]string{
		"SLACK_BOT_TOKEN": "xapp-hunter2", "SLACK_API_URL": "https://slack.test/api", "DATABASE_URL": "postgres://u:hunter2@host:port/x",
		"DIAGNOSTICS_DATABASE_URL": "http://u:hunter2@h/", "GITHUB_REPOSITORY": "no-slash", "MAYDAY_TIMEZONE": "Mars/Olympus", "MAYDAY_BUSINESS_HOURS": "whenever",
		"MAYDAY_SQL_USERS": "everybody", "MAYDAY_HTTP_ADDR": "8080", "MAYDAY_LOG_LEVEL": "loud", "MAYDAY_RUNBOOK": "/nowhere/RUNBOOK.md", "GITHUB_APP_ID": "x",
		"MAYDAY_GITHUB_USERS": "ana", "MAYDAY_RUNBOOK_GITHUB_PATH": "../RUNBOOK.md", "MAYDAY_SQL_FUNCTIONS": "public.a, now",
	}), true)
	named := map[string]bool{}
	for _, p := range problems {
		named[p.Variable] = true
		assert.NotContains(t, p.String(), "hunter2")
		assert.NotEmpty(t, p.What)
	}
	for _, v := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "DATABASE_URL", "GITHUB_REPOSITORY", "MAYDAY_TIMEZONE",
		"MAYDAY_BUSINESS_HOURS", "MAYDAY_SQL_USERS", "MAYDAY_HTTP_ADDR", "MAYDAY_LOG_LEVEL", "MAYDAY_RUNBOOK", "GITHUB_APP_ID", "MAYDAY_GITHUB_USERS", "MAYDAY_RUNBOOK_GITHUB_PATH", "MAYDAY_SQL_FUNCTIONS"} {
		assert.True(t, named[v], "%s is not reported in %v", v, problems)
	}
}

func TestWhoIsNamed(t *testing.T) {
	for value, want := range map[string]string{"contacts": "contacts", "off": "off", "members": "members", "responders": "responders", "U012ABC, S0ONCALL": "U012ABC,S0ONCALL", "contacts,U012ABC": "contacts,U012ABC"} {
		env := good()
		env["MAYDAY_SQL_USERS"] = value
		c, problems := FromEnv(environment(env), true)
		require.Empty(t, problems, value)
		assert.Equal(t, want, c.SQLUsers)
	}
	for _, value := range []string{"off,U012ABC", "everybody", "xoxb-hunter2", "u012abc", "U1", "members,contacts"} {
		env := good()
		env["MAYDAY_SQL_USERS"], env["MAYDAY_DECLARE_USERS"] = value, value
		_, problems := FromEnv(environment(env), true)
		require.NotEmpty(t, problems, value)
		for _, p := range problems {
			assert.NotContains(t, p.String(), "hunter2")
		}
	}
	env := good()
	env["MAYDAY_DECLARE_USERS"], env["MAYDAY_ACT_FROM"], env["MAYDAY_GUESTS"] = "S0ONCALL,U012ABC", "channel", "off"
	c, problems := FromEnv(environment(env), true)
	require.Empty(t, problems)
	assert.Equal(t, incident.Access{Declare: "S0ONCALL,U012ABC", ActFrom: "channel", Guests: "off"}, c.Access)
}

func TestFunctionsThatMayBeCalledNeedTheirSchema(t *testing.T) {
	env := good()
	env["MAYDAY_SQL_FUNCTIONS"] = " public.order_total, auth.uid ,"
	c, problems := FromEnv(environment(env), true)
	require.Empty(t, problems)
	assert.Equal(t, []string{"public.order_total", "auth.uid"}, DiagnosticsConfig(c).AllowFunctions)
	for _, text := range []string{"order_total", "public.", ".a", "public.a(int)", "public.*"} {
		env["MAYDAY_SQL_FUNCTIONS"] = text
		_, problems := FromEnv(environment(env), true)
		assert.NotEmpty(t, problems, text)
	}
}

func TestBusinessHours(t *testing.T) {
	for text, want := range map[string]struct {
		days     []time.Weekday
		from, to time.Duration
	}{
		"Sun-Thu 08:30-16:00":     {[]time.Weekday{0, 1, 2, 3, 4}, 8*time.Hour + 30*time.Minute, 16 * time.Hour},
		"mon,wed,fri 09:00-24:00": {[]time.Weekday{1, 3, 5}, 9 * time.Hour, 24 * time.Hour},
		"Fri-Mon 10:00-11:00":     {[]time.Weekday{5, 6, 0, 1}, 10 * time.Hour, 11 * time.Hour},
		"always":                  {},
	} {
		env := good()
		env["MAYDAY_BUSINESS_HOURS"] = text
		c, problems := FromEnv(environment(env), true)
		require.Empty(t, problems, text)
		assert.Equal(t, want.days, c.Hours.Days, text)
		assert.Equal(t, want.from, c.Hours.From, text)
		assert.Equal(t, want.to, c.Hours.To, text)
	}
	for _, text := range []string{"Mon-Fri", "Mon-Fri 17:00-09:00", "Mon-Fri 9-5", "Moo-Fri 09:00-17:00"} {
		env := good()
		env["MAYDAY_BUSINESS_HOURS"] = text
		_, problems := FromEnv(environment(env), true)
		assert.NotEmpty(t, problems, text)
	}
}

func TestWhoIsWhoOnGitHubAndWhatIsTracked(t *testing.T) {
	env := good()
	env["GITHUB_REPOSITORY"], env["GITHUB_TOKEN"] = "acme/shop", "ghp_x"
	env["MAYDAY_GITHUB_USERS"] = "U012ABC=anaruiz, Ana@Example.com = @ana"
	c, problems := FromEnv(environment(env), true)
	require.Empty(t, problems)
	assert.Equal(t, map[string]string{"u012abc": "anaruiz", "ana@example.com": "ana"}, c.GitHubUsers)
	policy := incident.Policy{Severities: []incident.Severity{{Label: "P0", Aliases: []string{"sev0"}}, {Label: "P1"}, {Label: "P2"}}}
	for setting, want := range map[string][]string{"": {"P0", "P1"}, "none": nil, "sev0, p2": {"P0", "P2"}} {
		env["MAYDAY_TRACK_SEVERITIES"] = setting
		c, problems := FromEnv(environment(env), true)
		require.Empty(t, problems)
		labels, unknown := c.tracked(policy)
		assert.Equal(t, want, labels, setting)
		assert.Empty(t, unknown)
	}
	c.TrackSeverities = []string{"p7"}
	_, unknown := c.tracked(policy)
	assert.Equal(t, []string{"p7"}, unknown)
	c.GitHub.Repository = ""
	labels, _ := c.tracked(policy)
	assert.Empty(t, labels, "nothing is tracked without a repository")
}
