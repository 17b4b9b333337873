package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
)

const (
	// replicaLock is the class of the advisory locks by which replicas live:
	// Postgres frees one as soon as the process that holds it is gone.
	replicaLock = 7701
	// pulse is the pause between two signs of life, and pulseWithin how long one may
	// take: a replica that is cut off knows it after both, and stops its work.
	pulse       = 500 * time.Millisecond
	pulseWithin = time.Second
	// missingFor is how long a replica's lock must be gone before its jobs are
	// taken over. By then it has noticed itself; one that reconnects is back sooner.
	missingFor = 2500 * time.Millisecond
	// orphanedFor is how long a job may say that it runs here while nobody has it in
	// hand: the queue writes down in batches what was done.
	orphanedFor = 10 * time.Second
)

// lockOf is the condition that a row l of pg_locks is the lock of the replica with this id.
func lockOf(id string) string {
	return `l.locktype = 'advisory' and l.classid = 7701 and l.objid = (hashtext(` + id + `)::bigint & 4294967295)::oid
	and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database())`
}

// alive is the condition that the replica r holds its lock.
var alive = `exists (select 1 from pg_locks l where ` + lockOf(`r.id`) + `)`

// errCutOff ends work whose replica cannot show that it lives: others take it over.
var errCutOff = errors.New("this replica lost its database connection")

// Replica is this process as the others see it: while it lives, the jobs that it
// has in hand are its own. It is safe for concurrent use.
type Replica struct {
	s  *Store
	id string

	mu    sync.Mutex
	lives chan struct{} // closed while it lives
	dies  chan struct{} // closed while it does not
	// hands are the jobs in hand, or when they left it.
	hands map[int64]time.Time
}

// Replica makes a replica that does not live yet. id must be the job client's id.
func (s *Store) Replica(id string) *Replica {
	r := &Replica{s: s, id: id, lives: make(chan struct{}), dies: make(chan struct{}), hands: map[int64]time.Time{}}
	close(r.dies)
	return r
}

// Run holds the sign of life until ctx is done, and meanwhile takes over the jobs
// of replicas that died, and those of its own that nobody has in hand.
func (r *Replica) Run(ctx context.Context) {
	var living sync.WaitGroup
	living.Go(func() {
		for ctx.Err() == nil {
			if err := r.live(ctx); err != nil && ctx.Err() == nil {
				r.s.log.Warn("the sign of life was interrupted", zap.Error(err))
			}
			SystemClock{}.Wait(ctx, time.Now().Add(100*time.Millisecond), nil)
		}
	})
	for ctx.Err() == nil {
		SystemClock{}.Wait(ctx, time.Now().Add(time.Second), nil)
		if err := r.takeOver(ctx); err != nil && ctx.Err() == nil {
			r.s.log.Warn("cannot look for dead replicas", zap.Error(err))
		}
	}
	living.Wait()
}

// Hold takes a job in hand once the replica lives. The context that it returns
// ends when it lives no more; release must be called when the job is done.
func (r *Replica) Hold(ctx context.Context, job int64) (held context.Context, release func()) {
	r.mu.Lock()
	r.hands[job] = time.Time{}
	lives, dies := r.lives, r.dies
	r.mu.Unlock()
	select {
	case <-lives:
		r.mu.Lock()
		dies = r.dies
		r.mu.Unlock()
	case <-ctx.Done():
	}
	held, cut := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-dies:
			cut(errCutOff)
		case <-held.Done():
		}
	}()
	return held, func() {
		cut(nil)
		<-watched
		r.mu.Lock()
		defer r.mu.Unlock()
		r.hands[job] = time.Now()
	}
}

// live holds the lock on a connection of its own for as long as that lasts.
func (r *Replica) live(ctx context.Context) error {
	c, err := pgx.ConnectConfig(ctx, r.s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // it may be broken
	// A host that is gone says nothing; Postgres has to ask. As settings of the
	// connection's start a pooler would refuse them.
	if _, err := c.Exec(ctx, `set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`); err != nil {
		return err
	}
	// The server may not know yet that our last connection is broken.
	if _, err := c.Exec(ctx, `select pg_terminate_backend(l.pid) from pg_locks l where l.granted and `+lockOf(`$1`), r.id); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, `select pg_advisory_lock($1, hashtext($2))`, replicaLock, r.id); err != nil {
		return err
	}
	defer r.set(false)
	for ctx.Err() == nil {
		if err := r.beat(ctx, c); err != nil {
			return err
		}
		r.set(true)
		SystemClock{}.Wait(ctx, time.Now().Add(pulse), nil)
	}
	leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), pulseWithin)
	defer cancel()
	_, err = c.Exec(leave, `delete from mayday.replica where id = $1`, r.id)
	return err
}

func (r *Replica) beat(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, pulseWithin)
	defer cancel()
	_, err := c.Exec(ctx, `insert into mayday.replica (id) values ($1) on conflict (id) do update set seen_at = now(), missing_since = null`, r.id)
	return err
}

// set says whether the replica lives.
func (r *Replica) set(lives bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.lives:
		if !lives {
			r.lives = make(chan struct{})
			close(r.dies)
		}
	default:
		if lives {
			r.dies = make(chan struct{})
			close(r.lives)
		}
	}
}

// inHand are the jobs that are, or were a moment ago.
func (r *Replica) inHand() []int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := make([]int64, 0, len(r.hands))
	for id, left := range r.hands {
		if !left.IsZero() && time.Since(left) > orphanedFor {
			delete(r.hands, id)
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

// takeOver marks replicas whose lock is gone, and makes available again the
// running jobs of those whose lock was gone for a while, and those of this
// replica that nobody has in hand: the queue gives up after seconds to write down
// what came of a job, and a fetch whose answer was lost leaves its jobs running.
func (r *Replica) takeOver(ctx context.Context) error {
	if _, err := r.s.pool.Exec(ctx, `update mayday.replica r set missing_since = now() where missing_since is null and id <> $1 and not `+alive, r.id); err != nil {
		return err
	}
	_, err := r.s.pool.Exec(ctx, `with dead as (
		  delete from mayday.replica r where missing_since < now() - make_interval(secs => $1) and not `+alive+` returning id),
		freed as (
		  update river.river_job j set state = 'available', scheduled_at = now(),
		    errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'its replica died or lost it', 'trace', ''))
		  where j.state = 'running' and (j.attempted_by[array_upper(j.attempted_by, 1)] in (select id from dead)
		    or j.attempted_by[array_upper(j.attempted_by, 1)] = $2 and j.attempted_at < now() - make_interval(secs => $3) and j.id <> all($4))
		  returning j.queue)
		select pg_notify('river.river_insert', json_build_object('queue', queue)::text) from (select distinct queue from freed) q`,
		missingFor.Seconds(), r.id, (orphanedFor / 2).Seconds(), r.inHand())
	return err
}

// CountReplicas is how many replicas live.
func (s *Store) CountReplicas(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*) from mayday.replica r where `+alive).Scan(&n)
	return n, wrap(err, "count the replicas")
}
