package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Retention says how long what is over is kept. Zero means for ever.
type Retention struct {
	// Incidents counts from the last event of one that is resolved, closed or
	// cancelled. With it go its timeline, its evidence and what is known of its messages.
	Incidents time.Duration
	// Evidence counts from the answer; only incidents that are over lose theirs.
	Evidence time.Duration
	// Audit is at least 30 days: the database refuses to lose younger lines.
	Audit time.Duration
	// Deliveries of Slack are what makes a repeated one do nothing. Slack repeats an
	// event for six minutes, or a day with delayed events.
	Deliveries time.Duration
	// Posts of senders of alerts count from when they came, Alerts from when they were heard of
	// last: what is known of each that is over, of its offer, and of windows that are past; and from when something was changed.
	Posts, Alerts time.Duration
}

// Forgotten counts what was removed.
type Forgotten struct{ Incidents, Evidence, Audit, Deliveries, Posts, Alerts int64 }

const (
	// forgetTogether bounds a transaction, so that nobody waits for one of them.
	forgetTogether = 500
	// droppedProblem takes the place of an answer that is not kept any more.
	droppedProblem = `{"Why": "This answer is not kept any more.", "Instead": "MAYDAY_KEEP_EVIDENCE says for how long answers are kept."}`
)

// EvidenceDropped reports whether answers of an incident are not kept any more.
func (s *Store) EvidenceDropped(ctx context.Context, id int64) (dropped bool, err error) {
	err = s.pool.QueryRow(ctx, `select exists (select from mayday.evidence where incident_id = $1 and problem = $2)`, id, droppedProblem).Scan(&dropped)
	return dropped, wrap(err, "look for answers that are not kept")
}

// Forget removes what is older than it is kept for, a little at a time, until all
// of it is gone or ctx is done. What was removed by then stays removed.
func (s *Store) Forget(ctx context.Context, keep Retention) (f Forgotten, err error) {
	for _, part := range []struct {
		age    time.Duration
		count  *int64
		remove func(context.Context, time.Duration) (int64, error)
	}{
		{keep.Deliveries, &f.Deliveries, s.forgetDeliveries},
		{keep.Evidence, &f.Evidence, s.forgetEvidence},
		{keep.Incidents, &f.Incidents, s.forgetIncidents},
		{keep.Audit, &f.Audit, s.forgetAudit},
		{keep.Posts, &f.Posts, s.forgetPosts},
		{keep.Alerts, &f.Alerts, s.forgetAlerts},
	} {
		if part.age <= 0 {
			continue
		}
		if *part.count, err = part.remove(ctx, part.age); err != nil {
			return f, wrap(err, "forget what is not kept any more")
		}
	}
	return f, nil
}

func (s *Store) forgetDeliveries(ctx context.Context, age time.Duration) (all int64, err error) {
	for {
		tag, err := s.pool.Exec(ctx, `delete from mayday.delivery where key in (select key from mayday.delivery where at < now() - make_interval(secs => $1) order by at limit $2)`,
			age.Seconds(), 10*forgetTogether)
		all += tag.RowsAffected()
		if err != nil || tag.RowsAffected() == 0 {
			return all, err
		}
	}
}

// forgetPosts removes what was posted and understood, the oldest first.
func (s *Store) forgetPosts(ctx context.Context, age time.Duration) (int64, error) {
	return s.forgetRows(ctx, `delete from mayday.received where id in (select id from mayday.received where at < $1 and heard_at is not null order by id limit $2)`, s.Now().Add(-age))
}

// forgetAlerts removes what is known of alerts that are over, of their offers and messages, mutes that have ended, and what was changed.
func (s *Store) forgetAlerts(ctx context.Context, age time.Duration) (all int64, err error) {
	before := s.Now().Add(-age)
	for _, sql := range []string{
		`delete from mayday.signal where (source, key) in (select source, key from mayday.signal where seen_at < $1 and not coalesce((doc -> 'open')::boolean, false) limit $2)`,
		`delete from mayday.offer where id in (select id from mayday.offer where grew_at < $1 and (doc ->> 'open')::int = 0 order by id limit $2)`,
		`delete from mayday.mute where id in (select id from mayday.mute where until_at < $1 limit $2)`,
		`delete from mayday.change_event where id in (select id from mayday.change_event where at < $1 order by at limit $2)`,
		`delete from mayday.app_message where (channel, ts) in (select channel, ts from mayday.app_message where at < $1 limit $2)`,
	} {
		n, err := s.forgetRows(ctx, sql, before)
		if all += n; err != nil {
			return all, err
		}
	}
	return all, nil
}

