package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/routine"
	"mayday/store/storetest"
)

// planned plans a daily checklist at nine, on all days of the week.
func planned(t testing.TB, s *Store, slug string, items ...routine.Item) {
	t.Helper()
	list := &routine.Checklist{Slug: slug, Name: slug, Cadence: routine.Cadence{Every: routine.Daily}, Items: append(items, routine.Item{Text: "look"})}
	require.NoError(t, s.PlanRoutine(t.Context(), slug, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Plan(r, round, routine.Planning{Checklist: list, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
	}))
}

// rested waits until no clock of a routine is due any more.
func rested(t testing.TB, s *Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		return count(t, s, `select count(*) from mayday.routine where due_at <= $1`, s.Now()) == 0
	}, patience, 10*time.Millisecond)
}

// TestEachDayHasOneRound: three replicas see the same clocks, also those that come back after days, and each period has
// one round with one job; what they plan at the same time is one list.
func TestEachDayHasOneRound(t *testing.T) {
	t.Parallel()
	url, clock := newURL(t), storetest.NewClock(t0)
	stores := []*Store{open(t, url, clock), open(t, url, clock), open(t, url, clock)}
	var planning sync.WaitGroup
	for _, s := range stores {
		planning.Go(func() {
			for n := range 8 {
				planned(t, s, fmt.Sprintf("list-%d", n))
			}
		})
	}
	planning.Wait()
	assert.Equal(t, 8, count(t, stores[0], `select count(*) from mayday.routine`))
	tick(t, stores...)
	for range 5 {
		clock.Advance(24 * time.Hour)
		rested(t, stores[1])
	}
	assert.Equal(t, 40, count(t, stores[0], `select count(*) from mayday.round`), "five days, eight lists")
	clock.Advance(10 * 24 * time.Hour)
	rested(t, stores[2])
	assert.Equal(t, 48, count(t, stores[0], `select count(*) from mayday.round`), "after ten days one is caught up")
	assert.Equal(t, 8, count(t, stores[0], `select count(*) from mayday.round where (doc ->> 'missed')::int = 9`), "and says how many were not")
	assert.Equal(t, 40, count(t, stores[0], `select count(*) from mayday.round where doc ? 'closed_at'`))
	assert.Equal(t, 88, count(t, stores[0], `select count(*) from river.river_job where kind = 'show_round'`), "each is drawn when it begins, and when it is closed")
	assert.Equal(t, 0, count(t, stores[0], `select count(*) from river.river_job where kind = 'remind_of_round'`), "nobody is reminded of what the next one closes")
}

// TestAClickOnARoundIsActedUponOnce: the same delivery does nothing, a refusal stores nothing, and two people are told who was first.
func TestAClickOnARoundIsActedUponOnce(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	planned(t, s, "morning")
	tick(t, s)
	clock.Advance(24 * time.Hour)
	rested(t, s)
	done := func(by routine.Person) RoutineDecision {
		return func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.MarkDone(r, round, by, 1, now)
		}
	}
	c, err := s.UpdateRoutine(t.Context(), routine.Ref{Routine: "morning"}, []string{"click:1"}, done("U0ANA"))
	require.NoError(t, err)
	assert.Equal(t, "U0ANA", c.Round.On)
	ref := c.Round.Ref
	_, err = s.UpdateRoutine(t.Context(), ref, []string{"click:1"}, done("U0ANA"))
	require.ErrorIs(t, err, ErrDuplicate)
	_, err = s.UpdateRoutine(t.Context(), ref, []string{"click:2"}, done("U0BEN"))
	var refused *routine.Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "U0ANA", refused.By)
	for _, nothing := range []routine.Ref{{Routine: "nothing"}, {Routine: "morning", Period: "2020-01-01"}} {
		_, err = s.UpdateRoutine(t.Context(), nothing, nil, done("U0BEN"))
		require.ErrorIs(t, err, ErrNotFound)
	}
	require.NoError(t, s.SaveRoundShown(t.Context(), ref, Shown{Channel: "C1", TS: "1.2"}))
	found, err := s.RoundAt(t.Context(), "C1", "1.2")
	require.NoError(t, err)
	assert.Equal(t, ref, found.Ref)
	_, err = s.RoundAt(t.Context(), "C1", "")
	require.ErrorIs(t, err, ErrNotFound)
}

