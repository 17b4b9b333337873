package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/tally"
)

// callReach is how much older an incident may be than a page of it.
const callReach = 60 * 24 * time.Hour

// Calls are the messages since a moment that paged somebody, those of drills left out. Several pages in one message are one call, at the time of the
// first.
func (s *Store) Calls(ctx context.Context, since time.Time) ([]tally.Call, error) {
	rows, err := s.pool.Query(ctx, `select person, min(at), bool_and(private) from (
		select split_part(s.surface, '/', 3) as person, s.channel, s.ts, coalesce((i.doc ->> 'private')::boolean, false) as private,
			(i.doc -> 'pages' -> split_part(s.surface, '/', 2)::int ->> 'at')::timestamptz as at
		from mayday.surface s join mayday.incident i on i.id = s.incident_id
		where s.surface ~ '^page/[0-9]+/.' and s.ts <> '' and i.declared_at > $2 and not coalesce((i.doc ->> 'drill')::boolean, false)) page
		where at is not null group by person, channel, ts having min(at) >= $1 order by 2`, since, since.Add(-callReach))
	if err != nil {
		return nil, wrap(err, "count who was called")
	}
	calls, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c tally.Call, err error) {
		err = row.Scan(&c.Person, &c.At, &c.Private)
		return c, err
	})
	return calls, wrap(err, "count who was called")
}
