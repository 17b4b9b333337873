package diagnostics_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// texts are the cells of a result.
func texts(rows [][]diagnostics.Value) (all [][]string) {
	for _, row := range rows {
		var cells []string
		for _, v := range row {
			cells = append(cells, v.Text)
		}
		all = append(all, cells)
	}
	return all
}

// TestRunGivesRows, and says of them what they are, when that was and where; the audit says the same.
func TestRunGivesRows(t *testing.T) {
	at := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	var audit diagnostics.Audit
	r := open(t, as(reader, "service"), func(c *diagnostics.Config) {
		c.Now = func() time.Time { return at }
		c.Audit = func(_ context.Context, a diagnostics.Audit) { audit = a }
	})
	got, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT n AS number, NULL AS none, 'x' || n AS word FROM generate_series(1, 3) n", Incident: 42, By: "U1", Name: "users/total"})
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"1", "", "x1"}, {"2", "", "x2"}, {"3", "", "x3"}}, texts(got.Rows))
	assert.Equal(t, []bool{false, true, false}, []bool{got.Rows[0][0].Null, got.Rows[0][1].Null, got.Rows[0][2].Null})
	assert.Equal(t, []diagnostics.Column{{Name: "number", Kind: "int4", Numeric: true}, {Name: "none", Kind: "text"}, {Name: "word", Kind: "text"}}, got.Columns)
	assert.Equal(t, []any{"users/total", at, diagnostics.KindSelect, false, false, "", 9}, []any{got.Name, got.At, got.Kind, got.Replica, got.More, got.Cut, got.Bytes})
	assert.Equal(t, diagnostics.Fingerprint("SELECT n AS number, NULL AS none, 'x' || n AS word FROM generate_series(1, 3) n"), got.Fingerprint)
	assert.Positive(t, got.Duration)
	assert.Equal(t, []any{at, int64(42), "U1", "users/total", got.Fingerprint, diagnostics.KindSelect, "service", reader, "mayday:42:U1", diagnostics.VerdictRan, 3, 9, got.Duration, got.Waited},
		[]any{audit.At, audit.Incident, audit.By, audit.Name, audit.Fingerprint, audit.Kind, audit.Database, audit.Role, audit.Application, audit.Verdict, audit.Rows, audit.Bytes, audit.Duration, audit.Waited})

	shown, err := r.Run(t.Context(), diagnostics.Request{SQL: "SHOW work_mem", By: "U1"})
	require.NoError(t, err)
	assert.Equal(t, []any{"work_mem", "8MB", diagnostics.KindShow}, []any{shown.Columns[0].Name, shown.Rows[0][0].Text, shown.Kind})
	for sql, first := range map[string]string{"EXPLAIN SELECT 1": "Result  (cost=", "EXPLAIN (COSTS off) SELECT 1": "Result"} {
		plan, err := r.Run(t.Context(), diagnostics.Request{SQL: sql, By: "U1"})
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(plan.Rows[0][0].Text, first), plan.Rows[0][0].Text)
		assert.Equal(t, len(first) > len("Result"), strings.Contains(plan.Rows[0][0].Text, "cost"), sql)
		assert.Equal(t, diagnostics.KindExplain, plan.Kind)
	}
	long := diagnostics.Request{SQL: "SELECT 1 -- " + strings.Repeat("é", 1<<20), By: "U1"}
	_, err = r.Run(t.Context(), long)
	require.Error(t, err)
	assert.Less(t, len(audit.SQL), 1<<20)
}

// TestAnAnswerEndsAtItsCaps: so many rows, so many bytes, and what is far too large to be fetched is not.
func TestAnAnswerEndsAtItsCaps(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, "CREATE TABLE fat AS SELECT n, repeat('x', 499990) AS body FROM generate_series(1, 20) n; GRANT SELECT ON fat TO reader")
	t.Cleanup(func() { run(t, owner, "DROP TABLE fat") })
	r := open(t, as(reader, "service"), nil)
	for sql, want := range map[string]struct {
		rows int
		more bool
		cut  string
	}{
		"SELECT n FROM generate_series(1, 99) n":  {99, false, ""},
		"SELECT n FROM generate_series(1, 100) n": {100, false, ""},
		"SELECT n FROM generate_series(1, 101) n": {100, true, "rows"},
		"SELECT n FROM generate_series(1, 500) n": {100, true, "rows"},
		"SELECT body FROM fat WHERE n = 1":        {1, false, ""}, // the first is shown however large it is
		"SELECT body FROM fat WHERE n < 4":        {1, true, "bytes"},
		"SELECT body FROM fat WHERE n < 17":       {1, true, "bytes"},
		"SELECT CASE WHEN n = 50 THEN body ELSE '' END FROM generate_series(1, 90) n JOIN fat USING (n)": {20, false, ""},
	} {
		got, err := r.Run(t.Context(), diagnostics.Request{SQL: sql, By: "U1"})
		require.NoError(t, err, sql)
		assert.Equal(t, []any{want.rows, want.more, want.cut}, []any{len(got.Rows), got.More, got.Cut}, sql)
		if strings.HasPrefix(sql, "SELECT body") {
			assert.Equal(t, strings.Repeat("x", 200)+"…+499.8k", got.Rows[0][0].Text)
		}
	}
	_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1 / (n - 50) FROM generate_series(1, 90) n", By: "U1"})
	assert.Equal(t, diagnostics.ClassData, failure(t, err).Class, "rows that came before an error are no answer")
	_, err = r.Run(t.Context(), diagnostics.Request{SQL: "SELECT body FROM fat", By: "U1"})
	assert.Equal(t, diagnostics.ClassLimits, failure(t, err).Class)
	assert.Contains(t, failure(t, err).What, "too large to be fetched")
}

