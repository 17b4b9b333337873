package store

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/store/storetest"
)

// TestAWrongClockIsSaidOnceInAWhile: when it goes wrong, when it gets worse or better, every ten minutes, and when it is right again.
func TestAWrongClockIsSaidOnceInAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		core, log := observer.New(zap.InfoLevel)
		own := &databaseClock{wall: time.Now}
		s := &Store{time: own, clock: own, log: zap.New(core)}
		var said skewSaid
		for _, c := range []struct {
			ahead, after time.Duration
			level        zapcore.Level
			is           string // empty when nothing is said
		}{
			{0, 0, 0, ""},
			{2 * time.Second, time.Hour, 0, ""},
			{2*time.Second + 1, 0, zap.WarnLevel, "2s ahead of"},
			{3 * time.Second, 10*time.Minute - 1, 0, ""},
			{3 * time.Second, 1, zap.WarnLevel, "3s ahead of"},
			{-30 * time.Second, 0, 0, ""},
			{-30*time.Second - 1, 0, zap.ErrorLevel, "30s behind"},
			{time.Hour, 10*time.Minute - 1, 0, ""},
			{time.Hour, 1, zap.ErrorLevel, "1h0m0s ahead of"},
			{-29 * time.Second, 0, zap.WarnLevel, "29s behind"},
			{0, 0, zap.InfoLevel, "0s ahead of"},
			{time.Second, time.Hour, 0, ""},
		} {
			time.Sleep(c.after)
			own.ahead = c.ahead
			s.saySkew(&said)
			all := log.TakeAll()
			if c.is == "" {
				assert.Empty(t, all, "%+v", c)
				continue
			}
			require.Len(t, all, 1, "%+v", c)
			assert.Equal(t, []any{c.level, c.is + " the database's clock"}, []any{all[0].Level, all[0].ContextMap()["this_machine_is"]})
		}
	})
}

// TestTheDatabasesClockWaitsByItself: as long as the database's clock takes, and no longer than somebody needs it.
func TestTheDatabasesClockWaitsByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, ahead := range []time.Duration{0, time.Hour, -time.Hour} {
			c := &databaseClock{wall: time.Now, ahead: ahead}
			began := time.Now()
			c.Wait(t.Context(), c.Now().Add(time.Minute), nil)
			assert.Equal(t, time.Minute, time.Since(began))
			assert.Equal(t, began.Add(time.Minute-ahead), c.Now())
			wake := make(chan struct{}, 1)
			wake <- struct{}{}
			c.Wait(t.Context(), c.Now().Add(time.Hour), wake)
			assert.Equal(t, time.Minute, time.Since(began))
		}
	})
}

// TestAClockOfATestStopsNothing: only the machine's own can be wrong.
func TestAClockOfATestStopsNothing(t *testing.T) {
	t.Parallel()
	own := &databaseClock{wall: time.Now, ahead: time.Hour}
	assert.True(t, (&Store{time: own, clock: own}).Stopped())
	assert.False(t, (&Store{time: own, clock: storetest.NewClock(t0)}).Stopped())
	assert.WithinDuration(t, time.Now().Add(-time.Hour), (&Store{time: own}).DatabaseTime(), time.Minute)
}

// TestThatNoClockFiresIsTakenBackOnce, by the moment that names what was told; what a release before this one wrote names none.
func TestThatNoClockFiresIsTakenBackOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	s.tellNoClock(t.Context())
	assert.Zero(t, jobsOf(t, s, "tell_no_clock_fires"), "there is no replica whose clock could be wrong")
	since := t0.Add(-time.Hour)
	told := func() bool {
		is, err := s.NoClockFires(t.Context(), since)
		require.NoError(t, err)
		return is
	}
	assert.False(t, told())
	s.clocksFire(t.Context())
	assert.Zero(t, jobsOf(t, s, "take_back_no_clock"), "nothing was told")
	require.NoError(t, s.SaveFact(t.Context(), noClockFact, since.Format(time.RFC3339Nano)))
	assert.True(t, told())
	for range 2 {
		s.clocksFire(t.Context())
		assert.Equal(t, 1, count(t, s, `select count(*) from river.river_job where kind = 'take_back_no_clock' and (args ->> 'since')::timestamptz = $1`, since))
		assert.False(t, told())
	}
	require.NoError(t, s.SaveFact(t.Context(), noClockFact, "yes"))
	s.clocksFire(t.Context())
	assert.Equal(t, 1, jobsOf(t, s, "take_back_no_clock"))
	assert.Zero(t, count(t, s, `select count(*) from mayday.fact where key = $1`, noClockFact), "it is forgotten all the same")

	for _, insert := range []string{`insert into mayday.replica (id, skew) values ('ahead', '31 s')`, `insert into mayday.replica (id, skew) values ('behind', '-31 s')`} {
		set(t, s, insert)
	}
	for range 2 {
		s.tellNoClock(t.Context())
		assert.Equal(t, 1, count(t, s, `select count(*) from river.river_job where kind = 'tell_no_clock_fires' and (args ->> 'since')::timestamptz = $1`, t0))
	}
}

