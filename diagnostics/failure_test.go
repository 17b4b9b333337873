package diagnostics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func speaker() *Runner {
	return &Runner{where: "db:5432", limits: defaultLimits, masker: newMasker(nil), held: map[string]backend{}, rates: NewRates(RateLimits{}), now: time.Now}
}

// TestWhatTheServerSaysIsClassed: by SQLSTATE (PostgreSQL manual, appendix A), in the words that people read.
func TestWhatTheServerSaysIsClassed(t *testing.T) {
	for _, test := range []struct {
		code, message string
		class         Class
		what, next    string
	}{
		{"28000", "x", ClassAuth, "refuses the role or its password", "DIAGNOSTICS_DATABASE_URL"},
		{"28P01", "x", ClassAuth, "refuses the role or its password", "DIAGNOSTICS_DATABASE_URL"},
		{"42501", "permission denied for table orders", ClassDenied, "The role may not read that: permission denied for table orders.", "GRANT SELECT"},
		{"57014", "canceling statement", ClassTimeout, "Ended after its time limit of 5s.", "Narrow it"},
		{"55P03", "x", ClassConflict, "holds a lock", "pg_locks"},
		{"40001", "x", ClassConflict, "cancelled it in favour", "Try again"},
		{"40P01", "x", ClassConflict, "cancelled it in favour", "Try again"},
		{"57P01", "x", ClassDown, "ended the session", "Try again"},
		{"57P02", "x", ClassDown, "ended the session", "Try again"},
		{"57P03", "x", ClassDown, "starting up, shutting down", "in a moment"},
		{"53300", "x", ClassLimits, "no free connection", "incident itself"},
		{"53400", "x", ClassLimits, "more memory or temporary space", "Aggregate less"},
		{"53200", "x", ClassLimits, "more memory or temporary space", "Aggregate less"},
		{"53100", "x", ClassLimits, "more memory or temporary space", "Aggregate less"},
		{"54000", "x", ClassLimits, "more memory or temporary space", "Aggregate less"},
		{"54001", "x", ClassLimits, "more memory or temporary space", "Aggregate less"},
		{"54023", "x", ClassLimits, "more memory or temporary space", "Aggregate less"},
		{"25P03", "x", ClassTimeout, "ended the transaction", "Try again"},
		{"25P04", "x", ClassTimeout, "ended the transaction", "Try again"},
		{"26000", "x", ClassPooler, "connection pooler", "direct address"},
		{"42P05", "x", ClassPooler, "connection pooler", "direct address"},
		{"08P01", "pgbouncer cannot connect", ClassPooler, "connection pooler", "direct address"},
		{"08006", "x", ClassDown, "at db:5432 broke", "Try again"},
		{"42P01", `relation "orders" does not exist`, ClassSyntax, `The database cannot run this: relation "orders" does not exist.`, "the hint"},
		{"42601", "syntax error", ClassSyntax, "The database cannot run this: syntax error.", "the hint"},
		{"3F000", "x", ClassSyntax, "The database cannot run this", "the hint"},
		{"3D000", "x", ClassSyntax, "The database cannot run this", "the hint"},
		{"0A000", "x is not supported", ClassSyntax, "The server does not support this: x is not supported.", "the hint"},
		{"22012", "division by zero", ClassData, "A value does not fit: division by zero.", ""},
		{"21000", "more than one row", ClassData, "A value does not fit: more than one row.", ""},
		{"42P01", `relation "hunter2" does not exist`, ClassSyntax, `relation "***" does not exist`, "the hint"},
		{"22P02", `invalid input syntax for type integer: "hunter2"`, ClassData, `for type integer: "***".`, ""},
		{"XX000", "hunter2", ClassServer, "The database answered with an error (XX000).", ""},
		{"4", "hunter2", ClassServer, "The database answered with an error (4).", ""},
		{"", "hunter2", ClassServer, "The database answered with an error ().", ""},
	} {
		err := speaker().explain(t.Context(), fmt.Errorf("fetch: %w", &pgconn.PgError{Code: test.code, Message: test.message, Hint: "the hint"}), "select x from orders")
		var f *Failure
		require.ErrorAs(t, err, &f, test.code)
		assert.Equal(t, test.class, f.Class, test.code)
		assert.Equal(t, test.code, f.Code)
		assert.Contains(t, f.What, test.what, test.code)
		assert.Contains(t, f.Next, test.next, test.code)
		assert.NotContains(t, f.Error(), "hunter2", test.code)
		if test.next == "" {
			assert.Equal(t, f.What, f.Error(), test.code)
		} else {
			assert.Equal(t, f.What+" "+f.Next, f.Error(), test.code)
		}
	}
}

