package diagnostics

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"mayday/lazyregexp"
)

// Class groups what can go wrong with an admitted statement.
type Class string

// The classes of Failure. They are stored in the audit record.
const (
	ClassDown     Class = "down"     // no connection, or it broke
	ClassTimeout  Class = "timeout"  // the time limit ended it
	ClassStopped  Class = "stopped"  // a person pressed Stop
	ClassAuth     Class = "auth"     // wrong password, unknown role or database
	ClassDenied   Class = "denied"   // the role may not read that
	ClassPooler   Class = "pooler"   // something between us and the server refuses the session
	ClassLimits   Class = "limits"   // too large, too many at once
	ClassRate     Class = "rate"     // asked too often
	ClassSyntax   Class = "syntax"   // the server cannot read the statement
	ClassData     Class = "data"     // a value does not fit: division by zero, bad cast
	ClassConflict Class = "conflict" // waiting for a lock, or cancelled by a replica's replay
	ClassServer   Class = "server"   // anything else
)

// Failure is why an admitted statement gave no answer. It is an error whose
// text is written for people and is already masked.
type Failure struct {
	Class Class
	// What happened, one sentence with a full stop.
	What string
	// Next says what to do. May be empty.
	Next string
	// Code is the server's SQLSTATE, empty when the server did not speak.
	Code string
	// Backend is the server's process in which the statement ran, for statements that were given up; else 0.
	Backend uint32
	// Running: the statement was given up, and nobody saw it end.
	Running bool
}

// Error gives the failure in one paragraph.
func (f *Failure) Error() string {
	if f.Next == "" {
		return f.What
	}
	return f.What + " " + f.Next
}

