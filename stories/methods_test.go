package stories

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/phones"
)

// reached is the runbook of these stories: at ten in the morning UTC it is night for nobody whose account has no zone of its own.
const reached = `# Runbook

| Severity | Response | Escalation | Updates | Post-mortem |
|---|---|---|---|---|
| P0 | 15 minutes | Immediate | 30 minutes | Full post-mortem |
| P1 | 1 hour | 20 minutes | 1 hour | |

## Contacts

**On-Call Engineer:**
- Name: Ana Ruiz
- Email: ana@example.com
- SMS: +44 7700 900123

**DevOps Lead:**
- Name: Ben Okafor
- Email: ben@example.com
- Pushover: uQiRzpo4DXghDmr9QzzfQu27cmVRsG, after 2 minutes

## Scenarios

### Site Down (P0)

1. Check the platform.
2. Roll back.
`

// newPhones is a world whose people can be reached by simulated services.
func newPhones(t *testing.T, more map[string]string) (*world, *phones.Sim) {
	t.Helper()
	s := phones.New(phones.Options{Delivered: true})
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
		assert.Empty(t, s.Violations(), "a service would have refused this")
	})
	file := filepath.Join(t.TempDir(), "runbook.md")
	require.NoError(t, os.WriteFile(file, []byte(reached), 0o600))
	env := map[string]string{"MAYDAY_RUNBOOK": file, "MAYDAY_SMS_ACCOUNT": phones.Account, "MAYDAY_SMS_TOKEN": phones.AuthToken, "MAYDAY_SMS_FROM": phones.Number,
		"MAYDAY_SMS_API_URL": s.TwilioURL(), "MAYDAY_PUSH_PUSHOVER_TOKEN": phones.PushoverToken, "MAYDAY_PUSH_PUSHOVER_URL": s.PushoverURL(), "GITHUB_REPOSITORY": ""}
	for k, v := range more {
		env[k] = v
	}
	return newWorld(t, env), s
}

// taken waits for a message that a service took, with these texts.
func taken(w *world, s *phones.Sim, service string, texts ...string) phones.Taken {
	w.t.Helper()
	var found phones.Taken
	require.True(w.t, w.eventually(func() bool {
		for _, m := range s.Taken() {
			if m.Service == service && holds(m.Text, texts) {
				found = m
				return true
			}
		}
		return false
	}), "no %s with %q in %+v", service, texts, s.Taken())
	return found
}

// TestWhoDoesNotAnswerInSlackIsCalledOtherwise: half of the time to the next escalation is gone, a text is sent, and
// its answer acknowledges.
func TestWhoDoesNotAnswerInSlackIsCalledOtherwise(t *testing.T) {
	t.Parallel()
	w, s := newPhones(t, nil)
	w.tellLines(`
		in #general
		ben /incident p1 checkout answers 500
		expect #inc-1 'checkout answers 500' 'Acknowledge'
		expect #inc-1 'Step 1'
		expect #incidents 'checkout'
		expect #inc-1 'On-Call' 'Paging'
		expect @ana 'checkout'
		advance 9m
		quiet`)
	assert.Empty(t, s.Taken(), "half of twenty minutes is not over")
	w.tellLines("advance 1m")
	taken(w, s, "sms", "P1 #1: checkout answers 500", "Reply 1 to acknowledge")
	s.Text("+447700900123", "OK")
	w.tellLines(`
		expect #inc-1 'Ana Ruiz acknowledged by SMS and leads'
		quiet`)
	taken(w, s, "sms", "P1 #1: checkout answers 500", "You lead.")
	w.tellLines(`
		in #inc-1
		ana /incident timeline
		reply 'was called by SMS' 'acknowledged by SMS'
		quiet`)
}

// TestALinkAcknowledgesOnlyWhenItIsPressed: programs open links to look at them.
func TestALinkAcknowledgesOnlyWhenItIsPressed(t *testing.T) {
	t.Parallel()
	w, s := newPhones(t, map[string]string{"MAYDAY_PUBLIC_URL": "https://mayday.example.com"})
	w.tellLines(`
		in #general
		ben /incident p0 site-down
		expect #inc-1 'Site Down' 'Acknowledge'
		expect #inc-1 'Step 1/2'
		expect #incidents 'Site Down'
		expect #inc-1 'On-Call' 'Paging'
		expect @ana 'Site Down'
		expect @ben 'Site Down'
		advance 8m
		expect #inc-1 'Nobody has acknowledged this P0 yet'`)
	m := taken(w, s, "sms", "P0 #1: Site Down", "https://mayday.example.com/ack/")
	push := taken(w, s, "pushover", "P0 #1: Site Down")
	_, token, _ := strings.Cut(m.Text, "/ack/")
	page := "http://" + w.prog.HTTPAddr + "/ack/" + strings.Fields(token)[0]
	assert.True(t, strings.HasPrefix(push.Link, "https://mayday.example.com/ack/"))
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
		r, err := http.NewRequestWithContext(t.Context(), method, page, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	w.tellLines("quiet")
	resp, err := http.PostForm(page, url.Values{"answer": {"acknowledge"}})
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	w.tellLines(`
		expect #inc-1 'Ana Ruiz acknowledged by SMS and leads'
		quiet`)
	require.True(t, w.eventually(func() bool { return s.Ended(push.ID) }), "Ben's phone sounds no more")
}

// TestSlackIsSilentAndPeopleAreCalledAllTheSame: no message is taken for half a minute.
func TestSlackIsSilentAndPeopleAreCalledAllTheSame(t *testing.T) {
	t.Parallel()
	w, s := newPhones(t, nil)
	w.tellLines(`
		in #general
		fault chat.postMessage 200 http=503
		ben /incident p1 checkout answers 500`)
	require.True(t, w.eventually(func() bool { w.clock.Advance(time.Second); return len(s.Taken()) > 0 }))
	taken(w, s, "sms", "P1 #1: checkout answers 500")
	w.tellLines("heal")
	w.settle()
}
