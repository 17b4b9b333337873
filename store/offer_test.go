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

// offered is a store with one offer, whose drawing is done.
func offered(t *testing.T) (*Store, *storetest.Clock) {
	t.Helper()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	receive(t, s, "cron", "firing a")
	hear(t, s)
	_, _, err := s.OfferShown(t.Context(), 1)
	require.NoError(t, err)
	return s, clock
}

// TestAnOfferIsDrawnOnceAndItsMessageIsNotOvertaken.
func TestAnOfferIsDrawnOnceAndItsMessageIsNotOvertaken(t *testing.T) {
	t.Parallel()
	s, _ := offered(t)
	_, sh, err := s.OfferShown(t.Context(), 1)
	require.NoError(t, err)
	assert.Zero(t, sh)
	require.NoError(t, s.ShowingOffer(t.Context(), 1, sh))
	require.ErrorIs(t, s.ShowingOffer(t.Context(), 1, sh), ErrOvertaken, "somebody tries it")
	_, tried, err := s.OfferShown(t.Context(), 1)
	require.NoError(t, err)
	assert.False(t, tried.TriedAt.IsZero())
	require.NoError(t, s.ShowingOffer(t.Context(), 1, tried), "whoever knows of the attempt")
	stands := Shown{Channel: "C1", TS: "1.1", Revision: 3, Digest: "d"}
	require.NoError(t, s.SaveOfferShown(t.Context(), 1, stands))
	_, sh, err = s.OfferShown(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, stands, sh)
	require.ErrorIs(t, s.ShowingOffer(t.Context(), 1, tried), ErrOvertaken)
	_, _, err = s.OfferShown(t.Context(), 9)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = s.Offer(t.Context(), 9)
	require.ErrorIs(t, err, ErrNotFound)
}

