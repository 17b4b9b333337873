package diagnostics_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// Whatever the text, no statement changes a canary. Run it with
// go test -fuzz FuzzNoStatementDoesHarm ./diagnostics
func FuzzNoStatementDoesHarm(f *testing.F) {
	c := watch(f, "canary")
	for i, rec := range append(corpus(f, "refuse.sql", c.decoy.PgConn().PID()), corpus(f, "allow.sql", 0)...) {
		if rec.layer != "limits" && i%9 == 0 {
			f.Add(rec.sql)
		}
	}
	r := open(f, as(reader, "canary"), func(c *diagnostics.Config) { c.StatementTimeout = 5 * time.Second }) // a busy machine takes its time to connect
	f.Fuzz(func(t *testing.T, sql string) {
		c.t = t
		_, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.Empty(t, c.changed(), "%q: %v", sql, err)
	})
}
