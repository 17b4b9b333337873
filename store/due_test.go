package store

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// set runs a statement that a test prepares something with.
func set(t testing.TB, s *Store, sql string, args ...any) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// TestTheMachinesClockWaits until a moment, or until somebody wakes it or nobody needs it any more.
func TestTheMachinesClockWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		wake := make(chan struct{}, 1)
		ctx, cancel := context.WithCancel(t.Context())
		SystemClock{}.Wait(ctx, began.Add(time.Minute), wake)
		assert.Equal(t, time.Minute, time.Since(began))
		wake <- struct{}{}
		SystemClock{}.Wait(ctx, began.Add(time.Hour), wake)
		cancel()
		SystemClock{}.Wait(ctx, began.Add(time.Hour), wake)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

// TestWhenTheClocksAreLookedAtAgain: when the next one runs out, of an incident or of a round, and after half a minute anyhow.
func TestWhenTheClocksAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	again := func() time.Duration {
		t.Helper()
		at, err := s.fireDue(t.Context())
		require.NoError(t, err)
		return at.Sub(t0)
	}
	assert.Equal(t, longestSleep, again(), "there is none")
	declare(t, s)
	assert.Equal(t, longestSleep, again(), "the first runs out after two minutes")
	planned(t, s, "morning")
	for _, c := range []struct{ next, round, again time.Duration }{
		{longestSleep, time.Hour, longestSleep}, {longestSleep - time.Second, time.Hour, longestSleep - time.Second},
		{time.Hour, 10 * time.Second, 10 * time.Second}, {5 * time.Second, 10 * time.Second, 5 * time.Second}, {10 * time.Second, 5 * time.Second, 5 * time.Second},
		{time.Hour, time.Hour, longestSleep},
	} {
		set(t, s, `update mayday.timer set due_at = $1`, t0.Add(c.next))
		set(t, s, `update mayday.routine set due_at = $1`, t0.Add(c.round))
		assert.Equal(t, c.again, again(), "%+v", c)
	}
	set(t, s, `delete from mayday.timer`)
	set(t, s, `update mayday.routine set due_at = $1`, t0.Add(time.Second))
	assert.Equal(t, time.Second, again(), "rounds alone")
}

// TestForHowLongClocksAreOverdue: since the first should have fired, or for as long as the pauses of the one that fails most.
func TestForHowLongClocksAreOverdue(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	overdue := func() time.Duration {
		t.Helper()
		late, err := s.Overdue(t.Context())
		require.NoError(t, err)
		return late
	}
	declare(t, s)
	planned(t, s, "morning")
	assert.Zero(t, overdue())
	set(t, s, `update mayday.timer set due_at = $1 where clock = 'update'`, t0.Add(-time.Minute))
	assert.Equal(t, time.Minute, overdue())
	set(t, s, `update mayday.routine set due_at = $1`, t0.Add(-time.Hour))
	assert.Equal(t, time.Hour, overdue())
	set(t, s, `update mayday.routine set due_at = $1`, t0.Add(time.Hour))
	for _, c := range []struct {
		failures  int
		due, late time.Duration
	}{
		{1, time.Second, 250 * time.Millisecond}, {3, time.Second, 1750 * time.Millisecond}, {6, longestBackoff, 12750 * time.Millisecond},
		{20, time.Second, 82750 * time.Millisecond}, {20, longestBackoff + time.Second, 0}, {3, -time.Minute, time.Minute},
	} {
		set(t, s, `update mayday.timer set attempt = $1, due_at = $2 where clock = 'update'`, c.failures, t0.Add(c.due))
		assert.Equal(t, c.late, overdue(), "%+v", c)
	}
	set(t, s, `update mayday.timer set attempt = 50, due_at = $1, aside_at = $1 where clock = 'update'`, t0.Add(time.Second))
	assert.Zero(t, overdue(), "it was set aside, and told")
}

