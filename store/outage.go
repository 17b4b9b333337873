package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/incident"
	"mayday/routine"
)

// Outage is a time in which nothing could be said in Slack. To is zero while it lasts.
type Outage struct {
	ID       int64
	From, To time.Time
	// Stopped says that no mayday ran, and not that Slack did not answer.
	Stopped bool
}

func (o Outage) utc() Outage {
	o.From, o.To = o.From.UTC(), o.To.UTC()
	return o
}

// OpenOutage reads the outage that goes on; false when none does, as far as is known.
func (s *Store) OpenOutage(ctx context.Context) (o Outage, open bool, err error) {
	err = s.pool.QueryRow(ctx, `select id, began_at, stopped from mayday.outage where ended_at is null`).Scan(&o.ID, &o.From, &o.Stopped)
	if errors.Is(err, pgx.ErrNoRows) {
		return Outage{}, false, nil
	}
	return o.utc(), err == nil, wrap(err, "read whether Slack is away")
}

// BeginOutage records that Slack has not answered since then. One that goes on already is left as it is and given back.
func (s *Store) BeginOutage(ctx context.Context, from time.Time) (o Outage, err error) {
	err = s.pool.QueryRow(ctx, `with made as (insert into mayday.outage (began_at) values ($1) on conflict do nothing returning id, began_at)
		select id, began_at from made union all select id, began_at from mayday.outage where ended_at is null limit 1`, from).Scan(&o.ID, &o.From)
	return o.utc(), wrap(err, "record that Slack is away")
}

// BeginStopped records that nobody carried anything out for a while, where that is so: something for Slack waits longer than
// that and was never taken in hand, and neither was anything else meanwhile. The outage begins when the oldest of it was to
// be carried out, by the clock of the incidents. begun is false where nothing waits so.
func (s *Store) BeginStopped(ctx context.Context, least time.Duration) (o Outage, begun bool, err error) {
	var waited float64
	err = s.pool.QueryRow(ctx, `select coalesce(extract(epoch from now() - min(j.scheduled_at)), 0)::float8 from river.river_job j
		where j.queue = any($1) and j.state in ('available', 'retryable', 'scheduled') and j.attempted_at is null and j.scheduled_at < now() - make_interval(secs => $2)
		  and not exists (select from river.river_job other where other.attempted_at > now() - make_interval(secs => $2))`,
		[]string{QueueUrgent, QueueSlack, QueueAlerts}, least.Seconds()).Scan(&waited)
	if err != nil || waited == 0 {
		return Outage{}, false, wrap(err, "look whether something was left undone")
	}
	from := s.Now().Add(-time.Duration(waited * float64(time.Second)))
	err = s.pool.QueryRow(ctx, `insert into mayday.outage (began_at, stopped) values ($1, true) on conflict do nothing returning id, began_at, stopped`, from).
		Scan(&o.ID, &o.From, &o.Stopped)
	if errors.Is(err, pgx.ErrNoRows) {
		return Outage{}, false, nil // somebody else did
	}
	return o.utc(), err == nil, wrap(err, "record that no mayday ran")
}

// EndOutage records that Slack answers again. In the same transaction each incident that goes on, or in which something
// waits to be told since, records that it was away (incident.SlackBack), what was asked for more than once is asked for
// once, and all that waits is tried now. touched is how many incidents recorded it; an outage that somebody else ended
// touches none.
func (s *Store) EndOutage(ctx context.Context, id int64) (o Outage, touched int, err error) {
	err = s.commit(ctx, func(tx *transaction) error {
		touched = 0
		err := tx.QueryRow(ctx, `update mayday.outage set ended_at = greatest($2, began_at) where id = $1 and ended_at is null
			returning id, began_at, ended_at, stopped`, id, s.Now()).Scan(&o.ID, &o.From, &o.To, &o.Stopped)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		o = o.utc()
		steps, err := s.backOf(ctx, tx, o)
		if err != nil {
			return err
		}
		touched = len(steps)
		if err := s.save(ctx, tx, steps); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, askOnce, askedOnce); err != nil {
			return err
		}
		return wake(ctx, tx, 0)
	})
	return o, touched, wrap(err, "record that Slack is back")
}

// untoldBefore is how long before the first call that stayed without an answer something may have happened that it was to tell.
const untoldBefore = 10 * time.Minute

