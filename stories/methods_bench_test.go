package stories

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/figures"
	"mayday/sim/phones"
)

// BenchmarkSecondWay measures the whole program, as a process on Slack with its rates: from the time at which a contact's rule wants
// them called by ntfy to the start of the request to its service. In the quiet one incident is declared a second; then 200 within ten
// seconds, whose channels, cards and pages are being made meanwhile.
func BenchmarkSecondWay(b *testing.B) {
	binary := build(b)
	for _, c := range []struct {
		name   string
		many   int
		apart  time.Duration
		within float64
	}{{"quiet", 20, time.Second, 100}, {"200 incidents", 200, 50 * time.Millisecond, 1000}} {
		b.Run(c.name, func(b *testing.B) {
			var late []time.Duration
			for range b.N {
				late = append(late, secondWay(b, binary, c.many, c.apart)...)
			}
			figures.AtMost(b, percentile(late, 0.99), c.within, "p99-ms")
			b.ReportMetric(percentile(late, 0.5), "p50-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// secondWay declares incidents and gives how late each of their messages was begun.
func secondWay(b *testing.B, binary string, many int, apart time.Duration) (late []time.Duration) {
	s := phones.New(phones.Options{Delivered: true})
	require.NoError(b, s.Start("127.0.0.1:0"))
	defer func() { require.NoError(b, s.Close(context.Background())) }()
	f := newFleet(b, binary, 0)
	runbook := filepath.Join(b.TempDir(), "runbook.md")
	require.NoError(b, os.WriteFile(runbook, []byte(strings.Replace(reached, "- SMS: +44 7700 900123", "- ntfy: "+s.NtfyURL()+"/ana-8f3k, after 4 seconds", 1)), 0o600))
	for k, v := range map[string]string{"MAYDAY_RUNBOOK": runbook, "MAYDAY_PUSH_NTFY_URL": s.NtfyURL()} {
		f.world.env[k] = v
	}
	f.run(1)
	for i := range many {
		begun := time.Now()
		r := f.sim.Command("ben", "general", fmt.Sprintf("/incident p1 checkout answers %d --another", i))
		require.True(b, r.Acked, r.Err)
		time.Sleep(apart - time.Since(begun))
	}
	require.True(b, f.eventually(func() bool { return len(s.Taken()) >= many }), "%d of %d messages", len(s.Taken()), many)
	rows, err := f.db.Query(b.Context(), `select extract(epoch from m.sent_at - (i.doc -> 'reaches' -> m.page::text -> 'attempts' -> m.method::text ->> 'due')::timestamptz)::float8
		from mayday.method_try m join mayday.incident i on i.id = m.incident_id where m.sent_at is not null`)
	require.NoError(b, err)
	for rows.Next() {
		var seconds float64
		require.NoError(b, rows.Scan(&seconds))
		late = append(late, time.Duration(seconds*float64(time.Second)))
	}
	require.NoError(b, rows.Err())
	f.stop()
	_ = f.sim.Close(context.Background())
	_ = f.db.Close(context.Background())
	require.NoError(b, f.pg.Stop(context.Background()))
	return late
}