// TestAThirdOutageInARowIsTheIncidentsOwn: then each fires alone, the others at once, and what fails is tried again later. A
// firing that went well between counts from the beginning.
func TestAThirdOutageInARowIsTheIncidentsOwn(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	bad, well := declare(t, s), declare(t, s)
	require.EqualValues(t, 1, bad.ID)
	set(t, s, `create function broken() returns trigger language plpgsql as $$ begin if new.id = 1 then raise sqlstate '57014'; end if; return new; end $$`)
	breaks := func() {
		set(t, s, `create trigger broken before update on mayday.incident for each row execute function broken()`)
	}
	var some atomic.Bool
	look := func() error { return s.fireSome(t.Context(), &some) }
	breaks()
	clock.Advance(3 * time.Minute) // the page check
	for range mostStuck - 1 {
		require.True(t, away(look()))
	}
	set(t, s, `drop trigger broken on mayday.incident`)
	require.NoError(t, look())
	breaks()
	clock.Advance(30 * time.Minute) // the first half of the time to respond
	for range mostStuck - 1 {
		require.True(t, away(look()))
		require.Zero(t, count(t, s, `select count(*) from mayday.timer where attempt > 0`))
	}
	require.NoError(t, look())
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.timer where incident_id = 1 and attempt = 1 and due_at > $1`, s.Now()))
	fired(t, s, well.ID, incident.EventRespondReminded, 1)

	set(t, s, `alter table mayday.timer rename column clock to "is"`)
	require.ErrorContains(t, look(), "clock", "what fails before there are any is none of theirs")
	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, s.fireSome(ended, &some), context.Canceled)
}

// TestAClockThatCannotBePostponedIsNotForgotten: the database is away, or nobody waits any more.
func TestAClockThatCannotBePostponedIsNotForgotten(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s, truth := open(t, url, storetest.NewClock(t0)), open(t, url, storetest.NewClock(t0))
	one := due{id: declare(t, s).ID, clocks: []incident.Clock{incident.ClockRespond}}
	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, s.fireEach(ended, one), context.Canceled)
	s.Close()
	require.ErrorContains(t, s.fireEach(t.Context(), one), "postpone")
	assert.Zero(t, count(t, truth, `select count(*) from mayday.timer where attempt > 0`))
}

// TestAClockIsFiredOnceBesideWhoeverHoldsItsIncident: it is left to them, and no error.
func TestAClockIsFiredOnceBesideWhoeverHoldsItsIncident(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	var reported []incident.Clock
	s.Fired = func(c incident.Clock, due, at time.Time) {
		assert.Equal(t, t0.Add(map[incident.Clock]time.Duration{incident.ClockRespondHalf: 30 * time.Minute, incident.ClockUpdate: 2 * time.Hour}[c]), due)
		assert.Equal(t, t0.Add(2*time.Hour), at)
		reported = append(reported, c)
	}
	clock.Advance(2 * time.Hour)
	update := due{id: inc.ID, clocks: []incident.Clock{incident.ClockRespondHalf, incident.ClockUpdate}}
	_, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		require.NoError(t, s.fireEach(t.Context(), update))
		return incident.Change{Incident: inc}, nil
	})
	require.NoError(t, err)
	assert.Empty(t, reported)
	require.NoError(t, s.fireEach(t.Context(), update))
	require.NoError(t, s.fireEach(t.Context(), update), "it runs out later now")
	require.NoError(t, s.fireEach(t.Context(), due{id: 99, clocks: update.clocks}), "there is no such incident")
	assert.Equal(t, update.clocks, reported)
}

// TestWhatWasSetAsideIsTriedOnceMoreByANewProcess.
func TestWhatWasSetAsideIsTriedOnceMoreByANewProcess(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	set(t, s, `update mayday.timer set due_at = $1, aside_at = $2`, never, t0)
	clock.Advance(2 * time.Hour)
	tick(t, s)
	fired(t, s, inc.ID, incident.EventUpdateReminded, 1)
	silent(t, s)
}

// TestTimersAreBroughtInLineWithTheRow: one that it says is due later, or that it does not know, fires nothing, holds up no
// other, and what was told of one that was set aside is taken back.
func TestTimersAreBroughtInLineWithTheRow(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	clock.Advance(time.Minute)
	set(t, s, `update mayday.timer set due_at = $1, attempt = 3 where clock = 'respond'`, t0.Add(-time.Hour))
	set(t, s, `update mayday.timer set due_at = $1, attempt = 50, aside_at = $1 where clock = 'update'`, t0.Add(-2*time.Hour))
	set(t, s, `insert into mayday.timer (incident_id, clock, due_at, aside_at) values ($1, $2, $3, null), ($1, $4, $3, $3)`,
		inc.ID, string(incident.ClockHandover), t0.Add(-3*time.Hour), string(incident.ClockReview))
	_, err := s.fireDue(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.timer where clock = 'respond' and due_at = $1 and attempt = 3 and aside_at is null`, t0.Add(time.Hour)))
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.timer where clock = 'update' and due_at = $1 and attempt = 0 and aside_at is null`, t0.Add(2*time.Hour)))
	assert.Equal(t, 3, count(t, s, `select count(*) from mayday.timer`)-1, "half, respond and update besides the page check")
	assert.Equal(t, 2, jobsOf(t, s, "take_back_aside"))
	assert.Equal(t, 2, count(t, s, `select count(distinct args ->> 'clock') from river.river_job where kind = 'take_back_aside' and args ->> 'clock' in ('update', $1)`, string(incident.ClockReview)))
	clock.Advance(2 * time.Minute)
	set(t, s, `update mayday.timer set due_at = $1 where clock = 'respond'`, t0)
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	evs, err := s.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	require.Len(t, evs, 3, "declared and paged")
	assert.Equal(t, incident.EventPageWaits, evs[2].Kind)
}
