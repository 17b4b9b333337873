package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"mayday/incident"
)

// Clock is where the time comes from; a test's clock can be moved by hand.
type Clock interface {
	Now() time.Time
	// Wait returns at until, when wake fires, or when ctx is done.
	Wait(ctx context.Context, until time.Time, wake <-chan struct{})
}

// SystemClock is the machine's.
type SystemClock struct{}

// Now is the machine's time.
func (SystemClock) Now() time.Time { return time.Now() }

// Wait sleeps.
func (SystemClock) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
	}
}

const (
	// longestSleep bounds the damage of a lost notification.
	longestSleep = 30 * time.Second
	// fireBatch and fireAtOnce bound what one round takes on.
	fireBatch  = 200
	fireAtOnce = 4
)

type dueTimer struct {
	id    int64
	clock incident.Clock
}

// RunClock fires timers as they fall due until ctx is done. Every replica runs
// one; there is no leader. A timer fires in one transaction with the change that
// it causes, so it fires once however many replicas see it.
func (s *Store) RunClock(ctx context.Context) {
	wake := make(chan struct{}, 1)
	go s.listen(ctx, wake)
	for ctx.Err() == nil {
		until, err := s.fireDue(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the clock cannot read its timers", zap.Error(err))
			SystemClock{}.Wait(ctx, time.Now().Add(250*time.Millisecond), nil)
			continue
		}
		s.clock.Wait(ctx, until, wake)
	}
}

// listen turns notifications into wake-ups, and reconnects for ever.
func (s *Store) listen(ctx context.Context, wake chan<- struct{}) {
	poke := func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	for ctx.Err() == nil {
		err := func() error {
			c, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
			if err != nil {
				return err
			}
			defer c.Close(context.WithoutCancel(ctx))
			if _, err := c.Exec(ctx, `listen mayday_clock`); err != nil {
				return err
			}
			poke()
			for {
				if _, err := c.WaitForNotification(ctx); err != nil {
					return err
				}
				poke()
			}
		}()
		if ctx.Err() == nil {
			s.log.Warn("the clock lost its database connection", zap.Error(err))
			SystemClock{}.Wait(ctx, time.Now().Add(250*time.Millisecond), nil)
		}
	}
}

// fireDue fires everything that is due and returns when to look again.
func (s *Store) fireDue(ctx context.Context) (time.Time, error) {
	for {
		due, next, err := s.due(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if len(due) == 0 {
			until := s.Now().Add(longestSleep)
			if !next.IsZero() && next.Before(until) {
				until = next
			}
			return until, nil
		}
		if !s.fireAll(ctx, due) {
			// Another replica holds these rows; it will be done in a moment.
			SystemClock{}.Wait(ctx, time.Now().Add(5*time.Millisecond), nil)
		}
		if ctx.Err() != nil {
			return time.Time{}, ctx.Err()
		}
	}
}

// due returns a batch of timers that ran out, and the soonest that did not.
func (s *Store) due(ctx context.Context) ([]dueTimer, time.Time, error) {
	now := s.Now()
	rows, err := s.pool.Query(ctx, `select incident_id, clock from mayday.timer where due_at <= $1 order by due_at, clock limit $2`, now, fireBatch)
	if err != nil {
		return nil, time.Time{}, err
	}
	due, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (t dueTimer, err error) {
		err = r.Scan(&t.id, &t.clock)
		return t, err
	})
	if err != nil || len(due) > 0 {
		return due, time.Time{}, err
	}
	var next *time.Time
	if err := s.pool.QueryRow(ctx, `select min(due_at) from mayday.timer`).Scan(&next); err != nil || next == nil {
		return nil, time.Time{}, err
	}
	return nil, *next, nil
}

// fireAll fires the clocks of different incidents side by side, and those of
// one incident in the order in which they were due.
func (s *Store) fireAll(ctx context.Context, due []dueTimer) bool {
	byIncident := map[int64][]dueTimer{}
	for _, t := range due {
		byIncident[t.id] = append(byIncident[t.id], t)
	}
	var g errgroup.Group
	g.SetLimit(fireAtOnce)
	var fired atomic.Bool
	for _, timers := range byIncident {
		g.Go(func() error {
			for _, t := range timers {
				ok, err := s.fire(ctx, t)
				if err != nil && ctx.Err() == nil {
					s.log.Error("a clock could not fire; it is tried again", zap.Int64("incident", t.id), zap.String("clock", string(t.clock)), zap.Error(err))
					s.postpone(ctx, t)
				}
				if ok {
					fired.Store(true)
				}
			}
			return nil
		})
	}
	_ = g.Wait()
	return fired.Load()
}

// fire carries out one timer under the lock of its incident. The row decides:
// whether the clock still runs and when it is due is read from the document.
func (s *Store) fire(ctx context.Context, t dueTimer) (bool, error) {
	fired := false
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		inc, err := lock(ctx, tx, t.id, "for update skip locked")
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		due, ok := inc.Deadline(t.clock)
		if !ok || due.After(s.Now()) {
			_, err := tx.Exec(ctx, `delete from mayday.timer where incident_id = $1 and clock = $2 and due_at <= $3`, t.id, string(t.clock), s.Now())
			return err
		}
		at := s.Now()
		c, err := s.apply(ctx, tx, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			at = now
			return incident.Fire(inc, incident.Timer{Clock: t.clock, Due: due}, now)
		})
		fired = err == nil && !c.Empty()
		if fired && s.Fired != nil {
			s.Fired(t.clock, due, at)
		}
		return err
	})
	return fired, err
}

// postpone keeps a timer that cannot fire from holding up the others.
func (s *Store) postpone(ctx context.Context, t dueTimer) {
	_, err := s.pool.Exec(ctx, `update mayday.timer set attempt = attempt + 1, due_at = $3::timestamptz + make_interval(secs => least(power(2, attempt), 60))
		where incident_id = $1 and clock = $2`, t.id, string(t.clock), s.Now())
	if err != nil {
		s.log.Warn("a timer could not be postponed", zap.Int64("incident", t.id), zap.Error(err))
	}
}
