package program

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/phones"
	slacksim "mayday/sim/slack"
)

// TestACheckSaysNoMoreThanItTried: whether a webhook takes a signed page, and a topic a message, is seen only with one.
func TestACheckSaysNoMoreThanItTried(t *testing.T) {
	t.Parallel()
	s := phones.New(phones.Options{})
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	nowhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(nowhere.Close)
	runbook := filepath.Join(t.TempDir(), "runbook.md")
	text := "# Runbook\n\n| Severity | Response |\n|---|---|\n| P0 | 15 minutes |\n\n## Contacts\n\n### On-Call\n- PagerDuty: PABC123\n- Name: Ana Ruiz\n- Email: ana@example.com\n- SMS: +44 7700 900123\n- ntfy: " + s.NtfyURL() + "/ana-8f3k\n- Webhook: " + nowhere.URL + "/in\n" +
		"\n### Database\n- PagerDuty: PDEF123\n- SMS: +44 7700 900124\n\n### Platform\n- Slack: @oncall\n- SMS: +44 7700 900125\n"
	require.NoError(t, os.WriteFile(runbook, []byte(text), 0o600))
	found := checked(t, slacksim.Options{}, map[string]string{"MAYDAY_RUNBOOK": runbook, "MAYDAY_SMS_ACCOUNT": phones.Account, "MAYDAY_SMS_TOKEN": phones.AuthToken, "MAYDAY_SMS_FROM": phones.Number,
		"MAYDAY_SMS_API_URL": s.TwilioURL(), "MAYDAY_PUSH_NTFY_URL": s.NtfyURL(), "MAYDAY_PUSH_NTFY_TOKEN": phones.NtfyToken, "MAYDAY_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"MAYDAY_PROBE_PRIVATE": "allow", "MAYDAY_PAGERDUTY_TOKEN": "hunter2", "MAYDAY_PAGERDUTY_URL": nowhere.URL})
	for subject, says := range map[string]string{"SMS of On-Call": "takes what mayday proves itself with", "ntfy of On-Call": "/incident test-page", "webhook of On-Call": "/incident test-page"} {
		require.Len(t, found[subject], 1, subject)
		assert.Equal(t, OK, found[subject][0].State, subject)
		assert.Contains(t, found[subject][0].Says, says, subject)
	}
	// The number of a contact is that of the person it names: where that is nobody it is no number of whoever has the shift.
	for _, subject := range []string{"SMS of Database", "SMS of Platform"} {
		require.Len(t, found[subject], 1, subject)
		assert.Equal(t, Failed, found[subject][0].State, subject)
		assert.Contains(t, found[subject][0].Says, "nobody is called by it", subject)
		assert.Contains(t, found[subject][0].Next, "MAYDAY_CONTACT_METHODS", subject)
	}
}

// A service that was asked too often runs, and is reached.
func TestACheckOfABusyServiceSaysToWait(t *testing.T) {
	t.Parallel()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"code": 42908, "http": 429, "error": "limit reached: daily message quota reached"}`))
	}))
	t.Cleanup(busy.Close)
	runbook := filepath.Join(t.TempDir(), "runbook.md")
	text := "# Runbook\n\n| Severity | Response |\n|---|---|\n| P0 | 15 minutes |\n\n## Contacts\n\n### On-Call\n- Name: Ana Ruiz\n- Email: ana@example.com\n- SMS: +44 7700 900123\n- ntfy: " + busy.URL + "/ana-8f3k\n"
	require.NoError(t, os.WriteFile(runbook, []byte(text), 0o600))
	found := checked(t, slacksim.Options{}, map[string]string{"MAYDAY_RUNBOOK": runbook, "MAYDAY_SMS_ACCOUNT": phones.Account, "MAYDAY_SMS_TOKEN": phones.AuthToken, "MAYDAY_SMS_FROM": phones.Number,
		"MAYDAY_SMS_API_URL": busy.URL, "MAYDAY_PUSH_NTFY_URL": busy.URL})
	for subject, next := range map[string]string{"SMS of On-Call (Ana Ruiz)": "ask the service for a larger limit", "ntfy of On-Call (Ana Ruiz)": "MAYDAY_PUSH_NTFY_TOKEN of an account has a larger one"} {
		require.Len(t, found[subject], 1, subject)
		assert.Equal(t, Failed, found[subject][0].State, subject)
		assert.Contains(t, found[subject][0].Says, "asks to wait", subject)
		assert.Contains(t, found[subject][0].Next, next, subject)
		assert.NotContains(t, found[subject][0].Next, "see whether it runs", subject)
	}
	assert.Contains(t, found["ntfy of On-Call (Ana Ruiz)"][0].Says, "daily message quota reached")
}
