package outline

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/effort"
)

// ordinary is a runbook of about 20 kB.
func ordinary(tb testing.TB) []byte {
	tb.Helper()
	raw, err := os.ReadFile("../default.md")
	require.NoError(tb, err)
	return raw
}

// large repeats the ordinary runbook up to about 5 MB, the way a team's grown
// document repeats itself.
func large(tb testing.TB) []byte {
	const size = 5 << 20
	one := append(ordinary(tb), '\n')
	return bytes.Repeat(one, size/len(one)+1)[:size]
}

func BenchmarkParseOrdinary(b *testing.B) {
	raw := ordinary(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Parse("x.md", raw)
	}
}

func BenchmarkParse5MB(b *testing.B) {
	raw := large(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Parse("x.md", raw)
	}
}

func BenchmarkParseHeadings1MB(b *testing.B) {
	raw := []byte(strings.Repeat("# a\n", 1<<18))
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Parse("x.md", raw)
	}
}

// peakWhile is the largest heap seen while f runs, sampled every millisecond.
func peakWhile(f func()) uint64 {
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse+m.StackInuse)
			select {
			case <-done:
				peak <- most
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	return <-peak
}

func TestALargeDocumentKeepsTheHeapSmall(t *testing.T) {
	if effort.Raced {
		t.Skip("SKIPPED: the race detector changes what takes room; make test runs this without it")
	}
	raw := large(t)
	var d *Document
	peak := peakWhile(func() { d = Parse("x.md", raw) })
	require.NotEmpty(t, d.Root.Subs)
	t.Logf("peak heap %d MB", peak>>20)
	assert.Less(t, peak, uint64(80<<20))
}
