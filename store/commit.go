package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// tries is how often a change is tried whose session was lost on the way: a pooled
// one can be lost after it was proved, and the next is a new one.
const tries = 3

// commit runs do in a transaction, again when its session was lost before Postgres was
// asked to commit. Once it was asked, only its own answer says what came of it:
// without one the error is ErrUnconfirmed.
func (s *Store) commit(ctx context.Context, do func(*transaction) error) error {
	for n := 1; ; n++ {
		lost, err := s.tryCommit(ctx, do)
		if !lost || n == tries || ctx.Err() != nil {
			return err
		}
	}
}

// within is commit for what is tried again by whoever calls it.
func (s *Store) within(ctx context.Context, do func(*transaction) error) error {
	_, err := s.tryCommit(ctx, do)
	return err
}

// tryCommit is one attempt; lost says that its session was lost, and nothing is recorded.
func (s *Store) tryCommit(ctx context.Context, do func(*transaction) error) (lost bool, err error) {
	c, err := s.pool.Acquire(context.WithValue(ctx, provesItself{}, true))
	if err != nil {
		return false, err // there is no other session to try
	}
	defer c.Release()
	tx, err := s.begin(ctx, c.Conn())
	if err != nil {
		return c.Conn().IsClosed(), err
	}
	defer func() { _ = tx.Rollback(ctx) }() // after a commit it does nothing
	if err := do(tx); err != nil {
		if readOnly(err) {
			s.pool.Reset()
		}
		return c.Conn().IsClosed() || readOnly(err), err
	}
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return false, context.DeadlineExceeded // this process stood still, and whoever asked was told that nothing came of it
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if c.Conn().IsClosed() {
		return true, pgconn.ErrConnClosed
	}
	err = tx.Commit(ctx)
	if err == nil {
		s.bell.ring(tx.rings...)
		for _, do := range tx.after {
			do()
		}
	}
	if err == nil || errors.Is(err, pgx.ErrTxCommitRollback) || refused(err) {
		return false, err
	}
	return false, fmt.Errorf("%w: %w", ErrUnconfirmed, err)
}

// readOnly reports whether a session refused to write: its server was a primary before.
// Source: PostgreSQL, appendix "Error Codes": read_only_sql_transaction.
func readOnly(err error) bool {
	var no *pgconn.PgError
	return errors.As(err, &no) && no.Code == "25006"
}

// refused reports whether an answer to "commit" says that nothing was committed.
// What ends the session (FATAL, PANIC) may come after the commit was written: while
// it waits for a standby, or when the log could not be flushed and the crash
// recovery finds it all the same. Classes 08, 53, 57, 58 and XX may be of that kind too.
// Source: PostgreSQL, appendix "Error Codes": 40003 is "statement completion unknown".
func refused(err error) bool {
	var no *pgconn.PgError
	if !errors.As(err, &no) || ends(no) || no.Code == "40003" {
		return false
	}
	return no.Code[:2] == "40" || no.Code[:2] != "XX" && !away(err)
}

// ends reports whether an error of the server is the last that its session says.
func ends(no *pgconn.PgError) bool {
	severity := no.SeverityUnlocalized
	if severity == "" {
		severity = no.Severity // poolers leave the other out
	}
	return severity == "FATAL" || severity == "PANIC"
}

// transaction is one that began in the same round trip in which its session was proved, and
// rings once it is committed.
type transaction struct {
	*connection
	over  bool
	rings []ring
	// after is done once it is committed.
	after []func()
}

type connection = pgx.Conn

var errNested = errors.New("a transaction within a transaction")

// begin proves a session and begins a transaction on it. A session that does not pass is closed,
// and so are those of its pool that nobody uses.
func (s *Store) begin(ctx context.Context, c *pgx.Conn) (*transaction, error) {
	if err := s.lines.begin(ctx, c); err != nil {
		if ctx.Err() == nil {
			s.pool.Reset()
		}
		_ = c.Close(context.WithoutCancel(ctx)) // it may be broken
		return nil, err
	}
	return &transaction{connection: c}, nil
}

// Commit ends it. pgx.ErrTxCommitRollback: a statement of it failed, so that nothing was committed.
func (t *transaction) Commit(ctx context.Context) error {
	if t.over {
		return pgx.ErrTxClosed
	}
	t.over = true
	tag, err := t.Exec(ctx, "commit")
	if err != nil {
		_ = t.Close(context.WithoutCancel(ctx)) // what became of it is not known
		return err
	}
	if tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	return nil
}

// Rollback undoes it; after Commit it does nothing.
func (t *transaction) Rollback(ctx context.Context) error {
	if t.over {
		return pgx.ErrTxClosed
	}
	t.over = true
	_, err := t.Exec(ctx, "rollback")
	if err != nil {
		_ = t.Close(context.WithoutCancel(ctx)) // the server undoes it when the session is gone
	}
	return err
}

// Begin is refused: nothing here needs a savepoint.
func (t *transaction) Begin(context.Context) (pgx.Tx, error) { return nil, errNested }

// LargeObjects are not used.
func (t *transaction) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn is the session.
func (t *transaction) Conn() *pgx.Conn { return t.connection }
