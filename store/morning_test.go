package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
	"mayday/store/storetest"
)

// TestAMorningBeginsOnce: its row says when, a delivery counts once, and what cannot be read is left alone for a while.
func TestAMorningBeginsOnce(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	d, err := s.Digest(t.Context())
	require.NoError(t, err)
	assert.Zero(t, d.Revision)
	plan := func(key string) (routine.Digest, error) {
		return s.UpdateDigest(t.Context(), []string{key}, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
			return routine.PlanDigest(d, routine.DigestPlanning{On: true, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
		})
	}
	d, err = plan("a")
	require.NoError(t, err)
	require.False(t, d.Next.IsZero())
	kept, err := s.Digest(t.Context())
	require.NoError(t, err)
	assert.Equal(t, d.Next, kept.Next)
	_, err = plan("a")
	require.ErrorIs(t, err, ErrDuplicate)
	_, round, err := s.nextDue(t.Context())
	require.NoError(t, err)
	require.NotNil(t, round)
	assert.Equal(t, d.Next, round.UTC())
	no := errors.New("no")
	_, err = s.UpdateDigest(t.Context(), nil, func(d routine.Digest, _ time.Time) (routine.DigestChange, error) { return routine.DigestChange{}, no })
	require.ErrorIs(t, err, no)

	fired, err := s.fireDigest(t.Context())
	require.NoError(t, err)
	assert.False(t, fired, "it is not due")
	clock.Set(d.Next)
	fired, err = s.fireDigest(t.Context())
	require.NoError(t, err)
	assert.True(t, fired)
	next, err := s.Digest(t.Context())
	require.NoError(t, err)
	assert.True(t, next.Next.After(d.Next))
	assert.Equal(t, next.Next, clocksDue(t, s))
	fired, err = s.fireDigest(t.Context())
	require.NoError(t, err)
	assert.False(t, fired)

	_, err = s.pool.Exec(t.Context(), `update mayday.digest set due_at = $1`, clock.Now()) // the row says later
	require.NoError(t, err)
	fired, err = s.fireDigest(t.Context())
	require.NoError(t, err)
	assert.True(t, fired)
	assert.Equal(t, next.Next, clocksDue(t, s))
	_, err = s.pool.Exec(t.Context(), `update mayday.digest set due_at = $1, doc = jsonb_set(doc, '{next}', '"none"')`, clock.Now())
	require.NoError(t, err)
	fired, err = s.fireDigest(t.Context())
	require.NoError(t, err)
	assert.False(t, fired)
	assert.Equal(t, clock.Now().Add(routineAgain), clocksDue(t, s))
}

// clocksDue is when the next clock of a routine or of the digest runs out.
func clocksDue(t *testing.T, s *Store) time.Time {
	t.Helper()
	_, round, err := s.nextDue(t.Context())
	require.NoError(t, err)
	require.NotNil(t, round)
	return round.UTC()
}

// TestWhatQueriesAnsweredIsKeptByDay.
func TestWhatQueriesAnsweredIsKeptByDay(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	require.NoError(t, s.SaveReadings(t.Context(), []routine.Reading{{Query: "a", Day: "2026-03-01", Value: 1}, {Query: "a", Day: "2026-03-02", Value: 2}, {Query: "b", Day: "2026-03-02", Value: 3}, {Query: "b", Day: "2026-03-04", Value: 4}}))
	require.NoError(t, s.SaveReadings(t.Context(), []routine.Reading{{Query: "a", Day: "2026-03-02", Value: 20}}))
	all, err := s.AllReadings(t.Context(), "2026-03-02", "2026-03-03")
	require.NoError(t, err)
	assert.Equal(t, map[string]map[routine.Day]float64{"a": {"2026-03-02": 20}, "b": {"2026-03-02": 3}}, all)
	one, err := s.Readings(t.Context(), "a", "2026-03-01", "2026-03-02")
	require.NoError(t, err)
	assert.Equal(t, map[routine.Day]float64{"2026-03-01": 1, "2026-03-02": 20}, one)
}

// TestNewcomersAreGreetedOnce, and their list is changed under its lock.
func TestNewcomersAreGreetedOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	greet := func(people ...string) {
		var list []routine.NewcomerChange
		for _, p := range people {
			list = append(list, routine.Greet(p, []routine.Need{{Text: "a key"}, {Text: "a door"}}, false, t0))
		}
		require.NoError(t, s.Greet(t.Context(), list))
	}
	greet(ana)
	_, err := s.UpdateNewcomer(t.Context(), ana, []string{"a"}, func(n routine.Newcomer, now time.Time) routine.NewcomerChange {
		return routine.TickNeeds(n, 0, 10, []int{1}, "D1", "1.1", now)
	})
	require.NoError(t, err)
	greet(ana, "U0BEN")
	assert.Equal(t, 2, jobsOf(t, s, "send_access"), "each once")
	n, err := s.Newcomer(t.Context(), ana)
	require.NoError(t, err)
	assert.Equal(t, 1, n.Done(), "who is known already is left as they are")
	_, err = s.UpdateNewcomer(t.Context(), ana, []string{"a"}, nil)
	require.ErrorIs(t, err, ErrDuplicate)
	_, err = s.UpdateNewcomer(t.Context(), "U0NOBODY", nil, nil)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = s.Newcomer(t.Context(), "U0NOBODY")
	require.ErrorIs(t, err, ErrNotFound)
	known, err := s.Greeted(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[routine.Person]bool{ana: true, "U0BEN": true}, known)
}

