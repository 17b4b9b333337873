package store

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openDir lets the user of PostgreSQL reach what a test keeps in its directory.
func openDir(dir string) error {
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			return err
		}
	}
	return nil
}

// pretend is a replica that lives as long as its connection.
func pretend(t testing.TB, s *Store, id string) *pgx.Conn {
	t.Helper()
	c, err := pgx.ConnectConfig(t.Context(), s.pool.Config().ConnConfig)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	_, err = c.Exec(t.Context(), `select pg_advisory_lock($1, hashtext($2))`, replicaLock, id)
	require.NoError(t, err)
	_, err = c.Exec(t.Context(), `insert into mayday.replica (id) values ($1)`, id)
	require.NoError(t, err)
	return c
}

// running is a job that a replica has in hand.
func running(t testing.TB, s *Store, replica string) (job int64) {
	t.Helper()
	declare(t, s)
	require.NoError(t, s.pool.QueryRow(t.Context(), `update river.river_job set state = 'running', attempt = 1, attempted_at = now(), attempted_by = array[$1]
		where id = (select max(id) from river.river_job where state = 'available') returning id`, replica).Scan(&job))
	return job
}

func state(t testing.TB, s *Store, job int64) (st string) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(), `select state from river.river_job where id = $1`, job).Scan(&st))
	return st
}

