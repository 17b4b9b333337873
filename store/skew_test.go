package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"mayday/incident"
)

// astray is a machine whose clock is wrong by so much, which may change.
type astray struct{ by atomic.Int64 }

func (a *astray) now() time.Time { return time.Now().Add(time.Duration(a.by.Load())) }

// openAstray opens a store on a machine whose clock is wrong.
func openAstray(t testing.TB, url string, by time.Duration) (*Store, *astray, *observer.ObservedLogs) {
	t.Helper()
	a := &astray{}
	a.by.Store(int64(by))
	core, said := observer.New(zap.InfoLevel)
	s, err := Open(t.Context(), Config{URL: url, Wall: a.now, Log: zap.New(core)})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, a, said
}

// dueIn declares an incident of which one clock runs out after d, by the database's clock.
func dueIn(t testing.TB, s *Store, d time.Duration) incident.Incident {
	t.Helper()
	inc, err := s.Declare(t.Context(), nil, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		p := policy()
		p.Severities[0].Respond, p.Contacts = incident.Within(d), nil
		return incident.Declare(ref, incident.Declaration{Title: "late", Policy: p, By: ana}, now)
	})
	require.NoError(t, err)
	return inc
}

// TestDueTimesAreJudgedByTheDatabasesClock: a replica whose own clock is wrong by
// less than it may be fires neither early nor late, and what it declares is due when it should be.
func TestDueTimesAreJudgedByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{"ahead": 25 * time.Second, "behind": -25 * time.Second} {
		t.Run(name, func(t *testing.T) {
			url := newURL(t)
			s, _, said := openAstray(t, url, by)
			fired := make(chan time.Duration, 10)
			s.Fired = func(_ incident.Clock, due, _ time.Time) { fired <- time.Since(due) } // the test's own clock is right
			tick(t, s)
			inc := dueIn(t, s, 2*time.Second)
			assert.WithinDuration(t, time.Now(), inc.DeclaredAt, time.Second, "declared by the database's clock")
			select {
			case late := <-fired:
				assert.Greater(t, late, -200*time.Millisecond, "not early")
				assert.Less(t, late, 10*time.Second, "not late by the skew")
			case <-time.After(patience):
				t.Fatal("it does not fire")
			}
			assert.InDelta(t, by.Seconds(), s.Skew().Seconds(), 1)
			assert.False(t, s.Stopped())
			require.Eventually(t, func() bool { return said.FilterMessageSnippet("clock is wrong").Len() == 1 }, patience, time.Millisecond, "a warning, once")
		})
	}
}

// TestAReplicaWhoseClockIsWrongFiresNothing: another one does; and when its clock is
// put right it goes on.
func TestAReplicaWhoseClockIsWrongFiresNothing(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{"16 minutes ahead": 16 * time.Minute, "65 minutes ahead": 65 * time.Minute, "an hour behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			url := newURL(t)
			s, wall, said := openAstray(t, url, by)
			var here atomic.Int32
			s.Fired = func(incident.Clock, time.Time, time.Time) { here.Add(1) }
			ctx, cancel := context.WithCancel(t.Context())
			var all sync.WaitGroup
			all.Go(func() { s.RunClock(ctx) })
			all.Go(func() { s.Replica("astray").Run(ctx) })
			defer func() { cancel(); all.Wait() }()
			require.Eventually(t, s.Stopped, patience, time.Millisecond)
			require.Eventually(t, func() bool { return said.FilterMessageSnippet("no clock fires here").Len() == 1 }, patience, time.Millisecond)
			inc := dueIn(t, s, 300*time.Millisecond)
			assert.WithinDuration(t, time.Now(), inc.DeclaredAt, time.Second, "what it records has the right time all the same")
			time.Sleep(2 * time.Second)
			assert.Zero(t, here.Load())

			skew, others, err := InspectSkew(t.Context(), url)
			require.NoError(t, err)
			assert.Less(t, abs(skew), time.Second)
			assert.InDelta(t, by.Seconds(), others["astray"].Seconds(), 1, "who looks from elsewhere sees it")

			right := open(t, url, nil)
			tick(t, right)
			fired(t, right, inc.ID, incident.EventRespondBreached, 1)
			assert.Zero(t, here.Load())

			wall.by.Store(0)
			require.Eventually(t, func() bool { return !s.Stopped() }, patience, time.Millisecond)
			require.Eventually(t, func() bool { return said.FilterMessageSnippet("right again").Len() == 1 }, patience, time.Millisecond)
		})
	}
}

