package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

func TestAnOutageIsOne(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	_, goesOn, err := s.OpenOutage(t.Context())
	require.NoError(t, err)
	assert.False(t, goesOn)
	first, err := s.BeginOutage(t.Context(), t0)
	require.NoError(t, err)
	second, err := s.BeginOutage(t.Context(), t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, first.ID, second.ID, "two replicas see the same one")
	assert.Equal(t, t0, second.From)
	clock.Advance(6 * time.Hour)
	ended, _, err := s.EndOutage(t.Context(), first.ID)
	require.NoError(t, err)
	assert.Equal(t, t0.Add(6*time.Hour), ended.To)
	_, touched, err := s.EndOutage(t.Context(), first.ID)
	require.NoError(t, err)
	assert.Zero(t, touched, "somebody else ended it")
	next, err := s.BeginOutage(t.Context(), t0.Add(7*time.Hour))
	require.NoError(t, err)
	assert.NotEqual(t, first.ID, next.ID)
}

// jobs is how many jobs of a kind wait, and how many of those could be carried out now.
func jobs(t *testing.T, s *Store, kind string) [2]int {
	t.Helper()
	return [2]int{
		count(t, s, `select count(*) from river.river_job where kind = $1`, kind),
		count(t, s, `select count(*) from river.river_job where kind = $1 and state = 'available' and scheduled_at <= now()`, kind),
	}
}

func TestWhatWaitedForSlackIsAskedForOnce(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	old := declare(t, s)
	_, err := s.Update(t.Context(), old.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C1", "inc-1", now)
	})
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `update mayday.event set told_at = now() where aloud`)
	require.NoError(t, err)
	clock.Advance(time.Hour)
	o, err := s.BeginOutage(t.Context(), s.Now())
	require.NoError(t, err)
	clock.Advance(time.Hour)
	for range 3 {
		_, err = s.Update(t.Context(), old.Ref(), nil, note("meanwhile"))
		require.NoError(t, err)
	}
	fresh := declare(t, s)
	over := declare(t, s)
	_, err = s.Update(t.Context(), over.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, ana, "", now)
	})
	require.NoError(t, err)
	quiet := declare(t, s)
	_, err = s.Update(t.Context(), quiet.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, ana, "a false alarm", now)
	})
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `update mayday.event set told_at = now() where aloud and incident_id = $1`, quiet.ID)
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `update river.river_job set state = 'scheduled', scheduled_at = now() + interval '10 minutes'`)
	require.NoError(t, err)
	require.Greater(t, jobs(t, s, "show")[0], 10)

	clock.Advance(5 * time.Hour)
	_, touched, err := s.EndOutage(t.Context(), o.ID)
	require.NoError(t, err)
	assert.Equal(t, 3, touched, "what goes on, and what has something to tell")
	for _, id := range []int64{old.ID, fresh.ID, over.ID} {
		assert.Equal(t, 1, count(t, s, `select count(*) from mayday.event where incident_id = $1 and kind = 'slack_back'`, id))
	}
	inc, err := s.Incident(t.Context(), old.Ref())
	require.NoError(t, err)
	assert.Positive(t, inc.SlackOutage.After)
	inc, err = s.Incident(t.Context(), fresh.Ref())
	require.NoError(t, err)
	assert.Zero(t, inc.SlackOutage.After, "it was declared in it")

	assert.Equal(t, [2]int{1, 1}, jobs(t, s, "speak"), "the channel that there is is told once")
	assert.Equal(t, 1, count(t, s, `select count(*) from river.river_job where kind = 'show' and args ->> 'surface' = 'card'`))
	assert.Equal(t, 4, count(t, s, `select count(*) from river.river_job where kind = 'show' and args ->> 'surface' = 'announcement'`))
	assert.Equal(t, [2]int{4, 4}, jobs(t, s, "create_channel"), "none of these is another one's")
	assert.Zero(t, count(t, s, `select count(*) from river.river_job where state <> 'available' or scheduled_at > now()`), "all is tried now")
	_, err = s.pool.Exec(t.Context(), `update river.river_job set state = 'retryable', scheduled_at = now() + interval '1 hour' where kind in ('speak', 'create_channel')`)
	require.NoError(t, err)
	require.NoError(t, s.within(t.Context(), func(tx *transaction) error {
		err := wake(t.Context(), tx, 0)
		assert.ElementsMatch(t, []ring{jobRing(QueueSlack), jobRing(QueueUrgent)}, tx.rings, "and those who carry it out are told")
		return err
	}))
}

