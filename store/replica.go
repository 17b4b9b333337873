package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
)

const (
	// replicaLock is the class of the advisory locks by which replicas live:
	// Postgres frees one as soon as the process that holds it is gone.
	replicaLock = 7701
	// missingFor is how long a replica's lock must be gone before its jobs are
	// taken over; a reconnecting replica is back sooner.
	missingFor = 2 * time.Second
)

// alive is the condition that the replica r holds its lock.
const alive = `exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.classid = 7701
	and l.objid = (hashtext(r.id)::bigint & 4294967295)::oid and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database()))`

// RunReplica holds this replica's sign of life and takes over the running jobs
// of replicas that died, until ctx is done. id must be the job client's id.
func (s *Store) RunReplica(ctx context.Context, id string) {
	go func() {
		for ctx.Err() == nil {
			if err := s.live(ctx, id); err != nil && ctx.Err() == nil {
				s.log.Warn("the sign of life was interrupted", zap.Error(err))
			}
			SystemClock{}.Wait(ctx, time.Now().Add(100*time.Millisecond), nil)
		}
	}()
	for ctx.Err() == nil {
		SystemClock{}.Wait(ctx, time.Now().Add(time.Second), nil)
		if err := s.takeOver(ctx, id); err != nil && ctx.Err() == nil {
			s.log.Warn("cannot look for dead replicas", zap.Error(err))
		}
	}
}

// live holds the lock on a connection of its own for as long as that lasts.
func (s *Store) live(ctx context.Context, id string) error {
	c, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	// A host that is gone says nothing; Postgres has to ask. As settings of the
	// connection's start a pooler would refuse them.
	if _, err := c.Exec(ctx, `set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, `select pg_advisory_lock($1, hashtext($2))`, replicaLock, id); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if _, err := c.Exec(ctx, `insert into mayday.replica (id) values ($1) on conflict (id) do update set seen_at = now(), missing_since = null`, id); err != nil {
			return err
		}
		SystemClock{}.Wait(ctx, time.Now().Add(time.Second), nil)
	}
	return nil
}

// takeOver marks replicas whose lock is gone, and once one was gone for a while
// makes its running jobs available again.
func (s *Store) takeOver(ctx context.Context, id string) error {
	if _, err := s.pool.Exec(ctx, `update mayday.replica r set missing_since = now() where missing_since is null and id <> $1 and not `+alive, id); err != nil {
		return err
	}
	_, err := s.pool.Exec(ctx, `with dead as (
		  delete from mayday.replica r where missing_since < now() - make_interval(secs => $1) and not `+alive+` returning id),
		freed as (
		  update river.river_job j set state = 'available', scheduled_at = now(),
		    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'the replica died', 'trace', ''))
		  from dead where j.state = 'running' and j.attempted_by[array_upper(j.attempted_by, 1)] = dead.id returning j.queue)
		select pg_notify('river.river_insert', json_build_object('queue', queue)::text) from (select distinct queue from freed) q`, missingFor.Seconds())
	return err
}
