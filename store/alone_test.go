package store

import (
	"context"
	"errors"
	"fmt"
	neturl "net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
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
	var held context.Context
	_, err = b.Alone(t.Context(), "speak/1", func(ctx context.Context) error { held = ctx; return failed })
	require.ErrorIs(t, err, failed)
	require.ErrorIs(t, held.Err(), context.Canceled, "what it left running ends with the lock")
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

// TestAClosedStoreHoldsNothing: what a lock protects ends with it, and none is given any more.
func TestAClosedStoreHoldsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	got, err := s.Alone(t.Context(), "speak/1", func(ctx context.Context) error {
		require.NoError(t, ctx.Err())
		s.locks.close()
		require.ErrorIs(t, context.Cause(ctx), errClosed)
		return nil
	})
	require.NoError(t, err)
	assert.True(t, got)
	got, err = s.Alone(t.Context(), "speak/1", func(context.Context) error { return errors.New("done all the same") })
	require.ErrorIs(t, err, errClosed)
	assert.False(t, got)
	assert.Nil(t, s.locks.session)
}

// TestTheSessionOfLocksIsClosedOnceNobodyNeedsIt for a while, and not while one is held.
func TestTheSessionOfLocksIsClosedOnceNobodyNeedsIt(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	stays := func() bool {
		s.locks.tire()
		s.locks.mu.Lock()
		defer s.locks.mu.Unlock()
		return s.locks.session != nil
	}
	require.False(t, s.locks.rest.Stop(), "there is none yet")
	for range 2 { // the next one has a session of its own
		got, err := s.Alone(t.Context(), "speak/1", func(ctx context.Context) error {
			assert.True(t, stays(), "it is held")
			return ctx.Err()
		})
		require.NoError(t, err)
		require.True(t, got)
		assert.True(t, s.locks.rest.Reset(time.Hour), "its end is near")
		assert.False(t, stays())
	}
	s.locks.close()
	assert.False(t, s.locks.rest.Stop())
}

// TestASessionThatProtectsNothingIsReplaced before a lock is taken in it: it was lost, or its server is to write no more. When
// there is none to be had, that is said.
func TestASessionThatProtectsNothingIsReplaced(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s, admin := open(t, url, nil), open(t, url, nil)
	session := func() (pid uint32) {
		t.Helper()
		require.Eventually(t, func() bool { // what is asked in a session before it is known that it is to be replaced, it holds until its end
			got, err := s.Alone(t.Context(), "speak/1", func(context.Context) error {
				pid = s.locks.session.PgConn().PID()
				return nil
			})
			require.NoError(t, err)
			return got
		}, patience, 10*time.Millisecond)
		return pid
	}
	first := session()
	require.Equal(t, first, session())
	set(t, admin, `select pg_terminate_backend($1, 10000)`, int32(first))
	second := session()
	require.NotEqual(t, first, second)
	_, err := s.locks.session.Exec(t.Context(), `set default_transaction_read_only = on`)
	require.NoError(t, err)
	third := session()
	require.NotEqual(t, second, third)
	u, err := neturl.Parse(url)
	require.NoError(t, err)
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	storetest.Run(t, u.String(), `alter database "`+name+`" allow_connections false`)
	set(t, admin, `select pg_terminate_backend($1, 10000)`, int32(third))
	got, err := s.Alone(t.Context(), "speak/1", func(context.Context) error { return nil })
	require.ErrorContains(t, err, "not currently accepting connections")
	assert.False(t, got)
}

// TestALockIsWatchedAlsoAfterThereWasNone: whoever watches goes away with the last lock, and comes back with the next.
func TestALockIsWatchedAlsoAfterThereWasNone(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	watched := func() bool {
		s.locks.mu.Lock()
		defer s.locks.mu.Unlock()
		return s.locks.watched
	}
	for range 2 {
		_, err := s.Alone(t.Context(), "speak/1", func(ctx context.Context) error {
			require.True(t, watched())
			require.True(t, s.locks.prove(), "it holds")
			require.NoError(t, ctx.Err())
			_, err := s.pool.Exec(ctx, `select pg_terminate_backend(pid) `+ofAlone)
			require.NoError(t, err)
			<-ctx.Done()
			return context.Cause(ctx)
		})
		require.ErrorContains(t, err, "the lock was lost")
		require.Eventually(t, func() bool { return !watched() }, patience, 10*time.Millisecond)
	}
	assert.False(t, s.locks.prove(), "there is nothing to watch")
}

// TestLocksAreAskedForTogether: some are given back, others taken or refused, in one question, and nothing is left open once
// none is held.
func TestLocksAreAskedForTogether(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s, other := open(t, url, nil), open(t, url, nil)
	l := s.locks
	named := func(what string) *hold { return &hold{what, func(error) {}} }
	ask := func(asks ...lockAsk) []bool {
		t.Helper()
		answers, err := l.ask(t.Context(), asks)
		require.NoError(t, err)
		return answers
	}
	transactions := func() int {
		return count(t, s, `select count(*) from pg_stat_activity where state like 'idle in transaction%' and datname = current_database() and pid <> pg_backend_pid()`)
	}
	_, err := other.Alone(t.Context(), "theirs", func(context.Context) error {
		require.Equal(t, 1, transactions(), "theirs")
		one, two, theirs := named("one"), named("two"), named("theirs")
		assert.Equal(t, []bool{true, false}, ask(lockAsk{hold: one}, lockAsk{hold: theirs}))
		assert.Equal(t, 2, transactions())
		three := named("three")
		assert.Equal(t, []bool{true}, ask(lockAsk{hold: three}))
		assert.Equal(t, []bool{true}, ask(lockAsk{three, true}))
		assert.Equal(t, 2, transactions(), "one is held still")
		assert.Equal(t, []bool{true, true, false}, ask(lockAsk{one, true}, lockAsk{hold: two}, lockAsk{hold: theirs}))
		assert.Equal(t, 2, count(t, s, `select count(*) `+ofAlone), "theirs, and the second")
		assert.Equal(t, []bool{true}, ask(lockAsk{one, true}), "nothing of it is held any more")
		assert.Equal(t, 2, transactions())
		assert.Equal(t, []bool{true, false}, ask(lockAsk{two, true}, lockAsk{hold: theirs}))
		assert.Equal(t, 1, transactions(), "whoever holds nothing leaves nothing open")
		assert.Equal(t, []bool{false}, ask(lockAsk{hold: theirs}), "and asks again")
		assert.Equal(t, 1, count(t, s, `select count(*) `+ofAlone))
		return nil
	})
	require.NoError(t, err)
	mine, lost, session := named("theirs"), error(nil), l.session
	mine.lose = func(why error) { lost = why }
	assert.Equal(t, []bool{true}, ask(lockAsk{hold: mine}))
	assert.Same(t, session, l.session, "all of that is asked in one session")
	require.NoError(t, session.Close(t.Context()))
	assert.Equal(t, []bool{true}, ask(lockAsk{hold: named("another")}))
	require.ErrorContains(t, lost, "its session was closed")
	assert.Equal(t, []bool{true}, ask(lockAsk{mine, true}))
	// The server ends a session that was closed in its own time.
	assert.Eventually(t, func() bool { return count(t, s, `select count(*) `+ofAlone) == 1 }, 30*time.Second, 10*time.Millisecond, "the other")
}