// explain turns any error of a run into a Failure or a Refusal. sql is the
// statement, empty for what mayday asks itself.
func (r *Runner) explain(ctx context.Context, err error, sql string) error {
	var refusal *Refusal
	var failure *Failure
	var server *pgconn.PgError
	var connecting *pgconn.ConnectError
	var large *pgproto3.ExceededMaxBodyLenErr
	switch {
	case errors.As(err, &refusal), errors.As(err, &failure):
		return err
	case errors.Is(context.Cause(ctx), context.Canceled):
		return &Failure{Class: ClassStopped, What: "Stopped before it was sent to the server."}
	case errors.As(err, &server):
		return r.explainServer(server, sql, errors.As(err, &connecting))
	case errors.As(err, &large):
		return &Failure{Class: ClassLimits, What: "One row is larger than 1 MB, so it was not fetched.", Next: "Name the columns that you need, or cut them with left(column, 200)."}
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return &Failure{Class: ClassTimeout, What: "The database did not answer within " + r.limits.statement.String() + ".",
			Next: "Narrow the query, or look at the server itself: it may be overloaded."}
	}
	return &Failure{Class: ClassDown, What: "The database at " + r.where + " cannot be reached.", Next: "The incident goes on; check that it runs and that DIAGNOSTICS_DATABASE_URL is right."}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// poolerSigns are phrases of PgBouncer, Supavisor and RDS Proxy.
var poolerSigns = lazyregexp.New(`(?i)unsupported startup parameter|pgbouncer|query_wait_timeout|max_client_conn|tenant or user not found|maxclientsinsessionmode|prepared statement "?[a-z0-9_]*"? (already exists|does not exist)|no such database|server_login_retry|server login has been failing`)

// explainServer classes what Postgres said, by SQLSTATE (manual, appendix A).
// connecting: it was said before any statement was sent.
func (r *Runner) explainServer(e *pgconn.PgError, sql string, connecting bool) error {
	if f := r.explainFixed(e, sql, connecting); f != nil {
		f.Code = e.Code
		return f
	}
	if refusal := refusalOf(e); refusal != nil {
		return refusal
	}
	f := &Failure{Code: e.Code, Class: ClassServer, What: "The database answered with an error (" + e.Code + ")."}
	switch e.Code[:min(2, len(e.Code))] {
	case "42", "3F", "3D":
		f.Class, f.What, f.Next = ClassSyntax, "The database cannot run this: "+r.masker.told(e.Message, sql)+".", r.masker.text(e.Hint)
	case "0A":
		f.Class, f.What, f.Next = ClassSyntax, "The server does not support this: "+r.masker.told(e.Message, sql)+".", r.masker.text(e.Hint)
	case "22", "21":
		f.Class, f.What = ClassData, "A value does not fit: "+r.masker.value(e.Message)+"."
	case "08":
		f.Class, f.What, f.Next = ClassDown, "The connection to the database at "+r.where+" broke.", "Try again."
	}
	return f
}

// explainFixed answers the states whose text is ours, nil for others.
func (r *Runner) explainFixed(e *pgconn.PgError, sql string, connecting bool) *Failure {
	if poolerSigns.MatchString(e.Message) && (connecting || e.Code[:min(2, len(e.Code))] == "08") || e.Code == "26000" || e.Code == "42P05" {
		return &Failure{Class: ClassPooler, What: "A connection pooler in front of the database refuses the session.",
			Next: "Give DIAGNOSTICS_DATABASE_URL the direct address of the database, or the pooler's session mode (Supabase: port 5432)."}
	}
	if e.Code == "3D000" && !connecting {
		return nil // a name in the statement
	}
	switch e.Code {
	case "28000", "28P01":
		return &Failure{Class: ClassAuth, What: "The database refuses the role or its password.", Next: "Check the user and password in DIAGNOSTICS_DATABASE_URL."}
	case "3D000":
		return &Failure{Class: ClassAuth, What: "There is no database of that name on the server.", Next: "Check the end of DIAGNOSTICS_DATABASE_URL."}
	case "42501":
		return &Failure{Class: ClassDenied, What: "The role may not read that: " + r.masker.told(e.Message, sql) + ".", Next: "Whoever owns the database can GRANT SELECT on it, or on the columns that may be seen."}
	case "57014":
		return &Failure{Class: ClassTimeout, What: "Ended after its time limit of " + r.limits.statement.String() + ".", Next: "Narrow it: fewer rows by WHERE, an indexed column, EXPLAIN first."}
	case "55P03":
		return &Failure{Class: ClassConflict, What: "Somebody holds a lock on the table, and mayday does not queue behind it.", Next: "Who: SELECT pid, mode, granted, relation::regclass FROM pg_locks WHERE NOT granted."}
	case "40001", "40P01":
		return &Failure{Class: ClassConflict, What: "The server cancelled it in favour of replication or another transaction.", Next: "Try again."}
	case "57P01", "57P02":
		return &Failure{Class: ClassDown, What: "The server ended the session.", Next: "Try again."}
	case "57P03":
		return &Failure{Class: ClassDown, What: "The database is starting up, shutting down or not accepting connections yet.", Next: "Try again in a moment."}
	case "53300":
		return &Failure{Class: ClassLimits, What: "The database has no free connection for this role.", Next: "That may be the incident itself: look at who holds them from a superuser's psql."}
	case "53400", "53200", "53100", "54000", "54001", "54023":
		return &Failure{Class: ClassLimits, What: "The statement needs more memory or temporary space than it is allowed.", Next: "Aggregate less, or sort fewer rows."}
	case "25P03", "25P04":
		return &Failure{Class: ClassTimeout, What: "The server ended the transaction after its time limit.", Next: "Try again."}
	}
	return nil
}

// writingCursor is what the server says of a query that writes or locks behind DECLARE … CURSOR FOR.
var writingCursor = lazyregexp.New(`^DECLARE (SCROLL |INSENSITIVE )?CURSOR|data-modifying|FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|row-level lock`)

// refusalOf reads a refusal of the server's grammar or of READ ONLY, nil when e is no such thing.
func refusalOf(e *pgconn.PgError) *Refusal {
	switch {
	case e.Code == "42601" && strings.Contains(e.Message, "multiple commands"):
		return &Refusal{Word: ";", Rule: RuleServer, Why: "only one statement is run at a time.", Instead: "Send the statements one by one."}
	case e.Code == "0A000" && writingCursor.MatchString(e.Message):
		return &Refusal{Rule: RuleServer, Why: "the server admits only statements that read.", Instead: possible}
	case e.Code == "25006":
		return &Refusal{Rule: RuleServer, Why: "the server refuses it in a read-only transaction.", Instead: possible}
	case e.Code == "42P02", e.Code == "42P18", e.Code == "08P01" && strings.Contains(e.Message, "parameters"):
		return &Refusal{Word: "$", Rule: RuleServer, Why: "the statement has a parameter without a value.", Instead: "Write the value itself."}
	}
	return nil
}
