package store

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// breakDoc makes an incident unreadable; the function that it returns mends it.
func breakDoc(t testing.TB, s *Store, inc incident.Incident) (mend func()) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{revision}', '"many"') where id = $1`, inc.ID)
	require.NoError(t, err)
	return func() {
		_, err := s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{revision}', to_jsonb($2::int)) where id = $1`, inc.ID, inc.Revision)
		require.NoError(t, err)
	}
}

// attempts are those of the timers of an incident, the fewest.
func attempts(t testing.TB, s *Store, id int64) int {
	return count(t, s, `select coalesce(min(attempt), -1) from mayday.timer where incident_id = $1`, id)
}

const told = `select count(*) from river.river_job where kind = 'tell_operators'`

// TestAPoisonedTimerIsSetAside: it is tried with pauses that have a bound, then it is
// told once, seen by check, and tried once more at the next start.
func TestAPoisonedTimerIsSetAside(t *testing.T) {
	t.Parallel()
	url, clock := newURL(t), storetest.NewClock(t0)
	s := open(t, url, clock)
	inc := declare(t, s)
	mend := breakDoc(t, s, inc)
	clock.Advance(3 * time.Hour) // all four are due
	timers := count(t, s, `select count(*) from mayday.timer where incident_id = $1`, inc.ID)
	for n := 1; n <= MostFailures; n++ {
		_, err := s.fireDue(t.Context())
		require.NoError(t, err)
		require.Equal(t, n, attempts(t, s, inc.ID))
		if n < MostFailures {
			require.Zero(t, count(t, s, told))
			pause := count(t, s, `select ceil(max(extract(epoch from due_at - $2::timestamptz)))::int from mayday.timer where incident_id = $1`, inc.ID, s.Now())
			require.Positive(t, pause)
			require.LessOrEqual(t, pause, int(longestBackoff.Seconds()))
		}
		clock.Advance(longestBackoff)
	}
	assert.Equal(t, timers, count(t, s, told), "each is told once")
	aside := func() []string {
		list, err := Aside(t.Context(), url)
		require.NoError(t, err)
		return list
	}
	require.Len(t, aside(), timers)
	assert.Contains(t, aside()[0], "clock page_check of incident 1, since 2026-03-03 13:0")
	assert.Contains(t, aside()[0], "cannot unmarshal")
	clock.Advance(24 * time.Hour)
	_, err := s.fireDue(t.Context())
	require.NoError(t, err)
	assert.Equal(t, MostFailures, attempts(t, s, inc.ID), "it is left in peace")

	s.retryAside(t.Context())
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	assert.Equal(t, MostFailures+1, attempts(t, s, inc.ID), "once")
	assert.Equal(t, timers, count(t, s, told), "it was told")
	mend()
	s.retryAside(t.Context())
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	fired(t, s, inc.ID, incident.EventRespondBreached, 1)
	assert.Empty(t, aside())
	assert.Equal(t, timers, count(t, s, `select count(distinct args ->> 'clock') from river.river_job where kind = 'take_back_aside'`), "what was told is taken back")
}

// TestATimerThatFailedAThousandTimes is not tried without a pause: two to the power of
// its attempts is no number any more. What was written by an earlier version is set aside too.
func TestATimerThatFailedAThousandTimes(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	breakDoc(t, s, inc)
	_, err := s.pool.Exec(t.Context(), `update mayday.timer set attempt = 1024`)
	require.NoError(t, err)
	clock.Advance(3 * time.Hour)
	for range 3 {
		_, err := s.fireDue(t.Context())
		require.NoError(t, err)
		clock.Advance(time.Minute)
	}
	assert.Equal(t, 1025, attempts(t, s, inc.ID))
}

// TestAnIncidentThatLooksLikeAnOutageHoldsUpNoOthers: its timers fail with an error
// that says that the database is away, every time, and the database is there.
func TestAnIncidentThatLooksLikeAnOutageHoldsUpNoOthers(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	bad, well := declare(t, s), declare(t, s)
	_, err := s.pool.Exec(t.Context(), `create function broken() returns trigger language plpgsql as $$ begin if new.id = 1 then raise sqlstate '57014'; end if; return new; end $$;
		create trigger broken before update on mayday.incident for each row execute function broken()`)
	require.NoError(t, err)
	require.EqualValues(t, 1, bad.ID)
	// The rounds are made here, one after another, so that nothing depends on how fast they follow.
	clock.Advance(time.Hour)
	breached := 0
	for range 60 {
		_, _ = s.fireDue(t.Context())
		clock.Advance(5 * time.Second)
		evs, err := s.Timeline(t.Context(), well.ID, 0, 0)
		require.NoError(t, err)
		for _, ev := range evs {
			if ev.Kind == incident.EventRespondBreached {
				breached++
			}
		}
		if breached > 0 && count(t, s, `select count(*) from mayday.timer where incident_id = 1 and attempt > 0`) > 0 {
			break
		}
	}
	assert.Positive(t, breached, "the other incident's clock")
	assert.Positive(t, count(t, s, `select count(*) from mayday.timer where incident_id = 1 and attempt > 0`))
}

// TestATimerThatComesTooEarlyIsPutRight: the row says when it is due.
func TestATimerThatComesTooEarlyIsPutRight(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	_, err := s.pool.Exec(t.Context(), `update mayday.timer set due_at = $1 where clock = 'respond'`, t0)
	require.NoError(t, err)
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	clock.Advance(time.Hour)
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	fired(t, s, inc.ID, incident.EventRespondBreached, 1)
}

func TestAJobThatIsSetAsideIsToldOnce(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, nil)
	inc := declare(t, s)
	for range 2 {
		require.NoError(t, s.SetAsideJob(t.Context(), 7, inc.Ref(), "speak", errors.New("no reason\nat all")))
	}
	require.NoError(t, s.SetAsideJob(t.Context(), 8, inc.Ref(), "tell_operators", errors.New("x")))
	assert.Equal(t, 1, count(t, s, told), "and not that telling failed")
	list, err := Aside(t.Context(), url)
	require.NoError(t, err)
	assert.Equal(t, []string{"job 7, speak of incident 1: no reason at all", "job 8, tell_operators of incident 1: x"}, list)
}

// TestAClockThatFailsAgainAndAgainIsOverdue, though it is always due only in a moment, until it was set aside and told.
func TestAClockThatFailsAgainAndAgainIsOverdue(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	inc := declare(t, s)
	overdue := func() time.Duration {
		late, err := s.Overdue(t.Context())
		require.NoError(t, err)
		return late
	}
	assert.Zero(t, overdue())
	mend := breakDoc(t, s, inc)
	clock.Advance(3 * time.Hour)
	assert.Greater(t, overdue(), time.Hour, "nobody has tried yet")
	before := time.Duration(0)
	for n := 1; n < MostFailures; n++ {
		_, err := s.fireDue(t.Context())
		require.NoError(t, err)
		late := overdue()
		require.Greater(t, late, before)
		require.LessOrEqual(t, late-before, longestBackoff)
		before = late
		clock.Advance(longestBackoff)
	}
	assert.Greater(t, before, 3*time.Minute)
	_, err := s.fireDue(t.Context())
	require.NoError(t, err)
	assert.Zero(t, overdue(), "set aside, and told")
	mend()
	s.retryAside(t.Context())
	_, err = s.fireDue(t.Context())
	require.NoError(t, err)
	assert.Zero(t, overdue())
}
