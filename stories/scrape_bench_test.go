package stories

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkBesideScrapes has 16 clients ask for the metrics and for readiness without a
// pause, and people ask for the list of incidents at the same time. It tells by what factor
// the acknowledgement takes longer than in the quiet moments between.
func BenchmarkBesideScrapes(b *testing.B) {
	w := newWorld(b, map[string]string{"GITHUB_REPOSITORY": ""})
	ask := func(n int) (took []time.Duration) {
		for range n {
			r := w.sim.Command("ana", "general", "/incident list")
			require.True(b, r.Acked, r.Err)
			took = append(took, r.Took)
		}
		return took
	}
	scrape := func(ctx context.Context, page string) {
		for ctx.Err() == nil {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.prog.HTTPAddr+page, nil)
			if err != nil {
				panic(err)
			}
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		}
	}
	ask(20) // opens the connections
	var quiet, beside []time.Duration
	for range b.N {
		quiet = append(quiet, ask(50)...)
		ctx, cancel := context.WithCancel(b.Context())
		var scrapers sync.WaitGroup
		for i := range 16 {
			scrapers.Go(func() { scrape(ctx, []string{"/metrics", "/readyz"}[i%2]) })
		}
		beside = append(beside, ask(50)...)
		cancel()
		scrapers.Wait()
	}
	slices.Sort(quiet)
	slices.Sort(beside)
	p := func(took []time.Duration, percent int) float64 {
		return float64(took[len(took)*percent/100].Microseconds()) / 1000
	}
	b.ReportMetric(p(quiet, 50), "quiet-p50-ms")
	b.ReportMetric(p(beside, 50), "beside-p50-ms")
	b.ReportMetric(p(quiet, 99), "quiet-p99-ms")
	b.ReportMetric(p(beside, 99), "beside-p99-ms")
	b.ReportMetric(0, "ns/op")
}