// TestOnlyAConfirmedTransactionIsUsed: a server, or what stands before it, that does not say READ ONLY gets no statement.
func TestOnlyAConfirmedTransactionIsUsed(t *testing.T) {
	fine := []string{"on", "f", "reader", "mark", "4711", "2026-03-03"}
	off, short, named := append([]string{"off"}, fine[1:]...), fine[:5], []string{"on", "f", "reader", "mark", "first", "2026-03-03"}
	for why, c := range map[string]struct {
		rows [][]string
		says string
	}{
		"confirmed":      {[][]string{fine}, ""},
		"not read-only":  {[][]string{off}, "did not confirm a read-only transaction"},
		"too little":     {[][]string{short}, "did not confirm a read-only transaction"},
		"nothing":        {nil, "did not confirm a read-only transaction"},
		"too much":       {[][]string{fine, fine}, "did not confirm a read-only transaction"},
		"no such number": {[][]string{named}, "backend's number"},
	} {
		heard := make(chan string, 9)
		address := serving(t, func(backend *pgproto3.Backend, _ map[string]string) { answering(backend, c.rows, heard) })
		s, err := open(t, "postgres://reader@"+address+"/service?sslmode=disable", nil).Begin(t.Context(), diagnostics.Layers{ReadOnly: true})
		if c.says == "" {
			require.NoError(t, err, why)
			s.End()
		} else {
			assert.ErrorContains(t, err, c.says, why)
		}
		require.Len(t, heard, 2, why)
		assert.Contains(t, <-heard, "BEGIN TRANSACTION READ ONLY", why)
		assert.Equal(t, "ROLLBACK", <-heard, "%s: a pooler would keep the transaction of a session that only ends", why)
	}
	cut := serving(t, func(backend *pgproto3.Backend, _ map[string]string) {
		begun(backend)
		_, _ = backend.Receive()
	})
	_, err := open(t, "postgres://reader@"+cut+"/service?sslmode=disable", nil).Begin(t.Context(), diagnostics.Layers{ReadOnly: true})
	assert.ErrorContains(t, err, "open transaction")
}

// begun has a session begin.
func begun(backend *pgproto3.Backend) {
	for _, m := range []pgproto3.BackendMessage{&pgproto3.AuthenticationOk{}, &pgproto3.ParameterStatus{Name: "server_version", Value: "15.1"},
		&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}}, &pgproto3.ReadyForQuery{TxStatus: 'I'}} {
		backend.Send(m)
	}
	_ = backend.Flush() // a session that is gone is seen when it is read from
}

// answering has a session begin, and answers each query of the simple protocol with the same rows. heard gets the queries.
func answering(backend *pgproto3.Backend, rows [][]string, heard chan<- string) {
	begun(backend)
	for backend.Flush() == nil {
		m, err := backend.Receive()
		if err != nil {
			return
		}
		query, ok := m.(*pgproto3.Query)
		if !ok {
			return
		}
		heard <- query.String
		backend.Send(&pgproto3.RowDescription{Fields: make([]pgproto3.FieldDescription, 6)})
		for _, row := range rows {
			var values [][]byte
			for _, v := range row {
				values = append(values, []byte(v))
			}
			backend.Send(&pgproto3.DataRow{Values: values})
		}
		backend.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")})
		backend.Send(&pgproto3.ReadyForQuery{TxStatus: 'T'})
	}
}

// TestWhoAsksTooOftenRunsNothing: of what they type. The runbook's queries have a count of their own.
func TestWhoAsksTooOftenRunsNothing(t *testing.T) {
	at := time.Now()
	var audit diagnostics.Audit
	r := open(t, as(reader, "service"), func(c *diagnostics.Config) {
		c.Rates = diagnostics.RateLimits{PerPerson: 1, RunsPerPerson: 2}
		c.Now = func() time.Time { return at }
		c.Audit = func(_ context.Context, a diagnostics.Audit) { audit = a }
	})
	ask := func(name string) error {
		_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1", By: "U1", Name: name})
		return err
	}
	require.NoError(t, ask(""))
	assert.Equal(t, diagnostics.ClassRate, failure(t, ask("")).Class)
	assert.Zero(t, audit.Backend, "it never reached the server")
	require.NoError(t, ask("users/total"))
	require.NoError(t, ask("users/total"))
	assert.Equal(t, diagnostics.ClassRate, failure(t, ask("users/total")).Class)
}
