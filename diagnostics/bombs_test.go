package diagnostics_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// memory watches how large the backends of a database become. It gives the most that
// one had since the last look, in bytes, with the pages of the shared buffers that it touched.
func memory(t testing.TB, database string) (peak func() int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.AdminURL(database))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	var most int64
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'mayday:%'")
			if err != nil {
				return
			}
			pids, _ := pgx.CollectRows(rows, pgx.RowTo[int])
			for _, pid := range pids {
				status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
				if m := highWater.FindSubmatch(status); err == nil && m != nil {
					kilobytes, _ := strconv.ParseInt(string(m[1]), 10, 64)
					mu.Lock()
					most = max(most, kilobytes<<10)
					mu.Unlock()
				}
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	t.Cleanup(func() {
		stop()
		group.Wait()
		_ = conn.Close(context.Background())
	})
	return func() int64 {
		mu.Lock()
		defer mu.Unlock()
		seen := most
		most = 0
		return seen
	}
}

// The most memory that a statement of the corpus may make a backend take. What
// docs/security.md says of the worst case is measured with this test's statements.
const mostMemory = 1 << 30

// Statements that only read, and that would hold the server: each is refused, ends
// within its limits, or is cut; none goes on behind its answer.
func TestBombsEndAtTheirLimits(t *testing.T) {
	for _, p := range []place{{database: "service", refuse: "refuse.sql"}, {database: "shop", refuse: "shop_refuse.sql"}} {
		r := open(t, as(reader, p.database), func(c *diagnostics.Config) { c.StatementTimeout = time.Second })
		eye, peak := admin(t, p.database), memory(t, p.database)
		for i, rec := range corpus(t, p.refuse, 0) {
			if rec.layer != "limits" {
				continue
			}
			by := "U" + strconv.Itoa(i)
			for _, sql := range []string{rec.sql, "EXPLAIN " + rec.sql} {
				started := time.Now()
				result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql, Incident: 70, By: by})
				took := time.Since(started)
				var refusal *diagnostics.Refusal
				switch {
				case errors.As(err, &refusal):
					assert.Equal(t, diagnostics.RuleHeavy, refusal.Rule, "%s: %v", rec.why, err)
				case err != nil:
					f := failure(t, err)
					assert.Contains(t, []diagnostics.Class{diagnostics.ClassTimeout, diagnostics.ClassLimits, diagnostics.ClassData}, f.Class, "%s: %v", rec.why, err)
					assert.False(t, f.Running, "%s: %v", rec.why, err)
				case sql == rec.sql:
					assert.True(t, result.More, "%s: neither an error nor cut", rec.why)
					assert.Less(t, result.Bytes, 64<<20, rec.why)
				}
				assert.Less(t, took, 5*time.Second, rec.why)
				assert.False(t, active(t, eye, "mayday:70:"+by), "%s goes on behind its answer", rec.why)
				seen := peak()
				assert.Less(t, seen, int64(mostMemory), rec.why)
				t.Logf("%-45.45s %6v %5d MB %.100v", rec.why, took.Round(time.Millisecond), seen>>20, err)
			}
		}
	}
}

// active says whether a statement of that application_name runs on the server.
func active(t testing.TB, eye *pgx.Conn, application string) bool {
	t.Helper()
	var n int
	require.NoError(t, eye.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND state = 'active' AND (query LIKE 'FETCH%' OR query LIKE 'DECLARE%' OR query LIKE 'EXPLAIN%')", application).Scan(&n))
	return n > 0
}