// TestAShortOutageIsRecordedNowhere where nothing waited to be told.
func TestAShortOutageIsRecordedNowhere(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	declare(t, s)
	set(t, s, `update mayday.event set told_at = now() where aloud`)
	o, err := s.BeginOutage(t.Context(), t0)
	require.NoError(t, err)
	clock.Advance(time.Second)
	_, touched, err := s.EndOutage(t.Context(), o.ID)
	require.NoError(t, err)
	assert.Zero(t, touched)
	assert.Zero(t, count(t, s, `select count(*) from mayday.event where kind = 'slack_back'`))
}

func TestWhatCannotBeReadKeepsNobodyAway(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	broken, good := declare(t, s), declare(t, s)
	_, err := s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{pages}', '7') where id = $1`, broken.ID)
	require.NoError(t, err)
	o, err := s.BeginOutage(t.Context(), t0)
	require.NoError(t, err)
	clock.Advance(time.Hour)
	_, touched, err := s.EndOutage(t.Context(), o.ID)
	require.NoError(t, err)
	assert.Equal(t, 1, touched)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.event where incident_id = $1 and kind = 'slack_back'`, good.ID))
}

func TestSomebodyIsKnownByTheAddressOfAPage(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	who, err := s.KnownAs(t.Context(), "Ben@Example.com")
	require.NoError(t, err)
	assert.Empty(t, who, "nothing was delivered to anybody yet")
	_, err = s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PageDelivered(inc, 0, []incident.Person{ben}, now)
	})
	require.NoError(t, err)
	who, err = s.KnownAs(t.Context(), "Ben@Example.com")
	require.NoError(t, err)
	assert.Equal(t, ben, who)
	who, err = s.KnownAs(t.Context(), "mia@example.com")
	require.NoError(t, err)
	assert.Empty(t, who)
}

func TestWhoCarriesJobsOutIsKnown(t *testing.T) {
	t.Parallel()
	c := newCrewOf(t)
	none, err := c.s.Carriers(t.Context())
	require.NoError(t, err)
	assert.True(t, none.Alive == 0 && none.Connected == 0 && none.SlackAway.IsZero(), "%+v", none)
	c.joins("one", func() bool { return true })
	c.joins("two", func() bool { return false })
	require.Eventually(t, func() bool {
		both, err := c.s.Carriers(t.Context())
		return err == nil && both.Alive == 2 && both.Connected == 1
	}, 20*time.Second, 10*time.Millisecond)
	o, err := c.s.BeginOutage(t.Context(), c.s.Now())
	require.NoError(t, err)
	away, err := c.s.Carriers(t.Context())
	require.NoError(t, err)
	assert.True(t, away.SlackAway.Equal(o.From))
}

// TestThatNoMaydayRanIsSeenByWhatWaits: by nothing that was taken in hand, for longer than a deployment takes.
func TestThatNoMaydayRanIsSeenByWhatWaits(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	const least = 5 * time.Minute
	begun := func() bool {
		t.Helper()
		o, begun, err := s.BeginStopped(t.Context(), least)
		require.NoError(t, err)
		if begun {
			assert.True(t, o.Stopped)
			assert.WithinDuration(t, t0.Add(-6*time.Hour), o.From, time.Minute)
		}
		return begun
	}
	assert.False(t, begun(), "nothing is left undone")
	declare(t, s)
	assert.False(t, begun(), "it waits for a moment only")
	age := func(sql string) {
		t.Helper()
		_, err := s.pool.Exec(t.Context(), `update river.river_job set `+sql)
		require.NoError(t, err)
	}
	age(`scheduled_at = scheduled_at - interval '6 hours'`)
	age(`attempted_at = now() where id = (select max(id) from river.river_job)`)
	assert.False(t, begun(), "somebody carries out something")
	age(`attempted_at = null`)
	assert.True(t, begun())
	assert.False(t, begun(), "once")
	o, goesOn, err := s.OpenOutage(t.Context())
	require.NoError(t, err)
	assert.True(t, goesOn && o.Stopped)
	clock.Advance(time.Minute)
	ended, touched, err := s.EndOutage(t.Context(), o.ID)
	require.NoError(t, err)
	assert.True(t, ended.Stopped)
	assert.Equal(t, 1, touched)
}
