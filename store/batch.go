package store

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/incident"
)

const (
	// fireTogether is how many incidents share a transaction at first, and fireAtOnce how
	// many of those run side by side.
	fireTogether = 20
	fireAtOnce   = 3
	// mostTogether is how many share one at most. Who acknowledges waits for the transaction that holds the
	// incident, so it grows only while it takes less than quick.
	mostTogether = 160
	quick        = 60 * time.Millisecond
	// look is how many timers are looked through for incidents that no other
	// transaction holds: more than ten replicas can hold at a time.
	look = 40 * mostTogether
)

// due is an incident under lock, with its clocks that ran out in their order.
type due struct {
	id     int64
	doc    []byte
	clocks []incident.Clock
}

// unfit is an error that lies in an incident, not in the database's being away.
type unfit struct{ error }

func (e unfit) Unwrap() error { return e.error }

// firing is a clock that fired: reported once it is committed.
type firing struct {
	clock   incident.Clock
	due, at time.Time
}

// howMany is how many incidents share the next transaction, when that of the last one took so long.
func howMany(last int, took time.Duration) int {
	if took > 2*quick {
		return max(last/2, fireTogether)
	}
	if took < quick {
		return min(2*last, mostTogether)
	}
	return last
}

// fireSome fires what is due and nobody else holds, a few incidents at a time and then
// more, until there is nothing left.
func (s *Store) fireSome(ctx context.Context, fired *atomic.Bool) error {
	for most := fireTogether; ctx.Err() == nil; {
		begun := time.Now()
		n, broken, err := s.fireBatch(ctx, most)
		most = howMany(most, time.Since(begun))
		if n > 0 {
			fired.Store(true)
		}
		switch {
		case err == nil:
			if n == 0 {
				return nil // a look that found nothing free proves nothing of the database's writing
			}
			s.stuck.Store(0)
		case broken != nil && (!away(err) || s.stuck.Add(1) >= mostStuck):
			most = fireTogether // those that broke it come back
			s.log.Warn("clocks could not fire together; each fires alone", zap.Error(err))
			for _, d := range broken {
				if err := s.fireEach(ctx, d); err != nil {
					return err
				}
			}
		default:
			return err
		}
	}
	return ctx.Err()
}

// fireBatch fires the clocks of a few incidents, at most most of them, in one transaction. When that
// fails after they were chosen, they are returned as broken.
func (s *Store) fireBatch(ctx context.Context, most int) (n int, broken []due, err error) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	var fired []firing
	err = s.within(ctx, func(tx *transaction) error {
		chosen, err := s.choose(ctx, tx, most)
		if err != nil || len(chosen) == 0 {
			return err
		}
		n, broken = len(chosen), chosen
		fired, err = s.fire(ctx, tx, chosen)
		return err
	})
	if err != nil {
		return n, broken, err
	}
	s.report(fired)
	return n, nil, nil
}

// choose locks incidents whose clocks ran out, the longest due first, at most most of them. Those that another
// transaction holds are left to it.
//
// The lock is taken row by row while the timers are read in their order, so that no more is read and locked than is
// fired: with a join and one sort over it Postgres read the documents of all that were due for every twenty.
func (s *Store) choose(ctx context.Context, tx pgx.Tx, most int) ([]due, error) {
	rows, err := tx.Query(ctx, `select i.id, i.doc, (select array_agg(clock order by due_at, clock) from mayday.timer where incident_id = i.id and due_at <= $1)
		from (select incident_id from mayday.timer where due_at <= $1 order by due_at limit $2) ran_out,
		lateral (select id, doc from mayday.incident where id = ran_out.incident_id for update skip locked) i limit $3`, s.Now(), look, most)
	if err != nil {
		return nil, err
	}
	var list []due
	seen := map[int64]bool{} // several clocks of one may have run out
	var d due
	_, err = pgx.ForEachRow(rows, []any{&d.id, &d.doc, &d.clocks}, func() error {
		if !seen[d.id] {
			list = append(list, d)
		}
		seen[d.id] = true
		d = due{}
		return nil
	})
	return list, err
}