func TestTheJobsOfADeadReplicaAreTakenOver(t *testing.T) {
	s := open(t, newURL(t), nil)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	dead := pretend(t, s, "dead")
	well := s.Replica("well")
	wg.Go(func() { well.Run(ctx) })
	lost, kept := running(t, s, "dead"), running(t, s, "well")
	_, done := well.Hold(ctx, kept, 1)
	defer done()
	wg.Go(func() { s.Replica("alive").Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	require.Eventually(t, func() bool { return count(t, s, `select count(*) from mayday.replica`) == 3 }, 10*time.Second, 20*time.Millisecond)
	woken := listen(t, s, "river.river_insert")

	require.NoError(t, dead.Close(t.Context()))
	require.Eventually(t, func() bool { return state(t, s, lost) == "available" }, 20*time.Second, 20*time.Millisecond)
	told := []string{`{"queue" : "urgent"}`, `{"queue" : "slack"}`} // as the taking over writes it; what was inserted before may ring still
	require.Eventually(t, func() bool {
		select {
		case said := <-woken:
			return slices.Contains(told, said)
		default:
			return false
		}
	}, patience, 5*time.Millisecond, "its queue is told at once")
	assert.Equal(t, "running", state(t, s, kept), "of a replica that lives nothing is taken")
	assert.Equal(t, 1, count(t, s, `select attempt from river.river_job where id = $1`, lost), "the attempt counts")
	assert.Zero(t, count(t, s, `select count(*) from mayday.replica where id = 'dead'`))
}

// TestAReplicaThatReconnectsKeepsItsJobs: the lock is gone for a moment only.
func TestAReplicaThatReconnectsKeepsItsJobs(t *testing.T) {
	url := newURL(t)
	a, b := open(t, url, nil), open(t, url, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	mine := a.Replica("a")
	wg.Go(func() { mine.Run(ctx) })
	wg.Go(func() { b.Replica("b").Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	holds := `select count(*) from mayday.replica r where id = 'a' and ` + alive
	require.Eventually(t, func() bool { return count(t, a, holds) == 1 }, 10*time.Second, 20*time.Millisecond)
	job := running(t, a, "a")
	_, done := mine.Hold(ctx, job, 1)
	defer done()
	for range 3 {
		cutOff(t, b, "a")
		require.Eventually(t, func() bool { return count(t, b, holds) == 1 }, 10*time.Second, 20*time.Millisecond)
		require.NoError(t, b.Replica("b").takeOver(t.Context()))
		require.Equal(t, "running", state(t, b, job))
	}
}

// cutOff ends the connection by which a replica lives.
func cutOff(t testing.TB, s *Store, id string) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `select pg_terminate_backend(l.pid) from pg_locks l where `+lockOf(`$1`), id)
	require.NoError(t, err)
}

// TestWorkWaitsForTheSignOfLifeAndEndsWithIt: the others take the jobs of a replica
// that cannot show that it lives.
func TestWorkWaitsForTheSignOfLifeAndEndsWithIt(t *testing.T) {
	s := open(t, newURL(t), nil)
	r := s.Replica("a")
	job := running(t, s, "a")
	early, release := make(chan context.Context, 1), make(chan struct{})
	go func() {
		held, done := r.Hold(t.Context(), job, 1)
		early <- held
		<-release
		done()
	}()
	select {
	case <-early:
		t.Fatal("a job is held by a replica that does not live")
	case <-time.After(50 * time.Millisecond):
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { r.Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	held := <-early
	require.NoError(t, held.Err())
	assert.Equal(t, []int64{job}, r.inHand())

	cutOff(t, s, "a")
	select {
	case <-held.Done():
	case <-time.After(patience):
		t.Fatal("the work goes on")
	}
	require.ErrorIs(t, context.Cause(held), ErrCutOff)
	close(release)
	again, done := r.Hold(t.Context(), job, 1)
	require.NoError(t, again.Err(), "it lives again")
	done()

	r.set(false)
	_, err := s.pool.Exec(t.Context(), `update river.river_job set attempt = 2, attempted_by = '{a,b}' where id = $1`, job)
	require.NoError(t, err)
	lost, done := r.Hold(t.Context(), job, 1)
	require.ErrorIs(t, context.Cause(lost), ErrTakenOver, "somebody else has it by now")
	done()

	ended, stop := context.WithCancel(t.Context())
	stop()
	none, done := r.Hold(ended, job, 1)
	require.Error(t, none.Err())
	done()
}

// TestAReplicaWhoseOldConnectionIsAGhostLivesAgain: Postgres may not know yet that it is broken.
func TestAReplicaWhoseOldConnectionIsAGhostLivesAgain(t *testing.T) {
	s := open(t, newURL(t), nil)
	pretend(t, s, "a")
	r := s.Replica("a")
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { r.Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	limit, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	held, done := r.Hold(limit, running(t, s, "a"), 1)
	defer done()
	require.NoError(t, held.Err())
}

// TestAJobThatNobodyHasInHandIsTakenUpAgain: the queue may not have learned what
// came of it, or never have heard that it fetched it.
func TestAJobThatNobodyHasInHandIsTakenUpAgain(t *testing.T) {
	s := open(t, newURL(t), nil)
	r := s.Replica("a")
	r.set(true)
	lost, kept, fresh := running(t, s, "a"), running(t, s, "a"), running(t, s, "a")
	_, err := s.pool.Exec(t.Context(), `update river.river_job set attempted_at = now() - interval '1 minute' where id = any($1)`, []int64{lost, kept})
	require.NoError(t, err)
	_, release := r.Hold(t.Context(), kept, 1)
	require.NoError(t, r.takeOver(t.Context()))
	assert.Equal(t, "available", state(t, s, lost))
	assert.Equal(t, "running", state(t, s, kept), "it is in hand")
	assert.Equal(t, "running", state(t, s, fresh), "it may be on its way here")

	release()
	require.NoError(t, r.takeOver(t.Context()))
	assert.Equal(t, "running", state(t, s, kept), "it was in hand a moment ago: that may not be written down yet")
	r.hands[kept].left = time.Now().Add(-orphanedFor - time.Second)
	require.NoError(t, r.takeOver(t.Context()))
	assert.Equal(t, "available", state(t, s, kept))
}

// TestAProcessThatStoodStillMakesNoCall before it knows whether it was taken over.
func TestAProcessThatStoodStillMakesNoCall(t *testing.T) {
	r := open(t, newURL(t), nil).Replica("a")
	require.ErrorIs(t, r.Check(t.Context()), ErrCutOff, "it never lived")
	r.set(true)
	require.NoError(t, r.Check(t.Context()))
	r.beaten = time.Now().Add(-silentFor)
	require.ErrorIs(t, r.Check(t.Context()), ErrCutOff)
}

// TestASilentReplicaIsTakenOver although it holds its lock: its host is gone, or
// stands still. When it wakes, its connection is gone.
func TestASilentReplicaIsTakenOver(t *testing.T) {
	s := open(t, newURL(t), nil)
	silent := pretend(t, s, "silent")
	job := running(t, s, "silent")
	r := s.Replica("a")
	require.NoError(t, r.takeOver(t.Context()))
	require.Equal(t, "running", state(t, s, job))
	_, err := s.pool.Exec(t.Context(), `update mayday.replica set seen_at = now() - interval '5 seconds' where id = 'silent'`)
	require.NoError(t, err)
	require.NoError(t, r.takeOver(t.Context()))
	assert.Equal(t, "available", state(t, s, job))
	require.Eventually(t, func() bool { return silent.Ping(t.Context()) != nil }, patience, 10*time.Millisecond)
}

// TestJobsOfAReplicaThatNobodyKnowsAreTakenUp: it ended before its first sign of life.
func TestJobsOfAReplicaThatNobodyKnowsAreTakenUp(t *testing.T) {
	s := open(t, newURL(t), nil)
	job := running(t, s, "nobody")
	r := s.Replica("a")
	require.NoError(t, r.takeOver(t.Context()))
	require.Equal(t, "running", state(t, s, job), "it may give its first one now")
	_, err := s.pool.Exec(t.Context(), `update river.river_job set attempted_at = now() - interval '6 seconds' where id = $1`, job)
	require.NoError(t, err)
	require.NoError(t, r.takeOver(t.Context()))
	assert.Equal(t, "available", state(t, s, job))
}

// TestJobsAreWokenWithoutALeader of the queue, which may have died.
func TestJobsAreWokenWithoutALeader(t *testing.T) {
	s := open(t, newURL(t), nil)
	due, later := running(t, s, "a"), running(t, s, "a")
	_, err := s.pool.Exec(t.Context(), `update river.river_job set state = 'retryable', scheduled_at = now() + case id when $1 then interval '-1 s' else '1 h' end where id in ($1, $2)`, due, later)
	require.NoError(t, err)
	require.NoError(t, s.Replica("a").takeOver(t.Context()))
	assert.Equal(t, "available", state(t, s, due))
	assert.Equal(t, "retryable", state(t, s, later))
}

func TestAReplicaThatEndsLeavesNothingBehind(t *testing.T) {
	s := open(t, newURL(t), nil)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	r := s.Replica("a")
	wg.Go(func() { r.Run(ctx) })
	living := func() int {
		n, err := s.CountReplicas(t.Context())
		require.NoError(t, err)
		return n
	}
	require.Eventually(t, func() bool { return living() == 1 }, patience, 10*time.Millisecond)
	cancel()
	wg.Wait()
	require.Eventually(t, func() bool { return living() == 0 }, patience, 10*time.Millisecond, "the server ends the session in its own time")
	assert.Zero(t, count(t, s, `select count(*) from mayday.replica`))
	up, _ := r.leads.both()
	assert.False(t, isClosed(up), "and carries nothing out")
	pretend(t, s, "b")
	assert.Equal(t, 1, living())
}

// listen receives the notifications of a channel.
func listen(t testing.TB, s *Store, channel string) <-chan string {
	t.Helper()
	c, err := pgx.ConnectConfig(t.Context(), s.pool.Config().ConnConfig)
	require.NoError(t, err)
	_, err = c.Exec(t.Context(), `listen `+pgx.Identifier{channel}.Sanitize())
	require.NoError(t, err)
	got := make(chan string, 1000)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			n, err := c.WaitForNotification(ctx)
			if err != nil {
				return
			}
			got <- n.Payload
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait(); _ = c.Close(context.Background()) })
	return got
}
