package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/phones"
	slacksim "mayday/sim/slack"
)

const (
	anasNumber = "+447700900123"
	anasKey    = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
)

// TestASecondWayThatIsDead: of two ways to reach whoever is on call one is dead, and the other loses its answers, while processes are
// killed. What is done in Slack is done as ever; the dead way is told once a page; by the other one nobody is called more than
// twice, and where the service can be asked (texts) once.
func TestASecondWayThatIsDead(t *testing.T) {
	t.Parallel()
	const declared = 6
	s := phones.New(phones.Options{Delivered: true})
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = s.Close(context.Background()) }) // processes that were killed left connections
	raw, err := os.ReadFile("testdata/runbook.md")
	require.NoError(t, err)
	runbook := filepath.Join(t.TempDir(), "runbook.md")
	ways := "- Email: ana@example.com\n- SMS: " + anasNumber + ", at once\n- Pushover: " + anasKey + ", at once\n- ntfy: http://127.0.0.1:1/dead, at once"
	require.NoError(t, os.WriteFile(runbook, []byte(strings.Replace(string(raw), "- Email: ana@example.com", ways, 1)), 0o600))
	h := newHouse(t, runbook, slacksim.Options{Users: people()})
	defer h.lastWords()
	for _, service := range []string{"POST Messages", "POST messages"} {
		s.Mischief().FailRate(service, 0.3, phones.Fault{ApplyFirst: true}, 1)
		s.Mischief().FailRate(service, 0.2, phones.Fault{HTTP: 503}, 2)
	}
	settings := []string{"MAYDAY_PROBE_PRIVATE=allow", "MAYDAY_SMS_ACCOUNT=" + phones.Account, "MAYDAY_SMS_TOKEN=" + phones.AuthToken, "MAYDAY_SMS_FROM=" + phones.Number, "MAYDAY_SMS_API_URL=" + s.TwilioURL(),
		"MAYDAY_PUSH_PUSHOVER_TOKEN=" + phones.PushoverToken, "MAYDAY_PUSH_PUSHOVER_URL=" + s.PushoverURL()}
	replicas := []*replica{h.replica(settings...), h.replica(settings...)}
	replicas[0].ready()
	replicas[1].ready()
	r := rand.New(rand.NewPCG(1, 1))
	for i := range declared {
		require.True(t, h.types("ana", "general", fmt.Sprintf("/incident p2 slow-pages --another chaos %03d", i)))
		time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
		again := replicas[i%2]
		again.kill()
		again.start()
		again.ready()
	}
	// Each way of each page has come to its end; receipts are polled on.
	begun, open := 0, 0
	ended := assert.Eventually(t, func() bool {
		err := h.db.QueryRow(t.Context(), `select count(*), count(*) filter (where a.value ->> 'failed' is null and a.value ->> 'sent_at' is null)
			from mayday.incident i, jsonb_each(i.doc -> 'reaches') r, jsonb_each(r.value -> 'attempts') a`).Scan(&begun, &open)
		return err == nil && begun >= 3*declared && open == 0
	}, 4*time.Minute, 100*time.Millisecond)
	require.True(t, ended, "%d calls began, %d of them have no end", begun, open)
	events := map[string]int{}
	rows, err := h.db.Query(t.Context(), `select doc ->> 'kind' || case when doc ->> 'kind' = 'method_sent' and doc ->> 'text' <> '' then '?' else '' end || ' ' || (doc ->> 'from'), count(*) from mayday.event where doc ->> 'kind' like 'method_%' and doc ->> 'kind' <> 'method_delivered' group by 1`)
	require.NoError(t, err)
	for rows.Next() {
		var what string
		var n int
		require.NoError(t, rows.Scan(&what, &n))
		events[what] = n
	}
	require.NoError(t, rows.Err())
	// Who is killed twice with a request on its way leaves it unknown whether there was one.
	assert.Equal(t, declared, events["method_failed ntfy"]+events["method_sent? ntfy"], "the dead one is told once a page: %v", events)
	for _, way := range []string{"SMS", "Pushover"} {
		assert.Equal(t, declared, events["method_sent "+way]+events["method_sent? "+way]+events["method_failed "+way], "%v", events)
	}
	texts, pushes := map[string]int{}, map[string]int{}
	for _, m := range s.Taken() {
		if m.Service == "sms" {
			texts[m.Text]++
		} else {
			pushes[m.Text]++
		}
	}
	for text, n := range texts {
		assert.Equal(t, 1, n, "texts can be looked for: %s", text)
	}
	for text, n := range pushes {
		assert.LessOrEqual(t, n, 2, text)
	}
	assert.Empty(t, s.Violations())
	for i := range declared {
		require.True(t, h.types("ana", "general", fmt.Sprintf("/incident ack %d", i+1)))
	}
	h.rest(2 * time.Minute)
	h.judge(declared)
}
