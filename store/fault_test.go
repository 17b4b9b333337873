package store

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// faults counts the questions of a store to its database, and has one of them fail.
type faults struct {
	left atomic.Int64 // questions before the one that fails; negative for none
	seen atomic.Int64
	// close loses the session at that question; otherwise only the question is not answered.
	close atomic.Bool
	lost  atomic.Bool // a session was
}

// set has the nth question from now on fail, counted from 0; none when nth is negative.
func (f *faults) set(nth int64, closes bool) {
	f.left.Store(nth)
	f.close.Store(closes)
	f.seen.Store(0)
}

func (f *faults) at(ctx context.Context, c *pgx.Conn, sql string) context.Context {
	if sql == session || sql == "rollback" || strings.Contains(sql, "pg_notify(channel, payload) from unnest") {
		return ctx // of connections that begin, of what has failed already, and of the bell, which rings beside the callers
	}
	n := f.seen.Add(1) - 1
	if n != f.left.Load() {
		return ctx
	}
	if f.close.Load() {
		f.lost.Store(true)
		_ = c.Close(context.Background())
		return ctx
	}
	failed, cancel := context.WithCancel(ctx)
	cancel()
	return failed
}

func (f *faults) TraceQueryStart(ctx context.Context, c *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	return f.at(ctx, c, q.SQL)
}
func (f *faults) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (f *faults) TraceBatchStart(ctx context.Context, c *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	return f.at(ctx, c, b.Batch.QueuedQueries[0].SQL)
}
func (f *faults) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (f *faults) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// faulty is a store in which everything is, whose questions can be made to fail.
func faulty(t *testing.T) (*Store, *faults) {
	t.Helper()
	url := storetest.Clone(t, "furnished", func(_ context.Context, url string) error {
		furnish(t, url)
		return nil
	})
	f := &faults{}
	f.set(-1, false)
	s := open(t, url, storetest.NewClock(furnished))
	cfg := s.pool.Config()
	cfg.ConnConfig.Tracer = f
	pool, err := newPool(t.Context(), cfg, mostConns, s.lines)
	require.NoError(t, err)
	s.pool.Close()
	s.pool = pool
	return s, f
}

// What differs each time: identities and what is kept of secrets, and all numbers, moments among them.
var random, number = regexp.MustCompile(`\b[a-z2-7]{12}\b|\\x[0-9a-f]+`), regexp.MustCompile(`[0-9]+`)

// all is every row of every table, but for what differs each time.
func all(t testing.TB, s *Store) string {
	t.Helper()
	rows, err := s.pool.Query(t.Context(), `select format('select %L || t from %I.%I t', tablename || ' ', schemaname, tablename) from pg_tables where schemaname in ('mayday', 'river')`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(tables), 20)
	rows, err = s.pool.Query(t.Context(), strings.Join(tables, ` union all `))
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	for i := range list {
		list[i] = number.ReplaceAllString(random.ReplaceAllString(list[i], "(random)"), "0")
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// TestWhateverFailsIsToldAndChangesNothing: whichever question to the database is not answered, whoever asked gets an error,
// and nothing of the change is recorded. Where a session is lost in the middle instead, the change is tried again in
// another one, and knows nothing of what the first attempt read or wrote.
func TestWhateverFailsIsToldAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, do := range changes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, f := faulty(t)
			nth := int64(0)
			for ; ; nth++ {
				f.set(nth, false)
				err := do(t.Context(), s)
				if f.seen.Load() <= nth {
					require.NoError(t, err)
					break
				}
				require.ErrorIs(t, err, context.Canceled, "question %d", nth)
				settled(t, s) // a clock passes over what somebody holds still
			}
			f.set(-1, false)
			want := all(t, s)
			s, f = faulty(t)
			require.NotEqual(t, all(t, s), want, "it is seen what is recorded")
			f.set(nth-2, true) // the last but one: the last is "commit"
			if err := do(t.Context(), s); err != nil {
				require.ErrorIs(t, err, pgconn.ErrConnClosed) // its caller tries it again
				settled(t, s)
				require.NoError(t, do(t.Context(), s))
			}
			require.True(t, f.lost.Load())
			f.set(-1, false)
			assert.Equal(t, want, all(t, s))
		})
	}
}
