package stories

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// runbookOf is a runbook of one scenario with these steps.
func runbookOf(t *testing.T, steps ...string) (file string) {
	head, _, _ := strings.Cut(probeRunbook, "## Scenarios")
	var b strings.Builder
	b.WriteString(head + "## Scenarios\n\n### Shop Down (P1)\n\n**Immediate:**\n\n")
	for i, s := range steps {
		fmt.Fprintf(&b, "%d. %s\n", i+1, s)
	}
	file = filepath.Join(t.TempDir(), "runbook.md")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	return file
}

// opened is a world with an incident of that runbook in it, for which the server answers below .test.
func opened(t *testing.T, runbook string, s *httptest.Server) *world {
	w := newWorld(t, map[string]string{"MAYDAY_RUNBOOK": runbook, "MAYDAY_PROBES": "on", rerouted: s.Listener.Addr().String()})
	w.tellLines(`
		in #general
		ana /incident p1 shop-down
		expect #incidents 'Shop Down'
		in #inc-1
		expect #inc-1 'Shop Down' 'Acknowledge'
		expect #inc-1 'Step 1/'
		expect #inc-1 'Paging On-Call'
		expect @ana 'Shop Down'`)
	return w
}

// TestAStatusPageThatCannotBeReadIsNeverFine: a supplier moves the page, or another vendor's software answers. It is up, and
// says nothing that mayday understands: that is neither fine nor failed.
func TestAStatusPageThatCannotBeReadIsNeverFine(t *testing.T) {
	t.Parallel()
	var fine atomic.Bool
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say := func(body string) { _, _ = w.Write([]byte(body)) }
		switch {
		case fine.Load() && r.URL.Path == "/api/v2/summary.json":
			say(`{"status":{"indicator":"none","description":"All Systems Operational"}}`)
		case r.Host == "status.moved.test":
			http.Redirect(w, r, "https://new.moved.test/welcome", http.StatusMovedPermanently)
		case r.Host == "status.along.test": // moved, and goes on to speak as before
			http.Redirect(w, r, "https://status.there.test"+r.URL.Path, http.StatusPermanentRedirect)
		case r.Host == "status.other.test" && r.URL.Path == "/api/v2/summary.json":
			say(`{"page":{"name":"Other","status":"UP"},"activeIncidents":[]}`)
		case r.Host == "status.there.test" && r.URL.Path == "/api/v2/summary.json":
			say(`{"status":{"indicator":"none","description":"All Systems Operational"}}`)
		default:
			say("<html>All systems operational</html>")
		}
	}))
	t.Cleanup(s.Close)
	w := opened(t, runbookOf(t, "Look at their page: https://status.moved.test", "Look at the other: https://status.other.test", "Look at the third: https://status.along.test"), s)
	w.tellLines(`
		expect #inc-1 'Checked by mayday itself: 1 of 3 are fine, 2 cannot be read' 'Look at their page* answers, but its state cannot be read' 'after 1 redirect' 'Look at the other* answers, but its state cannot be read' 'Look at the third* All Systems Operational'
		hides #inc-1 'failed'
		hides #inc-1 'all 3 are fine'
		ana presses 'Check Look at their page' in #inc-1
		expect #inc-1 'checked step 1: 0 of 1 are fine, 1 cannot be read'
		ana /incident timeline
		reply 'nobody can read how they are'
		quiet`)
	fine.Store(true)
	w.tellLines(`
		ana /incident probe 2
		expect #inc-1 'checked step 2: it is fine' 'All Systems Operational'
		quiet`)
	require.Empty(t, w.sim.Violations())
}

// TestAnAddressInOtherClothesIsNoDoorIntoTheHouse: an address of IPv6 that leads to one of IPv4 is judged by the latter. Each
// of these leads to this machine, where a server waits that would answer.
func TestAnAddressInOtherClothesIsNoDoorIntoTheHouse(t *testing.T) {
	t.Parallel()
	var entered atomic.Int32
	house := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { entered.Add(1) }))
	t.Cleanup(house.Close)
	_, port, _ := strings.Cut(house.Listener.Addr().String(), ":")
	clothes := map[string]string{
		"mapped":  "::ffff:127.0.0.1",
		"nat64":   "64:ff9b::7f00:1",              // the well-known prefix (RFC 6052), as of 464XLAT
		"local":   "64:ff9b:1::7f00:1",            // the one for local use (RFC 8215), 96 bits long
		"local48": "64:ff9b:1:7f00:0:100::",       // and 48 bits long
		"6to4":    "2002:7f00:1::1",               // RFC 3056
		"teredo":  "2001:0:101:101:0:0:80ff:fffe", // RFC 4380: the client's address with every bit turned over
		"plain":   "",
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(r.Host, ".")
		to, known := clothes[name]
		switch {
		case !known:
			return // the shop answers
		case to == "":
			to = "127.0.0.1"
		default:
			to = "[" + to + "]"
		}
		http.Redirect(w, r, "http://"+to+":"+port+"/inside", http.StatusFound)
	}))
	t.Cleanup(s.Close)
	steps := []string{"Ask the shop\n   ```bash\n   curl -I https://shop.test/health\n   ```"}
	for _, name := range []string{"mapped", "nat64", "local", "local48", "6to4", "teredo", "plain"} {
		steps = append(steps, fmt.Sprintf("Ask the door %s\n   ```bash\n   curl -I https://%s.test/\n   ```", name, name))
	}
	w := opened(t, runbookOf(t, steps...), s)
	w.tellLines(`
		expect #inc-1 'Checked by mayday itself: 7 of 8 are not fine' 'shop.test/health* 200 OK in'
		quiet`)
	for n := 2; n <= len(steps); n++ {
		w.tellLines(fmt.Sprintf(`
			ana /incident probe %d
			expect #inc-1 'checked step %d: it is not fine' 'not asked: it leads to an address that is not public'
			quiet`, n, n))
	}
	require.Zero(t, entered.Load(), "nobody came in")
	require.Empty(t, w.sim.Violations())
}
