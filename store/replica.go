package store

import (
	"context"
	"errors"
	"sync"
	"time"

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
	// missingFor is how long a replica's lock must be gone, and silentFor how long one
	// that holds it must have given no sign of life, before its jobs are taken over. By
	// then it has noticed itself; one that reconnects is back sooner.
	missingFor = 2500 * time.Millisecond
	silentFor  = 4 * time.Second
	// orphanedFor is how long a job may say that it runs here while nobody has it in
	// hand: the queue writes down in batches what was done.
	orphanedFor = 10 * time.Second
	// strangeFor is how long a job may say that it runs where no replica is known: one
	// that begins may fetch before its first sign of life.
	strangeFor = 5 * time.Second
	// waitingFor is how long a job may wait that could be carried out, until its queue is
	// told once more.
	waitingFor = 500 * time.Millisecond
	// rounds is the pause between two rounds through the jobs, and glance the one between
	// two looks at the other replicas while there are any: with missingFor, one that died
	// is taken over within three seconds.
	rounds = time.Second
	glance = 200 * time.Millisecond
	// roundsWithin is how long one look may take.
	roundsWithin = 5 * time.Second
)

// lockOf is the condition that a row l of pg_locks is the lock of the replica with this id.
func lockOf(id string) string {
	return `l.locktype = 'advisory' and l.classid = 7701 and l.objid = (hashtext(` + id + `)::bigint & 4294967295)::oid
	and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database())`
}

// alive is the condition that the replica r holds its lock.
var alive = `exists (select 1 from pg_locks l where ` + lockOf(`r.id`) + `)`

// Why work is ended.
var (
	// ErrCutOff: this replica cannot show that it lives, so others take its work over.
	ErrCutOff = errors.New("this replica lost its database connection")
	// ErrTakenOver: another replica has the job by now.
	ErrTakenOver = errors.New("another replica took the job over")
)

// Replica is this process as the others see it: while it lives, the jobs that it
// has in hand are its own. It is safe for concurrent use.
type Replica struct {
	s  *Store
	id string
	// Counted, when set before Run, is told among how many replicas, this one included, it has
	// to share what Slack allows, when what is known of them has changed: one that carries all
	// jobs out has it for itself.
	Counted func(share int)
	// ReachesSlack, when set before Run, says whether this process is connected to Slack.
	ReachesSlack func() bool

	lives, leads *flag
	overdue      chan struct{} // there is something to take over
	reached      time.Time     // when it was seen last to reach Slack
	seen         *sight        // how the others were; nil when that was not told
	mu           sync.Mutex
	beaten       time.Time // its last sign of life
	hands        map[int64]*hand
}

// hand is a job that was taken in hand so many times at once, or when it left.
type hand struct {
	times int
	left  time.Time
}

// Replica makes a replica that does not live yet. id must be the job client's id.
func (s *Store) Replica(id string) *Replica {
	return &Replica{s: s, id: id, lives: newFlag(), leads: newFlag(), overdue: make(chan struct{}, 1), hands: map[int64]*hand{}}
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
			r.wasCut()
			SystemClock{}.Wait(ctx, time.Now().Add(100*time.Millisecond), nil)
		}
	})
	for ctx.Err() == nil {
		select {
		case <-r.overdue:
			if err := r.takeOver(ctx); err != nil && ctx.Err() == nil {
				r.s.log.Warn("cannot take over what nobody works on", zap.Error(err))
				SystemClock{}.Wait(ctx, time.Now().Add(rounds), nil)
			}
		case <-ctx.Done():
		}
	}
	living.Wait()
	r.leads.set(false)
}

// Hold takes a job in hand once the replica lives; attempt is the job's own count.
// The context that it returns ends with ErrCutOff when the replica lives no more,
// and has ended with ErrTakenOver when the job was taken over while it waited.
// release must be called when the job is done.
func (r *Replica) Hold(ctx context.Context, job int64, attempt int) (held context.Context, release func()) {
	r.take(job)
	held, cut := context.WithCancelCause(ctx)
	dies, waited := r.wait(held)
	if waited {
		if why := r.lost(ctx, job, attempt); why != nil {
			cut(why)
		}
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-dies:
			cut(ErrCutOff)
		case <-held.Done():
		}
	}()
	return held, func() {
		cut(nil)
		<-watched
		r.leave(job)
	}
}

// Check returns ErrCutOff when the last sign of life is so old that others may take
// over. It is for a process that stood still and does not know it: it asks nobody.
func (r *Replica) Check(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.beaten) > silentFor/2 {
		return ErrCutOff
	}
	return nil
}

