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
func (s *Store) commit(ctx context.Context, do func(pgx.Tx) error) error {
	for n := 1; ; n++ {
		lost, err := s.tryCommit(ctx, do)
		if !lost || n == tries || ctx.Err() != nil {
			return err
		}
	}
}

// tryCommit is one attempt; lost says that its session was lost, and nothing is recorded.
func (s *Store) tryCommit(ctx context.Context, do func(pgx.Tx) error) (lost bool, err error) {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return false, err // there is no other session to try
	}
	defer c.Release()
	tx, err := c.Begin(ctx)
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
