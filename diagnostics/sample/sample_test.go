package sample_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/diagnostics/sample"
	"mayday/store/localpg"
)

// The queries of the runbook's scenarios must find something.
var troubles = map[string]string{
	"negative balances":         "SELECT * FROM credits WHERE balance < 0",
	"balances that are too big": "SELECT u.username, c.balance FROM users u JOIN credits c ON u.id = c.user_id WHERE c.balance > 10000",
	"double charges":            "SELECT user_id, amount, reason, count(*) FROM credit_transactions WHERE created_at > now() - interval '1 day' GROUP BY user_id, amount, reason HAVING count(*) > 1",
	"failed transactions":       "SELECT * FROM credit_transactions WHERE status = 'failed' ORDER BY created_at DESC",
	"recent transactions":       "SELECT * FROM credit_transactions WHERE created_at > now() - interval '1 hour'",
	"stuck recordings":          "SELECT * FROM recordings WHERE status = 'processing' AND created_at < now() - interval '1 hour'",
	"failed recordings":         "SELECT * FROM recordings WHERE status = 'failed' AND created_at > now() - interval '1 day'",
	"recorded bytes":            "SELECT sum(CAST(metadata->>'size' AS bigint)) / (1024*1024*1024) AS total_gb FROM recordings WHERE metadata->>'size' IS NOT NULL",
	"active sessions":           "SELECT id, title FROM sessions WHERE status = 'active'",
	"sessions without a room":   "SELECT id FROM sessions WHERE status = 'active' AND hms_room_id IS NULL",
	"new users":                 "SELECT id FROM users WHERE created_at > now() - interval '1 day'",
	"active users":              "SELECT DISTINCT user_id FROM session_participants WHERE created_at > now() - interval '7 days'",
	"webhooks":                  "SELECT * FROM webhook_logs WHERE event_type LIKE 'recording.%' AND created_at > now() - interval '1 day'",
	"webhook errors":            "SELECT * FROM webhook_logs WHERE status = 'error' AND created_at > now() - interval '1 hour'",
	"slow statements":           "SELECT query, mean_exec_time, calls FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 10",
}

func TestEveryTroubleIsThere(t *testing.T) {
	dir, err := os.MkdirTemp("", "mayday-sample")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	server, err := localpg.Start(t.Context(), localpg.Options{Dir: filepath.Join(dir, "pg"), Settings: map[string]string{"fsync": "off", "shared_preload_libraries": "pg_stat_statements"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	conn, err := pgx.Connect(t.Context(), server.URL())
	require.NoError(t, err)
	defer conn.Close(t.Context())

	for range 2 { // loading again replaces what was there
		started := time.Now()
		require.NoError(t, sample.Load(t.Context(), conn, "watcher"))
		t.Logf("loaded in %v", time.Since(started).Round(time.Millisecond))
	}
	u, err := url.Parse(server.URL())
	require.NoError(t, err)
	u.User = url.User("watcher")
	r, err := diagnostics.Open(t.Context(), diagnostics.Config{URL: u.String()})
	require.NoError(t, err)
	report, err := r.Inspect(t.Context())
	require.NoError(t, err)
	assert.True(t, report.OK(), "%+v", report.Harms)
	for name, sql := range troubles {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql, Name: name})
		if assert.NoError(t, err, name) {
			assert.NotEmpty(t, result.Rows, name)
			assert.False(t, result.Rows[0][0].Null, name)
		}
	}
}