func TestWhatTheServersGrammarRefusesIsARefusal(t *testing.T) {
	for _, test := range []struct{ code, message, word, why string }{
		{"42601", "cannot insert multiple commands into a prepared statement", ";", "only one statement"},
		{"0A000", "DECLARE CURSOR must not contain data-modifying statements in WITH", "", "only statements that read"},
		{"0A000", "DECLARE SCROLL CURSOR x", "", "only statements that read"},
		{"0A000", "FOR NO KEY UPDATE is not allowed", "", "only statements that read"},
		{"0A000", "FOR KEY SHARE is not allowed", "", "only statements that read"},
		{"25006", "cannot execute nextval() in a read-only transaction", "", "read-only transaction"},
		{"42P02", "there is no parameter $1", "$", "parameter without a value"},
		{"42P18", "could not determine data type of parameter $1", "$", "parameter without a value"},
		{"08P01", "bind message supplies 0 parameters", "$", "parameter without a value"},
	} {
		var refusal *Refusal
		require.ErrorAs(t, speaker().explain(t.Context(), &pgconn.PgError{Code: test.code, Message: test.message}, ""), &refusal, test.message)
		assert.Equal(t, RuleServer, refusal.Rule)
		assert.Equal(t, test.word, refusal.Word, test.message)
		assert.Contains(t, refusal.Why, test.why, test.message)
		assert.NotEmpty(t, refusal.Instead, test.message)
	}
	for _, e := range []*pgconn.PgError{{Code: "42601", Message: "syntax error"}, {Code: "0A000", Message: "set-returning functions"}, {Code: "08P01", Message: "broken"}, {Code: "42602", Message: "multiple commands"}, {Code: "08006", Message: "parameters"}, {Code: "42000", Message: "FOR UPDATE"}} {
		assert.Nil(t, refusalOf(e), e.Message)
	}
}

// TestWhoEverStandsBetweenIsTold: a pooler speaks while the session begins; the same words of a statement are the server's.
func TestWhoEverStandsBetweenIsTold(t *testing.T) {
	for _, message := range []string{"unsupported startup parameter: jit", "PgBouncer cannot", "query_wait_timeout", "Tenant or user not found", `prepared statement "x1" already exists`, "server login has been failing"} {
		e := &pgconn.PgError{Code: "XX000", Message: message}
		require.NotNil(t, speaker().explainFixed(e, "", true), message)
		assert.Equal(t, ClassPooler, speaker().explainFixed(e, "", true).Class, message)
		assert.Nil(t, speaker().explainFixed(e, "", false), message)
	}
	assert.Nil(t, speaker().explainFixed(&pgconn.PgError{Code: "XX000", Message: "other"}, "", true))
	missing := &pgconn.PgError{Code: "3D000", Message: `database "x" does not exist`}
	assert.Equal(t, ClassAuth, speaker().explainFixed(missing, "", true).Class)
	assert.Contains(t, speaker().explainFixed(missing, "", true).What, "no database of that name")
	assert.Nil(t, speaker().explainFixed(missing, "", false), "in a statement it is a name like any other")
}

type slowNetwork struct{}

func (slowNetwork) Error() string   { return "i/o timeout" }
func (slowNetwork) Timeout() bool   { return true }
func (slowNetwork) Temporary() bool { return false }

func TestWhatIsSaidWhenNoServerSpoke(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	late, cancel := context.WithTimeoutCause(t.Context(), 0, errors.New("late"))
	defer cancel()
	refusal, failure := &Refusal{Why: "x."}, &Failure{Class: ClassRate, What: "x."}
	assert.Equal(t, error(refusal), speaker().explain(stopped, refusal, ""))
	assert.Equal(t, error(failure), speaker().explain(stopped, failure, ""))
	for _, test := range []struct {
		ctx   context.Context
		err   error
		class Class
		what  string
	}{
		{stopped, io.EOF, ClassStopped, "Stopped before it was sent"},
		{stopped, &pgconn.PgError{Code: "57014"}, ClassStopped, "Stopped before it was sent"},
		{t.Context(), &pgproto3.ExceededMaxBodyLenErr{}, ClassLimits, "larger than 1 MB"},
		{t.Context(), context.DeadlineExceeded, ClassTimeout, "within 5s"},
		{late, io.EOF, ClassDown, "at db:5432 cannot be reached"},
		{t.Context(), fmt.Errorf("read: %w", slowNetwork{}), ClassTimeout, "within 5s"},
		{t.Context(), os.ErrDeadlineExceeded, ClassTimeout, "within 5s"},
		{t.Context(), syscall.ECONNREFUSED, ClassDown, "at db:5432 cannot be reached"},
		{t.Context(), io.ErrUnexpectedEOF, ClassDown, "at db:5432 cannot be reached"},
	} {
		var f *Failure
		require.ErrorAs(t, speaker().explain(test.ctx, test.err, ""), &f)
		assert.Equal(t, test.class, f.Class, "%v", test.err)
		assert.Contains(t, f.What, test.what)
		assert.Empty(t, f.Code, "the server did not speak")
	}
}