// TestAnOfferIsGivenToAnIncidentOnce, to a new one or to one that is open, and drawn then.
func TestAnOfferIsGivenToAnIncidentOnce(t *testing.T) {
	t.Parallel()
	s, _ := offered(t)
	receive(t, s, "ci", "changed c")
	hear(t, s)
	no := errors.New("no")
	drawn := jobsOf(t, s, "show_offer")
	_, _, err := s.DeclareOffer(t.Context(), []string{"a"}, 1, func(o incident.Offer, _ incident.Ref, _ time.Time) (incident.Offer, incident.Change, error) {
		return o, incident.Change{}, no
	})
	require.ErrorIs(t, err, no)
	assert.Zero(t, count(t, s, `select count(*) from mayday.incident`))
	declare := func(key string) (incident.Incident, incident.Offer, error) {
		return s.DeclareOffer(t.Context(), []string{key}, 1, func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error) {
			return incident.DeclareFrom(o, ref, incident.Declaration{Policy: policy(), By: ana}, now)
		})
	}
	inc, o, err := declare("a")
	require.NoError(t, err)
	require.Len(t, inc.Changes, 1)
	assert.Equal(t, "c", inc.Changes[0].Key, "what was changed of late")
	assert.Equal(t, []any{incident.Declared, inc.Ref()}, []any{o.State, o.Incident})
	kept, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, o, kept)
	assert.Equal(t, drawn+1, jobsOf(t, s, "show_offer"))
	_, _, err = declare("a")
	require.ErrorIs(t, err, ErrDuplicate)
	_, _, err = s.DeclareOffer(t.Context(), nil, 9, nil)
	require.ErrorIs(t, err, ErrNotFound)
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.incident`))

	s, _ = offered(t)
	inc, err = s.Declare(t.Context(), nil, declaration("open"))
	require.NoError(t, err)
	attach := func(key string, ref incident.Ref) error {
		_, _, err := s.AttachOffer(t.Context(), []string{key}, 1, ref, func(inc incident.Incident, o incident.Offer, now time.Time) (incident.Change, incident.Offer, error) {
			c, err := incident.Attach(inc, o, ana, now)
			return c, o.AttachedTo(inc.Ref(), ana, now), err
		})
		return err
	}
	require.ErrorIs(t, attach("b", incident.Ref{Incident: inc.ID, UID: "aaaaaaaaaaaa"}), ErrAnother)
	require.ErrorIs(t, attach("b", incident.Ref{Incident: 99}), ErrNotFound)
	refused, _, err := s.AttachOffer(t.Context(), nil, 1, inc.Ref(), func(_ incident.Incident, o incident.Offer, _ time.Time) (incident.Change, incident.Offer, error) {
		return incident.Change{}, o, no
	})
	require.ErrorIs(t, err, no)
	assert.Equal(t, inc.ID, refused.Incident.ID, "whoever asked can be told of it")
	require.NoError(t, attach("b", inc.Ref()))
	require.ErrorIs(t, attach("b", inc.Ref()), ErrDuplicate)
	o, err = s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, []any{incident.Attached, inc.Ref()}, []any{o.State, o.Incident})
	after, err := s.Incident(t.Context(), inc.Ref())
	require.NoError(t, err)
	assert.Greater(t, after.Revision, inc.Revision)
}

// TestAnOfferOfALostDatabaseIsDeclaredBeyondWhatWasGiven.
func TestAnOfferOfALostDatabaseIsDeclaredBeyondWhatWasGiven(t *testing.T) {
	t.Parallel()
	s, _ := offered(t)
	_, err := s.pool.Exec(t.Context(), `update mayday.fact set value = 'another' where key = 'history'`)
	require.NoError(t, err)
	inc, o, err := s.DeclareOffer(t.Context(), nil, 1, func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error) {
		return incident.DeclareFrom(o, ref, incident.Declaration{Policy: policy(), By: ana}, now)
	})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, inc.ID, int64(101))
	assert.Equal(t, inc.Ref(), o.Incident)
	assert.Equal(t, 1, jobsOf(t, s, "history_lost"))
}

// TestAMutedOfferWakesAndAMuteIsTold.
func TestAMutedOfferWakesAndAMuteIsTold(t *testing.T) {
	t.Parallel()
	s, clock := offered(t)
	arrived := func() bool {
		select {
		case <-s.Arrived():
			return true
		default:
			return false
		}
	}
	arrived()
	o, err := s.UpdateOffer(t.Context(), []string{"a"}, 1, func(o incident.Offer, now time.Time) (incident.Offer, error) {
		return incident.MuteOffer(o, ana, time.Hour, now)
	})
	require.NoError(t, err)
	assert.Equal(t, t0.Add(time.Hour), o.MutedUntil)
	assert.True(t, arrived(), "whoever waits has a new time to wait for")
	at, err := s.NextAlert(t.Context())
	require.NoError(t, err)
	assert.Equal(t, t0.Add(time.Hour), at)
	_, err = s.UpdateOffer(t.Context(), []string{"a"}, 1, nil)
	require.ErrorIs(t, err, ErrDuplicate)
	no := errors.New("no")
	_, err = s.UpdateOffer(t.Context(), []string{"b"}, 1, func(o incident.Offer, _ time.Time) (incident.Offer, error) { return o, no })
	require.ErrorIs(t, err, no)

	mute := func(key, source string, d time.Duration) incident.Mute {
		m, err := incident.MuteSource(incident.Window{Source: source, For: d}, ana, clock.Now())
		require.NoError(t, err)
		m, err = s.SaveMute(t.Context(), []string{key}, m)
		require.NoError(t, err)
		return m
	}
	long, short := mute("c", "cron", 2*time.Hour), mute("d", "all", 30*time.Minute)
	assert.Equal(t, []int64{1, 2}, []int64{long.ID, short.ID})
	_, err = s.SaveMute(t.Context(), []string{"c"}, long)
	require.ErrorIs(t, err, ErrDuplicate)
	list, err := s.Mutes(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []incident.Mute{short, long}, list, "the next to end first")
	assert.Equal(t, 2, jobsOf(t, s, "tell_mute"))
	arrived()
	ended, err := long.Unmute(ana, clock.Now())
	require.NoError(t, err)
	_, err = s.SaveMute(t.Context(), []string{"e"}, ended)
	require.NoError(t, err)
	assert.True(t, arrived())
	at, err = s.NextAlert(t.Context())
	require.NoError(t, err)
	assert.Equal(t, t0, at, "what was silent is looked at again")
	list, err = s.Mutes(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []incident.Mute{short}, list)
	clock.Advance(30 * time.Minute)
	list, err = s.Mutes(t.Context())
	require.NoError(t, err)
	assert.Empty(t, list)
}