// TestThatNoClockFiresIsTold: once, when no living replica has a clock that is right
// enough, and again when that comes again.
func TestThatNoClockFiresIsTold(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s, wall, _ := openAstray(t, url, time.Hour)
	other, _, _ := openAstray(t, url, -time.Minute)
	truth := open(t, url, nil)
	jobs := func() int {
		return count(t, truth, `select count(*) from river.river_job where kind = 'tell_no_clock_fires'`)
	}
	takenBack := func() int {
		return count(t, truth, `select count(*) from river.river_job b join river.river_job t on t.args ->> 'since' = b.args ->> 'since'
			where b.kind = 'take_back_no_clock' and t.kind = 'tell_no_clock_fires'`)
	}
	_, err := truth.pool.Exec(t.Context(), `insert into mayday.replica (id) values ('right')`)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for id, s := range map[string]*Store{"one": s, "two": other} {
		all.Go(func() { s.RunClock(ctx) })
		all.Go(func() { s.Replica(id).Run(ctx) })
	}
	defer func() { cancel(); all.Wait() }()
	require.Eventually(t, func() bool { return count(t, truth, `select count(*) from mayday.replica`) == 3 && s.Stopped() }, patience, time.Millisecond)
	s.tellNoClock(t.Context())
	assert.Zero(t, jobs(), "a third one fires them")

	_, err = truth.pool.Exec(t.Context(), `update mayday.replica set seen_at = now() - interval '20 seconds' where id = 'right'`)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return jobs() == 1 }, patience, time.Millisecond)
	s.tellNoClock(t.Context())
	other.tellNoClock(t.Context())
	assert.Equal(t, 1, jobs(), "once")

	wall.by.Store(0)
	require.Eventually(t, func() bool { v, err := truth.Fact(t.Context(), noClockFact); return err == nil && v == "" }, patience, time.Millisecond, "one fires them again")
	assert.Equal(t, 1, takenBack(), "what was told is taken back, by the moment that names it")
	wall.by.Store(int64(time.Hour))
	require.Eventually(t, func() bool { return jobs() == 2 }, patience, time.Millisecond, "and told again")
}

// TestTheQueuesErrorsComeWithoutStackTraces: they say what and why, on one line.
func TestTheQueuesErrorsComeWithoutStackTraces(t *testing.T) {
	core, said := observer.New(zap.DebugLevel)
	l := QueueLogger(zap.New(core))
	l.Error("the database is away", "error", errors.New("connection refused"))
	l.Warn("tried again")
	require.Equal(t, 1, said.Len())
	assert.Equal(t, "the database is away", said.All()[0].Message)
	assert.Equal(t, "connection refused", said.All()[0].ContextMap()["error"])
	assert.Empty(t, said.All()[0].Stack)
}

// TestASlowAnswerProvesLittle: the difference is never thought greater than it can be.
func TestASlowAnswerProvesLittle(t *testing.T) {
	c := &databaseClock{wall: time.Now}
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	c.heard(at(0), at(40), at(1))
	assert.Zero(t, c.skew(), "it may be that the answer took so long")
	c.heard(at(0), at(1), at(-9))
	assert.Equal(t, 9*time.Second, c.skew(), "at least that far ahead")
	c.heard(at(0), at(20), at(2))
	assert.Equal(t, 9*time.Second, c.skew(), "which that does not contradict")
	c.heard(at(0), at(1), at(6))
	assert.Equal(t, -5*time.Second, c.skew())
	assert.Equal(t, "5s behind the database's clock", SayAhead(c.skew()))
	assert.Equal(t, "1h5m0s ahead of the database's clock", SayAhead(65*time.Minute))
}