// TestWhatIsSaidOfAStatementThatWasGivenUp: that it is gone is said only when somebody saw it.
func TestWhatIsSaidOfAStatementThatWasGivenUp(t *testing.T) {
	late := &Failure{Class: ClassTimeout, What: "Late.", Next: "Narrow it."}
	stopped := &Failure{Class: ClassStopped, What: "Stopped before it was sent to the server."}
	here := backend{pid: 42, began: "now"}
	for _, test := range []struct {
		name    string
		f       *Failure
		seen    whereabouts
		at      backend
		what    string
		next    string
		running bool
	}{
		{"nothing was sent", stopped, gone, backend{}, "Stopped before it was sent to the server.", "", false},
		{"nothing was sent, and the server is down", late, down, backend{}, "Late.", "Narrow it.", false},
		{"gone", late, gone, here, "Late. The statement is gone from the server.", "Narrow it.", false},
		{"stopped and gone", stopped, gone, here, "Stopped. The statement is gone from the server.", "", false},
		{"running", late, running, here, "Late. It still runs on the server, in process 42, and does not react to being cancelled.", "pg_terminate_backend(42)", true},
		{"unknown", stopped, unknown, here, "Stopped. Whether it still runs on the server, in process 42, is not known: the server cannot be asked.", "pid = 42", true},
		{"down", late, down, here, "Late. Whether it still runs on the server, in process 42, is not known: the server cannot be asked.", "pid = 42", false},
	} {
		before := *test.f
		got := test.f.outcome(test.seen, test.at)
		assert.Equal(t, test.what, got.What, test.name)
		assert.Contains(t, got.Next, test.next, test.name)
		assert.Equal(t, test.running, got.Running, test.name)
		assert.Equal(t, test.at.pid, got.Backend, test.name)
		assert.Equal(t, before, *test.f, "the failure itself stays as it is")
	}
}

func TestNobodyHoldsTwoPlaces(t *testing.T) {
	r := speaker()
	mine, other := backend{pid: 1, began: "a"}, backend{pid: 2, began: "b"}
	assert.Nil(t, r.still(Request{By: "ana"}, true))
	r.hold("ana", mine)
	failure := r.still(Request{By: "ana"}, true)
	require.NotNil(t, failure)
	assert.Equal(t, ClassRate, failure.Class)
	assert.Contains(t, failure.What, "in process 1")
	assert.Contains(t, failure.Next, "pg_terminate_backend(1)")
	assert.Nil(t, r.still(Request{By: "ben"}, true))
	assert.Nil(t, r.still(Request{By: "ana"}, false), "the runbook's queries still run")
	r.release("ana", other)
	assert.NotNil(t, r.still(Request{By: "ana"}, true), "another statement ended")
	r.release("ana", mine)
	assert.Nil(t, r.still(Request{By: "ana"}, true))
	assert.Equal(t, gone, r.look(t.Context(), backend{}), "nothing was begun")
}

func TestARoleThatCouldDoHarmIsNamed(t *testing.T) {
	report := Report{Role: "app", Database: "shop"}
	assert.Nil(t, report.harm())
	for n, want := range map[int]string{1: "(a)", 3: "(a, b, c)", 4: "(a, b, c, 1 more)", 5: "(a, b, c, 2 more)"} {
		report.Harms = nil
		for _, name := range strings.Split("abcde", "")[:n] {
			report.Harms = append(report.Harms, Finding{Name: name, Fix: "Fix " + name + "."})
		}
		f := report.harm()
		require.NotNil(t, f)
		assert.Equal(t, ClassDenied, f.Class)
		assert.Equal(t, "SQL is switched off: the role app in shop could do harm "+want+".", f.What)
		assert.Contains(t, f.Next, "First: Fix a.")
	}
}

// TestHowATransactionIsOpened: READ ONLY, and every limit, by the server's version.
func TestHowATransactionIsOpened(t *testing.T) {
	l := defaultLimits
	for _, part := range []string{"BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 500;", "idle_in_transaction_session_timeout = 10000;", "work_mem = '8MB'", "jit = off; ", "standard_conforming_strings = on; ", "SELECT pg_catalog.current_setting('transaction_read_only')"} {
		for _, version := range []int{0, 130000, 140000, 170000} {
			assert.Contains(t, l.opening(version), part, version)
		}
	}
	for version, want := range map[int][2]bool{0: {false, false}, 139999: {false, false}, 140000: {true, false}, 169999: {true, false}, 170000: {true, true}} {
		assert.Equal(t, want[0], strings.Contains(l.opening(version), "; SET LOCAL client_connection_check_interval = 500;"), version)
		assert.Equal(t, want[1], strings.Contains(l.opening(version), "; SET LOCAL transaction_timeout = 10000;"), version)
	}
	for text, want := range map[string]int{"15.18 (Debian)": 150000, "17beta1": 170000, "9.6": 90000, "10": 100000, "": 0, "x": 0, "99999999999999999999": 0} {
		assert.Equal(t, want, parseVersion(text), text)
	}
}

