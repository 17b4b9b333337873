package diagnostics

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

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

// Run judges a statement and runs it. Cancelling ctx stops it: the statement is
// then gone from the server within milliseconds. The error is a *Refusal when
// it was not run, a *Failure when it gave no answer; both are for people and
// hold no unmasked value.
func (r *Runner) Run(ctx context.Context, req Request) (Result, error) {
	audit := Audit{At: r.now(), Incident: req.Incident, By: req.By, Name: req.Name, SQL: Normalise(clip(req.SQL)), Fingerprint: Fingerprint(clip(req.SQL)),
		Database: r.database, Application: application(req)}
	result, err := r.admit(ctx, req, &audit)
	if err != nil {
		err = r.explain(ctx, err)
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
	if failure := r.rates.Begin(r.now(), req.Incident, req.By, req.Name == ""); failure != nil {
		return Result{}, failure
	}
	queued := time.Now()
	if err := r.line.enter(ctx, req.Queued); err != nil {
		return Result{}, err
	}
	defer r.line.leave()
	waited := time.Since(queued)
	result, err := r.converse(ctx, req, audit)
	if err != nil {
		err = r.explain(ctx, err)
		if failure, ok := err.(*Failure); ok && failure.Class == ClassTimeout {
			r.rates.TimedOut(r.now())
		}
		return Result{}, err
	}
	result.Waited = waited
	return result, nil
}

// converse is the whole conversation with the server on a connection of its own.
func (r *Runner) converse(ctx context.Context, req Request, audit *Audit) (Result, error) {
	snap, err := r.fresh(ctx)
	if err != nil {
		return Result{}, err
	}
	conn, err := r.connect(ctx, application(req))
	if err != nil {
		return Result{}, err
	}
	defer hangUp(conn)
	audit.Backend = conn.PID()
	deadline, cancel := context.WithTimeout(ctx, r.limits.statement+time.Second)
	defer cancel()
	probe, err := r.open(deadline, conn)
	if err != nil {
		return Result{}, err
	}
	audit.Role, audit.Replica = probe.role, probe.replica
	if probe.mark != snap.mark {
		if snap, err = r.reload(ctx); err != nil {
			return Result{}, err
		}
	}
	stmt, refusal := snap.judge(req.SQL)
	if refusal != nil {
		return Result{}, refusal
	}
	audit.Kind = stmt.kind
	result, err := r.ask(deadline, conn, snap, stmt)
	if err != nil {
		return Result{}, err
	}
	result.Kind, result.Replica = stmt.kind, probe.replica
	return result, nil
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
}

// open begins the transaction, and goes on only when the server confirms READ ONLY.
func (r *Runner) open(ctx context.Context, conn *pgconn.PgConn) (probe, error) {
	results, err := conn.Exec(ctx, r.limits.opening(parseVersion(conn.ParameterStatus("server_version")))).ReadAll()
	if err != nil {
		return probe{}, fmt.Errorf("open transaction: %w", err)
	}
	last := results[len(results)-1]
	if len(last.Rows) != 1 || len(last.Rows[0]) != 4 || string(last.Rows[0][0]) != "on" {
		return probe{}, &Failure{Class: ClassServer, What: "The server did not confirm a read-only transaction, so nothing was run.", Next: "Check what stands between mayday and the database."}
	}
	row := last.Rows[0]
	return probe{replica: string(row[1]) == "t", role: string(row[2]), mark: string(row[3])}, nil
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
	described, err := r.describe(ctx, conn, snap, raw)
	if err != nil {
		return Result{}, fmt.Errorf("describe: %w", err)
	}
	if stmt.kind == KindShow {
		described[0].Name = stmt.setting
	}
	result.Columns = described
	result.Rows = r.finish(raw, described)
	return result, nil
}

// answer is what came from the server, unmasked: it never leaves this file's functions.
type answer struct {
	fields []pgconn.FieldDescription
	rows   [][]rawValue
	bytes  int
	more   bool
	cut    string
}

type rawValue struct {
	text    string
	null    bool
	missing int // characters beyond cellKept
}

// drainBytes is how much may arrive behind a cap before the connection is given
// up: behind FETCH at most 101 rows can.
const drainBytes = 8 << 20

// read keeps rows until a cap is reached and lets the rest pass by.
func (r *Runner) read(reader *pgconn.ResultReader) (answer, error) {
	var a answer
	for reader.NextRow() {
		values := reader.Values()
		for _, v := range values {
			a.bytes += len(v)
		}
		switch {
		case a.bytes > drainBytes:
			return answer{}, &Failure{Class: ClassLimits, What: "The rows are too large to be fetched.", Next: "Name the columns that you need, or cut them with left(column, 200)."}
		case a.more:
			continue
		case len(a.rows) == r.limits.rows:
			a.more, a.cut = true, "rows"
			continue
		case a.bytes > r.limits.bytes && len(a.rows) > 0:
			a.more, a.cut = true, "bytes"
			continue
		}
		row := make([]rawValue, len(values))
		for i, v := range values {
			row[i] = keep(v)
		}
		a.rows = append(a.rows, row)
	}
	a.fields = copyFields(reader.FieldDescriptions())
	_, err := reader.Close()
	return a, err
}

// copyFields copies what pgconn reuses for the next result.
func copyFields(fields []pgconn.FieldDescription) []pgconn.FieldDescription {
	return append([]pgconn.FieldDescription(nil), fields...)
}

// keep copies a value out of the connection's buffer, its beginning only when it is long.
func keep(v []byte) rawValue {
	if v == nil {
		return rawValue{null: true}
	}
	if len(v) <= cellKept {
		return rawValue{text: string(v)}
	}
	end := cellKept
	for end > 0 && !utf8.RuneStart(v[end]) {
		end--
	}
	return rawValue{text: string(v[:end]), missing: utf8.RuneCount(v[end:])}
}

// finish masks and cuts every value.
func (r *Runner) finish(a answer, columns []Column) [][]Value {
	rows := make([][]Value, len(a.rows))
	for i, raw := range a.rows {
		rows[i] = make([]Value, len(raw))
		for j, v := range raw {
			if v.null {
				rows[i][j].Null = true
				continue
			}
			text := strings.ToValidUTF8(v.text, "")
			if columns[j].Masked {
				rows[i][j].Text = r.masker.whole(text)
				continue
			}
			rows[i][j].Text = cut(r.masker.cell(text, columns[j].Numeric), r.limits.cell, v.missing)
		}
	}
	return rows
}
