package diagnostics

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNormalise(t *testing.T) {
	for in, want := range map[string]string{
		"SELECT  1": "select ?",
		"select * from Users u where u.id=42 -- x":                           "select * from users u where u.id = ?",
		"SELECT 'it''s', E'\\'', $$a$$, $q$'$q$, 1.5e3":                      "select ?",
		"SELECT a FROM t WHERE b IN (1, 2,3)":                                "select a from t where b in ( ? )",
		`SELECT "Name" FROM t`:                                               `select "Name" from t`,
		"SELECT a::text, b->>'k' FROM t":                                     "select a :: text , b ->> ? from t",
		"/* a /* b */ c */ SELECT now()":                                     "select now ( )",
		`SELECT "createdAt" FROM "User" u WHERE u."createdAt" > "updatedAt"`: `select "createdAt" from "User" u where u."createdAt" > ?`,
		`SELECT * FROM t WHERE email = "ana@example.com" OR name LIKE "Ana"`: "select * from t where email = ? or name like ?",
		`SELECT * FROM t WHERE name IN ("ana", "ben") AND "a b" = 1`:         "select * from t where name in ( ? ) and ? = ?",
		"SELECT * FROM t WHERE name = ‘ana’ AND b = “hunter2 x” AND c":       "select * from t where name = ? and b = ? and c",
		"SELECT * FROM t WHERE name = `ana maria` AND c = «x»":               "select * from t where name = ? and c = ?",
		"SELECT 'it\\'s hunter2', x":                                         "select ?",
		"SELECT a FROM t WHERE b = 'hunter2":                                 "select a from t where b = ?",
		"SELECT a FROM t WHERE b = “hunter2 c":                               "select a from t where b = ?",
		"SELECT E'a'\n'\\'hunter2' FROM t":                                   "select ? from t",
		"SELECT $x$hunter2":                                                  "select ?",
		"SELECT B'1', X'1F', N'hunter2', U&'hunter2'":                        "select ? , u & ?",
		"my password is hunter2":                                             "(no statement)",
		"hunter2":                                                            "(no statement)",
		"ALTER ROLE ana PASSWORD 'hunter2'":                                  "alter role ana password ?",
		`ALTER ROLE ana PASSWORD "hunter2"`:                                  "alter role ana password ?",
		"-- c\n(SELECT 1)":                                                   "( select ? )",
	} {
		assert.Equal(t, want, Normalise(in), in)
	}
	assert.Equal(t, Fingerprint("SELECT 1 FROM t"), Fingerprint("select  2\nfrom T -- c"))
	assert.NotEqual(t, Fingerprint("SELECT a FROM t"), Fingerprint("SELECT b FROM t"))
	assert.NotEqual(t, Fingerprint(`SELECT "a" FROM t`), Fingerprint(`SELECT "b" FROM t`))
	assert.Len(t, Fingerprint(""), 16)
}

func TestRefusalsTeach(t *testing.T) {
	for sql, want := range map[string][3]string{
		"SELECT pg_terminate_backend(1)":   {"pg_terminate_backend", "stops other sessions", "by hand in psql"},
		"UPDATE credits SET balance = 0":   {"UPDATE", "changes rows", "Write the SELECT"},
		"SELECT 1; SELECT 2":               {";", "one statement", "one by one"},
		"SELECT * INTO x FROM y":           {"INTO", "creates a table", "Leave INTO away"},
		"SELECT * FROM t FOR UPDATE":       {"FOR", "locks the rows", "Leave it away"},
		"SHOW ALL":                         {"SHOW ALL", "one setting", "pg_settings"},
		"SELECT current_setting(x) FROM t": {"current_setting", "plain literal", "work_mem"},
		"\\d users":                        {`\d`, "psql", "SELECT"},
	} {
		refusal := JudgeShape(sql)
		require.NotNil(t, refusal, sql)
		assert.Equal(t, want[0], refusal.Word, sql)
		assert.Contains(t, refusal.Why, want[1], sql)
		assert.Contains(t, refusal.Instead, want[2], sql)
		assert.Contains(t, refusal.Error(), "not run: `"+want[0]+"`")
		if refusal.Part != "" {
			assert.Contains(t, strings.Join(strings.Fields(sql), " "), refusal.Part)
		}
	}
}

