package diagnostics

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Request asks for one statement to be run.
type Request struct {
	SQL string
	// Incident and By go into application_name, so that the owner of the
	// database sees in pg_stat_activity who asks, and into the audit record.
	Incident int64
	By       string
	// Name of a query of the runbook; empty for a statement that somebody typed.
	Name string
	// Queued hears the place in line, 1 for the next, whenever it changes, and 0 when
	// the waiting is over; nil is allowed. It is called with a lock held and must not block.
	Queued func(place int)
}

// Run judges a statement and runs it. Cancelling ctx stops it; whether it is then
// gone from the server is looked at, and the answer says so. The error is a *Refusal when
// it was not run, a *Failure when it gave no answer; both are for people and
// hold no unmasked value.
func (r *Runner) Run(ctx context.Context, req Request) (Result, error) {
	audit := Audit{At: r.now(), Incident: req.Incident, By: req.By, Name: req.Name, SQL: Normalise(clip(req.SQL)), Fingerprint: Fingerprint(clip(req.SQL)),
		Database: r.database, Application: application(req)}
	result, err := r.admit(ctx, req, &audit)
	if err != nil {
		err = r.explain(ctx, err, req.SQL)
	}
	audit.conclude(result, err)
	if r.audit != nil {
		r.audit(ctx, audit)
	}
	if err != nil {
		return Result{}, err
	}
	result.Name, result.At, result.Fingerprint = req.Name, audit.At, audit.Fingerprint
	return result, nil
}

// clip bounds what is normalised of a text that is too long to be run.
func clip(sql string) string {
	if len(sql) > maxBytes {
		sql = sql[:maxBytes]
	}
	return strings.ToValidUTF8(sql, "")
}

// admit judges, checks the rates and waits in line before it converses.
func (r *Runner) admit(ctx context.Context, req Request, audit *Audit) (Result, error) {
	if refusal := r.Judge(req.SQL); refusal != nil {
		return Result{}, refusal // before the database is asked: a refusal needs none
	}
	typed := req.Name == ""
	if failure := r.still(req, typed); failure != nil {
		return Result{}, failure
	}
	if failure := r.rates.Begin(r.now(), req.Incident, req.By, typed); failure != nil {
		return Result{}, failure
	}
	queued := time.Now()
	if err := r.line.enter(ctx, typed, req.Queued); err != nil {
		return Result{}, err
	}
	waited := time.Since(queued)
	result, at, err := r.converse(ctx, req, audit)
	if err != nil {
		return Result{}, r.ended(ctx, req, typed, at, err)
	}
	r.line.leave(typed)
	result.Waited = waited
	return result, nil
}

// converse is the whole conversation with the server on a connection of its own.
// It says in which backend, as soon as that is known.
func (r *Runner) converse(ctx context.Context, req Request, audit *Audit) (Result, backend, error) {
	snap, err := r.fresh(ctx)
	if err != nil {
		return Result{}, backend{}, err
	}
	conn, err := r.connect(ctx, application(req))
	if err != nil {
		return Result{}, backend{}, err
	}
	defer hangUp(conn)
	audit.Backend = conn.PID()
	deadline, cancel := context.WithTimeout(ctx, r.limits.statement+time.Second)
	defer cancel()
	probe, err := r.open(deadline, conn)
	if err != nil {
		return Result{}, backend{}, err
	}
	audit.Role, audit.Replica, audit.Backend = probe.role, probe.replica, probe.at.pid
	if probe.mark != snap.mark {
		if snap, err = r.reload(ctx); err != nil {
			return Result{}, backend{}, err
		}
	}
	stmt, refusal := snap.judge(req.SQL)
	if refusal != nil {
		return Result{}, backend{}, refusal
	}
	audit.Kind = stmt.kind
	result, err := r.ask(deadline, conn, snap, stmt)
	if err != nil {
		return Result{}, probe.at, err
	}
	result.Kind, result.Replica = stmt.kind, probe.replica
	return result, probe.at, nil
}

