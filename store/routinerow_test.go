package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/routine"
	"mayday/store/storetest"
)

// TestAClockOfARoutineFiresByItsRow: it is looked at each once, one whose row says later waits until then, and one that cannot be read for a minute.
func TestAClockOfARoutineFiresByItsRow(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	for _, slug := range []string{"broken", "later", "sound", "tomorrow"} {
		planned(t, s, slug)
	}
	clock.Advance(24 * time.Hour)
	now := clock.Now()
	set(t, s, `update mayday.routine set doc = jsonb_set(doc, '{next}', '"never"') where slug = 'broken'`)
	set(t, s, `update mayday.routine set doc = jsonb_set(doc, '{next}', to_jsonb($1::text)) where slug = 'later'`, now.Add(time.Second).Format(time.RFC3339Nano))
	set(t, s, `update mayday.routine set due_at = $1 where slug = 'tomorrow'`, now.Add(time.Hour))
	n, err := s.fireRoutines(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, n, "tomorrow's is not looked at")
	for slug, at := range map[string]time.Time{"broken": now.Add(routineAgain), "later": now.Add(time.Second)} {
		assert.Equal(t, 1, count(t, s, `select count(*) from mayday.routine where slug = $1 and due_at = $2`, slug, at), slug)
	}
	rounds, err := s.Rounds(t.Context(), t0)
	require.NoError(t, err)
	require.Len(t, rounds, 1)
	assert.Equal(t, "sound", rounds[0].Routine)
	clock.Advance(time.Second)
	_, err = s.fireRoutines(t.Context())
	require.NoError(t, err)
	rounds, err = s.Rounds(t.Context(), t0)
	require.NoError(t, err)
	assert.Len(t, rounds, 2)
	fired, err := s.fireRoutine(t.Context(), "sound")
	require.NoError(t, err)
	assert.False(t, fired, "it is not due any more")
}

// TestWhatANewerReleaseWroteStaysWithItsRound: the next one is written by this release, and has nothing of it.
func TestWhatANewerReleaseWroteStaysWithItsRound(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	planned(t, s, "morning")
	for range 2 {
		clock.Advance(24 * time.Hour)
		for n := 1; n > 0; { // the reminder of the first comes before the second
			var err error
			n, err = s.fireRoutines(t.Context())
			require.NoError(t, err)
		}
		set(t, s, `update mayday.round set doc = doc || '{"mood": "calm"}' where period = (select min(period) from mayday.round)`)
	}
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.round where doc ? 'mood' and doc ? 'closed_at'`))
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.round where not doc ? 'mood' and not doc ? 'closed_at'`))
}

// TestARoutineThatIsOverHasNoClock: one that its row knows nothing of is taken away, and begins nothing.
func TestARoutineThatIsOverHasNoClock(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	planned(t, s, "morning")
	set(t, s, `update mayday.routine set doc = doc - 'next', due_at = $1`, t0)
	fired, err := s.fireRoutine(t.Context(), "morning")
	require.NoError(t, err)
	assert.True(t, fired)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.routine where due_at is null`))
	assert.Zero(t, count(t, s, `select count(*) from mayday.round`))
}

// TestRoutinesAreListedEachByItself: what one has and another has not is not the other's.
func TestRoutinesAreListedEachByItself(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	for _, slug := range []string{"a", "b", "c"} {
		planned(t, s, slug)
	}
	clock.Advance(24 * time.Hour)
	for _, slug := range []string{"a", "c"} {
		_, err := s.fireRoutine(t.Context(), slug)
		require.NoError(t, err)
	}
	all, err := s.Routines(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 3)
	today := routine.DayOf(clock.Now())
	for slug, last := range map[string]routine.Day{"a": today, "b": "", "c": today} {
		assert.Equal(t, []any{slug, last, last == ""}, []any{all[slug].Checklist.Slug, all[slug].Last, all[slug].Remind.IsZero()})
	}
}
