package playbooks

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// shopRunbook has detection lines as people write them.
const shopRunbook = `# Shop runbook

| Severity | Response time |
|---|---|
| P0 (Critical) | 5 minutes |
| P1 (High) | 15 minutes |
| P2 (Medium) | 1 hour |

## 1. Site Down (P0)

**Detection:**
- Uptime monitor alert
- Health check fails

**Immediate actions:**
1. Look at the status page of the host

## 2. High Error Rate (P1)

**Detection:**
- Sentry alert: more than 50 errors an hour
- Logs show exceptions

**Immediate actions:**
1. Look at the newest deploy

## 3. Database Connections (P0)

**Symptoms:**
- "Too many connections" errors
- Timeouts

**Immediate actions:**
1. Count the connections

## 4. Payments Fail (P1)

**Symptoms:**
- Stripe webhooks are refused
- Declined cards

**Immediate actions:**
1. Look at the dashboard of Stripe
`

func shop(t *testing.T) *Runbook {
	t.Helper()
	rb, err := Read(fstest.MapFS{"runbook.md": {Data: []byte(shopRunbook)}}, "runbook.md")
	require.NoError(t, err)
	require.Len(t, rb.Scenarios, 4)
	return rb
}

func TestAnAlertFindsItsScenario(t *testing.T) {
	rb := shop(t)
	for name, c := range map[string]struct {
		in        incident.Report
		want, why string
		severity  string
	}{
		"what the sender says outright":     {incident.Report{Title: "Too many connections", Scenario: "site-down"}, "site-down", "mayday_scenario", "P0"},
		"a heading of the runbook":          {incident.Report{Title: "x", Runbooks: []string{"https://git.example.com/docs/RUNBOOK.md#2-high-error-rate-p1"}}, "high-error-rate", "runbook address", "P1"},
		"a heading without its number":      {incident.Report{Title: "x", Runbooks: []string{"https://wiki.example.com/#site-down"}}, "site-down", "runbook address", "P0"},
		"a file of its own":                 {incident.Report{Title: "x", Runbooks: []string{"https://git.example.com/docs/site-down.md"}}, "site-down", "runbook address", "P0"},
		"a heading that no scenario has":    {incident.Report{Title: "x", Runbooks: []string{"https://git.example.com/a.md#site-down-in-antarctica"}}, "", "", "P1"},
		"a name":                            {incident.Report{Title: "x", Runbooks: []string{"payments-fail"}}, "payments-fail", "annotation runbook", "P1"},
		"the source, of a detection line":   {incident.Report{Source: "sentry", Title: "TypeError: undefined is not a function"}, "high-error-rate", "Sentry alert", "P1"},
		"a monitor, by what it is":          {incident.Report{Source: "uptimerobot", Title: "Monitor is DOWN: shop.example.com"}, "site-down", "Uptime monitor", "P0"},
		"words of a symptom":                {incident.Report{Source: "prometheus", Title: "Too many connections", Labels: map[string]string{"alertname": "PostgresTooManyConnections"}}, "database-connections", "scenario's name", "P0"},
		"a symptom as it is written":        {incident.Report{Source: "grafana", Title: "Declined cards"}, "payments-fail", "Declined cards", "P1"},
		"a title in one word":               {incident.Report{Source: "prometheus", Title: "x", Labels: map[string]string{"alertname": "HighErrorRate"}}, "high-error-rate", "scenario's name", "P1"},
		"a name in one word":                {incident.Report{Source: "prometheus", Title: "Stripe webhooks refused", Labels: map[string]string{"alertname": "StripeWebhooksRefused"}}, "payments-fail", "Stripe", "P1"},
		"nothing that the runbook knows":    {incident.Report{Source: "prometheus", Title: "Disk of build-7 is nearly full"}, "", "", "P1"},
		"words that any trouble has":        {incident.Report{Source: "nagios", Title: "Service error"}, "", "", "P1"},
		"the alert's own severity":          {incident.Report{Source: "sentry", Title: "x", Severity: "critical"}, "high-error-rate", "Sentry", "P0"},
		"a severity that is none of theirs": {incident.Report{Source: "sentry", Title: "x", Severity: "page"}, "high-error-rate", "Sentry", "P1"},
	} {
		t.Run(name, func(t *testing.T) {
			got := rb.Recognize(c.in)
			assert.Equal(t, c.want, got.Scenario, got)
			assert.Equal(t, c.severity, got.Severity)
			if c.why == "" {
				assert.Empty(t, got.Why)
			} else {
				assert.Contains(t, got.Why, c.why)
			}
		})
	}
}
