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

// fire carries out clocks under the lock of their incidents. The row decides:
// whether a clock still runs and when it is due is read from the document.
func (s *Store) fire(ctx context.Context, tx *transaction, list []due) ([]firing, error) {
	now := s.Now()
	var fired []firing
	var steps []step
	for _, d := range list {
		stored, err := readDocument(d.doc)
		if err != nil {
			return nil, unfit{fmt.Errorf("read incident %d: %w", d.id, err)}
		}
		inc := stored.Incident
		for _, clock := range d.clocks {
			at, ok := inc.Deadline(clock)
			if !ok || at.After(now) {
				aside, err := correct(ctx, tx, inc.ID, clock, at, ok)
				if err == nil && aside {
					err = s.enqueueFor(ctx, tx, inc.ID, incident.TakeBackAside{Ref: inc.Ref(), Clock: clock, At: now})
				}
				if err != nil {
					return nil, err
				}
				continue
			}
			c, err := incident.Fire(inc, incident.Timer{Clock: clock, Due: at}, now)
			if err != nil {
				return nil, unfit{fmt.Errorf("clock %s of incident %d: %w", clock, inc.ID, err)}
			}
			steps, fired = append(steps, step{stored, inc, c}), append(fired, firing{clock, at, now})
			inc = c.Incident
		}
	}
	return fired, s.save(ctx, tx, steps)
}

// correct brings a timer in line with the row, which says that it is due later, or not at
// all. aside says that it was set aside, and is no more.
func correct(ctx context.Context, tx pgx.Tx, id int64, clock incident.Clock, at time.Time, runs bool) (aside bool, err error) {
	q, args := `with was as (delete from mayday.timer where incident_id = $1 and clock = $2 returning aside_at) select exists (select from was where aside_at is not null)`, []any{id, string(clock)}
	if runs {
		q, args = `with was as (select aside_at from mayday.timer where incident_id = $1 and clock = $2),
			now as (update mayday.timer set due_at = $3, aside_at = null, attempt = case when aside_at is null then attempt else 0 end where incident_id = $1 and clock = $2)
			select exists (select from was where aside_at is not null)`, append(args, at)
	}
	err = tx.QueryRow(ctx, q, args...).Scan(&aside)
	return aside, err
}

// fireEach fires the clocks of one incident alone, each in a transaction of its
// own, and postpones those that cannot, so that they hold up no others. An error
// means that the database is away.
func (s *Store) fireEach(ctx context.Context, d due) error {
	for _, clock := range d.clocks {
		fired, err := s.fireAlone(ctx, d.id, clock)
		if err == nil {
			s.report(fired)
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.Error("a clock could not fire", zap.Int64("incident", d.id), zap.String("clock", string(clock)), zap.Error(err))
		if err := s.postpone(ctx, d.id, clock, err); err != nil {
			return fmt.Errorf("postpone clock %s of incident %d: %w", clock, d.id, err)
		}
	}
	return nil
}

func (s *Store) fireAlone(ctx context.Context, id int64, clock incident.Clock) (fired []firing, err error) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	err = s.within(ctx, func(tx *transaction) error {
		one := due{id: id, clocks: []incident.Clock{clock}}
		err := tx.QueryRow(ctx, `select doc from mayday.incident where id = $1 for update skip locked`, id).Scan(&one.doc)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err == nil {
			fired, err = s.fire(ctx, tx, []due{one})
		}
		return err
	})
	return fired, err
}

func (s *Store) report(fired []firing) {
	if s.Fired == nil {
		return
	}
	for _, f := range fired {
		s.Fired(f.clock, f.due, f.at)
	}
}
