package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"mayday/incident"
)

// How far this machine's clock may be from the database's: what is beyond
// SkewWarned is worth a look, beyond SkewStopped no clock fires here.
const (
	SkewWarned  = 2 * time.Second
	SkewStopped = 30 * time.Second
)

// databaseClock is the database's clock, by which all due times are judged: that of
// this machine, put right by the difference that was seen last. Every session that is
// proved tells the time, so the difference is as old as the transaction at most.
type databaseClock struct {
	// wall is the machine's own clock.
	wall func() time.Time

	mu    sync.Mutex
	ahead time.Duration // of this machine
}

// Now is the database's time, as far as this machine knows.
func (c *databaseClock) Now() time.Time { return c.wall().Add(-c.skew()) }

// Wait sleeps until the database's clock shows until.
func (c *databaseClock) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	SystemClock{}.Wait(ctx, time.Now().Add(until.Sub(c.Now())), wake)
}

// skew is how far this machine is ahead of the database, negative when it is behind.
func (c *databaseClock) skew() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// heard takes in that the database showed at between two moments of this machine. The
// difference changes only as far as that proves: a slow answer proves little.
func (c *databaseClock) heard(asked, answered, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = min(max(c.ahead, asked.Sub(at)), answered.Sub(at))
}

// Skew is how far this machine's clock is ahead of the database's, negative when it is
// behind; as far as an answer of the database proved it.
func (s *Store) Skew() time.Duration { return s.time.skew() }

// DatabaseTime is the time by the database's clock, also where a Clock was given.
func (s *Store) DatabaseTime() time.Time { return s.time.Now() }

// Stopped reports whether no clock fires here because this machine's own is wrong.
func (s *Store) Stopped() bool { return s.clock == Clock(s.time) && abs(s.Skew()) > SkewStopped }

// errStopped says that no clock fires here at the moment.
var errStopped = errors.New("this machine's clock is too far from the database's")

// askTime has a session tell the time.
func (s *Store) askTime(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	c, err := s.pool.Acquire(ctx) // which proves it
	if err != nil {
		return err
	}
	c.Release()
	if s.Stopped() {
		return errStopped
	}
	return nil
}

// skewSaid is what the log said last of this machine's clock: 0 that it is right, 1
// that it is wrong, 2 that nothing fires; and when.
type skewSaid struct {
	what int
	at   time.Time
}

// sayAgain is the pause between two words on a clock that is still wrong.
const sayAgain = 10 * time.Minute

// saySkew tells the log when this machine's clock is wrong, and when it is right again.
func (s *Store) saySkew(said *skewSaid) {
	skew, what := s.Skew(), 0
	switch {
	case s.Stopped():
		what = 2
	case abs(skew) > SkewWarned:
		what = 1
	}
	if what == said.what && (what == 0 || time.Since(said.at) < sayAgain) {
		return
	}
	said.what, said.at = what, time.Now()
	is := zap.String("this_machine_is", SayAhead(skew))
	switch what {
	case 2:
		s.log.Error("no clock fires here, because this machine's clock is wrong; replicas whose clock is right fire them: put it right (NTP)", is)
	case 1:
		s.log.Warn("this machine's clock is wrong; due times are judged by the database's: put it right (NTP)", is)
	default:
		s.log.Info("this machine's clock is right again", is)
	}
}

// noClockFact keeps since when no clock fires anywhere, so that it is told once.
const noClockFact = "no clock fires"

// noPulse is after how long without a sign of life a replica does not count among those
// that fire clocks.
const noPulse = 10 * time.Second

// tellNoClock has it told, once, when no living replica has a clock that is right enough.
func (s *Store) tellNoClock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	since := s.Now()
	err := s.within(ctx, func(tx *transaction) error {
		tag, err := tx.Exec(ctx, `insert into mayday.fact (key, value)
			select $1, $4 where exists (select from mayday.replica where seen_at > now() - make_interval(secs => $2))
			and not exists (select from mayday.replica where seen_at > now() - make_interval(secs => $2) and abs(extract(epoch from skew)) <= $3)
			on conflict do nothing`, noClockFact, noPulse.Seconds(), SkewStopped.Seconds(), since.Format(time.RFC3339Nano))
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		s.log.Error("no clock fires anywhere, because the machine of every replica shows a wrong time: put one right (NTP)")
		return s.enqueueFor(ctx, tx, 0, incident.TellNoClockFires{Since: since})
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("it cannot be told that no clock fires", zap.Error(err))
	}
}

// clocksFire forgets that no clock fired, and has it taken back: the next time is told again.
func (s *Store) clocksFire(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	err := s.within(ctx, func(tx *transaction) error {
		var value string
		err := tx.QueryRow(ctx, `delete from mayday.fact where key = $1 returning value`, noClockFact).Scan(&value)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		since, err := time.Parse(time.RFC3339Nano, value)
		if err != nil {
			return nil // a release before this one told it, and wrote no moment that names the message
		}
		return s.enqueueFor(ctx, tx, 0, incident.TakeBackNoClock{Since: since, At: s.Now()})
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("it is not forgotten that no clock fired", zap.Error(err))
	}
}

// NoClockFires reports whether it still counts as so that no clock has fired since a moment.
func (s *Store) NoClockFires(ctx context.Context, since time.Time) (bool, error) {
	value, err := s.Fact(ctx, noClockFact)
	return value == since.Format(time.RFC3339Nano), err
}

// SayAhead tells a skew in words: "65m0s ahead of the database's clock".
func SayAhead(skew time.Duration) string {
	which := "ahead of"
	if skew < 0 {
		which = "behind"
	}
	return fmt.Sprintf("%s %s the database's clock", abs(skew).Round(100*time.Millisecond), which)
}

func abs(d time.Duration) time.Duration { return max(d, -d) }

// InspectSkew connects and measures how far this machine is ahead of the database.
// others are the replicas that are further off than SkewWarned, by their id.
func InspectSkew(ctx context.Context, url string) (skew time.Duration, others map[string]time.Duration, err error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	clock := &databaseClock{wall: time.Now}
	for range 3 { // a slow answer proves little
		if err := writable(ctx, c.PgConn(), clock); err != nil {
			return 0, nil, err
		}
	}
	others = map[string]time.Duration{}
	var there bool
	if err := c.QueryRow(ctx, `select exists (select from information_schema.columns where table_schema = 'mayday' and table_name = 'replica' and column_name = 'skew')`).Scan(&there); err != nil || !there {
		return clock.skew(), others, err
	}
	rows, err := c.Query(ctx, `select id, skew from mayday.replica where abs(extract(epoch from skew)) > $1`, SkewWarned.Seconds())
	if err != nil {
		return 0, nil, err
	}
	var id string
	var off time.Duration
	_, err = pgx.ForEachRow(rows, []any{&id, &off}, func() error { others[id] = off; return nil })
	return clock.skew(), others, err
}
