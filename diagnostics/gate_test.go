package diagnostics_test

import (
	"sync"
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

// TestTheGateLooksAgain: rights are granted and taken back meanwhile. What was harmless is looked at after an hour, and what could do harm after
// half a minute, each time before a statement is sent; until then a statement of another person is not told what is old.
func TestTheGateLooksAgain(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, "CREATE ROLE turning LOGIN; GRANT SELECT ON users TO turning")
	t.Cleanup(func() { run(t, owner, "REVOKE ALL ON users FROM turning; DROP ROLE turning") })
	now := time.Now()
	g, err := diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: as("turning", "service"), Now: func() time.Time { return now }})
	require.NoError(t, err)
	ask := func() error {
		_, err := g.Run(t.Context(), diagnostics.Request{SQL: "select count(*) from users"})
		return err
	}
	require.Nil(t, g.Shut())
	run(t, owner, "GRANT DELETE ON users TO turning")
	now = now.Add(time.Hour - time.Nanosecond)
	require.NoError(t, ask(), "an hour counts what was found")
	now = now.Add(time.Nanosecond)
	for range 2 {
		assert.Equal(t, diagnostics.ClassDenied, failure(t, ask()).Class)
		assert.Contains(t, g.Shut().What, "DELETE on users")
		now = now.Add(29 * time.Second)
		assert.Equal(t, diagnostics.ClassDenied, failure(t, ask()).Class)
		require.NotNil(t, g.Shut())
		now = now.Add(time.Second)
		assert.Nil(t, g.Shut(), "only the next statement can tell")
	}
	assert.Equal(t, diagnostics.ClassDenied, failure(t, ask()).Class, "it is still so")
	run(t, owner, "REVOKE DELETE ON users FROM turning")
	now = now.Add(30 * time.Second)
	require.NoError(t, ask())
	now = now.Add(59 * time.Minute)
	run(t, owner, "GRANT DELETE ON users TO turning")
	require.NoError(t, ask())
}

// TestARoleThatCannotBeInspectedRunsNothing, and is asked about again with the next statement.
func TestARoleThatCannotBeInspectedRunsNothing(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, "CREATE ROLE unseen LOGIN; GRANT SELECT ON users TO unseen")
	t.Cleanup(func() { run(t, owner, "REVOKE ALL ON users FROM unseen; DROP ROLE unseen") })
	now := time.Now()
	g, err := diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: as("unseen", "service"), Now: func() time.Time { return now }})
	require.NoError(t, err)
	ask := func() error {
		_, err := g.Run(t.Context(), diagnostics.Request{SQL: "select count(*) from users"})
		return err
	}
	require.NoError(t, ask())
	run(t, owner, "REVOKE SELECT ON pg_roles FROM PUBLIC")
	now = now.Add(time.Hour)
	err = ask()
	run(t, owner, "GRANT SELECT ON pg_roles TO PUBLIC")
	f := failure(t, err)
	assert.Contains(t, f.What, "cannot be inspected, so nothing is run")
	assert.Equal(t, diagnostics.ClassServer, f.Class, "which may pass, unlike a role that could do harm")
	assert.Equal(t, f, g.Shut())
	require.NoError(t, ask(), "a moment later")
	assert.Nil(t, g.Shut())
}

// TestEachSessionSaysWhoAsks: whoever looks at the server sees what of mayday each is, and none leaves the encoding or the strings to the server's settings.
func TestEachSessionSaysWhoAsks(t *testing.T) {
	var mu sync.Mutex
	var names []string
	address := hearingServer(t, "57P03", "the database system is starting up", func(p map[string]string) {
		mu.Lock()
		defer mu.Unlock()
		names = append(names, p["application_name"])
		assert.Equal(t, []string{"UTF8", "on"}, []string{p["client_encoding"], p["standard_conforming_strings"]})
	})
	r := open(t, "postgres://reader@"+address+"/service?sslmode=disable", nil)
	_, err := r.Inspect(t.Context())
	assert.Equal(t, diagnostics.ClassDown, failure(t, err).Class)
	_, err = r.Begin(t.Context(), diagnostics.Layers{})
	require.Error(t, err)
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []string{"mayday:catalogue", "mayday:check", "mayday:0:test"}, names)
}
