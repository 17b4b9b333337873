package diagnostics_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

func failure(t testing.TB, err error) *diagnostics.Failure {
	t.Helper()
	var f *diagnostics.Failure
	require.ErrorAs(t, err, &f)
	return f
}

// alive says whether a session of that application_name is on the server.
func alive(t testing.TB, eye *pgx.Conn, application string) bool {
	t.Helper()
	var n int
	require.NoError(t, eye.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", application).Scan(&n))
	return n > 0
}

const endless = "SELECT count(*) FROM credit_transactions a, credit_transactions b, credit_transactions c"

func TestStopEndsTheStatementOnTheServer(t *testing.T) {
	r := open(t, as(reader, "service"), func(c *diagnostics.Config) { c.StatementTimeout = time.Minute })
	eye := admin(t, "service")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(ctx, diagnostics.Request{SQL: endless, Incident: 42, By: "U7"})
		done <- err
	}()
	require.Eventually(t, func() bool { return alive(t, eye, "mayday:42:U7") }, 30*time.Second, 5*time.Millisecond)
	stop()
	assert.Equal(t, diagnostics.ClassStopped, failure(t, <-done).Class)
	require.Eventually(t, func() bool { return !alive(t, eye, "mayday:42:U7") }, 30*time.Second, 5*time.Millisecond)
}

func TestAnEndlessStatementIsGoneWithinItsLimit(t *testing.T) {
	r := open(t, as(reader, "service"), func(c *diagnostics.Config) { c.StatementTimeout = 300 * time.Millisecond })
	_, err := r.Run(t.Context(), diagnostics.Request{SQL: endless, Incident: 43, By: "U7"})
	f := failure(t, err)
	assert.Equal(t, diagnostics.ClassTimeout, f.Class)
	assert.Contains(t, f.What, "300ms")
	eye := admin(t, "service")
	require.Eventually(t, func() bool { return !alive(t, eye, "mayday:43:U7") }, 30*time.Second, 5*time.Millisecond)
}

func TestOthersWaitInLineWithTheirPlaces(t *testing.T) {
	r := open(t, as(reader, "service"), func(c *diagnostics.Config) { c.StatementTimeout, c.MaxRunning = time.Minute, 1 })
	eye := admin(t, "service")
	first, stopFirst := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(first, diagnostics.Request{SQL: endless, Incident: 44, By: "first"})
		done <- err
	}()
	require.Eventually(t, func() bool { return alive(t, eye, "mayday:44:first") }, 30*time.Second, 5*time.Millisecond)
	var mu sync.Mutex
	places := map[string][]int{}
	var group sync.WaitGroup
	for i, by := range []string{"second", "third"} {
		group.Go(func() {
			result, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1", Incident: 44, By: by, Queued: func(place int) {
				mu.Lock()
				defer mu.Unlock()
				places[by] = append(places[by], place)
			}})
			assert.NoError(t, err)
			assert.Positive(t, result.Waited)
		})
		require.Eventually(t, func() bool { return r.Waiting() == i+1 }, 30*time.Second, time.Millisecond)
	}
	last, leave := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := r.Run(last, diagnostics.Request{SQL: "SELECT 1", Incident: 44, By: "last"})
		gone <- err
	}()
	require.Eventually(t, func() bool { return r.Waiting() == 3 }, 10*time.Second, time.Millisecond)
	leave()
	assert.Equal(t, &diagnostics.Failure{Class: diagnostics.ClassStopped, What: "Stopped before it was sent to the server."}, failure(t, <-gone), "whoever waits may leave")
	stopFirst()
	assert.Equal(t, diagnostics.ClassStopped, failure(t, <-done).Class)
	group.Wait()
	assert.Equal(t, map[string][]int{"second": {1, 0}, "third": {2, 1, 0}}, places)
	assert.Zero(t, r.Waiting())
}

func TestEachTroubleHasItsOwnMessage(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0") // accepts and never answers
	require.NoError(t, err)
	defer mute.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	locked := strings.Replace(as("locked_out", "canary"), "locked_out@", "locked_out:wrong@", 1)
	for name, test := range map[string]struct {
		url, sql string
		class    diagnostics.Class
		says     string
	}{
		"database down":                     {"postgres://u:hunter2@" + closed.Addr().String() + "/db?connect_timeout=1", "SELECT 1", diagnostics.ClassDown, "cannot be reached"},
		"database silent":                   {"postgres://u:hunter2@" + mute.Addr().String() + "/db?sslmode=disable", "SELECT 1", diagnostics.ClassTimeout, "did not answer"},
		"wrong password":                    {locked, "SELECT 1", diagnostics.ClassAuth, "password"},
		"no such role":                      {as("nobody_here", "canary"), "SELECT 1", diagnostics.ClassAuth, "role"},
		"no such database":                  {as(reader, "nowhere"), "SELECT 1", diagnostics.ClassAuth, "no database"},
		"no right":                          {as(reader, "canary"), "SELECT * FROM vault", diagnostics.ClassDenied, "vault"},
		"unknown table":                     {as(reader, "canary"), "SELECT * FROM nothing_here", diagnostics.ClassSyntax, "nothing_here"},
		"syntax":                            {as(reader, "canary"), "SELECT FROM WHERE", diagnostics.ClassSyntax, "syntax error"},
		"a value in the way":                {as(reader, "canary"), "SELECT owner_email::int FROM keys", diagnostics.ClassData, "***"},
		"not supported":                     {as(reader, "canary"), "SELECT CASE WHEN true THEN generate_series(1, 2) END", diagnostics.ClassSyntax, "does not support this: set-returning functions are not allowed in CASE"},
		"no such database in the statement": {as(reader, "canary"), "SELECT has_database_privilege('nowhere', 'connect')", diagnostics.ClassSyntax, `database "nowhere" does not exist`},
		"division by zero":                  {as(reader, "canary"), "SELECT 1 / 0", diagnostics.ClassData, "division by zero"},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, test.url, nil)
			_, err := r.Run(t.Context(), diagnostics.Request{SQL: test.sql, Incident: 1, By: "U1"})
			f := failure(t, err)
			assert.Equal(t, test.class, f.Class, f.Error())
			assert.Contains(t, f.Error(), test.says)
			for _, secret := range []string{"hunter2", "wrong@", "example.com", "ana"} {
				assert.NotContains(t, f.Error(), secret)
			}
		})
	}
}

