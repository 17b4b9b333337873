package store

import (
	"context"
	"os"
	"path/filepath"
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
	pretend(t, s, "well")
	lost, kept := running(t, s, "dead"), running(t, s, "well")
	wg.Go(func() { s.RunReplica(ctx, "alive") })
	defer func() { cancel(); wg.Wait() }()
	require.Eventually(t, func() bool { return count(t, s, `select count(*) from mayday.replica`) == 3 }, 10*time.Second, 20*time.Millisecond)
	woken := listen(t, s, "river.river_insert")

	require.NoError(t, dead.Close(t.Context()))
	require.Eventually(t, func() bool { return state(t, s, lost) == "available" }, 20*time.Second, 20*time.Millisecond)
	assert.Contains(t, []string{`{"queue" : "urgent"}`, `{"queue" : "slack"}`}, <-woken, "its queue is told at once")
	assert.Equal(t, "running", state(t, s, kept), "of a replica that lives nothing is taken")
	assert.Equal(t, 1, count(t, s, `select array_length(errors, 1) from river.river_job where id = $1`, lost), "the attempt counts")
	assert.Zero(t, count(t, s, `select count(*) from mayday.replica where id = 'dead'`))
}

// TestAReplicaThatReconnectsKeepsItsJobs: the lock is gone for a moment only.
func TestAReplicaThatReconnectsKeepsItsJobs(t *testing.T) {
	url := newURL(t)
	a, b := open(t, url, nil), open(t, url, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { a.RunReplica(ctx, "a") })
	wg.Go(func() { b.RunReplica(ctx, "b") })
	defer func() { cancel(); wg.Wait() }()
	holds := `select count(*) from mayday.replica r where id = 'a' and ` + alive
	require.Eventually(t, func() bool { return count(t, a, holds) == 1 }, 10*time.Second, 20*time.Millisecond)
	job := running(t, a, "a")
	for range 3 {
		_, err := b.pool.Exec(t.Context(), `select pg_terminate_backend(l.pid) from mayday.replica r join pg_locks l on l.locktype = 'advisory' and l.classid = 7701
			and l.objid = (hashtext(r.id)::bigint & 4294967295)::oid where r.id = 'a'`)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return count(t, b, holds) == 1 }, 10*time.Second, 20*time.Millisecond)
		require.NoError(t, b.takeOver(t.Context(), "b"))
		require.Equal(t, "running", state(t, b, job))
	}
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
