package stories

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkDeclare measures what people wait for: from the envelope of
// "/incident p2 …" to its acknowledgement, with the commit to a real Postgres in
// between, when one or twenty people declare in the same moment. A second passes
// between two moments; the channels themselves wait for Slack's 20 a minute.
func BenchmarkDeclare(b *testing.B) {
	for _, people := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d at a time", people), func(b *testing.B) {
			w := newWorld(b, map[string]string{"GITHUB_REPOSITORY": ""})
			took := make([]time.Duration, 0, people*(b.N+1))
			// The first moment opens the pool's connections and is not counted.
			for i := range b.N + 1 {
				if i == 1 {
					took = took[:0]
				}
				var mu sync.Mutex
				var wg sync.WaitGroup
				for n := range people {
					wg.Go(func() {
						r := w.sim.Command("ana", "general", fmt.Sprintf("/incident p2 job-queue-stuck bench %d.%d", i, n))
						mu.Lock()
						defer mu.Unlock()
						took = append(took, r.Took)
						if !r.Acked {
							b.Errorf("not acknowledged: %s", r.Err)
						}
					})
				}
				wg.Wait()
				time.Sleep(time.Second)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkFirstMessage makes every call to Slack take 200 ms and divides the
// time until the card and the step message stand by it: the number of calls that
// have to be made one after the other.
func BenchmarkFirstMessage(b *testing.B) {
	const latency = 200 * time.Millisecond
	w := newWorld(b, map[string]string{"GITHUB_REPOSITORY": "", slackLatency: latency.String()})
	var card, step time.Duration
	for i := range b.N {
		w.settle()
		begun := time.Now()
		w.sim.Command("ana", "general", "/incident p2 job-queue-stuck first "+strconv.Itoa(i))
		place := fmt.Sprintf("#inc-%d-", i+1)
		require.True(b, w.shows(place, []string{"first " + strconv.Itoa(i)}))
		card += time.Since(begun)
		require.True(b, w.shows(place, []string{"Step 1/", "Done"}))
		step += time.Since(begun)
	}
	b.ReportMetric(float64(card)/float64(b.N)/float64(latency), "calls-to-card")
	b.ReportMetric(float64(step)/float64(b.N)/float64(latency), "calls-to-step")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkProgram runs the real binary: time from start to ready on a database
// that is migrated, resident memory idle and with 1,000 open incidents, and its size.
func BenchmarkProgram(b *testing.B) {
	w := newWorld(b, map[string]string{"GITHUB_REPOSITORY": ""})
	require.NoError(b, w.stop())
	w.stop = nil
	binary := filepath.Join(b.TempDir(), "mayday")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "../cmd/mayday").CombinedOutput()
	require.NoError(b, err, string(out))
	info, err := os.Stat(binary)
	require.NoError(b, err)

	var start time.Duration
	var idle, busy int
	for i := range b.N {
		begun := time.Now()
		p := w.spawn(binary)
		require.True(b, w.sim.WaitSockets(2, patience))
		start += time.Since(begun)
		time.Sleep(2 * time.Second)
		idle = resident(b, p)
		if i == 0 {
			for n := range 1000 {
				r := w.sim.Command("ana", "general", fmt.Sprintf("/incident p2 job-queue-stuck bench %d", n))
				require.Empty(b, r.Err)
			}
			time.Sleep(2 * time.Second)
		}
		busy = resident(b, p)
		require.NoError(b, p.Process.Signal(os.Interrupt))
		require.NoError(b, p.Wait())
	}
	b.ReportMetric(float64(start.Milliseconds())/float64(b.N), "start-ms")
	b.ReportMetric(float64(idle)/1024, "idle-MB")
	b.ReportMetric(float64(busy)/1024, "1000-open-MB")
	b.ReportMetric(float64(info.Size())/(1<<20), "binary-MB")
	b.ReportMetric(0, "ns/op")
}

// spawn runs the binary against the world's workspace and database.
func (w *world) spawn(binary string) *exec.Cmd {
	p := exec.CommandContext(context.Background(), binary, "run")
	p.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "MAYDAY_LOG_LEVEL=warn"}
	for k, v := range w.env {
		p.Env = append(p.Env, k+"="+v)
	}
	p.Stderr = os.Stderr
	require.NoError(w.t, p.Start())
	w.t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// resident is the resident memory of a process in kB.
func resident(b *testing.B, p *exec.Cmd) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	require.NoError(b, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(b, err)
	return kb
}