// forgetRows repeats a statement, which removes some rows of before a moment, until it removes none.
func (s *Store) forgetRows(ctx context.Context, sql string, before time.Time) (all int64, err error) {
	for {
		tag, err := s.pool.Exec(ctx, sql, before, 10*forgetTogether)
		all += tag.RowsAffected()
		if err != nil || tag.RowsAffected() == 0 {
			return all, err
		}
	}
}

// each goes once through the incidents that are over and were declared before a
// moment, some at a time, with their rows locked. Those that somebody changes just
// now are passed over.
func (s *Store) each(ctx context.Context, before time.Time, remove func(tx pgx.Tx, ids []int64) (int64, error)) (all int64, err error) {
	last := int64(0)
	for {
		var seen int
		var n int64
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, `select id from mayday.incident where id > $1 and status in ('resolved', 'closed', 'cancelled') and declared_at < $2
				order by id limit $3 for update skip locked`, last, before, forgetTogether)
			if err != nil {
				return err
			}
			ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
			if seen = len(ids); err != nil || seen == 0 {
				return err
			}
			last = ids[seen-1]
			n, err = remove(tx, ids)
			return err
		})
		if err != nil || seen == 0 {
			return all, err
		}
		all += n
	}
}

// forgetIncidents removes those in which nothing has happened since.
func (s *Store) forgetIncidents(ctx context.Context, age time.Duration) (int64, error) {
	before := s.Now().Add(-age)
	return s.each(ctx, before, func(tx pgx.Tx, ids []int64) (int64, error) {
		tag, err := tx.Exec(ctx, `delete from mayday.incident i where id = any ($1) and not exists
			(select from mayday.event e where e.incident_id = i.id and e.at >= $2)`, ids, before)
		return tag.RowsAffected(), err
	})
}

// forgetEvidence leaves that there was an answer, and when.
func (s *Store) forgetEvidence(ctx context.Context, age time.Duration) (int64, error) {
	before := s.Now().Add(-age)
	return s.each(ctx, before, func(tx pgx.Tx, ids []int64) (int64, error) {
		tag, err := tx.Exec(ctx, `update mayday.evidence set answer = null, problem = $3 where incident_id = any ($1) and at < $2 and problem <> $3`, ids, before, droppedProblem)
		return tag.RowsAffected(), err
	})
}

// forgetAudit removes lines, and leaves one in the same transaction that says so.
func (s *Store) forgetAudit(ctx context.Context, age time.Duration) (all int64, err error) {
	before := s.Now().Add(-age)
	for {
		var n int64
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `set local mayday.retention = 'audit'`); err != nil {
				return err
			}
			tag, err := tx.Exec(ctx, `delete from mayday.audit where id in (select id from mayday.audit where at < $1 order by id limit $2)`, before, 10*forgetTogether)
			if n = tag.RowsAffected(); err != nil || n == 0 {
				return err
			}
			_, err = tx.Exec(ctx, `insert into mayday.audit (at, incident_id, by, name, statement, fingerprint, verdict, rule, class, code, database, role, backend, duration_us, waited_us, rows, bytes, more)
				values ($1, 0, '', 'retention', format('lines before %s were removed', $2::timestamptz), '', 'forgotten', '', '', '', '', '', 0, 0, 0, $3, 0, false)`, s.Now(), before, n)
			return err
		})
		if err != nil || n == 0 {
			return all, err
		}
		all += n
	}
}

// Size is how much room something takes in mayday's own database.
type Size struct {
	// Of is "incidents", "timeline", "messages", "evidence", "audit", "deliveries", "posts", "alerts", "changes" or "jobs".
	Of string
	// Rows as the server estimates them, Bytes with indexes.
	Rows, Bytes int64
}

const sizes = `select what, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
	from (values ('incidents', 'mayday.incident'), ('timeline', 'mayday.event'), ('messages', 'mayday.surface'), ('evidence', 'mayday.evidence'),
		('audit', 'mayday.audit'), ('deliveries', 'mayday.delivery'), ('posts', 'mayday.received'), ('alerts', 'mayday.signal'), ('changes', 'mayday.change_event'), ('jobs', 'river.river_job')) t (what, name)
	join pg_class c on c.oid = to_regclass(name)`

// Sizes measures everything that grows.
func (s *Store) Sizes(ctx context.Context) ([]Size, error) {
	rows, err := s.pool.Query(ctx, sizes)
	if err != nil {
		return nil, wrap(err, "measure the database")
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Size])
	return list, wrap(err, "measure the database")
}

// SizesAt is Sizes for a database that is not open: of an empty one there is nothing.
func SizesAt(ctx context.Context, url string) ([]Size, error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	rows, err := c.Query(ctx, sizes)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Size])
}
