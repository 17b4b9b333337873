package sample_test

import (
	"context"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/diagnostics/sample"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// The queries of the runbook's scenarios must find something.
var troubles = map[string]string{
	"payments that fail":              "SELECT * FROM payments WHERE status = 'failed' AND created_at > now() - interval '1 hour'",
	"no payment for a while":          "SELECT max(created_at) FROM payments WHERE status = 'succeeded' HAVING max(created_at) < now() - interval '20 minutes'",
	"paid and not confirmed":          "SELECT o.number FROM orders o JOIN payments p ON p.order_id = o.id WHERE p.status = 'succeeded' AND o.status = 'pending'",
	"charged twice":                   "SELECT order_id FROM payments WHERE status = 'succeeded' AND created_at > now() - interval '1 day' GROUP BY order_id HAVING count(*) > 1",
	"callbacks that were not handled": "SELECT payload->>'error' FROM webhook_events WHERE status = 'error' AND created_at > now() - interval '1 hour'",
	"mails held back by one provider": "SELECT mailbox FROM sign_in_mails WHERE created_at > now() - interval '3 hours' GROUP BY mailbox HAVING count(*) FILTER (WHERE status = 'deferred') > 5",
	"a worker that died":              "SELECT name FROM workers WHERE seen_at < now() - interval '15 minutes'",
	"jobs that it holds":              "SELECT j.id FROM jobs j JOIN workers w ON w.name = j.worker WHERE j.state = 'running' AND w.seen_at < now() - interval '15 minutes'",
	"jobs that wait":                  "SELECT queue FROM jobs WHERE state = 'available' GROUP BY queue HAVING count(*) > 100",
	"jobs that failed":                "SELECT last_error FROM jobs WHERE state = 'discarded' AND created_at > now() - interval '1 day'",
	"sold too often":                  "SELECT sku FROM products WHERE stock < 0",
	"no picture":                      "SELECT sku FROM products WHERE image_url IS NULL",
	"not in the index":                "SELECT sku FROM products WHERE indexed_at IS NULL OR indexed_at < updated_at",
	"a stranger in the back office":   "SELECT address FROM sessions WHERE back_office AND ended_at IS NULL AND address = '203.0.113.77'",
	"new users":                       "SELECT id FROM users WHERE created_at > now() - interval '1 day'",
	"old orders that were not sent":   "SELECT number FROM orders WHERE status = 'paid' AND created_at < now() - interval '2 days'",
	"slow statements":                 "SELECT query, mean_exec_time, calls FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 10",
}

func TestEveryTroubleIsThere(t *testing.T) {
	server, err := localpg.Start(t.Context(), localpg.Options{Dir: storetest.Home(t), Settings: map[string]string{"fsync": "off", "shared_preload_libraries": "pg_stat_statements"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	conn, err := pgx.Connect(t.Context(), server.URL())
	require.NoError(t, err)
	defer conn.Close(t.Context())

	// The tables of an earlier version are there: the sample was another service once.
	earlier, err := os.ReadFile("../testdata/service.sql")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), string(earlier), pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
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
