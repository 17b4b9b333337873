package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/routine"
)

// theDigest is the slug of the only row.
const theDigest = "digest"

// DigestDecision is a decision of package routine on the mornings, with its arguments filled in.
type DigestDecision func(d routine.Digest, now time.Time) (routine.DigestChange, error)

// UpdateDigest locks the row of the mornings, which is made when it is not there, lets decide look at it and stores
// what it returns. keys name the delivery that asked for it: ErrDuplicate when one was seen before.
func (s *Store) UpdateDigest(ctx context.Context, keys []string, decide DigestDecision) (routine.Digest, error) {
	var out routine.Digest
	err := s.commit(ctx, func(tx *transaction) error {
		b := &pgx.Batch{}
		var raw []byte
		b.Queue(`insert into mayday.digest (slug, doc) values ($1, '{}') on conflict do nothing`, theDigest)
		b.Queue(`select doc from mayday.digest where slug = $1 for update`, theDigest).QueryRow(func(row pgx.Row) error { return row.Scan(&raw) })
		claim(b, keys, `null::bigint`)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		c, err := s.decideDigest(ctx, tx, raw, decide)
		out = c.Digest
		return err
	})
	return out, wrap(err, "update the digest")
}

func (s *Store) decideDigest(ctx context.Context, tx *transaction, raw []byte, decide DigestDecision) (routine.DigestChange, error) {
	d, err := readRow[routine.Digest](raw)
	if err != nil {
		return routine.DigestChange{}, unfit{err}
	}
	c, err := decide(d.value, s.Now())
	if err != nil || c.Empty() {
		return c, err
	}
	doc, err := withUnknown(d.whole, d.value, c.Digest)
	if err != nil {
		return c, err
	}
	if _, err := tx.Exec(ctx, `update mayday.digest set doc = $2, due_at = $3 where slug = $1`, theDigest, doc, known(c.Digest.Next)); err != nil {
		return c, err
	}
	if !c.Digest.Next.Equal(d.value.Next) {
		tx.rings = append(tx.rings, clockRing)
	}
	return c, s.insertRoutine(ctx, tx, theDigest, c.Effects)
}

// insertRoutine stores one job per effect of package routine.
func (s *Store) insertRoutine(ctx context.Context, tx *transaction, about string, effects []routine.Effect) error {
	jobs, err := jobsAbout(map[string]string{"routine": about}, effects)
	if err != nil {
		return err
	}
	return s.insert(ctx, tx, jobs)
}

// Digest is the row of the mornings; the zero one before it was planned.
func (s *Store) Digest(ctx context.Context) (d routine.Digest, err error) {
	err = s.pool.QueryRow(ctx, `select doc from mayday.digest where slug = $1`, theDigest).Scan(&d)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, nil
	}
	return d, wrap(err, "read the digest")
}

// fireDigest begins the morning that is due, unless another replica does.
func (s *Store) fireDigest(ctx context.Context) (fired bool, err error) {
	in, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	err = s.within(in, func(tx *transaction) error {
		var raw []byte
		err := tx.QueryRow(in, `select doc from mayday.digest where slug = $1 and due_at <= $2 for update skip locked`, theDigest, s.Now()).Scan(&raw)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		fired = true
		c, err := s.decideDigest(in, tx, raw, routine.Morning)
		if err == nil && c.Empty() { // the row says when
			_, err = tx.Exec(in, `update mayday.digest set due_at = $2 where slug = $1`, theDigest, known(c.Digest.Next))
		}
		return err
	})
	if err == nil || away(err) {
		return fired, err
	}
	s.log.Error("the clock of the digest could not fire", zap.Error(err))
	_, err = s.pool.Exec(ctx, `update mayday.digest set due_at = $2 where slug = $1`, theDigest, s.Now().Add(routineAgain))
	return false, err
}

// Ask stores a job for an effect that changes no row. keys name the delivery that asked for it: ErrDuplicate when one
// was seen before.
func (s *Store) Ask(ctx context.Context, keys []string, fx routine.Effect) error {
	err := s.commit(ctx, func(tx *transaction) error {
		if len(keys) > 0 {
			b := &pgx.Batch{}
			claim(b, keys, `null::bigint`)
			if err := tx.SendBatch(ctx, b).Close(); err != nil {
				return err
			}
		}
		return s.insertRoutine(ctx, tx, fx.Kind(), []routine.Effect{fx})
	})
	return wrap(err, "ask for "+fx.Kind())
}

// SaveReadings keeps numbers, one a query and day: the last counts.
func (s *Store) SaveReadings(ctx context.Context, list []routine.Reading) error {
	b := &pgx.Batch{}
	for _, r := range list {
		b.Queue(`insert into mayday.reading (query, day, value) values ($1, $2::date, $3) on conflict (query, day) do update set value = $3`, r.Query, string(r.Day), r.Value)
	}
	return wrap(s.pool.SendBatch(ctx, b).Close(), "keep what queries answered")
}

// AllReadings are the numbers of all queries from one day to another, both included, by query and day.
func (s *Store) AllReadings(ctx context.Context, from, to routine.Day) (map[string]map[routine.Day]float64, error) {
	rows, err := s.pool.Query(ctx, `select query, day::text, value from mayday.reading where day between $1::date and $2::date`, string(from), string(to))
	if err != nil {
		return nil, wrap(err, "read what queries answered before")
	}
	all := map[string]map[routine.Day]float64{}
	var query string
	var day routine.Day
	var value float64
	_, err = pgx.ForEachRow(rows, []any{&query, &day, &value}, func() error {
		if all[query] == nil {
			all[query] = map[routine.Day]float64{}
		}
		all[query][day] = value
		return nil
	})
	return all, wrap(err, "read what queries answered before")
}
