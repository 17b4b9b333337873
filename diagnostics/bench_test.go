package diagnostics_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

const typical = "SELECT pid, now() - query_start AS duration, query FROM pg_stat_activity WHERE state = 'active' ORDER BY duration DESC LIMIT 10"

// Aim: under 20 µs.
func BenchmarkGuard(b *testing.B) {
	r := open(b, as(reader, "canary"), nil)
	for name, sql := range map[string]string{"128B": typical, "1kB": typical + " -- " + strings.Repeat("comment of some words ", 40)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if r.Judge(sql) != nil {
					b.Fatal("refused")
				}
			}
		})
	}
}

// Aim: under 50 ms.
func BenchmarkSnapshot(b *testing.B) {
	conn, err := pgx.Connect(b.Context(), as(reader, "canary"))
	require.NoError(b, err)
	defer conn.Close(b.Context())
	for b.Loop() {
		functions, err := diagnostics.LoadSnapshot(b.Context(), conn)
		require.NoError(b, err)
		require.Greater(b, functions, 100)
	}
}

// Run beside a bare query on a connection of its own; aim: within twice its time.
func BenchmarkRun(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			conn, err := pgx.Connect(b.Context(), as(reader, "canary"))
			require.NoError(b, err)
			var n int
			require.NoError(b, conn.QueryRow(b.Context(), "SELECT count(*) FROM keys").Scan(&n))
			require.NoError(b, conn.Close(b.Context()))
		}
	})
	b.Run("mayday", func(b *testing.B) {
		r := open(b, as(reader, "canary"), nil)
		for b.Loop() {
			_, err := r.Run(b.Context(), diagnostics.Request{SQL: "SELECT count(*) FROM keys"})
			require.NoError(b, err)
		}
	})
}

// Memory that this process ever took from the system, with two large answers at once.
func BenchmarkMemoryWithTwoRunning(b *testing.B) {
	r := open(b, as(reader, "service"), nil)
	for b.Loop() {
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				_, err := r.Run(b.Context(), diagnostics.Request{SQL: "SELECT id, repeat(md5(reason), 200) AS filler FROM credit_transactions"})
				if err != nil {
					b.Error(err)
				}
			})
		}
		group.Wait()
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.Sys)/(1<<20), "MB-from-OS")
}
