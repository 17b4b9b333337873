package stories

import (
	"context"
	"fmt"
	"os"
	"os/exec"
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

// together has a number of people type the same at the same moment, and gives how long each waited for the
// acknowledgement. %d in the text is a number of its own.
func together(b *testing.B, sim *slacksim.Sim, people int, channel, text string) []time.Duration {
	took := make([]time.Duration, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			typed := text
			if strings.Contains(text, "%d") {
				typed = fmt.Sprintf(text, i)
			}
			r := sim.Command("ana", channel, typed)
			took[i] = r.Took
			if !r.Acked {
				b.Errorf("%s was not acknowledged: %s", typed, r.Err)
			}
		})
	}
	wg.Wait()
	return took
}

// percentile of durations in ms.
func percentile(took []time.Duration, of float64) float64 {
	slices.Sort(took)
	return share(took, of)
}

// BenchmarkDeclare measures what people wait for: from the envelope of "/incident p2 …" to its acknowledgement, with
// the commit to a Postgres that waits for its disk in between, when one or twenty people declare in the same moment.
// Between two moments the effects of the one before go on.
func BenchmarkDeclare(b *testing.B) {
	binary := build(b)
	for _, c := range []struct {
		people, moments int
		pause           time.Duration
		p99             float64
	}{{1, 60, 250 * time.Millisecond, 15}, {20, 10, time.Second, 100}} {
		b.Run(fmt.Sprintf("%d at a time", c.people), func(b *testing.B) {
			var took []time.Duration
			for n := range b.N {
				f := newFleet(b, binary, 0)
				f.run(1)
				for i := range c.moments + 1 {
					waited := together(b, f.sim, c.people, "general", fmt.Sprintf("/incident p2 job-queue-stuck bench %d.%d.%%d --another", n, i))
					if i > 0 { // the first moment opens the pool's connections
						took = append(took, waited...)
					}
					time.Sleep(c.pause)
				}
				f.close()
			}
			b.ReportMetric(percentile(took, 0.5), "p50-ms")
			figures.AtMost(b, percentile(took, 0.99), c.p99, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkFirstMessage makes every call to Slack take 150 ms, and measures the time from the command until the card
// and the first step stand: in ms, and in calls that have to be made one after the other.
func BenchmarkFirstMessage(b *testing.B) {
	const latency, declarations = 150 * time.Millisecond, 12
	binary := build(b)
	var card, step []time.Duration
	for range b.N {
		f := newFleet(b, binary, 0, func(o *slacksim.Options) { o.Latency = latency })
		f.run(1)
		for i := range declarations + 1 {
			f.rest()
			begun := time.Now()
			f.sim.Command("ana", "general", "/incident p2 job-queue-stuck --another first "+strconv.Itoa(i))
			place := fmt.Sprintf("#inc-%d-", i+1)
			c := f.stands(place, begun, "first "+strconv.Itoa(i))
			s := f.stands(place, begun, "Step 1/", "Done")
			if i > 0 { // at first mayday looks up who its contacts are
				card, step = append(card, c), append(step, s)
			}
		}
		f.close()
	}
	figures.AtMost(b, percentile(card, 0.5), 350, "card-p50-ms")
	figures.AtMost(b, percentile(step, 0.5), 550, "step-p50-ms")
	b.ReportMetric(percentile(card, 0.5)/1000/latency.Seconds(), "card-calls")
	b.ReportMetric(percentile(step, 0.5)/1000/latency.Seconds(), "step-calls")
	b.ReportMetric(percentile(step, 1), "step-max-ms")
	b.ReportMetric(0, "ns/op")
}

// stands waits until a message stands in a place, and gives how long that took.
func (f *fleet) stands(place string, begun time.Time, texts ...string) time.Duration {
	f.b.Helper()
	for len(f.find(place, texts)) == 0 {
		require.Less(f.b, time.Since(begun), patience, "%s: %q", place, texts)
		time.Sleep(2 * time.Millisecond)
	}
	return time.Since(begun)
}

// BenchmarkProgram runs the real binary: time from start to both connections on a database that is migrated; resident
// memory idle, after many commands, and with 1,000 open incidents; and its size. Linux only.
func BenchmarkProgram(b *testing.B) {
	const starts, people, rounds, open = 7, 20, 800, 1000
	binary := build(b)
	info, err := os.Stat(binary)
	require.NoError(b, err)
	var start []time.Duration
	var idle, after, burst, many int
	for range b.N {
		f := newFleet(b, binary, 0)
		for range starts {
			begun := time.Now()
			p := f.spawn(binary)
			require.True(b, f.sim.WaitSockets(2, patience))
			start = append(start, time.Since(begun))
			require.NoError(b, p.Process.Signal(os.Interrupt))
			require.NoError(b, p.Wait())
		}
		f.run(1)
		time.Sleep(10 * time.Second)
		idle = resident(b, f.replicas[0])
		f.sim.Command("ana", "general", "/incident p2 job-queue-stuck --another many commands")
		f.stands("#inc-1-", time.Now(), "Step 1/")
		channel := f.channelOf("inc-1-")
		for i := range rounds {
			together(b, f.sim, people, channel, []string{"/incident help", "/incident status", "/incident list", "/incident steps"}[i%4])
		}
		time.Sleep(5 * time.Second)
		after = resident(b, f.replicas[0])
		for i := range open / people {
			together(b, f.sim, people, "general", fmt.Sprintf("/incident p2 job-queue-stuck open %d.%%d --another", i))
		}
		burst = resident(b, f.replicas[0])
		time.Sleep(15 * time.Second) // the first messages of all are posted, and their memory is given back
		many = resident(b, f.replicas[0])
		f.close()
	}
	figures.AtMost(b, percentile(start, 0.5), 60, "start-ms")
	figures.AtMost(b, float64(idle)/1024, 30, "idle-MB")
	figures.AtMost(b, float64(after)/1024, 45, "16000-commands-MB")
	figures.AtMost(b, float64(many)/1024, 60, "1000-open-MB")
	b.ReportMetric(float64(burst)/1024, "burst-MB")
	b.ReportMetric(float64(info.Size())/(1<<20), "binary-MB")
	b.ReportMetric(0, "ns/op")
}

// channelOf is the name of the channel that begins so.
func (f *fleet) channelOf(prefix string) string {
	for _, c := range f.sim.Channels() {
		if strings.HasPrefix(c.Name, prefix) {
			return c.Name
		}
	}
	f.b.Fatalf("no channel %s", prefix)
	return ""
}

// spawn runs the binary against the world's workspace and database.
func (w *world) spawn(binary string) *exec.Cmd {
	env := []string{"MAYDAY_LOG_LEVEL=warn"}
	for k, v := range w.env {
		env = append(env, k+"="+v)
	}
	return spawn(w.t, env, binary, "run")
}

// spawn runs a program with nothing of our environment but the paths.
func spawn(t testing.TB, env []string, program string, args ...string) *exec.Cmd {
	p := exec.CommandContext(context.Background(), program, args...)
	p.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	p.Stderr = os.Stderr
	require.NoError(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill() })
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
