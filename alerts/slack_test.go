package alerts

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// slackPost is what an app posted, as it is written down.
func slackPost(t testing.TB, app string, is SlackContent, was *SlackContent) Post {
	t.Helper()
	body, err := json.Marshal(SlackMessage{App: app, Channel: "C1", TS: "1772532000.000100", Permalink: "https://larkfield.slack.com/archives/C1/p1772532000000100", SlackContent: is, Before: was})
	require.NoError(t, err)
	return Post{Source: SlackSource(app), Path: Slack, Header: map[string]string{}, Body: body}
}

func text(s string) SlackContent { return SlackContent{Text: s} }

func attached(s string) SlackContent { return SlackContent{Attachments: json.RawMessage(s)} }

// pairsOfMessages are how well-known tools say that something began and that it is over. Sources: the tools' own default
// templates and documents.
var pairsOfMessages = []struct {
	app            string
	firing, quiet  SlackContent
	title, link    string
	severity, also string // a label that has to be there: "name=value"
}{
	{"Alertmanager", // prometheus/alertmanager, template/default.tmpl
		attached(`[{"color": "danger", "title": "[FIRING:2] HighErrorRate checkout (prod critical)", "title_link": "https://alertmanager.test/#/alerts?receiver=slack", "fallback": "[FIRING:2] HighErrorRate | https://alertmanager.test"}]`),
		attached(`[{"color": "good", "title": "[RESOLVED] HighErrorRate checkout (prod critical)", "title_link": "https://alertmanager.test/#/alerts?receiver=slack"}]`),
		"HighErrorRate checkout (prod critical)", "https://alertmanager.test/#/alerts?receiver=slack", "", "client=Alertmanager"},
	{"Grafana", // grafana/alerting, receivers/slack
		attached(`[{"color": "#D63232", "title": "[FIRING:1] Disk full db-1", "title_link": "https://grafana.test/alerting/list", "text": "**Firing**\n\nValue: A=97.2\nLabels:\n - severity = critical", "footer": "Grafana v11"}]`),
		attached(`[{"color": "#36a64f", "title": "[RESOLVED] Disk full db-1", "title_link": "https://grafana.test/alerting/list", "text": "**Resolved**\n\nValue: A=40.1"}]`),
		"Disk full db-1", "https://grafana.test/alerting/list", "", ""},
	{"Grafana", // before unified alerting
		attached(`[{"color": "#D63232", "title": "[Alerting] Checkout latency alert", "title_link": "https://grafana.test/d/1", "fields": [{"title": "p99", "value": "4.2"}]}]`),
		attached(`[{"color": "#36a64f", "title": "[OK] Checkout latency alert", "title_link": "https://grafana.test/d/1"}]`),
		"Checkout latency alert", "https://grafana.test/d/1", "", "p99=4.2"},
	{"Datadog", // docs.datadoghq.com, "Slack integration"
		attached(`[{"color": "#a30200", "title": "Triggered: [P1] CPU is high on host:web-1", "title_link": "https://app.datadoghq.com/monitors/12?from_ts=1", "text": "avg(last_5m):avg:system.cpu > 90\nMetric value: 97.1"}]`),
		attached(`[{"color": "#2eb886", "title": "Recovered: [P1] CPU is high on host:web-1", "title_link": "https://app.datadoghq.com/monitors/12?from_ts=9"}]`),
		"[P1] CPU is high on host:web-1", "https://app.datadoghq.com/monitors/12?from_ts=1", "P1", ""},
	{"Datadog", attached(`[{"title": "[Triggered on {host:web-1}] CPU is high"}]`), attached(`[{"title": "[Recovered on {host:web-1}] CPU is high"}]`), "on {host:web-1} CPU is high", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
	{"PagerDuty",
		SlackContent{Text: "Triggered #123: Checkout answers 500", Blocks: json.RawMessage(`[{"type": "section", "text": {"type": "mrkdwn", "text": "*Triggered* <https://acme.pagerduty.com/incidents/Q1|#123>: Checkout answers 500"}, "fields": [{"type": "mrkdwn", "text": "*Service*\ncheckout"}, {"type": "mrkdwn", "text": "*Urgency:*\nhigh"}]}]`)},
		text("Resolved #123: Checkout answers 500"),
		"#123 Checkout answers 500", "https://acme.pagerduty.com/incidents/Q1", "high", "service=checkout"},
	{"UptimeRobot", // uptimerobot.com, "Slack"
		text("Monitor is DOWN: Shop ( <https://shop.example.com|https://shop.example.com> ) - Reason: HTTP 500"),
		text("Monitor is UP: Shop ( <https://shop.example.com|https://shop.example.com> ) - Reason: HTTP 200 - OK. It was down for 12 minutes"),
		"Shop ( https://shop.example.com ) - Reason: HTTP 500", "https://shop.example.com", "", "monitor=uptime monitor"},
	{"Pingdom",
		attached(`[{"color": "danger", "title": "DOWN alert: shop front (shop.example.com) is DOWN", "title_link": "https://my.pingdom.com/reports/1"}]`),
		attached(`[{"color": "good", "title": "UP alert: shop front (shop.example.com) is UP", "title_link": "https://my.pingdom.com/reports/1"}]`),
		"shop front (shop.example.com) is DOWN", "https://my.pingdom.com/reports/1", "", "monitor=uptime monitor"},
	{"Uptime Kuma", // louislam/uptime-kuma, server/notification-providers/slack.js
		attached(`[{"color": "#e01e5a", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Uptime Kuma Alert"}}, {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Message*\n[shop] [🔴 Down] timeout"}, {"type": "mrkdwn", "text": "*Time (UTC)*\n2026-03-03 10:00:00"}]}]}]`),
		attached(`[{"color": "#2eb886", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Uptime Kuma Alert"}}, {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Message*\n[shop] [✅ Up] 200 - OK"}]}]}]`),
		"shop", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
	{"Amazon Q",
		attached(`[{"color": "#d13212", "title": "CloudWatch Alarm | db-cpu | eu-west-1 | Account: 123456789012", "fields": [{"title": "State", "value": "ALARM"}]}]`),
		attached(`[{"color": "#1d8102", "title": "CloudWatch Alarm | db-cpu | eu-west-1 | Account: 123456789012", "fields": [{"title": "State", "value": "OK"}]}]`),
		"db-cpu | eu-west-1 | Account: 123456789012", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", "state=ALARM"},
	{"AWS CloudWatch", text(`ALARM: "db-cpu" in EU (Ireland)`), text(`OK: "db-cpu" in EU (Ireland)`), `"db-cpu" in EU (Ireland)`, "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
	{"Backups", text(":rotating_light: *Backup of db-1 failed* after 12 minutes"), text(":white_check_mark: *Backup of db-1 failed* after 14 minutes"), "Backup of db-1 failed after 12 minutes", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
	{"status-bot", text("Shop is down since 10:00"), text("Shop is back up since 10:14"), "Shop is down since 10:00", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
	{"watcher", text("New alert: queue too long"), text("Alert closed: queue too long"), "queue too long", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
	{"watcher", text("Incident #7 opened"), text("Incident #7 closed"), "#7", "https://larkfield.slack.com/archives/C1/p1772532000000100", "", ""},
}

// TestWhatToolsPostInSlack: the beginning and the end of an alert are understood as such, and as the same alert.
func TestWhatToolsPostInSlack(t *testing.T) {
	for _, c := range pairsOfMessages {
		begun, err := Read(slackPost(t, c.app, c.firing, nil))
		require.NoError(t, err, c.app)
		require.Len(t, begun.Reports, 1, "%s: %s", c.app, c.title)
		over, err := Read(slackPost(t, c.app, c.quiet, nil))
		require.NoError(t, err, c.app)
		require.Len(t, over.Reports, 1, "%s: the end of %s", c.app, c.title)
		b, o := begun.Reports[0], over.Reports[0]
		assert.Equal(t, incident.Firing, b.State, c.title)
		assert.Equal(t, incident.Quiet, o.State, c.title)
		assert.Equal(t, c.title, b.Title)
		assert.Equal(t, b.Key, o.Key, "%s: %s", c.app, c.title)
		assert.Equal(t, c.link, b.Link, c.title)
		assert.Equal(t, c.severity, b.Severity, c.title)
		assert.Equal(t, c.app, b.Labels["client"])
		assert.Equal(t, SlackSource(c.app), b.Source)
		assert.Equal(t, incident.MessageRef{Channel: "C1", TS: "1772532000.000100"}, b.Message)
		assert.Equal(t, int64(1772532000), b.At.Unix())
		for i := range c.also {
			if c.also[i] == '=' {
				assert.Equal(t, c.also[i+1:], b.Labels[c.also[:i]], c.title)
			}
		}
	}
}

// TestWordsThatAreNoState: only what a tool says of an alert counts, not every word that may mean so.
func TestWordsThatAreNoState(t *testing.T) {
	for said, want := range map[string]incident.ReportState{
		"TypeError: connection was closed by the peer": incident.Firing, // of a tool that only posts errors
		"Error: CPU is up to 95 %":                     incident.Firing,
		"CPU is up to 95 % on web-1":                   incident.Firing,
		"Resolved host names are wrong":                incident.Firing,
		"Alert for checkout was resolved":              incident.Quiet,
		"Checkout has recovered":                       incident.Quiet,
		"Checkout is not resolved yet":                 incident.Firing,
		"Checkout is back online":                      incident.Quiet,
		"[Acknowledged] checkout":                      incident.Noticed,
		"Acknowledged #12: checkout":                   incident.Noticed,
		"Re-Triggered: checkout":                       incident.Firing,
		"[No Data] checkout":                           incident.Firing,
		":large_green_circle: checkout":                incident.Quiet,
		"Closed connections are too many":              incident.Firing,
		"[P2] Recovered: checkout":                     incident.Quiet,
		"<https://x.test/1|TypeError in checkout>":     incident.Firing,
		"Warning: disk of db-1 nearly full":            incident.Firing,
		"Reminder: checkout has been alerting for 4 h": incident.Firing,
		"OK": incident.Quiet,
		"<!here> Checkout is down, <@U1> please look":    incident.Firing,
		"Everything is operational again after 4 errors": incident.Quiet,
	} {
		r, err := Read(slackPost(t, "Sentry", text(said), nil))
		require.NoError(t, err)
		require.Len(t, r.Reports, 1, said)
		assert.Equal(t, want, r.Reports[0].State, said)
	}
	for _, said := range []string{"Good morning", "Weekly report: 12 issues, 3 new", "ana opened pull request 12: tidy up", "", "Coffee?"} {
		r, err := Read(slackPost(t, "Chatter", text(said), nil))
		require.NoError(t, err)
		assert.Empty(t, r.Reports, said)
		assert.Empty(t, r.Changes, said)
	}
}

// TestKeysOfMessages: figures and times do not make another alert; hosts and names do.
func TestKeysOfMessages(t *testing.T) {
	key := func(app, s string) string {
		r, err := Read(slackPost(t, app, text(s), nil))
		require.NoError(t, err)
		require.Len(t, r.Reports, 1, s)
		assert.LessOrEqual(t, len(r.Reports[0].Key), incident.MaxKey)
		return r.Reports[0].Key
	}
	for _, same := range [][]string{
		{"[FIRING:1] Disk of db-1 at 91.5%", "[FIRING:3] Disk of db-1 at 97 %", ":fire: [RESOLVED] *Disk of db-1 at 20%*"},
		{"Triggered: latency 350ms for 5 minutes", "Recovered: latency 90ms for 12 min"},
		{"Alert: job late since 2026-03-03 10:00", "Alert: job late since 2026-03-04 11:30"},
		{"Checkout is down", "Checkout is back up", "Checkout is up again"},
		{"[P1] Triggered: queue", "Triggered: [P2] queue"},
	} {
		for _, s := range same[1:] {
			assert.Equal(t, key("Grafana", same[0]), key("Grafana", s), "%s and %s", same[0], s)
		}
	}
	for _, other := range [][2]string{{"Alert: disk of db-1", "Alert: disk of db-2"}, {"Triggered #12: x", "Triggered #13: x"}, {"Alert: HTTP 500 at checkout", "Alert: HTTP 404 at checkout"}} {
		assert.NotEqual(t, key("Grafana", other[0]), key("Grafana", other[1]))
	}
	assert.NotEqual(t, key("Grafana", "Alert: x"), key("Datadog", "Alert: x"))
	assert.Equal(t, "slack C1 1772532000.000100", key("Grafana", ":fire:"), "without words it is an alert of its own")
}

// TestAnEditCountsWhenItSaysSomethingNew: Slack reports previews of links and new figures as edits.
func TestAnEditCountsWhenItSaysSomethingNew(t *testing.T) {
	firing, figures, quiet, nothing := text("[FIRING:1] disk 91%"), text("[FIRING:1] disk 97%"), text("[RESOLVED] disk"), text("Looking…")
	for _, c := range []struct {
		was, is SlackContent
		want    incident.ReportState
	}{{firing, figures, ""}, {firing, quiet, incident.Quiet}, {quiet, firing, incident.Firing}, {nothing, firing, incident.Firing}, {SlackContent{}, quiet, incident.Quiet}, {firing, nothing, ""}} {
		r, err := Read(slackPost(t, "Bot", c.is, &c.was))
		require.NoError(t, err)
		if c.want == "" {
			assert.Empty(t, r.Reports, c.is.Text)
			continue
		}
		require.Len(t, r.Reports, 1, c.is.Text)
		assert.Equal(t, c.want, r.Reports[0].State)
		assert.True(t, r.Reports[0].At.IsZero(), "when it changed, the message's own time does not say")
	}
}

func TestNamesOfAppsAreSources(t *testing.T) {
	for app, want := range map[string]string{"Grafana": "grafana", "Uptime Kuma": "uptime-kuma", "AWS  Chatbot!": "aws-chatbot", "24 Watch": "app-24-watch", "": "app", "all": "app-all", "监控": "app", "-": "app",
		"A very long name of an app that somebody has chosen": "a-very-long-name-of-an-app-that-somebody"} {
		assert.Equal(t, want, SlackSource(app), app)
		assert.LessOrEqual(t, len(SlackSource(app)), mostSourceName)
	}
}
