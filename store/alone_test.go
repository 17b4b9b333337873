package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ofAlone are the locks of Alone in this database; beside it are those of other tests.
const ofAlone = `from pg_locks where locktype = 'advisory' and classid = 7702 and database = (select oid from pg_database where datname = current_database())`

func TestAlone(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	a, b := open(t, url, nil), open(t, url, nil)
	inside, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		got, err := a.Alone(context.Background(), "speak/1", func(context.Context) error {
			close(inside)
			<-leave
			return nil
		})
		assert.NoError(t, err)
		assert.True(t, got)
	})
	<-inside
	fine := func(context.Context) error { return nil }
	got, err := b.Alone(t.Context(), "speak/1", fine)
	require.NoError(t, err)
	assert.False(t, got, "somebody else does it")
	got, err = b.Alone(t.Context(), "speak/2", fine)
	require.NoError(t, err)
	assert.True(t, got, "that is something else")
	close(leave)
	wg.Wait()
	failed := errors.New("failed")
	_, err = b.Alone(t.Context(), "speak/1", func(context.Context) error { return failed })
	require.ErrorIs(t, err, failed)
	got, err = a.Alone(t.Context(), "speak/1", fine)
	require.NoError(t, err)
	assert.True(t, got, "an error gives the lock back")
}

// TestWhoLosesTheLockStops: somebody else may hold it by then.
func TestWhoLosesTheLockStops(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	_, err := s.Alone(t.Context(), "speak/1", func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, `select pg_terminate_backend(pid) `+ofAlone)
		require.NoError(t, err)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(patience):
			return nil
		}
	})
	require.ErrorContains(t, err, "the lock was lost")
}

// TestWhoHoldsALockStarvesNobody: what is done under it needs connections too.
func TestWhoHoldsALockStarvesNobody(t *testing.T) {
	s := open(t, newURL(t), nil)
	inc := declare(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var all sync.WaitGroup
	for i := range 3 * mostConns {
		all.Go(func() {
			got, err := s.Alone(ctx, fmt.Sprint("starve/", i), func(ctx context.Context) error {
				_, err := s.Update(ctx, inc.Ref(), nil, note(fmt.Sprint(i)))
				return err
			})
			assert.NoError(t, err)
			assert.True(t, got)
		})
	}
	all.Wait()
}

// TestLocksTakeOneSession, however many are held, and nothing is held once all were given back.
func TestLocksTakeOneSession(t *testing.T) {
	t.Parallel()
	const n = 40
	s := open(t, newURL(t), nil)
	var inside, all sync.WaitGroup
	leave := make(chan struct{})
	inside.Add(n)
	for i := range n {
		all.Go(func() {
			got, err := s.Alone(t.Context(), fmt.Sprint("many/", i), func(context.Context) error {
				inside.Done()
				<-leave
				return nil
			})
			assert.NoError(t, err)
			assert.True(t, got)
		})
	}
	inside.Wait()
	assert.Equal(t, n, count(t, s, `select count(*) `+ofAlone))
	assert.Equal(t, 1, count(t, s, `select count(distinct pid) `+ofAlone))
	assert.Equal(t, 1, count(t, s, `select count(*) from pg_stat_activity where state = 'idle in transaction' and pid in (select pid `+ofAlone+`)`),
		"so that Postgres frees the locks of a process that stands still")
	got, err := s.Alone(t.Context(), "many/7", func(context.Context) error { return errors.New("twice at once") })
	require.NoError(t, err)
	assert.False(t, got, "in the same process too")
	close(leave)
	all.Wait()
	assert.Zero(t, count(t, s, `select count(*) `+ofAlone))
	assert.Zero(t, count(t, s, `select count(*) from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()`), "and nothing is left open")
}

// TestALockIsTakenThoughItsSessionWasLost: that was idle, and nobody noticed.
func TestALockIsTakenThoughItsSessionWasLost(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	for range 3 {
		got, err := s.Alone(t.Context(), "speak/1", func(ctx context.Context) error {
			_, err := s.pool.Exec(ctx, `select pg_terminate_backend(pid) `+ofAlone)
			return err
		})
		require.NoError(t, err)
		require.True(t, got)
	}
}
