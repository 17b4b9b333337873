package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatWouldBecomeOfAnAlert(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	t.Setenv("MAYDAY_RUNBOOK", "")
	t.Setenv("MAYDAY_ALERT_DECLARE", "scenario=site-down")
	sentry := file("sentry.http", "Sentry-Hook-Resource: event_alert\n\n"+`{"action": "triggered", "data": {"event": {"issue_id": "1", "title": "TypeError", "level": "error"}}}`)
	for asked, want := range map[string][]string{
		"snag=" + sentry: {"Read as sentry, from the source snag", "High Error Rate (high-error-rate), by the scenario's name", "P1, the usual one", "one message offers to declare P1 high-error-rate"},
		file("down.json", `{"monitorID": "1", "monitorFriendlyName": "shop", "alertType": "1"}`):                                                                                    {"from the source uptimerobot", "Site Down (site-down)", "The uptime monitor", "MAYDAY_ALERT_DECLARE names it"},
		file("over.json", `{"title": "Disk full", "action": "close", "severity": "critical"}`):                                                                                      {"none: no line of the runbook", "P0, by the alert's own critical", "nothing is resolved by it"},
		file("slack.json", `{"type": "message", "subtype": "bot_message", "username": "Uptime Robot", "bot_id": "B1", "ts": "1772532000.000100", "text": "Monitor is DOWN: shop"}`): {"from the source uptime-robot", "Site Down (site-down)"},
		file("talk.json", `{"type": "message", "bot_id": "B1", "ts": "1772532000.000100", "text": "Good morning"}`):                                                                 {"Read as slack, from the source b1", "it is nothing"},
		file("deploy.json", `{"type": "message", "username": "Argo", "ts": "1772532000.000100", "text": "Deployed shop 4f3c2a1 by @ben"}`):                                          {"changes: 1", "Change: deploy 4f3c2a1 by ben"},
		"x=" + file("pd.json", `{"event_action": "resolve", "dedup_key": "k", "routing_key": "never-shown"}`):                                                                       {"Read as pagerduty"},
	} {
		out, err := said(t, "runbook", "--alert", asked)
		require.NoError(t, err, asked)
		for _, w := range want {
			assert.Contains(t, out, w, asked)
		}
		assert.NotContains(t, out, "never-shown")
	}
	_, err := said(t, "runbook", "--alert", file("bad.json", `{"a": 1}`))
	require.ErrorContains(t, err, "would answer 400")
	_, err = said(t, "runbook", "--alert", filepath.Join(dir, "nowhere"))
	require.ErrorContains(t, err, "cannot be read")
}