func answered(columns []Column, rows ...[]string) Result {
	r := Result{Columns: columns, Duration: 1234 * time.Microsecond}
	for _, row := range rows {
		values := make([]Value, len(row))
		for i, text := range row {
			values[i] = Value{Text: text, Null: text == "NULL"}
		}
		r.Rows = append(r.Rows, values)
	}
	return r
}

var (
	count = func(name string) Column { return Column{Name: name, Kind: "int8", Numeric: true} }
	label = func(name string) Column { return Column{Name: name, Kind: "text"} }
)

func TestCompare(t *testing.T) {
	one := []Column{count("connections")}
	d := Compare(answered(one, []string{"96"}), answered(one, []string{"31"}))
	assert.Equal(t, "96 → 31", d.Summary())
	assert.Equal(t, "connections 96 → 31", d.Changed[0].String())
	assert.Equal(t, "unchanged", Compare(answered(one, []string{"96"}), answered(one, []string{"96"})).Summary())

	states := []Column{count("connections"), label("state")}
	d = Compare(answered(states, []string{"90", "idle"}, []string{"5", "active"}, []string{"1", "NULL"}),
		answered(states, []string{"7", "active"}, []string{"20", "idle"}, []string{"2", "fastpath"}))
	assert.Equal(t, []string{"state"}, d.Keys)
	assert.Equal(t, []Change{{"active", "connections", "5", "7"}, {"idle", "connections", "90", "20"}}, d.Changed)
	assert.Equal(t, []string{"fastpath"}, d.Added)
	assert.Equal(t, []string{"NULL"}, d.Gone)
	assert.Equal(t, "2 changed, 1 new, 1 gone", d.Summary())

	ids := []Column{{Name: "id", Kind: "int8", Numeric: true}, label("state")}
	d = Compare(answered(ids, []string{"1", "a"}, []string{"2", "a"}), answered(ids, []string{"2", "b"}, []string{"3", "a"}, []string{"4", "a"}))
	assert.Equal(t, []string{"id"}, d.Keys)
	assert.Equal(t, "2 rows → 3 rows, 1 changed, 2 new, 1 gone", d.Summary())

	same := []Column{count("n")}
	d = Compare(answered(same, []string{"1"}, []string{"1"}), answered(same))
	assert.Empty(t, d.Keys)
	assert.Equal(t, "2 rows → no rows", d.Summary())

	assert.False(t, Compare(answered(one), answered(states)).Comparable)
	assert.Contains(t, Compare(answered(one), answered([]Column{count("other")})).Summary(), "columns differ")
}

func TestShow(t *testing.T) {
	for _, test := range []struct{ name, kind, in, want string }{
		{"d", "interval", "00:05:12.345678", "5m 12s"},
		{"d", "interval", "2 days 03:04:05", "2 days 3h 04m"},
		{"d", "interval", "1 mon 2 days", "1 mon 2 days"},
		{"d", "interval", "-00:00:03.5", "-3s"},
		{"d", "interval", "00:00:00.0123", "12.3ms"},
		{"d", "interval", "3 days 00:00:00", "3 days"},
		{"d", "interval", "00:00:00", "0s"},
		{"at", "timestamptz", "2024-05-06 07:08:09.123456+00", "2024-05-06 07:08:09+00"},
		{"avg", "numeric", "33.3333333333333333", "33.33"},
		{"avg", "numeric", "0.00012345", "0.000123"},
		{"amount", "numeric", "12.50", "12.50"},
		{"temp_bytes", "int8", "1610612736", "1.5 GB"},
		{"size", "int8", "999", "999 B"},
		{"calls", "int8", "1610612736", "1610612736"},
	} {
		assert.Equal(t, test.want, Column{Name: test.name, Kind: test.kind}.Show(Value{Text: test.in}), test.in)
	}
	assert.Equal(t, "NULL", Column{Kind: "interval"}.Show(Value{Null: true}))
}

