package store

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
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
	// longestSleep bounds the damage of a lost notification, and askEvery that of a
	// connection that says nothing because it is broken, or leads to a server that
	// is the primary no more.
	longestSleep = 30 * time.Second
	askEvery     = time.Second
	// clockPatience is how long one look at the timers, or one firing, may take.
	clockPatience = 5 * time.Second
	// Others may hold what is due, for milliseconds or, when their host is gone, for longer.
	shortPause, longPause = 5 * time.Millisecond, 250 * time.Millisecond
	// mostStuck is how often in a row the database may be away in the middle of a firing
	// before one of the incidents, and not the database, is taken to be at fault.
	mostStuck = 3
)

// RunClock fires timers as they fall due until ctx is done. Every replica runs
// one; there is no leader. A timer fires in one transaction with the change that
// it causes, so it fires once however many replicas see it.
func (s *Store) RunClock(ctx context.Context) {
	wake := make(chan struct{}, 1)
	go s.listen(ctx, wake)
	said := &skewSaid{}
	s.retryAside(ctx)
	fires := false
	for ctx.Err() == nil {
		until, err := s.fireDue(ctx)
		s.saySkew(said)
		if errors.Is(err, errStopped) {
			fires = false
			s.tellNoClock(ctx)
			SystemClock{}.Wait(ctx, time.Now().Add(time.Second), nil)
			continue
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the clock cannot read its timers", zap.Error(err))
			SystemClock{}.Wait(ctx, time.Now().Add(250*time.Millisecond), nil)
			continue
		}
		if !fires {
			fires = true
			s.clocksFire(ctx)
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
			c, err := s.connect(ctx)
			if err != nil {
				return err
			}
			defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // it may be broken
			if _, err := c.Exec(ctx, `listen `+clockChannel); err != nil {
				return err
			}
			poke()
			for {
				quiet, cancel := context.WithTimeout(ctx, askEvery)
				_, err := c.WaitForNotification(quiet)
				cancel()
				if err != nil && (ctx.Err() != nil || !pgconn.Timeout(err)) {
					return err
				}
				if err != nil {
					if err := s.lines.prove(ctx, c); err != nil {
						return err
					}
					continue
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
	for pause := shortPause; ; pause = min(2*pause, longPause) {
		if err := s.askTime(ctx); err != nil {
			return time.Time{}, err
		}
		var fired atomic.Bool
		g, firing := errgroup.WithContext(ctx)
		for range fireAtOnce {
			g.Go(func() error { return s.fireSome(firing, &fired) })
		}
		if err := g.Wait(); err != nil {
			return time.Time{}, err
		}
		next, round, err := s.nextDue(ctx)
		if err != nil {
			return time.Time{}, err
		}
		now := s.Now()
		if round != nil && !round.After(now) {
			n, err := s.fireRoutines(ctx)
			if err != nil {
				return time.Time{}, err
			}
			morning, err := s.fireDigest(ctx)
			if err != nil {
				return time.Time{}, err
			}
			if n > 0 || morning {
				pause = shortPause
				continue
			}
		}
		if next == nil || round != nil && round.Before(*next) {
			next = round
		}
		switch {
		case next == nil || next.After(now.Add(longestSleep)):
			return now.Add(longestSleep), nil
		case next.After(now):
			return *next, nil
		}
		if fired.Load() {
			pause = shortPause
		}
		// Others hold what is due; they will be done in a moment.
		SystemClock{}.Wait(ctx, time.Now().Add(pause), nil)
	}
}

// Overdue is for how long the clock that waits longest has been due, which no replica has fired; zero when none has. One
// that fails again and again waits as long as its pauses were together, until it is set aside and told.
func (s *Store) Overdue(ctx context.Context) (time.Duration, error) {
	now := s.Now()
	next, round, err := s.nextDue(ctx)
	if err != nil {
		return 0, wrap(err, "look for clocks that are due")
	}
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	var failures int
	err = s.pool.QueryRow(ctx, `select coalesce(max(attempt), 0) from mayday.timer where due_at <= $1 and aside_at is null`, now.Add(longestBackoff)).Scan(&failures)
	if err != nil {
		return 0, wrap(err, "look for clocks that fail")
	}
	var late time.Duration
	for n := range failures {
		late += min(firstBackoff<<min(n, 10), longestBackoff)
	}
	for _, at := range []*time.Time{next, round} {
		if at != nil {
			late = max(late, now.Sub(*at))
		}
	}
	return late, nil
}

// nextDue is when the next clock of an incident runs out, and the next of a routine or of the digest; nil when none runs.
func (s *Store) nextDue(ctx context.Context) (next, round *time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	err = s.pool.QueryRow(ctx, `select (select min(due_at) from mayday.timer), least((select min(due_at) from mayday.routine), (select min(due_at) from mayday.digest))`).Scan(&next, &round)
	return next, round, err
}

// away reports whether an error means that the database cannot be worked with at
// the moment, whatever is asked of it.
// Source: PostgreSQL, appendix "Error Codes": classes 08, 40, 53, 57 and 58.
func away(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return readOnly(err) || slices.Contains([]string{"08", "40", "53", "57", "58"}, refused.Code[:2])
	}
	var u unfit
	return !errors.As(err, &u)
}
