package store

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/localpg"
)

// durable is a database that survives a power cut, as in earnest: the tests'
// own server does not wait for the disk.
func durable(b *testing.B) string {
	dir := b.TempDir()
	require.NoError(b, openDir(dir))
	pg, err := localpg.Start(context.Background(), localpg.Options{Dir: dir + "/pg", MaxConnections: 200})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, pg.Stop(context.Background())) })
	return pg.URL()
}

// fill puts n incidents, of which nobody acknowledged any, into the database; the
// update of number i falls due at due(i).
func fill(b *testing.B, s *Store, n int, due func(i int) time.Time) {
	c, err := incident.Declare(incident.Ref{Incident: 1}, incident.Declaration{Title: "checkout answers 500", Policy: policy(), By: ana}, time.Now().Add(-time.Minute))
	require.NoError(b, err)
	inc := c.Incident
	inc.AcknowledgedBy, inc.AcknowledgedAt = ana, inc.DeclaredAt
	inc.Plan.Due = map[incident.Clock]time.Time{}
	var incidents, timers [][]any
	for i := range n {
		inc.ID = int64(i + 1)
		inc.ChannelID = fmt.Sprintf("C%09d", i)
		at := due(i).UTC().Truncate(time.Microsecond)
		inc.Plan.Due[incident.ClockUpdate] = at
		doc, err := json.Marshal(inc)
		require.NoError(b, err)
		incidents = append(incidents, []any{inc.ID, doc, inc.DeclaredAt})
		timers = append(timers, []any{inc.ID, "update", at})
	}
	_, err = s.pool.CopyFrom(b.Context(), pgx.Identifier{"mayday", "incident"}, []string{"id", "doc", "declared_at"}, pgx.CopyFromRows(incidents))
	require.NoError(b, err)
	_, err = s.pool.CopyFrom(b.Context(), pgx.Identifier{"mayday", "timer"}, []string{"incident_id", "clock", "due_at"}, pgx.CopyFromRows(timers))
	require.NoError(b, err)
	_, err = s.pool.Exec(b.Context(), `analyze mayday.incident; analyze mayday.timer`)
	require.NoError(b, err)
}

// BenchmarkLateness measures from the time a clock was due until what it did was
// committed, jobs included.
func BenchmarkLateness(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		for _, spread := range []time.Duration{0, time.Duration(n) * 5 * time.Millisecond} {
			for _, replicas := range []int{1, 3} {
				how := "together"
				if spread > 0 {
					how = "spread"
				}
				b.Run(fmt.Sprintf("%d/%s/replicas=%d", n, how, replicas), func(b *testing.B) { lateness(b, n, replicas, spread) })
			}
		}
	}
}

func lateness(b *testing.B, n, replicas int, spread time.Duration) {
	url := durable(b)
	for range b.N {
		b.StopTimer()
		stores := make([]*Store, replicas)
		for i := range stores {
			stores[i] = open(b, url, nil)
		}
		clear := `truncate mayday.incident cascade; truncate river.river_job`
		_, err := stores[0].pool.Exec(b.Context(), clear)
		require.NoError(b, err)
		// Filling takes a while: the first is due when it is done.
		start := time.Now().Add(time.Second + time.Duration(n)*time.Millisecond)
		fill(b, stores[0], n, func(i int) time.Time { return start.Add(spread / time.Duration(n) * time.Duration(i)) })
		require.True(b, time.Now().Before(start), "filling took too long")

		var mu sync.Mutex
		late := make([]time.Duration, 0, n)
		done := make(chan struct{})
		ctx, cancel := context.WithCancel(b.Context())
		var wg sync.WaitGroup
		for _, s := range stores {
			s.Fired = func(_ incident.Clock, due, _ time.Time) {
				mu.Lock()
				defer mu.Unlock()
				late = append(late, time.Since(due))
				if len(late) == n {
					close(done)
				}
			}
			wg.Go(func() { s.RunClock(ctx) })
		}
		b.StartTimer()
		select {
		case <-done:
		case <-time.After(5 * time.Minute):
			b.Fatalf("%d of %d fired", len(late), n)
		}
		b.StopTimer()
		cancel()
		wg.Wait()
		slices.Sort(late)
		require.Len(b, late, n)
		ms := func(share float64) float64 { return float64(late[int(share*float64(n-1))].Microseconds()) / 1000 }
		b.ReportMetric(ms(0.5), "p50-ms")
		b.ReportMetric(ms(0.99), "p99-ms")
		b.ReportMetric(ms(1), "max-ms")
		for _, s := range stores {
			s.Close()
		}
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdle measures what a replica costs while 100,000 clocks wait.
func BenchmarkIdle(b *testing.B) {
	s := open(b, durable(b), nil)
	fill(b, s, 100_000, func(i int) time.Time { return time.Now().Add(time.Hour + time.Duration(i)*time.Second) })
	runtime.GC()
	const watch = 20 * time.Second
	for range b.N {
		ctx, cancel := context.WithTimeout(b.Context(), watch)
		before := cpu(b)
		var wg sync.WaitGroup
		wg.Go(func() { s.RunClock(ctx) })
		wg.Go(func() { s.Replica("idle").Run(ctx) })
		<-ctx.Done()
		wg.Wait()
		cancel()
		b.ReportMetric(100*float64(cpu(b)-before)/float64(watch), "%cpu")
	}
	b.ReportMetric(0, "ns/op")
}

// cpu is what this process used so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDeclare and BenchmarkUpdate measure what somebody waits for before a
// command is acknowledged.
func BenchmarkDeclare(b *testing.B) {
	s := open(b, durable(b), nil)
	i := 0
	measured(b, func() error {
		i++
		_, err := s.Declare(b.Context(), []string{fmt.Sprint("k", i)}, declaration("x"))
		return err
	})
}

// BenchmarkUpdate notes something in an incident.
func BenchmarkUpdate(b *testing.B) {
	s := open(b, durable(b), nil)
	inc := declare(b, s)
	i := 0
	measured(b, func() error {
		i++
		_, err := s.Update(b.Context(), inc.Ref(), []string{fmt.Sprint("u", i)}, note("x"))
		return err
	})
}

func measured(b *testing.B, do func() error) {
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		require.NoError(b, do())
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkTakeOver measures how long the jobs of a replica that died wait.
func BenchmarkTakeOver(b *testing.B) {
	url := durable(b)
	s := open(b, url, nil)
	for range b.N {
		ctx, cancel := context.WithCancel(b.Context())
		dead := pretend(b, s, "dead")
		var wg sync.WaitGroup
		wg.Go(func() { s.Replica("alive").Run(ctx) })
		require.Eventually(b, func() bool { return count(b, s, `select count(*) from mayday.replica`) == 2 }, 10*time.Second, 10*time.Millisecond)
		job := running(b, s, "dead")
		begun := time.Now()
		require.NoError(b, dead.Close(b.Context()))
		for state(b, s, job) != "available" {
			time.Sleep(5 * time.Millisecond)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s-until-available")
		cancel()
		wg.Wait()
		_, err := s.pool.Exec(b.Context(), `delete from mayday.replica`)
		require.NoError(b, err)
	}
	b.ReportMetric(0, "ns/op")
}