// hangUp rolls back and closes. Both are tried for a second even when the
// caller's context has ended: with a pooler in between, closing alone would
// leave the transaction to the pooler.
func hangUp(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if !conn.IsClosed() {
		_, _ = conn.Exec(ctx, "ROLLBACK").ReadAll() // closing follows whatever it says
	}
	_ = conn.Close(ctx)
}

// probe is what the first query of the transaction said.
type probe struct {
	role    string
	replica bool
	mark    string
	at      backend
}

// open begins the transaction, and goes on only when the server confirms READ ONLY.
func (r *Runner) open(ctx context.Context, conn *pgconn.PgConn) (probe, error) {
	results, err := conn.Exec(ctx, r.limits.opening(parseVersion(conn.ParameterStatus("server_version")))).ReadAll()
	if err != nil {
		return probe{}, fmt.Errorf("open transaction: %w", err)
	}
	last := results[len(results)-1]
	if len(last.Rows) != 1 || len(last.Rows[0]) != 6 || string(last.Rows[0][0]) != "on" {
		return probe{}, &Failure{Class: ClassServer, What: "The server did not confirm a read-only transaction, so nothing was run.", Next: "Check what stands between mayday and the database."}
	}
	row := last.Rows[0]
	pid, err := strconv.ParseUint(string(row[4]), 10, 32)
	if err != nil {
		return probe{}, fmt.Errorf("read the backend's number: %w", err)
	}
	return probe{replica: string(row[1]) == "t", role: string(row[2]), mark: string(row[3]), at: backend{uint32(pid), string(row[5])}}, nil
}

// ask sends the judged statement and reads the answer.
func (r *Runner) ask(ctx context.Context, conn *pgconn.PgConn, snap *snapshot, stmt statement) (Result, error) {
	start := time.Now()
	var reader *pgconn.ResultReader
	if stmt.kind != KindShow {
		// The server's own grammar judges the shape: only a query may stand behind
		// FOR, and the extended protocol takes one command only. The line end
		// closes a comment at the end of the text.
		if _, err := conn.ExecParams(ctx, "DECLARE mayday NO SCROLL CURSOR FOR "+stmt.query+"\n", nil, nil, nil, nil).Close(); err != nil {
			return Result{}, fmt.Errorf("declare: %w", err)
		}
	}
	switch stmt.kind {
	case KindShow:
		reader = conn.ExecParams(ctx, "SELECT pg_catalog.current_setting($1) AS setting", [][]byte{[]byte(stmt.setting)}, nil, nil, nil)
	case KindExplain:
		options := ""
		if stmt.options != "" {
			options = "(" + stmt.options + ") "
		}
		reader = conn.ExecParams(ctx, "EXPLAIN "+options+stmt.query+"\n", nil, nil, nil, nil)
	default:
		reader = conn.ExecParams(ctx, fmt.Sprintf("FETCH FORWARD %d FROM mayday", r.limits.rows+1), nil, nil, nil, nil)
	}
	raw, err := r.read(reader)
	if err != nil {
		return Result{}, fmt.Errorf("fetch: %w", err)
	}
	result := Result{Duration: time.Since(start), Bytes: raw.bytes, More: raw.more, Cut: raw.cut}
	described, err := r.describe(ctx, conn, snap, stmt, raw)
	if err != nil {
		return Result{}, fmt.Errorf("describe: %w", err)
	}
	if stmt.kind == KindShow {
		described[0].Name = stmt.setting
	}
	result.Columns = described
	settings, err := secretsOf(ctx, conn, stmt.query, snap.settings)
	if err != nil {
		return Result{}, fmt.Errorf("read which settings are secret: %w", err)
	}
	if settings != nil && stmt.kind == KindSelect {
		settings.hide(stmt.query, &raw, described)
	}
	result.Rows = r.finish(raw, described)
	return result, nil
}
