package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"mayday/incident"
	"mayday/store/storetest"
)

// tick runs the clocks of stores until the test ends.
func tick(t testing.TB, stores ...*Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, s := range stores {
		wg.Go(func() { s.RunClock(ctx) })
	}
	t.Cleanup(func() { cancel(); wg.Wait() })
}

const patience = 30 * time.Second

// fired waits until events of a kind exist and returns them in order.
func fired(t testing.TB, s *Store, id int64, kind incident.EventKind, atLeast int) []incident.Event {
	t.Helper()
	var found []incident.Event
	require.Eventually(t, func() bool {
		evs, err := s.Timeline(t.Context(), id, 0, 0)
		require.NoError(t, err)
		found = nil
		for _, ev := range evs {
			if ev.Kind == kind {
				found = append(found, ev)
			}
		}
		return len(found) >= atLeast
	}, patience, 10*time.Millisecond)
	return found
}

// silent waits until no clock is due any more.
func silent(t testing.TB, s *Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		return count(t, s, `select count(*) from mayday.timer where due_at <= $1`, s.Now()) == 0
	}, patience, 10*time.Millisecond)
}

// TestEveryClockFiresOnce: three replicas see the same timers; each fires in one
// of them, and those of one incident in the order in which they are due.
func TestEveryClockFiresOnce(t *testing.T) {
	t.Parallel()
	url, clock := newURL(t), storetest.NewClock(t0)
	stores := []*Store{open(t, url, clock), open(t, url, clock), open(t, url, clock)}
	type once struct {
		clock incident.Clock
		due   time.Time
	}
	var mu sync.Mutex
	count := map[once]int{}
	for _, s := range stores {
		s.Fired = func(c incident.Clock, due, at time.Time) {
			mu.Lock()
			defer mu.Unlock()
			count[once{c, due}]++
			assert.False(t, at.Before(due))
		}
	}
	const n = 60
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = declare(t, stores[0]).ID
	}
	tick(t, stores...)
	clock.Advance(2*time.Hour + time.Minute)
	for _, id := range ids {
		fired(t, stores[0], id, incident.EventUpdateReminded, 1)
	}
	silent(t, stores[0])
	want := []incident.EventKind{incident.EventDeclared, incident.EventPaged, incident.EventPageWaits,
		incident.EventRespondReminded, incident.EventRespondBreached, incident.EventPaged, incident.EventUpdateReminded}
	for _, id := range ids {
		evs, err := stores[0].Timeline(t.Context(), id, 0, 0)
		require.NoError(t, err)
		var kinds []incident.EventKind
		for _, ev := range evs {
			kinds = append(kinds, ev.Kind)
		}
		require.Equal(t, want, kinds)
	}
	mu.Lock()
	defer mu.Unlock()
	for c, due := range map[incident.Clock]time.Duration{incident.ClockPageCheck: 2 * time.Minute, incident.ClockRespondHalf: 30 * time.Minute,
		incident.ClockRespond: time.Hour, incident.ClockUpdate: 2 * time.Hour} {
		assert.Equal(t, n, count[once{c, t0.Add(due)}], c)
	}
}

// TestOneThatIsHeldHoldsUpNobody: somebody works on an incident while clocks fall due.
func TestOneThatIsHeldHoldsUpNobody(t *testing.T) {
	t.Parallel()
	url, clock := newURL(t), storetest.NewClock(t0)
	s := open(t, url, clock)
	held, free := declare(t, s), declare(t, s)
	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := s.Update(context.Background(), held.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			close(holding)
			<-release
			return incident.Acknowledge(inc, ben, now)
		})
		assert.NoError(t, err)
	})
	<-holding
	tick(t, s)
	clock.Advance(time.Hour)
	fired(t, s, free.ID, incident.EventRespondBreached, 1)
	close(release)
	wg.Wait()
	silent(t, s)
	evs, err := s.Timeline(t.Context(), held.ID, 0, 0)
	require.NoError(t, err)
	for _, ev := range evs {
		assert.NotEqual(t, incident.EventRespondBreached, ev.Kind, "the acknowledgement came first")
	}
}