// TestTheMessageOfARoundIsNotOvertaken.
func TestTheMessageOfARoundIsNotOvertaken(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	planned(t, s, "morning")
	clock.Advance(24 * time.Hour)
	_, err := s.fireRoutines(t.Context())
	require.NoError(t, err)
	rounds, err := s.Rounds(t.Context(), t0)
	require.NoError(t, err)
	require.Len(t, rounds, 1)
	ref := rounds[0].Ref
	one, err := s.Round(t.Context(), ref)
	require.NoError(t, err)
	assert.Equal(t, rounds[0], one)
	sh, err := s.RoundShown(t.Context(), ref)
	require.NoError(t, err)
	assert.Equal(t, []any{"", "", true}, []any{sh.TS, sh.Digest, sh.TriedAt.IsZero()})
	require.NoError(t, s.ShowingRound(t.Context(), ref, sh))
	require.ErrorIs(t, s.ShowingRound(t.Context(), ref, sh), ErrOvertaken)
	tried, err := s.RoundShown(t.Context(), ref)
	require.NoError(t, err)
	require.False(t, tried.TriedAt.IsZero())
	require.NoError(t, s.ShowingRound(t.Context(), ref, tried))
	stands := Shown{Channel: "C1", TS: "1.1", Revision: 2, Digest: "d"}
	require.NoError(t, s.SaveRoundShown(t.Context(), ref, stands))
	sh, err = s.RoundShown(t.Context(), ref)
	require.NoError(t, err)
	require.True(t, sh.TriedAt.IsZero())
	sh.TriedAt = time.Time{} // in no zone
	assert.Equal(t, stands, sh)
	_, err = s.RoundShown(t.Context(), routine.Ref{Routine: "morning", Period: "2020-01-01"})
	require.ErrorIs(t, err, ErrNotFound)
}

// TestAMessageThatTakesAnothersPlaceHasThatRemoved, in one transaction; and what was told stands in its order.
func TestAMessageThatTakesAnothersPlaceHasThatRemoved(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	stands := Shown{Channel: "C1", TS: "2.2", Revision: 2, Digest: "d"}
	require.NoError(t, s.SaveSuperseding(t.Context(), stands, incident.Supersede{Ref: inc.Ref(), Surface: "card", Channel: "C1", TS: "1.1"}))
	sh, err := s.Shown(t.Context(), inc.ID, "card")
	require.NoError(t, err)
	require.True(t, sh.TriedAt.IsZero())
	sh.TriedAt = time.Time{} // in no zone
	assert.Equal(t, stands, sh)
	assert.Equal(t, 1, jobsOf(t, s, "supersede"))
	_, err = s.pool.Exec(t.Context(), `update mayday.event set aloud = true, told_ts = case seq when 1 then '1.1' else '' end where incident_id = $1`, inc.ID)
	require.NoError(t, err)
	told, err := s.Spoken(t.Context(), inc.ID)
	require.NoError(t, err)
	require.Len(t, told, 1)
	assert.Equal(t, []any{1, "1.1"}, []any{told[0].Event.Seq, told[0].TS})
	incs, err := s.IncidentsOf(t.Context(), []int64{inc.ID, 99})
	require.NoError(t, err)
	assert.Len(t, incs, 1)
	assert.Equal(t, inc.UID, incs[inc.ID].UID)
}

