package store

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stoodStill is a context whose time is over, of which nobody could tell it yet because the process stood still.
type stoodStill struct {
	context.Context
	end time.Time
}

func (c stoodStill) Deadline() (time.Time, bool) { return c.end, true }

// TestWhatIsCommittedTooLateIsNot: whoever asked was told that nothing came of it, or has gone away.
func TestWhatIsCommittedTooLateIsNot(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	rang := 0
	record := func(ctx context.Context, then func()) error {
		return s.commit(ctx, func(tx *transaction) error {
			tx.after = append(tx.after, func() { rang++ })
			_, err := tx.Exec(context.WithoutCancel(ctx), `insert into mayday.fact (key, value) values ('a', '')`)
			then()
			return err
		})
	}
	there := func() int { return count(t, s, `select count(*) from mayday.fact where key = 'a'`) }
	err := record(stoodStill{t.Context(), time.Now()}, func() {})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, ErrUnconfirmed)
	gone, leave := context.WithCancel(t.Context())
	err = record(gone, leave)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, ErrUnconfirmed)
	assert.Zero(t, there())
	assert.Zero(t, rang, "and nobody is told")
	require.NoError(t, record(stoodStill{t.Context(), time.Now().Add(time.Hour)}, func() {}))
	assert.Equal(t, []int{1, 1}, []int{there(), rang})
}

// TestASessionThatIsLostBeforeItsCommitIsReplaced, and what nobody hears of an error is not taken for a commit.
func TestASessionThatIsLostBeforeItsCommitIsReplaced(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	n := 0
	require.NoError(t, s.commit(t.Context(), func(tx *transaction) error {
		if n++; n == 1 {
			return tx.Close(t.Context())
		}
		_, err := tx.Exec(t.Context(), `insert into mayday.fact (key, value) values ('a', '')`)
		return err
	}))
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.fact where key = 'a'`))
	err := s.commit(t.Context(), func(tx *transaction) error {
		_, err := tx.Exec(t.Context(), `insert into mayday.fact (key, value) values ('b', ''); select 1 / 0`)
		require.Error(t, err)
		return nil
	})
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.NotErrorIs(t, err, ErrUnconfirmed)
	assert.Zero(t, count(t, s, `select count(*) from mayday.fact where key = 'b'`))
}

// TestATransactionEndsOnce, and has none within it.
func TestATransactionEndsOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	for name, end := range map[string]func(*transaction) error{
		"commit":   func(tx *transaction) error { return tx.Commit(t.Context()) },
		"rollback": func(tx *transaction) error { return tx.Rollback(t.Context()) },
	} {
		err := s.within(t.Context(), func(tx *transaction) error {
			_, err := tx.Begin(t.Context())
			require.ErrorIs(t, err, errNested)
			_, err = tx.Exec(t.Context(), `insert into mayday.fact (key, value) values ($1, '')`, name)
			require.NoError(t, err)
			require.NoError(t, end(tx))
			require.ErrorIs(t, tx.Commit(t.Context()), pgx.ErrTxClosed)
			require.ErrorIs(t, tx.Rollback(t.Context()), pgx.ErrTxClosed)
			require.False(t, tx.IsClosed(), "the session goes on")
			return pgx.ErrTxClosed
		})
		require.ErrorIs(t, err, pgx.ErrTxClosed)
	}
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.fact where key = 'commit'`))
	assert.Zero(t, count(t, s, `select count(*) from mayday.fact where key = 'rollback'`))
}

// TestSessionsThatServeNoMoreAreReplaced, more of them than anything is tried, and nobody notices: those that were lost while
// nobody used them, and those whose server is to write no more.
func TestSessionsThatServeNoMoreAreReplaced(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s, admin := open(t, url, nil), open(t, url, nil)
	inc := declare(t, s)
	s.quiet() // the bell would find out first
	for _, why := range []string{"lost", "read-only"} {
		for name, ask := range map[string]func() error{
			"a change":   func() error { _, err := s.Update(t.Context(), inc.Ref(), nil, note("x")); return err },
			"a look":     func() error { _, err := s.See(t.Context(), inc.Ref()); return err },
			"a page":     func() error { _, _, err := s.Page(t.Context(), inc.Ref(), 0); return err },
			"a question": func() error { _, err := s.CountLive(t.Context()); return err },
		} {
			var pids []int32
			held := s.pool.AcquireAllIdle(t.Context())
			for len(held) < 2*tries {
				c, err := s.pool.Acquire(t.Context())
				require.NoError(t, err)
				held = append(held, c)
			}
			for _, c := range held {
				pids = append(pids, int32(c.Conn().PgConn().PID()))
				if why == "read-only" {
					_, err := c.Exec(t.Context(), `set default_transaction_read_only = on`)
					require.NoError(t, err)
				}
				c.Release()
			}
			if why == "lost" {
				set(t, admin, `select pg_terminate_backend(pid, 10000) from unnest($1::int[]) pid`, pids)
			}
			assert.NoError(t, ask(), "%s, %s", name, why)
			assert.Eventually(t, func() bool {
				return count(t, admin, `select count(*) from pg_stat_activity where pid = any($1)`, pids) == 0
			}, patience, 5*time.Millisecond, "%s, %s: none of them is left", name, why)
		}
	}
}