func TestText(t *testing.T) {
	r := answered([]Column{label("state"), count("connections"), label("note")}, []string{"idle", "96", "a\nb\x1b[2J"}, []string{"NULL", "7", "日本"})
	assert.Equal(t, `state  connections  note
-----  -----------  ------
idle            96  a⏎b[2J
NULL             7  日本
2 rows, 1.2 ms
`, r.Text(0))
	assert.Contains(t, r.Text(1), "first 1 of 2 rows")
	assert.Equal(t, "no rows, 1.2 ms\n", answered([]Column{label("a")}).Text(0))
	r.More, r.Cut = true, "rows"
	assert.Contains(t, r.Text(0), "first 2 of more than 2 rows, stopped by the row cap")
	r.Cut = "bytes"
	assert.Contains(t, r.Text(0), "stopped by the size cap")
}

func TestCSV(t *testing.T) {
	var out strings.Builder
	require.NoError(t, answered([]Column{label("a"), count("b")}, []string{"=1+1", "-5"}, []string{`x "y", z`, "1"}).CSV(&out))
	assert.Equal(t, "a,b\n'=1+1,-5\n\"x \"\"y\"\", z\",1\n", out.String())
}

func TestCut(t *testing.T) {
	assert.Equal(t, "abc", cut("abc", 3, 0))
	assert.Equal(t, "日…+2", cut("日本語", 1, 0))
	assert.Equal(t, "ab…+1.5k", cut("abc", 2, 1499))
	assert.Equal(t, "999", short(999))
	assert.Equal(t, "1k", short(1000))
	assert.Equal(t, "2.5M", short(2_500_000))
}

var threeInTheMorning = time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return threeInTheMorning.Add(time.Duration(seconds) * time.Second) }

func TestRates(t *testing.T) {
	r := NewRates(RateLimits{PerPerson: 2, PerPersonHour: 4, PerIncident: 3, PerDatabase: 6, RunsPerPerson: 2})
	require.Nil(t, r.Begin(at(0), 1, "ana", true))
	require.Nil(t, r.Begin(at(10), 1, "ana", true))
	f := r.Begin(at(20), 1, "ana", true)
	require.NotNil(t, f)
	assert.Equal(t, ClassRate, f.Class)
	assert.Contains(t, f.Error(), "one person may in a minute")
	assert.Contains(t, f.Error(), "40s")
	require.Nil(t, r.Begin(at(20), 1, "ana", false), "a query of the runbook is counted on its own")
	require.Nil(t, r.Begin(at(20), 1, "ana", false))
	assert.Contains(t, r.Begin(at(21), 1, "ana", false).Error(), "one person may in a minute")
	require.Nil(t, r.Begin(at(21), 1, "ben", false), "and does not use up what others may run")
	require.Nil(t, r.Begin(at(21), 1, "ben", true))
	assert.Contains(t, r.Begin(at(22), 1, "eva", true).Error(), "This incident")
	require.Nil(t, r.Begin(at(61), 1, "ana", true), "a minute later there is room again")
	require.Nil(t, r.Begin(at(71), 1, "ana", true))
	assert.Contains(t, r.Begin(at(132), 1, "ana", true).Error(), "one person may in an hour")
	require.Nil(t, r.Begin(at(133), 2, "eva", true))
	assert.Contains(t, r.Begin(at(134), 2, "ida", true).Error(), "database")
	require.Nil(t, r.Begin(at(3700), 2, "ida", true))
	for range 1000 {
		require.Nil(t, r.Begin(at(3701), 2, "", false), "what mayday asks by itself is bound by nothing")
	}
}

