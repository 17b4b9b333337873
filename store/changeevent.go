package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

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

// lately adds the reading of what was changed of late to the batch of a declaration.
func (s *Store) lately(b *pgx.Batch, to *[]incident.ChangeEvent) {
	b.Queue(`select doc from mayday.change_event where at >= $1 order by at desc limit $2`, s.Now().Add(-changesLately), mostLately).Query(func(rows pgx.Rows) (err error) {
		*to, err = pgx.CollectRows(rows, pgx.RowTo[incident.ChangeEvent])
		return err
	})
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
	var params []river.InsertManyParams
	for _, ref := range going {
		for id, c := range fresh {
			jobs, err := jobsFor(ref.Incident, incident.TellChange{Ref: ref, Number: id, What: c})
			if err != nil {
				return err
			}
			params = append(params, jobs...)
		}
	}
	return s.insert(ctx, tx, params)
}