// TestWhichChannelASettingMeans: by what was kept of it, its id or its name.
func TestWhichChannelASettingMeans(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	require.NoError(t, s.SaveFact(t.Context(), ChannelFact("incidents"), "C1"))
	require.NoError(t, s.SaveFact(t.Context(), "other/incidents", "C2"))
	for c, want := range map[[2]string]bool{{"C1", ""}: true, {"C1", "renamed"}: true, {"C9", "incidents"}: true, {"C2", ""}: false, {"C9", ""}: false, {"C9", "else"}: false} {
		means, err := s.MeansChannel(t.Context(), c[0], c[1])
		require.NoError(t, err)
		assert.Equal(t, want, means, c)
	}
	for id, want := range map[string]bool{"C1": true, "C3": true, "C2": false} {
		means, err := s.MeansOneOf(t.Context(), id, []string{"incidents", "C3", "C2x"})
		require.NoError(t, err)
		assert.Equal(t, want, means, id)
	}
}

// TestOfJobsThatDoTheSameTheNewestIsLeft.
func TestOfJobsThatDoTheSameTheNewestIsLeft(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	_, err := s.pool.Exec(t.Context(), `delete from river.river_job`)
	require.NoError(t, err)
	for revision := range 3 {
		for _, surface := range []incident.Surface{incident.Card, incident.Topic} {
			require.NoError(t, s.commit(t.Context(), func(tx *transaction) error {
				return s.enqueueFor(t.Context(), tx, inc.ID, incident.Show{Ref: inc.Ref(), Surface: surface, Revision: revision}, incident.SendPage{Ref: inc.Ref(), Page: revision})
			}))
		}
	}
	require.NoError(t, s.AskOnce(t.Context()))
	assert.Equal(t, 2, jobsOf(t, s, "show"), "one for each surface")
	assert.Equal(t, 2, count(t, s, `select count(*) from river.river_job where kind = 'show' and (args ->> 'revision')::int = 2`))
	assert.Equal(t, 6, count(t, s, `select count(*) from river.river_job where kind <> 'show'`), "each of the others is done")
	_, err = s.pool.Exec(t.Context(), `update river.river_job set state = 'scheduled', scheduled_at = now() + case kind when 'show' then interval '1 hour' else interval '1 second' end`)
	require.NoError(t, err)
	require.NoError(t, s.Wake(t.Context(), time.Minute))
	assert.Equal(t, 2, count(t, s, `select count(*) from river.river_job where state = 'available' and kind = 'show'`))
	assert.Equal(t, 6, count(t, s, `select count(*) from river.river_job where state = 'scheduled'`))
}

// TestEachDecisionOnTheMorningsSeesTheOneBefore: people who want no mention say so at the same time, and what a newer release wrote stays.
func TestEachDecisionOnTheMorningsSeesTheOneBefore(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	mute := func(n int) error {
		_, err := s.UpdateDigest(t.Context(), nil, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
			return routine.MuteDigest(d, fmt.Sprint("U", n), now)
		})
		return err
	}
	require.NoError(t, mute(0))
	set(t, s, `update mayday.digest set doc = doc || '{"mood": "calm"}'`)
	var people sync.WaitGroup
	for n := 1; n < 8; n++ {
		people.Go(func() { assert.NoError(t, mute(n)) })
	}
	people.Wait()
	d, err := s.Digest(t.Context())
	require.NoError(t, err)
	assert.Len(t, d.Muted, 8)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.digest where doc ->> 'mood' = 'calm'`))
}

// TestWhatIsAskedForTwiceByOneClickIsDoneOnce.
func TestWhatIsAskedForTwiceByOneClickIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	check := routine.CheckRunbook{Month: "2026-03-01"}
	require.NoError(t, s.Ask(t.Context(), []string{"click:1"}, check))
	require.ErrorIs(t, s.Ask(t.Context(), []string{"click:1"}, check), ErrDuplicate)
	assert.Equal(t, 1, jobsOf(t, s, check.Kind()))
	require.NoError(t, s.Ask(t.Context(), []string{"click:2"}, check))
	require.NoError(t, s.Ask(t.Context(), nil, check))
	assert.Equal(t, 3, jobsOf(t, s, check.Kind()))
}