// Three slow statements of one person stopped everybody's, and an incident's snapshot.
func TestOnePersonsTimeoutsPauseThatPersonOnly(t *testing.T) {
	r := NewRates(RateLimits{PauseAfter: 2, PauseFor: time.Minute})
	r.TimedOut(at(0), "ana")
	require.Nil(t, r.Begin(at(1), 3, "ana", true))
	r.TimedOut(at(2), "ana")
	assert.Contains(t, r.Begin(at(3), 3, "ana", true).Error(), "your statements")
	assert.Contains(t, r.Begin(at(3), 4, "ana", true).Error(), "your statements", "in another incident, too")
	require.Nil(t, r.Begin(at(3), 3, "ana", false), "what the runbook holds still runs")
	require.Nil(t, r.Begin(at(3), 3, "ben", true))
	require.Nil(t, r.Begin(at(3), 3, "", false))
	require.Nil(t, r.Begin(at(63), 3, "ana", true))
	r.TimedOut(at(64), "ana")
	require.Nil(t, r.Begin(at(400), 3, "ana", true))
	r.TimedOut(at(400), "ana")
	require.Nil(t, r.Begin(at(401), 3, "ana", true), "timeouts that lie apart do not add up")
}

// With the defaults no one person reaches a limit that holds for others.
func TestNobodyCanUseUpWhatOthersMayAsk(t *testing.T) {
	r := NewRates(RateLimits{})
	for second := range 3600 {
		r.Begin(at(second), 1, "ana", true)
		r.Begin(at(second), 1, "ana", false)
		if second%30 == 0 {
			require.Nil(t, r.Begin(at(second), 1, "ben", second%60 == 0), second)
		}
	}
}

func TestLine(t *testing.T) {
	l := &line{room: 1}
	require.NoError(t, l.enter(t.Context(), true, nil))
	ctx, give := context.WithCancel(t.Context())
	var first, second []int
	gone := make(chan error, 1)
	entered := make(chan error, 1)
	go func() { gone <- l.enter(ctx, true, func(place int) { first = append(first, place) }) }()
	require.Eventually(t, func() bool { return l.length() == 1 }, 30*time.Second, time.Millisecond)
	go func() { entered <- l.enter(t.Context(), true, func(place int) { second = append(second, place) }) }()
	require.Eventually(t, func() bool { return l.length() == 2 }, 30*time.Second, time.Millisecond)
	require.NoError(t, l.enter(t.Context(), false, nil), "a query of the runbook waits for nobody's statement")
	l.leave(false)
	give()
	assert.ErrorIs(t, <-gone, context.Canceled)
	l.leave(true)
	require.NoError(t, <-entered)
	l.leave(true)
	assert.Equal(t, []int{1}, first)
	assert.Equal(t, []int{2, 1, 0}, second)
	assert.Zero(t, l.typed+l.others)
	assert.Zero(t, l.length())

	full := &line{room: 1, typed: 1, waiting: make([]*waiter, lineLength)}
	var f *Failure
	require.True(t, errors.As(full.enter(t.Context(), true, nil), &f))
	assert.Equal(t, ClassLimits, f.Class)
}

func TestTheRunbookHasAPlaceOfItsOwnAndNoMore(t *testing.T) {
	l := &line{room: 2}
	require.NoError(t, l.enter(t.Context(), true, nil))
	require.NoError(t, l.enter(t.Context(), true, nil))
	require.NoError(t, l.enter(t.Context(), false, nil))
	let := make(chan error, 1)
	go func() { let <- l.enter(t.Context(), false, nil) }()
	require.Eventually(t, func() bool { return l.length() == 1 }, 30*time.Second, time.Millisecond)
	l.leave(false)
	require.NoError(t, <-let)
	l.leave(false)
	l.leave(true)
	l.leave(true)
	require.NoError(t, l.enter(t.Context(), false, nil))
	require.NoError(t, l.enter(t.Context(), false, nil))
	go func() { let <- l.enter(t.Context(), true, nil) }()
	require.Eventually(t, func() bool { return l.length() == 1 }, 30*time.Second, time.Millisecond)
	l.leave(false)
	require.NoError(t, <-let, "who types gets a place like anybody else")
}

