package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
)

// live holds the lock on a connection of its own for as long as that lasts. What it asks there it asks at once, because
// nothing costs a process that waits as much as a question to the database: the sign of life, a look at the others, and
// whether any job needs somebody.
func (r *Replica) live(ctx context.Context) error {
	c, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // it may be broken
	defer r.set(false)
	var beaten, round time.Time
	for ctx.Err() == nil {
		at := time.Now()
		// The others look whether it lives; a look of its own between two signs of life costs less than one of them.
		beats, jobs := r.alone() || at.Sub(beaten) > pulse-glance, at.Sub(round) > rounds-glance
		v, err := r.ask(ctx, c, beats, jobs)
		if err != nil {
			return err
		}
		if took := time.Since(at); took > pulseWithin {
			return fmt.Errorf("the process stood still for %s", took) // the answer is of before
		}
		r.saw(v)
		if jobs {
			round = at
		}
		if beats {
			beaten = at
			r.set(true)
		}
		SystemClock{}.Wait(ctx, time.Now().Add(v.pause()), nil)
	}
	leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), pulseWithin)
	defer cancel()
	_, err = c.Exec(leave, `delete from mayday.replica where id = $1`, r.id)
	return err
}

// lock opens the connection and takes the lock on it. A sign of life does not wait for the disk: it is over when the
// server is, and so is the lock.
func (r *Replica) lock(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, roundsWithin)
	defer cancel()
	c, err := r.s.connect(ctx)
	if err != nil {
		return nil, err
	}
	// The server may not know yet that our last connection is broken.
	_, err = c.Exec(ctx, `select pg_terminate_backend(l.pid) from pg_locks l where l.granted and `+lockOf(`$1`), r.id)
	if err == nil {
		_, err = c.Exec(ctx, `select pg_advisory_lock($1, hashtext($2)), set_config('synchronous_commit', 'off', false)`, replicaLock, r.id)
	}
	if err != nil {
		_ = c.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return c, nil
}

// question gives a sign of life ($4), looks at the other replicas, marks those whose lock is gone, and looks whether
// jobs need somebody ($5). Who was not well is well since now, so that work does not go back and forth. Of those that
// are not well, as all are while Slack is away, none is so for longest, because each is well since its last sign of
// life: their names tell who is first.
var question = `with own as (
	  insert into mayday.replica as r (id, skew, shares_messages, reaches_slack) select $1::text, $2::interval, true, $3::boolean where $4::boolean
	  on conflict (id) do update set seen_at = now(), missing_since = null, skew = $2::interval, shares_messages = true, reaches_slack = $3::boolean,
	    since = case when ` + well + ` then r.since else now() end returning *),
	gone as (update mayday.replica set missing_since = now() where id in (select id from mayday.replica r where missing_since is null and id <> $1 and not ` + alive + ` for update skip locked)),
	known as (select * from mayday.replica where id <> $1 or not $4::boolean union all select * from own),
	ranked as (select r.*, row_number() over (order by ` + well + ` desc, case when ` + well + ` then r.since end, r.id) as place from known r)
	select count(*) filter (where id <> $1), coalesce(bool_or(reaches_slack is null) filter (where id <> $1), false), coalesce(bool_or(id = $1 and place = 1), false),
	  coalesce(extract(epoch from min(least(missing_since + make_interval(secs => $6), seen_at + make_interval(secs => $7))) filter (where id <> $1) - now()), $8)::float8,
	  $5::boolean and (exists (select from river.river_job where state = 'running' and attempted_at < now() - make_interval(secs => $9))
	    or exists (select from river.river_job where state in ('retryable', 'scheduled') and scheduled_at <= now())
	    or exists (select from river.river_job where state = 'available' and scheduled_at <= now() - make_interval(secs => $10)))
	from ranked`

// ask asks it.
func (r *Replica) ask(ctx context.Context, c *pgx.Conn, beats, jobs bool) (v sight, err error) {
	ctx, cancel := context.WithTimeout(ctx, pulseWithin)
	defer cancel()
	var seconds float64
	err = c.QueryRow(ctx, question, r.id, r.s.Skew(), r.reaches(), beats, jobs,
		missingFor.Seconds(), silentFor.Seconds(), rounds.Seconds(), strangeFor.Seconds(), waitingFor.Seconds()).
		Scan(&v.others, &v.mixed, &v.first, &seconds, &v.overdue)
	v.dies = time.Duration(seconds * float64(time.Second))
	return v, err
}

// pause is how long it is until the next look.
func (v sight) pause() time.Duration {
	if v.others == 0 {
		return pulse
	}
	return min(glance, max(v.dies, glance/10))
}

// alone says that no other replica was seen.
func (r *Replica) alone() bool { return r.seen == nil || r.seen.others == 0 }

// saw passes on what was seen.
func (r *Replica) saw(v sight) {
	if r.seen == nil || v.others != r.seen.others || v.leads() != r.seen.leads() || v.share() != r.seen.share() {
		r.tell(v)
	}
	r.seen = &v
	if v.dies <= 0 || v.overdue {
		select {
		case r.overdue <- struct{}{}:
		default:
		}
	}
}

// tell passes on who carries jobs out, and among how many Slack's rates are shared.
func (r *Replica) tell(v sight) {
	if r.Counted != nil {
		r.Counted(v.share())
	}
	if r.leads.set(v.leads()) && v.others > 0 {
		r.s.log.Info("who carries jobs out has changed", zap.Bool("this replica", v.leads()))
	}
}

// wasCut leaves the jobs to the others when there was no sign of life for so long that one of them carries them out.
func (r *Replica) wasCut() {
	r.mu.Lock()
	silent := time.Since(r.beaten)
	r.mu.Unlock()
	if r.alone() || silent < absentFor {
		return
	}
	r.seen = nil
	r.leads.set(false)
}

// reaches says whether Slack was reached lately.
func (r *Replica) reaches() bool {
	if r.ReachesSlack == nil || r.ReachesSlack() {
		r.reached = time.Now()
	}
	return time.Since(r.reached) < muteFor
}