func TestTheNameOfASession(t *testing.T) {
	assert.Equal(t, "mayday:42:U123", application(Request{Incident: 42, By: "U123"}))
	assert.Equal(t, "mayday:1:a ~??b", application(Request{Incident: 1, By: "a ~\x1fäb"}))
	assert.Equal(t, 63, len(application(Request{Incident: 1, By: strings.Repeat("x", 54)})))
	assert.Equal(t, 63, len(application(Request{Incident: 1, By: strings.Repeat("x", 55)})))
}

func TestHowMuchOfAValueIsKept(t *testing.T) {
	assert.Equal(t, rawValue{null: true}, keep(nil))
	assert.Equal(t, rawValue{}, keep([]byte{}))
	whole := strings.Repeat("a", 8192)
	assert.Equal(t, rawValue{text: whole}, keep([]byte(whole)))
	assert.Equal(t, rawValue{text: whole, missing: 3}, keep([]byte(whole+"bäc")))
	assert.Equal(t, rawValue{text: whole[:8191], missing: 2}, keep([]byte(whole[:8191]+"äc")), "cut at a whole character")
	assert.Equal(t, rawValue{missing: 8193}, keep([]byte(strings.Repeat("\x80", 8193))))
	assert.Equal(t, 16384, len(clip(strings.Repeat("a", 16385))))
	assert.Equal(t, 16384, len(clip(strings.Repeat("a", 16384))))
	assert.Equal(t, strings.Repeat("a", 16383), clip(strings.Repeat("a", 16383)+"ä"), "what is cut is valid")
}

func TestConfigurationsThatAreWrong(t *testing.T) {
	for _, url := range []string{"", "postgres://u:hunter2@h:port/d", "::"} {
		_, err := newRunner(Config{URL: url})
		require.ErrorIs(t, err, ErrURL, url)
		assert.NotContains(t, err.Error(), "hunter2")
	}
	_, err := newRunner(Config{URL: "postgres://u@h/d", AllowFunctions: []string{"f"}})
	require.ErrorContains(t, err, "public.f")
	r, err := newRunner(Config{URL: "postgres://u@h:6543/d", AllowFunctions: []string{" Public.F ", "", " "}, MaxRunning: 7, StatementTimeout: time.Second})
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"public.f": true}, r.allow)
	assert.Equal(t, "h:6543", r.where)
	assert.Equal(t, 7, r.line.room)
	assert.Equal(t, time.Second, r.limits.statement)
	assert.Equal(t, 3*time.Second, r.dial.ConnectTimeout)
	assert.Equal(t, 1<<20, r.dial.MaxProtocolMessageBodyLen)
	assert.Equal(t, "on", r.dial.RuntimeParams["standard_conforming_strings"])
	assert.Equal(t, "UTF8", r.dial.RuntimeParams["client_encoding"])
	r, err = newRunner(Config{URL: "postgres:///d?host=/tmp"})
	require.NoError(t, err)
	assert.Equal(t, "the local socket", r.where)
	assert.Equal(t, 2, r.line.room)
	assert.Equal(t, 5*time.Second, r.limits.statement)
	assert.Equal(t, "diagnostics.Config [redacted]", fmt.Sprintf("%v", Config{URL: "postgres://u:hunter2@h"}))
	assert.Equal(t, "diagnostics.Config [redacted]", fmt.Sprintf("%#v", Config{URL: "postgres://u:hunter2@h"}))
}

// TestWithoutACatalogueTheShapeIsJudged: what the shape lets pass is judged again before it runs.
func TestWithoutACatalogueTheShapeIsJudged(t *testing.T) {
	r := speaker()
	assert.NotNil(t, r.Judge("SELECT pg_sleep(1)"))
	assert.Nil(t, r.Judge("SELECT lower('a')"))
	blocked := &Refusal{Rule: RuleOperator, Why: "blocked."}
	r.snap = &snapshot{words: newLexicon(), blocked: blocked}
	assert.Equal(t, blocked, r.Judge("SELECT lower('a')"))
	assert.Equal(t, RuleFunction, r.Judge("SELECT pg_sleep(1)").Rule, "what is refused by itself is told first")
	assert.Nil(t, r.Judge("SHOW work_mem"))
	r.snap.blocked = nil
	assert.Nil(t, r.Judge("SELECT lower('a')"))
}