// wait waits until the replica lives, and gives what is closed when it does no more.
func (r *Replica) wait(ctx context.Context) (dies <-chan struct{}, waited bool) {
	for {
		lives, dies := r.lives.both()
		select {
		case <-lives:
			return dies, waited
		default:
			waited = true
		}
		select {
		case <-lives:
		case <-ctx.Done():
			return dies, false
		}
	}
}

// lost says why a job cannot go on here; nil when it can.
func (r *Replica) lost(ctx context.Context, job int64, attempt int) error {
	var own bool
	err := r.s.pool.QueryRow(ctx, `select exists (select 1 from river.river_job where id = $1 and state = 'running' and attempt = $2
		and attempted_by[array_upper(attempted_by, 1)] = $3)`, job, attempt, r.id).Scan(&own)
	switch {
	case err != nil:
		return ErrCutOff
	case !own:
		return ErrTakenOver
	}
	return nil
}

func (r *Replica) take(job int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hands[job] == nil {
		r.hands[job] = &hand{}
	}
	r.hands[job].times++
}

func (r *Replica) leave(job int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.hands[job]
	h.times--
	h.left = time.Now()
}

// set says whether the replica lives.
func (r *Replica) set(lives bool) {
	if lives {
		r.mu.Lock()
		r.beaten = time.Now()
		r.mu.Unlock()
	}
	r.lives.set(lives)
}

// inHand are the jobs that are, or were a moment ago.
func (r *Replica) inHand() []int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := make([]int64, 0, len(r.hands))
	for id, h := range r.hands {
		if h.times == 0 && time.Since(h.left) > orphanedFor {
			delete(r.hands, id)
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

// takeOver makes available again what nobody works on: the running jobs of
// replicas that died, those of this one that nobody has in hand (the queue gives up
// after seconds to write down what came of a job, and a fetch whose answer was lost
// leaves its jobs running), and those whose replica nobody knows. Jobs whose time to
// be tried again has come it wakes itself: the queue leaves that to a leader, which
// may be the one that died. And it rings for jobs that wait although nobody needs to, in
// place of whoever died before he rang, so that the queue itself need not look.
func (r *Replica) takeOver(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, roundsWithin)
	defer cancel()
	_, err := r.s.pool.Exec(ctx, `with dead as (
		  delete from mayday.replica r where id <> $2 and (missing_since < now() - make_interval(secs => $1) and not `+alive+` or seen_at < now() - make_interval(secs => $6)) returning id),
		ended as (select pg_terminate_backend(l.pid) from pg_locks l, dead where l.granted and `+lockOf(`dead.id`)+`),
		running as (select j.id, j.attempted_at, j.attempted_by[array_upper(j.attempted_by, 1)] as by from river.river_job j where j.state = 'running'),
		freed as (
		  update river.river_job j set state = 'available', scheduled_at = now() from running
		  where j.id = running.id and j.state = 'running' and (running.by in (select id from dead)
		    or running.by = $2 and running.attempted_at < now() - make_interval(secs => $3) and j.id <> all($4)
		    or running.by <> $2 and running.attempted_at < now() - make_interval(secs => $3) and not exists (select 1 from mayday.replica r where r.id = running.by))
		  returning j.queue),
		woken as (
		  update river.river_job j set state = 'available' where j.id in (select id from river.river_job
		    where state in ('retryable', 'scheduled') and scheduled_at <= now() order by scheduled_at limit $5 for update skip locked) returning j.queue)
		select set_config('synchronous_commit', 'off', true), pg_notify(channel, payload) from (
		  select '`+jobsChannel+`', json_build_object('queue', queue)::text from (select queue from freed union select queue from woken
		    union select distinct queue from river.river_job where state = 'available' and scheduled_at <= now() - make_interval(secs => $7)) q, (select count(*) from ended) e
		  union all select '`+clockChannel+`', '' from (select from dead limit 1) d) as t (channel, payload)`,
		missingFor.Seconds(), r.id, strangeFor.Seconds(), r.inHand(), wokenAtOnce, silentFor.Seconds(), waitingFor.Seconds())
	return err
}

// wokenAtOnce bounds one statement.
const wokenAtOnce = 500

// CountReplicas is how many replicas live.
func (s *Store) CountReplicas(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*) from mayday.replica r where `+alive).Scan(&n)
	return n, wrap(err, "count the replicas")
}