// backOf has the incidents that an outage concerns record it, under their locks.
func (s *Store) backOf(ctx context.Context, tx *transaction, o Outage) (steps []step, err error) {
	rows, err := tx.Query(ctx, `select i.id, i.doc, coalesce((select max(e.seq) from mayday.event e where e.incident_id = i.id and e.at < $1), 0),
		  exists (select from mayday.event e where e.incident_id = i.id and e.aloud and e.told_at is null)
		from mayday.incident i where i.status in ('open', 'investigating', 'identified', 'monitoring')
		  or i.id in (select incident_id from mayday.event where aloud and told_at is null and at >= $2)
		order by i.id for update of i`, o.From.Add(-incident.BeforeOutage), o.From.Add(-untoldBefore))
	if err != nil {
		return nil, err
	}
	var id int64
	var raw []byte
	var after int
	var untold bool
	_, err = pgx.ForEachRow(rows, []any{&id, &raw, &after, &untold}, func() error {
		stored, err := readDocument(raw)
		if err != nil { // what nobody can read must not keep all others from going on
			s.log.Error("an incident cannot be read, and does not record that Slack was away", zap.Int64("incident", id), zap.Error(err))
			return nil
		}
		c, err := incident.SlackBack(stored.Incident, incident.Outage{From: o.From, To: o.To, After: after, Stopped: o.Stopped}, untold, s.Now())
		if err == nil && !c.Empty() {
			steps = append(steps, step{stored, stored.Incident, c})
		}
		return err
	})
	return steps, err
}

// askedOnce are the kinds of jobs of which the newest does what the older ones of the same arguments were to do: they draw
// or tell what is so when they are carried out.
var askedOnce = []string{
	incident.Show{}.Kind(), incident.Speak{}.Kind(), incident.LookAtChannel{}.Kind(), incident.Invite{}.Kind(),
	incident.ShowOffer{}.Kind(), incident.ShowOffers{}.Kind(), routine.Show{}.Kind(),
}

// askOnce forgets the jobs that a newer one stands for. What tells the arguments of one from those of the other is left out
// of the comparison: for which revision, and since when.
const askOnce = `delete from river.river_job j using (
	  select id, row_number() over (partition by kind, args - '{revision,to_end,at}'::text[] order by id desc) as place from river.river_job
	  where state in ('available', 'retryable', 'scheduled') and kind = any($1)) other
	where j.id = other.id and other.place > 1 and j.state in ('available', 'retryable', 'scheduled')`

// AskOnce forgets jobs that wait and that a newer one stands for: while Slack is away they become many.
func (s *Store) AskOnce(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, askOnce, askedOnce)
	return wrap(err, "forget jobs that others stand for")
}

// Wake has all jobs tried now whose next attempt is more than that far away.
func (s *Store) Wake(ctx context.Context, beyond time.Duration) error {
	return wrap(s.commit(ctx, func(tx *transaction) error { return wake(ctx, tx, beyond) }), "wake what waits")
}

func wake(ctx context.Context, tx *transaction, beyond time.Duration) error {
	rows, err := tx.Query(ctx, `with woken as (update river.river_job set state = 'available', scheduled_at = now()
		where state in ('retryable', 'scheduled', 'available') and scheduled_at > now() + make_interval(secs => $1) returning queue) select distinct queue from woken`, beyond.Seconds())
	if err != nil {
		return err
	}
	queues, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, q := range queues {
		tx.rings = append(tx.rings, jobRing(q))
	}
	return err
}

// Carriers is who carries out what there is to do, as far as the database knows.
type Carriers struct {
	// Alive is how many replicas live, and Connected how many of them are connected to Slack.
	Alive, Connected int
	// SlackAway is since when Slack does not answer; zero while it does.
	SlackAway time.Time
}

// Carriers says whether somebody is there to carry out what is recorded now.
func (s *Store) Carriers(ctx context.Context) (c Carriers, err error) {
	err = s.pool.QueryRow(ctx, `select count(*), count(*) filter (where coalesce(r.reaches_slack, true)), coalesce((select min(began_at) from mayday.outage where ended_at is null), '0001-01-01Z')
		from mayday.replica r where r.seen_at > now() - make_interval(secs => $1) and `+alive, silentFor.Seconds()).Scan(&c.Alive, &c.Connected, &c.SlackAway)
	return c, wrap(err, "ask who carries jobs out")
}

// KnownAs finds the account to which a page for somebody of this e-mail address was delivered last; empty when none was.
func (s *Store) KnownAs(ctx context.Context, email string) (who incident.Person, err error) {
	err = s.pool.QueryRow(ctx, `select p ->> 'person' from (select id, doc from mayday.incident order by id desc limit 500) i,
		  jsonb_array_elements(case jsonb_typeof(i.doc -> 'pages') when 'array' then i.doc -> 'pages' else '[]' end) p
		where (p ->> 'contact')::int >= 0 and coalesce(p ->> 'delivered_at', '') <> '' and p ->> 'person' <> ''
		  and lower(i.doc -> 'policy' -> 'contacts' -> (p ->> 'contact')::int ->> 'email') = lower($1)
		  and coalesce(i.doc -> 'policy' -> 'contacts' -> (p ->> 'contact')::int ->> 'slack', '') not like 'S%'
		  and coalesce(i.doc -> 'policy' -> 'contacts' -> (p ->> 'contact')::int ->> 'roster', '') = ''
		order by i.id desc limit 1`, email).Scan(&who)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return who, wrap(err, "look for somebody's account")
}
