package diagnostics_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

func TestTheGateStaysShutForARoleThatCouldDoHarm(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, "CREATE ROLE gated LOGIN; GRANT SELECT, INSERT ON users TO gated")
	t.Cleanup(func() { run(t, owner, "REVOKE ALL ON users FROM gated; DROP ROLE gated") })
	now := time.Now()
	g, err := diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: as("gated", "service"), Now: func() time.Time { return now }})
	require.NoError(t, err)
	require.NotNil(t, g.Shut())
	assert.Contains(t, g.Shut().What, "INSERT on users")
	assert.Contains(t, g.Shut().Next, "REVOKE INSERT on users")
	_, err = g.Run(t.Context(), diagnostics.Request{SQL: "select 1"})
	var failure *diagnostics.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, diagnostics.ClassDenied, failure.Class)
	_, err = g.Run(t.Context(), diagnostics.Request{SQL: "select pg_sleep(1)"})
	var refusal *diagnostics.Refusal
	require.ErrorAs(t, err, &refusal, "a refusal needs no database")

	run(t, owner, "REVOKE INSERT ON users FROM gated")
	_, err = g.Run(t.Context(), diagnostics.Request{SQL: "select 1"})
	require.Error(t, err, "inspected a moment ago")
	now = now.Add(time.Minute)
	_, err = g.Run(t.Context(), diagnostics.Request{SQL: "select 1"})
	require.NoError(t, err, "mended without a restart")
	assert.Nil(t, g.Shut())
}

func TestTheGateStaysShutWhileTheDatabaseIsDown(t *testing.T) {
	g, err := diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: "postgres://nobody@127.0.0.1:1/none?sslmode=disable"})
	require.NoError(t, err, "mayday starts without it")
	require.NotNil(t, g.Shut())
	assert.Equal(t, diagnostics.ClassDown, g.Shut().Class)
	_, err = g.Run(t.Context(), diagnostics.Request{SQL: "select 1"})
	var failure *diagnostics.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, diagnostics.ClassDown, failure.Class)
	_, err = diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: "mysql://x"})
	require.ErrorIs(t, err, diagnostics.ErrURL)
}