// TestAClockOfARoutineThatCannotFireHoldsUpNoOther: a document that nobody can read is left alone for a minute.
func TestAClockOfARoutineThatCannotFireHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	planned(t, s, "broken")
	planned(t, s, "sound")
	_, err := s.Pool().Exec(t.Context(), `update mayday.routine set doc = jsonb_set(doc, '{checklist,items}', '"none"') where slug = 'broken'`)
	require.NoError(t, err)
	tick(t, s)
	clock.Advance(24 * time.Hour)
	rested(t, s)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.round`))
}

// TestWhatANewerReleaseWroteOfARoundStays: this one keeps what it does not know.
func TestWhatANewerReleaseWroteOfARoundStays(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	planned(t, s, "morning")
	tick(t, s)
	clock.Advance(24 * time.Hour)
	rested(t, s)
	for _, table := range []string{"routine", "round"} {
		_, err := s.Pool().Exec(t.Context(), `update mayday.`+table+` set doc = doc || '{"mood": "calm"}'`)
		require.NoError(t, err)
	}
	_, err := s.UpdateRoutine(t.Context(), routine.Ref{Routine: "morning"}, nil, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Take(r, round, "U0ANA", now)
	})
	require.NoError(t, err)
	for _, table := range []string{"routine", "round"} {
		assert.Equal(t, 1, count(t, s, `select count(*) from mayday.`+table+` where doc ->> 'mood' = 'calm'`), table)
	}
}

// TestReadingsOfAQuery: one value a day, the last, and only of the days that are asked for.
func TestReadingsOfAQuery(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	ask := routine.Ask{Kind: routine.AskQuery, Name: "users/total", Title: "Total users", SQL: "select 1"}
	planned(t, s, "morning", routine.Item{Text: "users", Asks: []routine.Ask{ask}})
	tick(t, s)
	for _, value := range []float64{40, 42} {
		clock.Advance(24 * time.Hour)
		rested(t, s)
		_, err := s.UpdateRoutine(t.Context(), routine.Ref{Routine: "morning"}, nil, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.Answered(r, round, [][]routine.Answer{{{Text: "n", Value: &value, At: now}}}, now)
		})
		require.NoError(t, err)
	}
	first := routine.DayOf(t0).Add(1)
	all, err := s.Readings(t.Context(), "users/total", first, first.Add(9))
	require.NoError(t, err)
	assert.Equal(t, map[routine.Day]float64{first: 40, first.Add(1): 42}, all)
	one, err := s.Readings(t.Context(), "users/total", first.Add(1), first.Add(1))
	require.NoError(t, err)
	assert.Len(t, one, 1)
	rounds, err := s.Rounds(t.Context(), t0)
	require.NoError(t, err)
	assert.Len(t, rounds, 2)
	raw, err := json.Marshal(rounds[0].Lines[0].Answers)
	require.NoError(t, err)
	assert.Contains(t, string(raw), "42")
	_, err = s.Routines(t.Context())
	require.NoError(t, errors.Join(err, context.Cause(t.Context())))
}

// TestPeopleWhoClickAtOnceLoseNothing: each decision sees what the one before it wrote of the round.
func TestPeopleWhoClickAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	items := make([]routine.Item, 19)
	for i := range items {
		items[i].Text = fmt.Sprint("item ", i)
	}
	planned(t, s, "morning", items...)
	tick(t, s)
	clock.Advance(24 * time.Hour)
	rested(t, s)
	var people sync.WaitGroup
	for n := range 20 {
		people.Go(func() {
			_, err := s.UpdateRoutine(context.Background(), routine.Ref{Routine: "morning"}, []string{fmt.Sprint("click:", n)}, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
				return routine.MarkDone(r, round, "U0ANA", n+1, now)
			})
			assert.NoError(t, err)
		})
	}
	people.Wait()
	rounds, err := s.Rounds(t.Context(), t0)
	require.NoError(t, err)
	require.Len(t, rounds, 1)
	assert.Empty(t, rounds[0].Left())
	assert.Equal(t, 21, rounds[0].Revision)
}

// TestWhoSetsAClockOfARoutineWakesThoseThatSleep, and nobody wakes them for nothing.
func TestWhoSetsAClockOfARoutineWakesThoseThatSleep(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	planned(t, s, "morning")
	clock.Advance(24 * time.Hour)
	_, err := s.fireRoutines(t.Context())
	require.NoError(t, err)
	set(t, s, `insert into mayday.digest (slug, doc) values ('digest', '{}')`)
	set(t, s, `insert into mayday.routine (slug, doc) values ('evening', '{}')`)
	digest := func(hour time.Duration) func(*transaction) error {
		return func(tx *transaction) error {
			var raw []byte
			if err := tx.QueryRow(t.Context(), `select doc from mayday.digest`).Scan(&raw); err != nil {
				return err
			}
			_, err := s.decideDigest(t.Context(), tx, raw, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
				return routine.PlanDigest(d, routine.DigestPlanning{On: true, Calendar: routine.Calendar{Hour: hour}}, now)
			})
			return err
		}
	}
	decide := func(slug string, d RoutineDecision) func(*transaction) error {
		return func(tx *transaction) error {
			_, err := s.decideRoutine(t.Context(), tx, routine.Ref{Routine: slug}, d)
			return err
		}
	}
	list := func(hour time.Duration) func(*transaction) error {
		return decide("evening", func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			list := &routine.Checklist{Slug: "evening", Name: "evening", Cadence: routine.Cadence{Every: routine.Daily}, Items: []routine.Item{{Text: "look"}}}
			return routine.Plan(r, round, routine.Planning{Checklist: list, Calendar: routine.Calendar{Hour: hour}}, now)
		})
	}
	for _, c := range []struct {
		what  string
		wakes bool
		do    func(*transaction) error
	}{
		{"a digest is planned", true, digest(9 * time.Hour)},
		{"nothing new", false, digest(9 * time.Hour)},
		{"an hour earlier", true, digest(8 * time.Hour)},
		{"a list is planned", true, list(18 * time.Hour)},
		{"nothing new of it", false, list(18 * time.Hour)},
		{"it comes an hour earlier", true, list(17 * time.Hour)},
		{"somebody takes a round", false, decide("morning", func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
			return routine.Take(r, round, ana, now)
		})},
	} {
		require.NoError(t, s.within(t.Context(), func(tx *transaction) error {
			err := c.do(tx)
			assert.Equal(t, c.wakes, slices.Contains(tx.rings, clockRing), c.what)
			return err
		}), c.what)
	}
}