func TestNamesTheServerWouldCut(t *testing.T) {
	l := newLexicon()
	long := strings.Repeat("f", 63)
	l.add(long, denyForeign)
	l.add("Odd Name", denyForeign)
	l.add(`with "quotes"`, denyForeign)
	l.add("größe", denyForeign)
	l.add("elsewhere_only", denial{rule: RuleFunction, why: "x.", schemas: []string{"hidden"}})
	for _, sql := range []string{"SELECT " + long + "xyz()", `SELECT "odd name"()`, `SELECT "with ""quotes"""()`, "SELECT GRÖSSE(), größe()", "SELECT GRÖßE()",
		"SELECT hidden.elsewhere_only()", "SELECT 1pg_sleep(1)", "SELECT 1e5pg_sleep(1)", "SELECT $a$x$a$pg_sleep"} {
		assert.NotNil(t, l.judge(sql), sql)
	}
	l.add("of_two", denial{rule: RuleFunction, why: "x.", call: true})
	l.add("off_path", denial{rule: RuleFunction, why: "x.", schemas: []string{"hid"}, call: true})
	for _, sql := range []string{`SELECT "hidden" . /* a */ "elsewhere_only"()`, "SELECT hidden.--\nelsewhere_only()", "SELECT HIDDEN.ELSEWHERE_ONLY", "SELECT of_two --\n (1, 2)", `SELECT "of_two"(1, 2)`,
		"SELECT hid.off_path/**/()", "SELECT a.hid . off_path (1)"} {
		assert.NotNil(t, l.judge(sql), sql)
	}
	for _, sql := range []string{"SELECT elsewhere_only, hidden FROM t", "SELECT elsewhere_only FROM hidden.t", "SELECT t.elsewhere_only FROM hidden.t", "SELECT of_two, t.of_two FROM t", "SELECT of_two IN (1)",
		"SELECT off_path(1)", "SELECT hid.off_path FROM hid", "SELECT ahid.off_path(1)", "SELECT hidden.off_path(1)"} {
		assert.Nil(t, l.judge(sql), sql)
	}
	for _, sql := range []string{"SELECT elsewhere_only FROM t", "SELECT odd, name FROM t", "SELECT " + strings.Repeat("f", 62)} {
		assert.Nil(t, l.judge(sql), sql)
	}
}

func FuzzJudgeShape(f *testing.F) {
	for _, sql := range []string{"SELECT 1", "EXPLAIN (ANALYZE) SELECT 1", "SHOW x", "WITH a AS (DELETE FROM b) SELECT 1", "SELECT $a$;$a$", "/* /* */ SELECT", "SELECT E'\\''", "SELECT U&'x'", "\xff"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		refusal := JudgeShape(sql)
		Normalise(sql)
		if refusal == nil {
			stmt, again := parseKind(sql)
			require.Nil(t, again)
			require.NotEqual(t, Kind(""), stmt.kind)
			require.NotContains(t, strings.ToLower(sql), "pg_terminate_backend")
			return
		}
		require.NotEmpty(t, refusal.Why)
		require.LessOrEqual(t, len([]rune(refusal.Part)), partLength)
	})
}

func TestLeadingWord(t *testing.T) {
	for sql, want := range map[string]string{
		"select 1": "select", "SELECT\n1": "select", " \n-- why\n/* a /* b */ c */explain(x)": "explain", "show/**/work_mem": "show",
		"(select 1)": "", "": "", "-- only": "", "/* open": "", "\\d": "",
	} {
		assert.Equal(t, want, LeadingWord(sql), sql)
	}
}
