package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

const (
	// toldIncidents is in how many open incidents a change is told, the newest of them.
	toldIncidents = 50
	// changesAtOnce is how many changes are read, the newest of them.
	changesAtOnce = 1000
	// changesLately is how far back a declaration looks for changes, of which it takes mostLately: an alert may have begun
	// long before somebody declared it.
	changesLately, mostLately = 24 * time.Hour, 50
)

// Changes reads what was changed since a moment, the newest first, at most 1,000.
func (s *Store) Changes(ctx context.Context, since time.Time) ([]incident.ChangeEvent, error) {
	rows, err := s.pool.Query(ctx, `select doc from mayday.change_event where at >= $1 order by at desc, id desc limit $2`, since, changesAtOnce)
	if err != nil {
		return nil, wrap(err, "read what was changed")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[incident.ChangeEvent])
	return list, wrap(err, "read what was changed")
}

// lately is what was changed of late, and the number of the newest change that was written down before that was read.
type lately struct {
	list   []incident.ChangeEvent
	newest int64
}

// lately adds the reading of what was changed of late to the batch of a declaration.
func (s *Store) lately(b *pgx.Batch, to *lately) {
	b.Queue(`select coalesce(max(id), 0) from mayday.change_event`).QueryRow(func(row pgx.Row) error { return row.Scan(&to.newest) })
	b.Queue(`select doc from mayday.change_event where at >= $1 order by at desc limit $2`, s.Now().Add(-changesLately), mostLately).Query(func(rows pgx.Rows) (err error) {
		to.list, err = pgx.CollectRows(rows, pgx.RowTo[incident.ChangeEvent])
		return err
	})
}

// MissedChanges reads what was changed and written down while an incident was being declared: neither saw the other then.
// What was told to the incident meanwhile is among it. At most 1,000, the first.
func (s *Store) MissedChanges(ctx context.Context, fx incident.SeekChanges) (list []incident.TellChange, err error) {
	err = s.within(ctx, func(tx *transaction) error {
		// Who writes changes down at this moment may have looked for incidents before this one was there. Whoever
		// begins afterwards finds it, and numbers are given in the order of commits, because one at a time does it.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock_shared($1)`, hearLock); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select id, doc from mayday.change_event where id > $1 order by id limit $2`, fx.After, changesAtOnce)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (incident.TellChange, error) {
			c := incident.TellChange{Ref: fx.Ref}
			err := row.Scan(&c.Number, &c.What)
			return c, err
		})
		return err
	})
	return list, wrap(err, "look for what was changed during a declaration")
}

// saveChanges writes down what was changed, and has what is new told in the incidents that go on.
func (s *Store) saveChanges(ctx context.Context, tx *transaction, list []incident.ChangeEvent) error {
	if len(list) == 0 {
		return nil
	}
	fresh := map[int64]incident.ChangeEvent{}
	b := &pgx.Batch{}
	for _, c := range list {
		doc, err := json.Marshal(c)
		if err != nil {
			return err
		}
		b.Queue(`insert into mayday.change_event (source, key, at, doc) values ($1, $2, $3, $4) on conflict do nothing returning id`, c.Source, c.Key, c.At, doc).QueryRow(func(row pgx.Row) error {
			var id int64
			err := row.Scan(&id)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil // it is known
			}
			fresh[id] = c
			return err
		})
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil || len(fresh) == 0 {
		return err
	}
	rows, err := tx.Query(ctx, `select id, coalesce(doc ->> 'uid', '') from mayday.incident where status in ('open', 'investigating', 'identified', 'monitoring')
		and not coalesce((doc -> 'drill')::boolean, false) order by id desc limit $1`, toldIncidents)
	if err != nil {
		return err
	}
	going, err := pgx.CollectRows(rows, pgx.RowToStructByPos[incident.Ref])
	if err != nil {
		return err
	}
	var jobs []job
	for _, ref := range going {
		for id, c := range fresh {
			more, err := jobsFor(ref.Incident, incident.TellChange{Ref: ref, Number: id, What: c})
			if err != nil {
				return err
			}
			jobs = append(jobs, more...)
		}
	}
	return s.insert(ctx, tx, jobs)
}