// TestABrokenOneIsPostponed: an incident that cannot be read holds up no other.
func TestABrokenOneIsPostponed(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	broken, well := declare(t, s), declare(t, s)
	_, err := s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{revision}', '"many"') where id = $1`, broken.ID)
	require.NoError(t, err)
	tick(t, s)
	clock.Advance(time.Hour)
	fired(t, s, well.ID, incident.EventRespondBreached, 1)
	postponed := func() int {
		return count(t, s, `select count(*) from mayday.timer where incident_id = $1 and attempt > 0 and due_at > $2`, broken.ID, s.Now())
	}
	require.Eventually(t, func() bool { return postponed() == 3 }, patience, 10*time.Millisecond, "half, respond and page check are tried again later")

	_, err = s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{revision}', to_jsonb($2::int)) where id = $1`, broken.ID, broken.Revision)
	require.NoError(t, err)
	clock.Advance(2 * time.Minute)
	fired(t, s, broken.ID, incident.EventRespondBreached, 1)
}

// TestASoonerTimerWakesAClockThatSleeps: the others learn of it by notification.
func TestASoonerTimerWakesAClockThatSleeps(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	sleeping, other := open(t, url, nil), open(t, url, nil)
	woken := listen(t, other, "mayday_clock")
	at := make(chan time.Duration, 10)
	sleeping.Fired = func(_ incident.Clock, due, _ time.Time) { at <- time.Since(due) }
	tick(t, sleeping)
	time.Sleep(300 * time.Millisecond) // it found nothing and sleeps for half a minute
	inc := declare(t, other)
	<-woken
	_, err := other.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Announce(inc, ana, "known", 400*time.Millisecond, now)
	})
	require.NoError(t, err)
	select {
	case late := <-at:
		assert.Less(t, late, longestSleep/3, "not at its next look round")
	case <-time.After(longestSleep / 2):
		t.Fatal("nobody woke it")
	}
}

// TestTheClockSurvivesALostDatabase: every connection is cut, again and again.
func TestTheClockSurvivesALostDatabase(t *testing.T) {
	t.Parallel()
	url, clock := newURL(t), storetest.NewClock(t0)
	a, b := open(t, url, clock), open(t, url, clock)
	var ids []int64
	for range 20 {
		ids = append(ids, declare(t, a).ID)
	}
	tick(t, a, b)
	admin := open(t, url, clock)
	for range 6 {
		clock.Advance(20 * time.Minute)
		_, err := admin.pool.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
		require.NoError(t, err)
	}
	clock.Advance(2 * time.Minute)
	for _, id := range ids {
		assert.Len(t, fired(t, admin, id, incident.EventUpdateReminded, 1), 1)
		assert.Len(t, fired(t, admin, id, incident.EventRespondBreached, 1), 1)
	}
}

func TestDatabaseTroubleIsToldFromAnUnfitIncident(t *testing.T) {
	t.Parallel()
	assert.True(t, away(context.DeadlineExceeded))
	assert.False(t, away(unfit{assert.AnError}))
	s := open(t, newURL(t), nil)
	for sql, want := range map[string]bool{
		`do $$ begin raise sqlstate '57P01'; end $$`: true,
		`do $$ begin raise sqlstate '53300'; end $$`: true,
		`do $$ begin raise sqlstate '40P01'; end $$`: true,
		`select 1 / 0`: false,
	} {
		_, err := s.pool.Exec(t.Context(), sql)
		require.Error(t, err)
		assert.Equal(t, want, away(err), sql)
	}
}

// TestWhatKeepsAClockFromItsTimersIsLogged, as long as it does; then it fires what is due, and has taken back that no clock fires.
func TestWhatKeepsAClockFromItsTimersIsLogged(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	core, log := observer.New(zap.WarnLevel)
	s.log = zap.New(core)
	inc := declare(t, s)
	require.NoError(t, s.SaveFact(t.Context(), noClockFact, t0.Format(time.RFC3339Nano)))
	clock.Advance(2 * time.Hour)
	set(t, s, `alter table mayday.timer rename column due_at to due`)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.RunClock(ctx) })
	defer func() { cancel(); wg.Wait() }()
	said := func() int { return log.FilterMessage("the clock cannot read its timers").Len() }
	require.Eventually(t, func() bool { return said() >= 2 }, patience, 10*time.Millisecond)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.fact where key = $1`, noClockFact), "none fires yet")
	set(t, s, `alter table mayday.timer rename column due to due_at`)
	fired(t, s, inc.ID, incident.EventUpdateReminded, 1)
	require.Eventually(t, func() bool { return jobsOf(t, s, "take_back_no_clock") == 1 }, patience, 10*time.Millisecond)
	silent(t, s)
	before := said()
	cancel()
	wg.Wait()
	assert.Equal(t, before, said(), "who ends says nothing")
	assert.Zero(t, log.FilterMessage("the clock lost its database connection").Len())
}