func TestWhatStandsBetweenIsNamed(t *testing.T) {
	// PgBouncer in transaction mode answers so to a startup parameter that it does not know.
	pooler := fakeServer(t, "08P01", "unsupported startup parameter: statement_timeout")
	r := open(t, "postgres://u:p@"+pooler+"/db?sslmode=disable", nil)
	_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1"})
	f := failure(t, err)
	assert.Equal(t, diagnostics.ClassPooler, f.Class)
	assert.Contains(t, f.Next, "session mode")
}

func TestALockIsNotQueuedFor(t *testing.T) {
	holder := admin(t, "canary")
	tx, err := holder.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "LOCK TABLE keys IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	defer tx.Rollback(context.Background())
	r := open(t, as(reader, "canary"), nil)
	_, err = r.Run(t.Context(), diagnostics.Request{SQL: "SELECT count(*) FROM keys"})
	assert.Equal(t, diagnostics.ClassConflict, failure(t, err).Class)
}

func TestWhatIsNewInTheCatalogueIsJudged(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	owner := admin(t, "canary")
	_, err := owner.Exec(t.Context(), "CREATE FUNCTION brand_new() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'")
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = owner.Exec(context.Background(), "DROP FUNCTION brand_new()") })
	assert.Nil(t, r.Judge("SELECT brand_new()"), "the snapshot is older than the function")
	_, err = r.Run(t.Context(), diagnostics.Request{SQL: "SELECT brand_new()"})
	var refusal *diagnostics.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, diagnostics.RuleFunction, refusal.Rule)
}

func TestAnOwnerMayAllowAFunction(t *testing.T) {
	sql := diagnostics.Request{SQL: "SELECT money_text(1234.5) AS amount"}
	strict := open(t, as(reader, "canary"), nil)
	assert.NotNil(t, strict.Judge(sql.SQL), "by the catalogue as it was read at the start")
	_, err := strict.Run(t.Context(), sql)
	var refusal *diagnostics.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Contains(t, refusal.Error(), "public.money_text")
	result, err := open(t, as(reader, "canary"), func(c *diagnostics.Config) { c.AllowFunctions = []string{" ", "public.money_text"} }).Run(t.Context(), sql)
	require.NoError(t, err)
	assert.Equal(t, "1,234.50", result.Rows[0][0].Text)
	_, err = diagnostics.Open(t.Context(), diagnostics.Config{URL: as(reader, "canary"), AllowFunctions: []string{"money_text"}})
	assert.ErrorContains(t, err, "public.money_text")
}

func TestEveryRequestLeavesAnAuditRecord(t *testing.T) {
	var records []diagnostics.Audit
	r := open(t, as(reader, "canary"), func(c *diagnostics.Config) {
		c.Audit = func(_ context.Context, a diagnostics.Audit) { records = append(records, a) }
	})
	for _, sql := range []string{"SELECT id FROM keys WHERE owner_email = 'ana@example.com'", "DELETE FROM keys", "SELECT * FROM vault"} {
		_, _ = r.Run(t.Context(), diagnostics.Request{SQL: sql, Incident: 42, By: "U1", Name: "keys"})
	}
	require.Len(t, records, 3)
	ran, refused, failed := records[0], records[1], records[2]
	assert.Equal(t, "select id from keys where owner_email = ?", ran.SQL)
	assert.Equal(t, diagnostics.VerdictRan, ran.Verdict)
	assert.Equal(t, 1, ran.Rows)
	assert.Equal(t, reader, ran.Role)
	assert.Equal(t, "mayday:42:U1", ran.Application)
	assert.Positive(t, ran.Backend)
	assert.Equal(t, diagnostics.VerdictRefused, refused.Verdict)
	assert.Equal(t, diagnostics.RuleKind, refused.Rule)
	assert.Zero(t, refused.Backend, "a refused statement never reaches the server")
	assert.Equal(t, diagnostics.VerdictFailed, failed.Verdict)
	assert.Equal(t, diagnostics.ClassDenied, failed.Class)
	assert.Equal(t, "42501", failed.Code)
}
