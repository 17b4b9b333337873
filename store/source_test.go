package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// secrets are those of a source that are good now: "hash" or "signing", in the order in which they were made.
func secrets(t *testing.T, s *Store, name string) (kinds []string) {
	t.Helper()
	list, err := s.Sources(t.Context())
	require.NoError(t, err)
	for _, src := range list {
		if src.Name != name {
			continue
		}
		for _, sec := range src.Secrets {
			switch {
			case sec.Hash != nil && sec.Signing == "":
				kinds = append(kinds, fmt.Sprintf("%x", sec.Hash[:4]))
			case sec.Hash == nil:
				kinds = append(kinds, sec.Signing.Reveal())
			}
		}
	}
	return kinds
}

func hashOf(key string) string { return fmt.Sprintf("%x", KeyHash(key)[:4]) }

// TestASourceHasTheSecretsThatAreGood: a replaced one for a day, a lent one as long as it was lent, and the key itself is nowhere.
func TestASourceHasTheSecretsThatAreGood(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "sentry", Way: incident.ToOffer, BeatEvery: time.Minute}, "first", ""))
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "cron", Way: incident.ToLog}, "", "whsec_x"))
	list, err := s.Sources(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, []any{"cron", incident.ToLog, t0, time.Duration(0)}, []any{list[0].Name, list[0].Way, list[0].MadeAt, list[0].BeatEvery}, "by their names")
	assert.Equal(t, []any{"sentry", incident.ToOffer, t0, time.Minute}, []any{list[1].Name, list[1].Way, list[1].MadeAt, list[1].BeatEvery})
	assert.Equal(t, []string{"whsec_x"}, secrets(t, s, "cron"))
	assert.Equal(t, []string{hashOf("first")}, secrets(t, s, "sentry"))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", list[0], list[0], list[0]), "whsec_x", "it is told to nobody by accident")

	require.NoError(t, s.RotateSource(t.Context(), "sentry", "second", ""))
	assert.ElementsMatch(t, []string{hashOf("first"), hashOf("second")}, secrets(t, s, "sentry"))
	require.NoError(t, s.RotateSource(t.Context(), "sentry", "", "whsec_y"))
	assert.ElementsMatch(t, []string{hashOf("second"), "whsec_y"}, secrets(t, s, "sentry"), "of those before, the last")
	clock.Advance(rotated - time.Second)
	assert.Len(t, secrets(t, s, "sentry"), 2)
	clock.Advance(time.Second)
	assert.Equal(t, []string{"whsec_y"}, secrets(t, s, "sentry"))
	lent, err := s.LendKey(t.Context(), "sentry", time.Hour)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"whsec_y", hashOf(lent)}, secrets(t, s, "sentry"))
	clock.Advance(time.Hour)
	assert.Equal(t, []string{"whsec_y"}, secrets(t, s, "sentry"))

	require.NoError(t, s.RemoveSource(t.Context(), "sentry"))
	assert.Empty(t, secrets(t, s, "sentry"))
	assert.Equal(t, 1, count(t, s, `select count(*) from mayday.source_secret`), "its secrets go with it")
	require.ErrorIs(t, s.RemoveSource(t.Context(), "sentry"), ErrNotFound)
	require.ErrorIs(t, s.RotateSource(t.Context(), "sentry", "x", ""), ErrNotFound)
	_, err = s.LendKey(t.Context(), "sentry", time.Hour)
	require.ErrorIs(t, err, ErrNotFound)
}

func TestTheNameOfASourceFitsIntoAnAddress(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, storetest.NewClock(t0))
	for _, name := range []string{"", "1st", "-a", "Sentry", "a b", "a/b", "all", "a123456789a123456789a123456789a123456789x"} {
		require.ErrorIs(t, s.AddSource(t.Context(), Source{Name: name, Way: incident.ToOffer}, "k", ""), ErrSourceName, name)
	}
	for _, name := range []string{"b", "a123456789a123456789a123456789a123456789"} {
		require.NoError(t, s.AddSource(t.Context(), Source{Name: name, Way: incident.ToOffer}, "of "+name, ""), name)
	}
	require.ErrorIs(t, s.AddSource(t.Context(), Source{Name: "b", Way: incident.ToOffer}, "other", ""), ErrSourceThere)
	assert.Equal(t, []string{hashOf("of b")}, secrets(t, s, "b"))
	names, err := SourcesAt(t.Context(), url)
	require.NoError(t, err)
	assert.Equal(t, []string{"a123456789a123456789a123456789a123456789", "b"}, names)
	names, err = SourcesAt(t.Context(), storetest.Database(t))
	require.NoError(t, err)
	assert.Empty(t, names, "of a database without a schema")
	assert.NotEqual(t, NewKey(), NewKey())
	assert.Len(t, NewKey(), 32)
	assert.NotEqual(t, NewSigningSecret(), NewSigningSecret())
	assert.Len(t, NewSigningSecret().Reveal(), len("whsec_")+32)
}

