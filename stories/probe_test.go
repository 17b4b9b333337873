package stories

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"mayday/probes"
	"mayday/workers"
)

// rerouted is a setting of the simulated world: where "*.test" leads, a host and port.
const rerouted = "REROUTED"

// reroute is a real prober for which every name below .test leads to one local
// server; nil when that is not set.
func reroute(to string) workers.Prober {
	if to == "" {
		return nil
	}
	return probes.New(false).Answered(to)
}

// service is a web site that can break, and a supplier's status page.
type service struct {
	*httptest.Server
	down  atomic.Bool
	asked atomic.Int32
}

func newService(t *testing.T) *service {
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/api/v2/summary.json":
			_, _ = w.Write([]byte(`{"status":{"indicator":"minor","description":"Partly Degraded"},"incidents":[{"name":"Slow <!channel>","status":"monitoring"}]}`))
		case s.down.Load():
			s.asked.Add(1)
			w.WriteHeader(http.StatusBadGateway)
		default:
			s.asked.Add(1)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

const probeRunbook = `# Shop

## Severity matrix

| Severity | Response | Escalation |
|---|---|---|
| P1 | 1 hour | 30 minutes |

## Contacts

**On-Call Engineer:**
- Name: Ana Ruiz
- Email: ana@example.com

## Scenarios

### Shop Down (P1)

**Immediate:**

1. Ask the shop
` + "   ```bash\n   curl -I https://shop.test/health\n   ```" + `
2. Look at the supplier: https://status.supplier.test

**Diagnosis:**

1. Read the logs
2. Ask the back office
` + "   ```bash\n   curl -I https://office.test/\n   ```" + `

### Printer Broken (P1)

1. Kick it
`

// TestAddressesAreChecked: at declaration by mayday itself, then on demand, each
// time in one message in the thread of the step.
func TestAddressesAreChecked(t *testing.T) {
	t.Parallel()
	s := newService(t)
	file := filepath.Join(t.TempDir(), "runbook.md")
	require.NoError(t, os.WriteFile(file, []byte(probeRunbook), 0o600))
	w := newWorld(t, map[string]string{"MAYDAY_RUNBOOK": file, "MAYDAY_PROBES": "on", rerouted: s.Listener.Addr().String()})
	w.tellLines(`
		in #general
		ana /incident p1 shop-down
		expect #incidents 'Shop Down'
		in #inc-1
		expect #inc-1 'Shop Down' 'Acknowledge'
		expect #inc-1 'Step 1/4' 'Ask the shop' 'Check shop.test'
		expect #inc-1 'Paging On-Call'
		expect @ana 'Shop Down'
		expect #inc-1 'Checked by mayday itself: 1 of 2 is not fine' 'shop.test/health* 200 OK in' 'supplier' 'Partly Degraded (minor), 1 open incident' 'Slow'
		pings #inc-1 nobody 'Partly Degraded'
		quiet
		ana /incident timeline
		reply 'Checked by mayday itself: 1 of 2 not fine'`)
	step := w.find("#inc-1", []string{"Step 1/4", "Check shop.test"})
	answers := w.find("#inc-1", []string{"Checked by mayday itself"})
	require.Len(t, answers, 1)
	require.Equal(t, step[0].TS, answers[0].Thread, "in the thread of the step")

	s.down.Store(true)
	w.tellLines(`
		ben presses 'Check shop.test/health' in #inc-1
		reply 'Checking shop.test/health'
		expect #inc-1 'checked step 1: it is not fine' '502 Bad Gateway'
		ben /incident probe 2
		reply 'Checking'
		expect #inc-1 'checked step 2' 'Partly Degraded'
		ben /incident probe 3
		reply 'Step 3 names no address to check' '1, 2, 4'
		ben /incident probe x
		reply 'not the number of a step'
		ben /incident check
		reply 'Checking shop.test/health'
		expect #inc-1 'checked step 1: it is not fine' '502 Bad Gateway'
		quiet`)

	// Slack fails after it took the message: it is found again, not said again.
	s.down.Store(false)
	w.tellLines(`
		fault chat.postMessage 1 http=500 apply
		ben /incident probe 4
		expect #inc-1 'checked step 4: it is fine' '200 OK'
		quiet
		ana /incident playbook printer
		expect #inc-1 'switched the playbook'
		quiet
		ana /incident probe
		reply 'names no address'
		quiet`)
	require.Empty(t, w.sim.Violations())
}

// TestChecksMayBeSwitchedOff: then nothing is asked, and whoever asks is told.
func TestChecksMayBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := newService(t)
	file := filepath.Join(t.TempDir(), "runbook.md")
	require.NoError(t, os.WriteFile(file, []byte(probeRunbook), 0o600))
	w := newWorld(t, map[string]string{"MAYDAY_RUNBOOK": file, "MAYDAY_PROBES": "off", rerouted: s.Listener.Addr().String()})
	w.tellLines(`
		in #general
		ana /incident p1 shop-down
		expect #incidents 'Shop Down'
		in #inc-1
		expect #inc-1 'Shop Down' 'Acknowledge'
		expect #inc-1 'Step 1/4'
		expect #inc-1 'Paging On-Call'
		expect @ana 'Shop Down'
		ana /incident probe 1
		reply 'switched off' 'MAYDAY_PROBES'
		quiet`)
	require.Zero(t, s.asked.Load())
}
