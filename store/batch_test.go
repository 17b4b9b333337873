package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// TestMoreFireTogetherWhileThatIsQuick: how many share the next transaction.
func TestMoreFireTogetherWhileThatIsQuick(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		last int
		took time.Duration
		next int
	}{
		{fireTogether, time.Millisecond, 2 * fireTogether},
		{mostTogether, time.Millisecond, mostTogether},
		{mostTogether, quick, mostTogether},
		{fireTogether, quick, fireTogether},
		{mostTogether, 2 * quick, mostTogether},
		{mostTogether, 3 * quick, mostTogether / 2},
		{fireTogether, time.Minute, fireTogether},
	} {
		assert.Equal(t, c.next, howMany(c.last, c.took), "%+v", c)
	}
}

// TestNoMoreIsLockedThanFires: people act on the others meanwhile.
func TestNoMoreIsLockedThanFires(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	first := declare(t, s)
	for range 2 {
		clock.Advance(time.Minute)
		declare(t, s)
	}
	clock.Advance(3 * time.Hour)
	require.NoError(t, s.within(t.Context(), func(tx *transaction) error {
		chosen, err := s.choose(t.Context(), tx, 1)
		require.NoError(t, err)
		require.Len(t, chosen, 1)
		assert.Equal(t, first.ID, chosen[0].id, "due longest")
		assert.Contains(t, chosen[0].clocks, incident.ClockUpdate)
		assert.Equal(t, 2, count(t, s, `select count(*) from (select from mayday.incident for update skip locked) free`))
		return nil
	}))
}
