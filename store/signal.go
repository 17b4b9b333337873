package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// mostSignals bounds how many alerts one look reads.
const mostSignals = 2000

// Signals are the alerts that were heard of since a moment, and those that fire; the one heard of last comes first.
func (s *Store) Signals(ctx context.Context, since time.Time) ([]incident.Signal, error) {
	rows, err := s.pool.Query(ctx, `select doc from mayday.signal where seen_at >= $1 or wake_at is not null order by seen_at desc limit $2`, since, mostSignals)
	if err != nil {
		return nil, wrap(err, "list alerts")
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[incident.Signal])
	return list, wrap(err, "list alerts")
}
