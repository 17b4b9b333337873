package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// commit runs do in a transaction. Once Postgres was asked to commit, only its own
// answer says what came of it: without one the error is ErrUnconfirmed.
func (s *Store) commit(ctx context.Context, do func(pgx.Tx) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }() // after a commit it does nothing
	if err := do(tx); err != nil {
		return err
	}
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return context.DeadlineExceeded // this process stood still, and whoever asked was told that nothing came of it
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if tx.Conn().IsClosed() {
		return pgconn.ErrConnClosed
	}
	err = tx.Commit(ctx)
	if err == nil || errors.Is(err, pgx.ErrTxCommitRollback) || refused(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnconfirmed, err)
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