// TestASourceThatFallsSilentIsHeardOf, and its next sign of life wakes whoever waits for that.
func TestASourceThatFallsSilentIsHeardOf(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "sentry", Way: incident.ToOffer, BeatEvery: time.Minute}, "k", ""))
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "cron", Way: incident.ToOffer}, "k2", ""))
	woken := func() bool {
		select {
		case <-s.Arrived():
			return true
		default:
			return false
		}
	}
	clock.Advance(time.Minute - time.Second)
	require.NoError(t, s.Beat(t.Context(), "sentry"))
	assert.False(t, woken(), "it was in time")
	clock.Advance(time.Minute)
	h := plainly()
	_, err := s.Hear(t.Context(), h)
	require.NoError(t, err)
	require.Equal(t, 1, count(t, s, `select count(*) from mayday.offer`))
	o, err := s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, []any{"sentry", 1}, []any{o.Source, o.Open})
	_, err = s.Hear(t.Context(), h)
	require.NoError(t, err)
	o, err = s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, 1, o.Count, "once")
	require.NoError(t, s.Beat(t.Context(), "sentry"))
	assert.True(t, woken())
	require.NoError(t, s.Beat(t.Context(), "cron"))
	require.NoError(t, s.Beat(t.Context(), "nothing"))
	assert.False(t, woken(), "who promised nothing misses nothing")
	_, err = s.Hear(t.Context(), h)
	require.NoError(t, err)
	o, err = s.Offer(t.Context(), 1)
	require.NoError(t, err)
	assert.Zero(t, o.Open, "it lives")
	list, err := s.Sources(t.Context())
	require.NoError(t, err)
	assert.Equal(t, clock.Now(), list[1].BeatAt)
}

// TestALentKeyThatHasEndedIsRemoved when the next one is lent, and no other secret with it.
func TestALentKeyThatHasEndedIsRemoved(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "sentry", Way: incident.ToOffer}, "first", ""))
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "cron", Way: incident.ToOffer}, "other", ""))
	lend := func(name string) string {
		key, err := s.LendKey(t.Context(), name, time.Minute)
		require.NoError(t, err)
		return hashOf(key)
	}
	lend("sentry")
	lend("cron")
	kept := func() int { return count(t, s, `select count(*) from mayday.source_secret`) }
	clock.Advance(time.Minute)
	last := lend("sentry")
	assert.Equal(t, 5, kept(), "one that ends now is good for nothing, and gone the next time")
	clock.Advance(time.Second)
	again := lend("sentry")
	assert.Equal(t, 5, kept())
	assert.ElementsMatch(t, []string{hashOf("first"), last, again}, secrets(t, s, "sentry"))
	assert.Equal(t, []string{hashOf("other")}, secrets(t, s, "cron"))
}

// TestASourceIsHeardOfEachTimeThatItFallsSilent, once each time, and once that it lives again.
func TestASourceIsHeardOfEachTimeThatItFallsSilent(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	require.NoError(t, s.AddSource(t.Context(), Source{Name: "sentry", Way: incident.ToOffer, BeatEvery: time.Minute}, "k", ""))
	reports := func() (open int, seen time.Time) {
		for range 2 {
			_, err := s.Hear(t.Context(), plainly())
			require.NoError(t, err)
		}
		require.NoError(t, s.pool.QueryRow(t.Context(), `select coalesce(sum((doc ->> 'open')::int), 0) from mayday.offer`).Scan(&open))
		_ = s.pool.QueryRow(t.Context(), `select seen_at from mayday.signal`).Scan(&seen) // there may be none yet
		return open, seen.UTC()
	}
	open, _ := reports()
	assert.Zero(t, open)
	for range 3 {
		clock.Advance(time.Hour)
		silent := clock.Now()
		open, seen := reports()
		assert.Equal(t, []any{1, silent}, []any{open, seen})
		clock.Advance(time.Second)
		open, seen = reports()
		assert.Equal(t, []any{1, silent}, []any{open, seen}, "it is silent still")
		require.NoError(t, s.Beat(t.Context(), "sentry"))
		open, seen = reports()
		assert.Equal(t, []any{0, clock.Now()}, []any{open, seen})
		lives := clock.Now()
		clock.Advance(time.Second)
		open, seen = reports()
		assert.Equal(t, []any{0, lives}, []any{open, seen}, "it lives still")
	}
}
