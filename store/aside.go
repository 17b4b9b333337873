package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/incident"
)

// MostFailures is how often in a row a timer, or a job that nobody can carry out or
// give up, may fail before it is set aside and told. A timer gets there in four minutes.
const MostFailures = 50

// firstBackoff is the pause before a timer that failed is tried again. It doubles each time up to longestBackoff.
const firstBackoff, longestBackoff = 250 * time.Millisecond, 5 * time.Second

// never is when a timer is due that was set aside.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// postpone keeps a timer that cannot fire from holding up the others: it is tried
// again after 0.25, 0.5, 1 … 5 seconds, and set aside after MostFailures. Whoever sets it
// aside has that told, in the same transaction.
func (s *Store) postpone(ctx context.Context, id int64, clock incident.Clock, why error) error {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	return s.within(ctx, func(tx *transaction) error {
		var attempt int
		var told bool
		err := tx.QueryRow(ctx, `update mayday.timer set attempt = least(attempt, 1000000) + 1, error = $4,
			due_at = $3::timestamptz + make_interval(secs => least($6 * power(2, least(attempt, 10)), $5))
			where incident_id = $1 and clock = $2 and due_at <= $3 returning attempt, aside_at is not null`,
			id, string(clock), s.Now(), incident.Line(why.Error(), 500), longestBackoff.Seconds(), firstBackoff.Seconds()).Scan(&attempt, &told)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // the incident was changed, or another one postponed it
		}
		if err != nil || attempt < MostFailures {
			return err
		}
		var uid string
		err = tx.QueryRow(ctx, `with aside as (update mayday.timer set due_at = $3, aside_at = coalesce(aside_at, $4) where incident_id = $1 and clock = $2)
			select coalesce(doc ->> 'uid', '') from mayday.incident where id = $1`, id, string(clock), never, s.Now()).Scan(&uid)
		if err != nil || told {
			return err
		}
		s.log.Error("a clock was set aside", zap.Int64("incident", id), zap.String("clock", string(clock)), zap.Int("failures", attempt), zap.Error(why))
		return s.enqueueFor(ctx, tx, id, incident.TellOperators{Ref: incident.Ref{Incident: id, UID: uid}, Clock: clock})
	})
}

// retryAside has what was set aside tried once more: this process may be a newer version.
func (s *Store) retryAside(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	if _, err := s.pool.Exec(ctx, `update mayday.timer set due_at = $1 where aside_at is not null`, s.Now()); err != nil {
		s.log.Warn("what was set aside is not tried again", zap.Error(err))
	}
}

// asideFacts begins the keys of facts that keep which jobs were set aside.
const asideFacts = "aside/job/"

// SetAsideJob remembers that a job can neither be carried out nor given up, and has
// it told. The caller ends the job.
func (s *Store) SetAsideJob(ctx context.Context, job int64, ref incident.Ref, kind string, why error) error {
	err := s.commit(ctx, func(tx *transaction) error {
		tag, err := tx.Exec(ctx, `insert into mayday.fact (key, value) values ($1, $2) on conflict do nothing`,
			fmt.Sprintf("%s%d", asideFacts, job), fmt.Sprintf("%s of incident %d: %s", kind, ref.Incident, incident.Line(why.Error(), 500)))
		if err != nil || tag.RowsAffected() == 0 || kind == (incident.TellOperators{}).Kind() {
			return err
		}
		return s.enqueueFor(ctx, tx, ref.Incident, incident.TellOperators{Ref: ref, Job: job, What: kind})
	})
	return wrap(err, "set a job aside")
}

// Aside lists what was set aside in the database at url, in words, and how to have it
// tried again or forgotten.
func Aside(ctx context.Context, url string) (list []string, err error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	pending, err := pending(ctx, c)
	if err != nil || len(pending) > 0 {
		return nil, err // the tables may lack columns
	}
	rows, err := c.Query(ctx, `select format('clock %s of incident %s, since %s: %s', clock, incident_id, to_char(aside_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), error)
		from mayday.timer where aside_at is not null
		union all select 'job ' || substr(key, length($1) + 1) || ', ' || value from mayday.fact where starts_with(key, $1) order by 1`, asideFacts)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
