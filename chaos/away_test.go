package chaos

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/figures"
	"mayday/incident"
	slacksim "mayday/sim/slack"
)

// TestChaosSlackIsAway: Slack answers nothing for a while, also when a replica is killed meanwhile. People declare and answer in
// a terminal; afterwards everything true is said once, and nothing else. MAYDAY_CHAOS_INCIDENTS says how many incidents.
func TestChaosSlackIsAway(t *testing.T) {
	t.Parallel()
	n := 10
	if s := os.Getenv("MAYDAY_CHAOS_INCIDENTS"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	h.away(n, 15*time.Second)
}

// BenchmarkSlackIsAway measures how long it takes until 50 incidents have said what is true after Slack was away for some
// minutes, which are hours by the clocks of their runbook, in a workspace that enforces Slack's rates.
func BenchmarkSlackIsAway(b *testing.B) {
	for range b.N {
		h := newHouse(b, "testdata/runbook.md", slacksim.Options{Users: people(), Rates: true})
		took, least, by := h.away(50, 150*time.Second)
		b.ReportMetric(took.Seconds(), "s-to-complete")
		b.ReportMetric(least.Seconds(), "s-least")
		figures.AtMost(b, took.Seconds()/least.Seconds(), 1.2, "of-least")
		b.ReportMetric(float64(h.limited()), "429s")
		b.Logf("bound by %s", by)
		for _, r := range h.replicas {
			r.kill()
		}
	}
	b.ReportMetric(0, "ns/op")
}

// away has n incidents live through an outage that lasts so long once it was noticed, and judges what is said afterwards. took
// is how long that was from Slack's first answer, least what Slack's rates allow.
func (h *house) away(n int, long time.Duration) (took, least time.Duration, by string) {
	h.t.Helper()
	h.replica()
	h.replica()
	for _, r := range h.replicas {
		r.ready()
	}
	before := n / 5
	for i := range before {
		require.True(h.t, h.types("ana", "general", fmt.Sprintf("/incident p2 slow-pages chaos %03d", i)))
	}
	h.rest(2 * time.Minute)
	h.sim.Mischief().FailRate("*", 1, slacksim.Fault{HTTP: http.StatusServiceUnavailable}, 1)
	h.sim.Mischief().ResetSockets()
	h.terminals(before, n, func(i int) []string {
		what := []string{"p0", "site-down"}
		if i%2 == 0 {
			what = []string{"p1", "queue-stuck"}
		}
		return append(append([]string{"declare"}, what...), fmt.Sprintf("chaos %03d", i), "--another")
	})
	require.Eventually(h.t, func() bool { return h.outages() == 1 }, 2*time.Minute, 100*time.Millisecond, "nobody notices that Slack is away")
	ids := map[int]string{}
	for _, inc := range query[incident.Incident](h, `select doc from mayday.incident`) {
		i, err := strconv.Atoi(inc.Title[len(inc.Title)-3:])
		require.NoError(h.t, err)
		ids[i] = fmt.Sprint(inc.ID)
	}
	require.Len(h.t, ids, n)
	h.terminals(0, n, func(i int) []string { return []string{"note", ids[i], "it began with a deployment"} })
	h.terminals(0, n, func(i int) []string {
		if i%3 != 0 {
			return nil
		}
		return []string{"ack", ids[i]}
	})
	for _, text := range []string{"looking into it", "rolled back"} {
		h.terminals(0, n, func(i int) []string { return []string{"update", ids[i], text} })
	}
	h.terminals(0, n, func(i int) []string {
		if i%5 != 4 {
			return nil
		}
		return []string{"resolve", ids[i], "it recovers"}
	})
	h.replicas[0].kill()
	time.Sleep(long)
	h.replicas[0].start()
	h.sim.ResetCalls()
	begun := time.Now()
	h.sim.Mischief().Clear()
	require.Eventually(h.t, func() bool {
		left := query[int](h, `select count(*)::int from river.river_job where state in ('available', 'running', 'retryable', 'scheduled', 'pending')`)[0]
		untold := query[int](h, `select count(*)::int from mayday.event where aloud and told_at is null`)[0]
		return h.outages() == 0 && left+untold == 0
	}, time.Hour, 100*time.Millisecond, "not all is said")
	took = time.Since(begun)
	least, by = h.least()
	h.rest(10 * time.Minute)
	h.judge(n)
	h.judgeAway(ids, before)
	return took, least, by
}

func (h *house) outages() int {
	return query[int](h, `select count(*)::int from mayday.outage where ended_at is null`)[0]
}

// terminals runs a command of mayday incident for the incidents from one to another, some at a time; nil leaves one out.
func (h *house) terminals(from, to int, command func(i int) []string) {
	path, err := binary()
	require.NoError(h.t, err)
	var all sync.WaitGroup
	turn := make(chan struct{}, 4)
	for i := from; i < to; i++ {
		args := command(i)
		if args == nil {
			continue
		}
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			c := exec.Command(path, append([]string{"incident", "--as", "mia@example.com"}, args...)...)
			c.Env = h.env
			if out, err := c.CombinedOutput(); err != nil {
				h.t.Errorf("%v: %v\n%s", args, err, out)
			}
		})
	}
	all.Wait()
}

// judgeAway looks at what only an outage changes: each channel has one message for what happened meanwhile, and nothing old
// is said anywhere.
func (h *house) judgeAway(ids map[int]string, before int) {
	h.t.Helper()
	keyed := h.messages()
	for _, inc := range query[incident.Incident](h, `select doc from mayday.incident`) {
		j := judgement{h, inc, keyed}
		caught := 0
		for _, m := range h.sim.Messages(inc.ChannelID) {
			said := m.Text + string(m.Blocks)
			if m.Bot && strings.Contains(said, "Meanwhile") {
				caught++
				for _, want := range []string{"it began with a deployment", "looking into it", "rolled back"} {
					j.expect(strings.Contains(said, want), "the catch-up leaves out %q: %s", want, said)
				}
				answered := inc.Acknowledged() || !inc.Status.Live()
				j.expect(!answered || !strings.Contains(said, "<@"), "it is answered, and somebody is called: %s", said)
				continue
			}
			j.expect(m.Pinned || !strings.Contains(said, "looking into it"), "an old update is news: %s", said)
		}
		j.expect(caught == 1, "%d messages tell what happened meanwhile", caught)
		people, declaredIn := map[string]int{}, inc.ID > int64(before) // the others were called when Slack was there
		for key := range keyed {
			rest, own := strings.CutPrefix(key, fmt.Sprintf("%d/", inc.ID))
			kind, of, _ := strings.Cut(rest, "/")
			switch {
			case !own:
			case kind == "alarm":
				j.expect(false, "an alarm about pages that went out: %s", key)
			case kind == "page" && declaredIn:
				_, who, _ := strings.Cut(of, "/")
				people[who]++
			}
		}
		for who, times := range people {
			j.expect(times == 1 && !inc.Acknowledged() && inc.Status.Live(), "%s is called %d times", who, times)
		}
		j.expect(!declaredIn || inc.Acknowledged() || !inc.Status.Live() || len(people) > 0, "nobody is called")
	}
	for i := range before {
		updates := 0
		for key := range keyed {
			if strings.HasPrefix(key, ids[i]+"/update/") {
				updates++
			}
		}
		assert.LessOrEqual(h.t, updates, 1, "only the newest update is passed on")
	}
}
