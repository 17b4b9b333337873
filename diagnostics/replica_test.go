package diagnostics_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// A server that was shut down cleanly and finds standby.signal stays in
// recovery, as a replica does.
func TestAReplicaIsAGoodPlaceToAsk(t *testing.T) {
	home := storetest.Home(t)
	options := localpg.Options{Dir: home, Settings: map[string]string{"fsync": "off", "wal_level": "replica", "max_wal_senders": "10"}}
	primary, err := localpg.Start(t.Context(), options)
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), primary.URL())
	require.NoError(t, err)
	require.NoError(t, loadService(t.Context(), conn))
	require.NoError(t, conn.Close(t.Context()))
	require.NoError(t, primary.Stop(t.Context()))
	found, err := filepath.Glob(filepath.Join(home, "*", "*", "PG_VERSION"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(found[0]), "standby.signal"), nil, 0o644))
	replica, err := localpg.Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = replica.Stop(context.Background()) })

	r := open(t, asOn(replica, reader, "mayday"), nil)
	for _, sql := range []string{"SELECT count(*) FROM users", "EXPLAIN ANALYZE SELECT 1", "SHOW work_mem", "SELECT pg_is_in_recovery()"} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err, sql)
		assert.True(t, result.Replica)
		assert.Contains(t, result.Text(0), "from a replica")
	}
	report, err := r.Inspect(t.Context())
	require.NoError(t, err)
	assert.True(t, report.Replica)
	assert.True(t, report.OK(), "%+v", report.Harms)
}
