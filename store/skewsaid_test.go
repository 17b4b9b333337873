package store

import (
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
	s.Close()
	s.tellNoClock(t.Context())
	s.clocksFire(t.Context())
	assert.Equal(t, 1, log.FilterMessageSnippet("it cannot be told that no clock fires").Len())
	assert.Equal(t, 1, log.FilterMessageSnippet("it is not forgotten that no clock fired").Len())
}
