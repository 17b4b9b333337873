package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// CountBelow counts a message of a channel, posted at ts, for the step message that stands
// above it, up to most. A channel without one costs a look at an index.
func (s *Store) CountBelow(ctx context.Context, channel, ts string, most int) error {
	_, err := s.pool.Exec(ctx, `update mayday.surface set below = below + 1
		where surface = 'step' and channel = $1 and ts <> '' and ts < $2 and below < $3`, channel, ts, most)
	return wrap(err, "count a message")
}

// Below is how many other messages came into the channel below an incident's step message, as
// far as they were counted; 0 without one.
func (s *Store) Below(ctx context.Context, id int64) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select below from mayday.surface where incident_id = $1 and surface = 'step'`, id).Scan(&n)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return n, wrap(err, "read how far above the step message is")
}
