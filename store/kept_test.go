package store

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// inChannel declares an incident that has a channel.
func inChannel(t *testing.T, s *Store, channel string) incident.Incident {
	t.Helper()
	c, err := s.Update(t.Context(), declare(t, s).Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, channel, "inc-1-p1", now)
	})
	require.NoError(t, err)
	return c.Incident
}

// TestWhatStandsAsItDidIsReadAndDrawnOnce, by whatever way it is asked for; and anew after any change of the document,
// also one that no counter tells of.
func TestWhatStandsAsItDidIsReadAndDrawnOnce(t *testing.T) {
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := inChannel(t, s, "C042")
	drawn := 0
	title := func() string {
		t.Helper()
		seen, err := s.SeeIn(t.Context(), "C042")
		require.NoError(t, err)
		byNumber, err := s.See(t.Context(), inc.Ref())
		require.NoError(t, err)
		require.Same(t, seen.drawings, byNumber.drawings)
		again, err := s.Incident(t.Context(), inc.Ref())
		require.NoError(t, err)
		require.Equal(t, doc(t, again), doc(t, seen.Incident))
		return Once(byNumber, "card", t0, func() string { drawn++; return seen.Title })
	}
	assert.Equal(t, "checkout answers 500", title())
	assert.Equal(t, "checkout answers 500", title())
	assert.Equal(t, 1, drawn)
	_, err := s.pool.Exec(t.Context(), `update mayday.incident set doc = jsonb_set(doc, '{title}', '"checkout is gone"')`) // as a database that lost a change may say
	require.NoError(t, err)
	assert.Equal(t, "checkout is gone", title())
	assert.Equal(t, 2, drawn)
	_, err = s.See(t.Context(), incident.Ref{Incident: inc.ID, UID: "another"})
	require.ErrorIs(t, err, ErrAnother)
	_, err = s.pool.Exec(t.Context(), `delete from mayday.incident`)
	require.NoError(t, err)
	_, err = s.SeeIn(t.Context(), "C042")
	require.ErrorIs(t, err, ErrNotFound, "what is kept is no answer by itself")
	_, err = s.See(t.Context(), inc.Ref())
	require.ErrorIs(t, err, ErrNotFound)
}

// TestADrawingIsOfItsMoment: another moment and another name are drawn for themselves; of those who ask at once one draws.
func TestADrawingIsOfItsMoment(t *testing.T) {
	seen := Seen{drawings: &drawings{}}
	var mu sync.Mutex
	drawn := map[string]int{}
	draw := func(name string, at time.Time) string {
		return Once(seen, name, at, func() string {
			mu.Lock()
			defer mu.Unlock()
			what := name + " at " + at.Format(time.TimeOnly)
			drawn[what]++
			return what
		})
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			assert.Equal(t, "card at 09:00:00", draw("card", t0.Truncate(24*time.Hour).Add(9*time.Hour)))
			assert.Equal(t, "steps at 09:00:00", draw("steps", t0.Truncate(24*time.Hour).Add(9*time.Hour)))
		})
	}
	wg.Wait()
	assert.Equal(t, map[string]int{"card at 09:00:00": 1, "steps at 09:00:00": 1}, drawn)
	assert.Equal(t, "card at 09:00:01", draw("card", t0.Truncate(24*time.Hour).Add(9*time.Hour+time.Second)))
	assert.Equal(t, 7, Once(seen, "card", t0.Truncate(24*time.Hour).Add(9*time.Hour+time.Second), func() int { return 7 }), "and nothing of another kind")
	assert.Equal(t, "alone", Once(Seen{}, "card", t0, func() string { return "alone" }))
}

// TestLittleIsKept: no more than mostKept documents, those asked for last, and none that nobody asked for lately.
func TestLittleIsKept(t *testing.T) {
	var k kept
	raw := func(id int64) []byte { return fmt.Appendf(nil, `{"id": %d, "title": "x"}`, id) }
	first := raw(0)
	was, err := k.read(0, first)
	require.NoError(t, err)
	copy(first, bytes.Repeat([]byte(" "), len(first))) // the driver's buffer is used again
	for id := int64(1); id < 2*mostKept; id++ {
		_, err := k.read(id, raw(id))
		require.NoError(t, err)
		now, err := k.read(0, raw(0))
		require.NoError(t, err)
		require.Same(t, was, now, "%d", id)
	}
	assert.Len(t, k.of, mostKept)
	assert.Contains(t, k.of, int64(2*mostKept-1))
	for id, s := range k.of {
		if id != 0 {
			s.used = s.used.Add(-keptFor)
		}
	}
	k.tidy()
	assert.Len(t, k.of, 1)
	require.NotNil(t, k.forget, "somebody looks again")
	was.used = was.used.Add(-keptFor)
	k.tidy()
	assert.Empty(t, k.of)
	assert.Nil(t, k.forget)
	for id := int64(1); id < 2*mostKept; id++ {
		_, err := k.read(id, raw(id))
		require.NoError(t, err)
		require.NotNil(t, k.forget, "it is looked through later")
	}
	assert.Len(t, k.of, mostKept)
	clear(k.of)
	_, err = k.read(1, []byte(`{"id": "none"}`))
	require.Error(t, err)
	assert.Empty(t, k.of)
}
