package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
	"mayday/store/storetest"
)

// TestClocksSayThatTheDatabaseIsAway: whichever question of a look at the clocks is not answered, the look has failed, and
// what it did not fire the next one does.
func TestClocksSayThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	s, f := faulty(t)
	_, err := s.UpdateDigest(t.Context(), nil, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
		return routine.PlanDigest(d, routine.DigestPlanning{On: true, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
	})
	require.NoError(t, err)
	clock := s.clock.(*storetest.Clock)
	var reported atomic.Int64
	s.Fired = func(incident.Clock, time.Time, time.Time) { reported.Add(1) }
	nth := int64(0)
	for ; ; nth++ {
		clock.Advance(24 * time.Hour) // all of them are due again
		s.stuck.Store(0)
		f.set(nth, false)
		_, err := s.fireDue(t.Context())
		if f.seen.Load() <= nth {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, context.Canceled, "question %d", nth)
		settled(t, s)
	}
	assert.Greater(t, nth, int64(10))
	f.set(-1, false)
	late, err := s.Overdue(t.Context())
	require.NoError(t, err)
	assert.Zero(t, late)
	fired(t, s, 1, incident.EventUpdateReminded, 1)
	assert.Positive(t, reported.Load())
	assert.Positive(t, count(t, s, `select count(*) from mayday.digest where due_at > $1 and (doc ->> 'revision')::int > 1`, s.Now()))
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.round where period = $1::date`, string(routine.DayOf(s.Now()))))
}

// TestAQuestionThatIsNotAnsweredIsNoAnswer: of those who ask more than once, or do something in parts.
func TestAQuestionThatIsNotAnsweredIsNoAnswer(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(context.Context, *Store) error{
		"on call": func(ctx context.Context, s *Store) error {
			_, err := s.OnCall(ctx, incident.Contact{Roster: "primary", Overrides: "over"})
			return err
		},
		"overdue":      func(ctx context.Context, s *Store) error { _, err := s.Overdue(ctx); return err },
		"check writes": func(ctx context.Context, s *Store) error { return s.CheckWrites(ctx) },
		"missed changes": func(ctx context.Context, s *Store) error {
			_, err := s.MissedChanges(ctx, incident.SeekChanges{})
			return err
		},
		"begin stopped": func(ctx context.Context, s *Store) error {
			_, begun, err := s.BeginStopped(ctx, time.Minute)
			if err == nil && !begun {
				return fmt.Errorf("there is nothing that was left undone")
			}
			return err
		},
		"forget": func(ctx context.Context, s *Store) error {
			s.clock.(*storetest.Clock).Set(furnished.Add(1000 * 24 * time.Hour))
			day := 24 * time.Hour
			_, err := s.Forget(ctx, Retention{Incidents: day, Evidence: day, Audit: 30 * day, Deliveries: time.Nanosecond, Posts: day, Alerts: day})
			return err
		},
		"the numbers of a lost database": func(ctx context.Context, s *Store) error {
			_, err := s.pool.Exec(context.WithoutCancel(ctx), `update mayday.fact set value = 'another' where key = 'history'`)
			if err == nil {
				_, err = s.Declare(ctx, nil, declaration("x"))
			}
			return err
		},
		"hear of something new": func(ctx context.Context, s *Store) error { _, err := s.Hear(ctx, plainly()); return err },
		"in a channel":          func(ctx context.Context, s *Store) error { _, err := s.SeeIn(ctx, "C1"); return err },
		"take over":             func(ctx context.Context, s *Store) error { return s.Replica("a").takeOver(ctx) },
		"means": func(ctx context.Context, s *Store) error {
			_, err := s.MeansOneOf(ctx, "C1", []string{"x"})
			return err
		},
		"readings": func(ctx context.Context, s *Store) error {
			return s.SaveReadings(ctx, []routine.Reading{{Query: "a", Day: "2026-03-01", Value: 1}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, f := faulty(t)
			_, err := s.pool.Exec(t.Context(), `delete from mayday.outage`)
			require.NoError(t, err)
			_, err = s.pool.Exec(t.Context(), `update river.river_job set scheduled_at = now() - interval '1 hour'`)
			require.NoError(t, err)
			receive(t, s, "monit", "firing z")
			for nth := int64(0); ; nth++ {
				f.set(nth, false)
				err := ask(t.Context(), s)
				if f.seen.Load() <= nth {
					require.NoError(t, err)
					require.Positive(t, nth)
					return
				}
				require.ErrorIs(t, err, context.Canceled, "question %d", nth)
				settled(t, s)
			}
		})
	}
}

// TestWhatCannotBeReadIsNoAnswer: a document that nobody can read is an error, and not left out.
func TestWhatCannotBeReadIsNoAnswer(t *testing.T) {
	t.Parallel()
	s, _ := faulty(t)
	ctx := t.Context()
	_, err := s.pool.Exec(ctx, `insert into mayday.change_event (source, key, at, doc) values ('ci', 'a', $1, '{}')`, furnished)
	require.NoError(t, err)
	for _, table := range []string{"offer", "mute", "signal", "change_event", "routine", "round", "newcomer", "handover", "event", "digest"} {
		_, err := s.pool.Exec(ctx, `update mayday.`+table+` set doc = doc || '{"at": "never", "since": "never", "from": "never", "seen_at": "never", "begun_at": "never", "next": "never", "revision": "many"}'`)
		require.NoError(t, err)
	}
	_, err = s.pool.Exec(ctx, `update mayday.incident set doc = jsonb_set(doc, '{revision}', '"many"')`)
	require.NoError(t, err)
	set(t, s, `update mayday.event set aloud = true, told_ts = '1.1'`)
	first := incident.Ref{Incident: 1}
	for name, read := range map[string]func() error{
		"incident":         func() error { _, err := s.Incident(ctx, first); return err },
		"incident, seen":   func() error { _, err := s.See(ctx, first); return err },
		"in a channel":     func() error { _, err := s.InChannel(ctx, "C1"); return err },
		"list":             func() error { _, err := s.List(ctx, Filter{}); return err },
		"long list":        func() error { _, err := s.List(ctx, Filter{Limit: 10 * mostKept}); return err },
		"live":             func() error { _, err := s.Live(ctx); return err },
		"incidents of":     func() error { _, err := s.IncidentsOf(ctx, []int64{1}); return err },
		"update":           func() error { _, err := s.Update(ctx, first, nil, note("x")); return err },
		"page":             func() error { _, _, err := s.Page(ctx, first, 0); return err },
		"timeline":         func() error { _, err := s.Timeline(ctx, 1, 0, 0); return err },
		"untold":           func() error { _, err := s.Untold(ctx, 1); return err },
		"spoken":           func() error { _, err := s.Spoken(ctx, 1); return err },
		"offer":            func() error { _, err := s.Offer(ctx, 1); return err },
		"offer, shown":     func() error { _, _, err := s.OfferShown(ctx, 1); return err },
		"mutes":            func() error { _, err := s.Mutes(ctx); return err },
		"changes":          func() error { _, err := s.Changes(ctx, t0); return err },
		"signals":          func() error { _, err := s.Signals(ctx, t0); return err },
		"hear":             func() error { _, err := s.Hear(ctx, plainly()); return err },
		"declare":          func() error { _, err := s.Declare(ctx, nil, declaration("x")); return err },
		"routines":         func() error { _, err := s.Routines(ctx); return err },
		"rounds":           func() error { _, err := s.Rounds(ctx, t0); return err },
		"update a routine": func() error { _, err := s.UpdateRoutine(ctx, routine.Ref{Routine: "morning"}, nil, nil); return err },
		"newcomer":         func() error { _, err := s.Newcomer(ctx, ana); return err },
		"line": func() error {
			if _, err := s.Enqueue(ctx, "D1", Call{Incident: 1, Person: ana}); err != nil {
				return nil
			}
			_, err := s.Line(ctx, "D1", Call{Incident: 1, Person: ana})
			return err
		},
		"missed changes": func() error { _, err := s.MissedChanges(ctx, incident.SeekChanges{}); return err },
	} {
		assert.Error(t, read(), name)
	}
}
