package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/incident"
)

// uidMigration is the migration since which incidents have UIDs.
const uidMigration = "migrations/005_identity.sql"

// errHistoryLost: the next number may have been given before.
var errHistoryLost = errors.New("the database lost part of its history")

// HistoryLost is the job that tells the operators that the database lost part of its
// history, and that numbers go on at Next. It belongs to no incident.
type HistoryLost struct {
	Next int64 `json:"next"`
}

// Kind names the job.
func (HistoryLost) Kind() string { return "history_lost" }

// number takes the next number for an incident, as part of a batch. errHistoryLost means that
// it may have been given before: the database says so itself, or this process has seen a
// higher one.
func (s *Store) number(b *pgx.Batch, n *int64) {
	seen := s.highest.Load()
	b.Queue(`select nextval('mayday.incident_id'), coalesce((select value from mayday.fact where key = 'history') = mayday.history(), false)`).QueryRow(func(row pgx.Row) error {
		var same bool
		if err := row.Scan(n, &same); err != nil {
			return err
		}
		if !same || *n <= seen {
			return errHistoryLost
		}
		for known := seen; known < *n && !s.highest.CompareAndSwap(known, *n); {
			known = s.highest.Load()
		}
		return nil
	})
}

// historyLock lets one replica at a time skip numbers.
const historyLock = 7703

// skip makes the numbers go on beyond all that may have been given before: at the
// next full hundred after as many as the last known month took, and a hundred at
// least. Who comes second finds it done.
func (s *Store) skip(ctx context.Context) error {
	var next int64
	err := s.commit(ctx, func(tx *transaction) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, historyLock); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `with known as (
			  select greatest(last_value, $1, (select max(id) from mayday.incident)) as last, last_value < $1
			    or not coalesce((select value from mayday.fact where key = 'history') = mayday.history(), false) as lost from mayday.incident_id),
			month as (select count(*) as n from mayday.incident where declared_at > (select max(declared_at) from mayday.incident) - interval '30 days')
			select setval('mayday.incident_id', (last + greatest(n, 100) + 99) / 100 * 100) + 1 from known, month where lost`, s.highest.Load()).Scan(&next)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into mayday.fact (key, value) values ('history', mayday.history()) on conflict (key) do update set value = excluded.value`); err != nil {
			return err
		}
		return s.enqueueAlone(ctx, tx, HistoryLost{next})
	})
	if err == nil && next > 0 {
		s.log.Warn("the database lost part of its history, so that numbers are skipped: none is given twice", zap.Int64("next", next))
	}
	return wrap(err, "skip numbers")
}

// withoutUID is how long after the schema learned of UIDs a form may come back that a
// version before them opened.
const withoutUID = 24 * time.Hour

// MeansByNumber reports whether a click or a form that names an incident by its
// number alone, as versions before UIDs drew them, means this one. One that has no
// UID either is meant; so is the incident in whose own channel, or on whose own
// message (ts in channel), somebody clicked. A form tells neither (channel and ts
// are empty): it is believed for a day after the upgrade.
func (s *Store) MeansByNumber(ctx context.Context, inc incident.Incident, channel, ts string) (bool, error) {
	if inc.UID == "" || (channel != "" && channel == inc.ChannelID) {
		return true, nil
	}
	var ok bool
	err := s.pool.QueryRow(ctx, `select exists (select from mayday.surface where incident_id = $1 and channel = $2 and ts = $3 and ts <> '')
		or $2 = '' and exists (select from mayday.migration where name = $4 and at > now() - make_interval(secs => $5))`,
		inc.ID, channel, ts, uidMigration, withoutUID.Seconds()).Scan(&ok)
	return ok, wrap(err, "look for what was clicked")
}
