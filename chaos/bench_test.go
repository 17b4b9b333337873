package chaos

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/figures"
	slacksim "mayday/sim/slack"
)

// tiers are the calls a minute that Slack allows for the methods of an opening
// incident (docs.slack.dev, each method's page); a minute's worth may come at once.
var tiers = map[string]int{
	"conversations.create": 20, "conversations.invite": 50, "conversations.setTopic": 20, "conversations.setPurpose": 20,
	"conversations.open": 50, "pins.add": 20, "bookmarks.add": 20, "chat.update": 50, "users.lookupByEmail": 50, "users.info": 100,
}

// BenchmarkStorm declares many incidents within ten seconds in a workspace that
// enforces Slack's rates, and waits until every one of them has all that it is to
// have. MAYDAY_STORM is how many, 24 when unset, MAYDAY_STORM_REPLICAS how many
// processes serve them. 200 take ten minutes.
func BenchmarkStorm(b *testing.B) {
	n := 24
	if s := os.Getenv("MAYDAY_STORM"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(b, err)
	}
	replicas := 1
	if s := os.Getenv("MAYDAY_STORM_REPLICAS"); s != "" {
		var err error
		replicas, err = strconv.Atoi(s)
		require.NoError(b, err)
	}
	for range b.N {
		h := newHouse(b, "testdata/runbook.md", slacksim.Options{Users: people(), Rates: true})
		r := h.replica()
		r.ready()
		for range replicas - 1 {
			h.replica().ready()
		}
		h.declareMany(1, 0) // what is said in the quiet, and in which order
		h.done(1)
		quiet := h.orders()[1]
		b.Logf("in the quiet: %s", quiet)
		h.sim.ResetCalls()
		begun := time.Now()
		took := h.declareMany(n, 10*time.Second)
		h.done(n + 1)
		all := time.Since(begun)
		least, by := h.least()
		slices.Sort(took)
		b.ReportMetric(all.Seconds(), "s-to-complete")
		b.ReportMetric(least.Seconds(), "s-least")
		figures.AtMost(b, all.Seconds()/least.Seconds(), 1.1, "of-least")
		b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ack-ms")
		b.ReportMetric(float64(r.peak(b))/1024, "peak-MB")
		b.ReportMetric(float64(h.limited()), "429s")
		late := h.lateness()
		require.Len(b, late, n)
		b.ReportMetric(late[len(late)/2].Seconds(), "p50-page-s")
		b.ReportMetric(late[len(late)*99/100].Seconds(), "p99-page-s")
		b.ReportMetric(float64(h.alarms()), "false-alarms")
		others := map[string]int{}
		for _, said := range h.orders() {
			if said != quiet {
				others[said]++
			}
		}
		out := 0
		for said, n := range others {
			out += n
			b.Logf("%d channels tell another order: %s", n, said)
		}
		b.ReportMetric(float64(out), "other-orders")
		b.Logf("bound by %s", by)
		for _, r := range h.replicas {
			r.kill()
		}
	}
	b.ReportMetric(0, "ns/op")
}

// declareMany spreads n declarations over a time and gives how long each waited
// for its acknowledgement.
func (h *house) declareMany(n int, over time.Duration) []time.Duration {
	took := make([]time.Duration, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r := h.sim.Command("ana", "general", fmt.Sprintf("/incident p2 slow-pages storm %03d --another", i))
			took[i] = r.Took
			if !r.Acked {
				h.t.Errorf("declaration %d: %s", i, r.Err)
			}
		})
		time.Sleep(over / time.Duration(n))
	}
	wg.Wait()
	return took
}

// done waits until n incidents have their messages and no job is left.
func (h *house) done(n int) {
	require.Eventually(h.t, func() bool {
		left := query[int](h, `select count(*)::int from river.river_job where state in ('available', 'running', 'retryable', 'scheduled', 'pending')`)[0]
		return left == 0 && query[int](h, `select count(*)::int from mayday.surface where surface = 'step' and ts <> ''`)[0] == n
	}, time.Hour, 100*time.Millisecond, "the storm does not pass")
}

// least is the shortest time in which Slack's rates allow the calls that were
// made and worked, and what bounds it: a method, or one message a second in a channel.
func (h *house) least() (time.Duration, string) {
	calls := map[string]int{}
	for _, c := range h.sim.Calls() {
		if c.OK {
			calls[c.Method]++
		}
		if c.OK && c.Method == "chat.postMessage" {
			calls["channel "+c.Args["channel"]]++
		}
	}
	var least time.Duration
	var by string
	for what, n := range calls {
		rate, burst := float64(tiers[what])/60, tiers[what]
		if strings.HasPrefix(what, "channel ") {
			rate, burst = 1, 4
		}
		if rate == 0 || n <= burst {
			continue
		}
		if d := time.Duration(float64(n-burst) / rate * float64(time.Second)); d > least {
			least, by = d, fmt.Sprintf("%s (%d calls)", what, n)
		}
	}
	return least, by
}

func (h *house) limited() (n int) {
	for _, c := range h.sim.Calls() {
		if c.Error == "ratelimited" {
			n++
		}
	}
	return n
}

// peak is the most memory in kB that the process held. Linux only; 0 elsewhere.
func (r *replica) peak(b *testing.B) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(after)[0])
	require.NoError(b, err)
	return n
}
