package diagnostics

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Layers says which layers a Session keeps. The tests switch them off one by one.
type Layers struct {
	Guard, ReadOnly, Cursor, Extended bool
}

// Session is one conversation that stays open, so that its effects can be seen.
type Session struct {
	r      *Runner
	conn   *pgconn.PgConn
	layers Layers
}

// Begin connects and opens the transaction as Run does, but for the layers that are off.
func (r *Runner) Begin(ctx context.Context, layers Layers) (*Session, error) {
	conn, err := r.connect(ctx, "mayday:0:test")
	if err != nil {
		return nil, err
	}
	if layers.ReadOnly {
		_, err = r.open(ctx, conn)
	} else {
		err = r.openWritable(ctx, conn)
	}
	if err != nil {
		hangUp(conn)
		return nil, err
	}
	return &Session{r: r, conn: conn, layers: layers}, nil
}

func (r *Runner) openWritable(ctx context.Context, conn *pgconn.PgConn) error {
	opening := strings.Replace(r.limits.opening(parseVersion(conn.ParameterStatus("server_version"))), "READ ONLY", "READ WRITE", 1)
	_, err := conn.Exec(ctx, opening).ReadAll()
	return err
}

// Send judges and sends a text by the layers that are on.
func (s *Session) Send(ctx context.Context, sql string) error {
	snap, err := s.r.fresh(ctx)
	if err != nil {
		return err
	}
	if s.layers.Guard {
		if _, refusal := snap.judge(sql); refusal != nil {
			return refusal
		}
	}
	switch {
	case s.layers.Cursor:
		stmt, refusal := parseKind(sql)
		if refusal != nil {
			stmt = statement{kind: KindSelect, query: sql}
		}
		_, err = s.r.ask(ctx, s.conn, snap, stmt)
	case s.layers.Extended:
		err = s.conn.ExecParams(ctx, sql, nil, nil, nil, nil).Read().Err
	default:
		_, err = s.conn.Exec(ctx, sql).ReadAll()
	}
	return err
}

// Settings are those of the session that a statement must not change, or an
// empty text when the transaction has failed.
func (s *Session) Settings(ctx context.Context) string {
	result := s.conn.ExecParams(ctx, `SELECT pg_catalog.concat_ws(' ', pg_catalog.current_setting('transaction_read_only'), pg_catalog.current_setting('statement_timeout'),
		pg_catalog.current_setting('lock_timeout'), pg_catalog.current_setting('search_path'), pg_catalog.current_setting('role'), pg_catalog.current_setting('timezone'),
		(SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_statements WHERE name <> ''), (SELECT pg_catalog.count(*) FROM pg_catalog.pg_cursors WHERE is_holdable), (SELECT pg_catalog.count(*) FROM pg_catalog.pg_listening_channels()))`, nil, nil, nil, nil).Read()
	if result.Err != nil || len(result.Rows) == 0 {
		return ""
	}
	return string(result.Rows[0][0])
}

// PID is the session's process on the server.
func (s *Session) PID() uint32 { return s.conn.PID() }

// End rolls back and closes.
func (s *Session) End() { hangUp(s.conn) }

// LoadSnapshot reads the catalogue as a Runner does, for the benchmark.
func LoadSnapshot(ctx context.Context, conn *pgx.Conn) (functions int, err error) {
	c, err := loadCatalogue(ctx, conn)
	if err != nil {
		return 0, err
	}
	c.judge(nil)
	return len(c.functions), nil
}