// TestWhatCannotBeToldOfClocksIsLogged: nobody else hears that the database is away, and who has ended says nothing.
func TestWhatCannotBeToldOfClocksIsLogged(t *testing.T) {
	t.Parallel()
	core, log := observer.New(zap.WarnLevel)
	s := open(t, newURL(t), nil)
	s.log = zap.New(core)
	s.tellNoClock(t.Context())
	s.clocksFire(t.Context())
	ended, end := context.WithCancel(t.Context())
	end()
	s.tellNoClock(ended)
	s.clocksFire(ended)
	require.Zero(t, log.Len(), "there is nothing to say")

	set(t, s, `create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`)
	set(t, s, `create trigger broken before insert or delete on mayday.fact for each statement execute function broken()`)
	s.tellNoClock(t.Context())
	s.clocksFire(t.Context())
	assert.Len(t, log.TakeAll(), 2)

	s.Close()
	s.tellNoClock(t.Context())
	s.clocksFire(t.Context())
	assert.Equal(t, 1, log.FilterMessageSnippet("it cannot be told that no clock fires").Len())
	assert.Equal(t, 1, log.FilterMessageSnippet("it is not forgotten that no clock fired").Len())
}

// TestWhoseClockCounts: that of a replica which lives and is off by half a minute at most.
func TestWhoseClockCounts(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	for _, c := range []struct {
		skew, seen string
		told       int
	}{
		{"0", "0", 0}, {"30 s", "0", 0}, {"-30 s", "0", 0}, {"30.001 s", "0", 1}, {"-30.001 s", "0", 1}, {"0", "7 s", 0}, {"0", "11 s", 1}, {"-1 h", "7 s", 1},
	} {
		set(t, s, `delete from mayday.replica`)
		set(t, s, `delete from mayday.fact`)
		set(t, s, `delete from river.river_job`)
		set(t, s, `insert into mayday.replica (id, skew) values ('astray', '1 h')`)
		set(t, s, `insert into mayday.replica (id, skew, seen_at) values ('other', $1::text::interval, now() - $2::text::interval)`, c.skew, c.seen)
		s.tellNoClock(t.Context())
		assert.Equal(t, c.told, jobsOf(t, s, "tell_no_clock_fires"), "%+v", c)
	}
	set(t, s, `delete from mayday.fact`)
	set(t, s, `delete from river.river_job`)
	set(t, s, `update mayday.replica set seen_at = now() - interval '11 s'`)
	s.tellNoClock(t.Context())
	assert.Zero(t, jobsOf(t, s, "tell_no_clock_fires"), "no replica lives")
}

// TestWhoLooksFromOutsideSeesWhoseClockIsWrong: by more than what is worth a word, ahead or behind, and nobody else.
func TestWhoLooksFromOutsideSeesWhoseClockIsWrong(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, nil)
	set(t, s, `insert into mayday.replica (id, skew) values ('ahead', '2.001 s'), ('behind', '-1 h'), ('close', '2 s'), ('close too', '-2 s'), ('right', '0')`)
	_, others, err := InspectSkew(t.Context(), url)
	require.NoError(t, err)
	assert.Equal(t, map[string]time.Duration{"ahead": 2001 * time.Millisecond, "behind": -time.Hour}, others)
	set(t, s, `alter table mayday.replica drop column skew`)
	_, others, err = InspectSkew(t.Context(), url)
	require.NoError(t, err, "a release that wrote none")
	assert.Equal(t, map[string]time.Duration{}, others)
}
