package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/cmd/mayday/program"
	"mayday/diagnostics"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// privateServer is a Postgres of the test's own, as the demo starts it.
func privateServer(t *testing.T) *localpg.Server {
	t.Helper()
	pg, err := localpg.Start(t.Context(), localpg.Options{Dir: storetest.Home(t), Settings: map[string]string{"fsync": "off"}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pg.Stop(context.Background())) })
	return pg
}

// TestTheDemosServiceAndTheTerminal uses one server for all, because starting it is slow.
func TestTheDemosServiceAndTheTerminal(t *testing.T) {
	pg := privateServer(t)
	s, err := openService(t.Context(), pg)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close(context.Background()) })
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MAYDAY_RUNBOOK", "MAYDAY_MASK_COLUMNS"} {
		t.Setenv(name, "")
	}
	t.Setenv("DIAGNOSTICS_DATABASE_URL", s.URL)

	t.Run("every query of the default runbook runs, and the sample's own troubles show", func(t *testing.T) {
		gate, err := diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: s.URL, StatementTimeout: time.Minute}) // what is slow beside other work is right all the same
		require.NoError(t, err)
		require.Nil(t, gate.Shut(), "the role can do no harm")
		rb, err := program.ReadRunbook("", program.Config{})
		require.NoError(t, err)
		require.NotEmpty(t, rb.Queries)
		for _, q := range rb.Queries {
			result, err := gate.Run(t.Context(), diagnostics.Request{SQL: q.SQL, Name: q.Name})
			assert.NoError(t, err, q.Name)
			// What takes half a minute to become true is not waited for.
			if !strings.Contains(q.SQL, "interval '30 seconds'") {
				assert.NotEmpty(t, result.Rows, q.Name)
			}
		}
	})
	t.Run("a shop that is mended sells again", func(t *testing.T) {
		last := func() string {
			var out string
			require.Eventually(t, func() (ok bool) { // a statement may take longer than its five seconds beside other work
				var err error
				out, err = said(t, "sql", "select (max(created_at) > now() - interval '1 minute')::text as fresh from payments where status = 'succeeded'")
				return err == nil
			}, time.Minute, time.Millisecond)
			return out
		}
		assert.Contains(t, last(), "false")
		s.sellAgain(t.Context())
		assert.Contains(t, last(), "true")
	})
	t.Run("what is fresh is not filled again", func(t *testing.T) {
		conn, err := pgx.Connect(t.Context(), pg.AdminURL(sampleDatabase))
		require.NoError(t, err)
		defer conn.Close(t.Context())
		fresh, err := sampleIsFresh(t.Context(), conn)
		require.NoError(t, err)
		assert.True(t, fresh)
		_, err = conn.Exec(t.Context(), "update webhook_events set created_at = created_at - interval '2 days'")
		require.NoError(t, err)
		fresh, err = sampleIsFresh(t.Context(), conn)
		require.NoError(t, err)
		assert.False(t, fresh)
	})
	t.Run("mayday sql", func(t *testing.T) {
		out, err := said(t, "sql", "select username, email from users where username = 'ben_1'")
		require.NoError(t, err)
		assert.Contains(t, out, "ben_1")
		assert.NotContains(t, out, "ben.1@example.com", "masked as in Slack")
		out, err = said(t, "sql", "select pg_terminate_backend(1)")
		require.ErrorIs(t, err, errSaid)
		assert.Contains(t, out, "Not run, because of pg_terminate_backend: ")
		out, err = said(t, "sql", "select 1 from nothing_like_it")
		require.ErrorIs(t, err, errSaid)
		assert.Contains(t, out, "does not exist")
		assert.Equal(t, exitUnusable, run([]string{"sql"}))
		assert.Equal(t, exitFailed, run([]string{"sql", "delete from users"}))
	})
	t.Run("mayday runbook --run", func(t *testing.T) {
		out, err := said(t, "runbook", "--run", "payment-failures")
		require.NoError(t, err)
		assert.Contains(t, out, "Paid but not confirmed  (payment-failures/paid-but-not-confirmed)")
		assert.Contains(t, out, "4 rows")
		assert.Equal(t, exitUnusable, run([]string{"runbook", "--run", "nothing-like-it"}))
	})
	t.Run("without a database, or with one that is down", func(t *testing.T) {
		t.Setenv("DIAGNOSTICS_DATABASE_URL", "")
		assert.Equal(t, exitUnusable, run([]string{"sql", "select 1"}))
		assert.Equal(t, exitUnusable, run([]string{"runbook", "--run", "site-down"}))
		t.Setenv("DIAGNOSTICS_DATABASE_URL", "postgres://reader:hunter2@127.0.0.1:1/x?sslmode=disable")
		out, err := said(t, "sql", "select 1")
		require.ErrorIs(t, err, errSaid)
		assert.Contains(t, out, "cannot be reached")
		assert.NotContains(t, out, "hunter2")
	})
}

// TestATerminalShowsNoPassword: neither of an address that breaks, nor when what is wrong quotes it.
func TestATerminalShowsNoPassword(t *testing.T) {
	const pw = "hunter2 with/signs"
	for name, address := range map[string]string{
		"breaks":                "postgres://reader:" + pw + "@127.0.0.1:1/x",
		"key=value that breaks": "host=127.0.0.1 port=1 password=" + pw,
		"parses":                "host=127.0.0.1 port=1 user=reader sslmode=disable password='" + pw + "'",
		"a host that is none":   "postgres://reader:hunter2%20with%2Fsigns@nowhere.invalid/x",
	} {
		t.Setenv("DIAGNOSTICS_DATABASE_URL", address)
		out, err := said(t, "sql", "select 1")
		require.Error(t, err, name)
		assert.NotContains(t, out+err.Error(), "hunter2", name)
	}
	d := diagnosed{address: "postgres://reader:hunter2%20with%2Fsigns@db/x"}
	for _, quoted := range []string{pw, "hunter2%20with%2Fsigns", "hunter2"} {
		assert.Equal(t, "dial db: it said [redacted]", d.inWords(errors.New("dial db: it said "+quoted)))
	}
}
