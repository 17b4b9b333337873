package store

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestASignOfLifeSeesWhatItDoes: whoever begins is seen by its own first question, and others only when they are there.
func TestASignOfLifeSeesWhatItDoes(t *testing.T) {
	s := open(t, newURL(t), nil)
	r := s.Replica("a")
	c, err := r.lock(t.Context())
	require.NoError(t, err)
	defer c.Close(t.Context())
	v, err := r.ask(t.Context(), c, true, true)
	require.NoError(t, err)
	assert.Equal(t, sight{dies: rounds, first: true}, v)
	assert.Equal(t, pulse, v.pause(), "nobody looks whether it lives")

	pretend(t, s, "before")
	v, err = r.ask(t.Context(), c, false, true)
	require.NoError(t, err)
	assert.Equal(t, 1, v.others)
	assert.True(t, v.first && v.mixed)
	assert.Equal(t, glance, v.pause())

	_, err = s.pool.Exec(t.Context(), `update mayday.replica set seen_at = now() - interval '1 minute', since = now() - interval '1 minute' where id = 'a'`)
	require.NoError(t, err)
	v, err = r.ask(t.Context(), c, true, true)
	require.NoError(t, err)
	assert.False(t, v.first, "who was not well is well since now, and the other for longer")
}

// TestWhatIsOverdueIsSeen by the question that every replica asks once a second, before anything is done about it.
func TestWhatIsOverdueIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		set  string
		want bool
	}{
		"it runs":                    {`state = 'running', attempted_at = now()`, false},
		"it runs for long":           {`state = 'running', attempted_at = now() - interval '6 seconds'`, true},
		"it comes":                   {`state = 'scheduled', scheduled_at = now() + interval '1 hour'`, false},
		"its time has come":          {`state = 'scheduled', scheduled_at = now()`, true},
		"it is to be tried again":    {`state = 'retryable', scheduled_at = now()`, true},
		"it was made now":            {`state = 'available', scheduled_at = now()`, false},
		"it waits although it could": {`state = 'available', scheduled_at = now() - interval '1 second'`, true},
		"it is done":                 {`state = 'completed', finalized_at = now(), scheduled_at = now() - interval '1 hour'`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, newURL(t), nil)
			declare(t, s)
			_, err := s.pool.Exec(t.Context(), `update river.river_job set `+c.set)
			require.NoError(t, err)
			r := s.Replica("a")
			conn, err := r.lock(t.Context())
			require.NoError(t, err)
			defer conn.Close(t.Context())
			v, err := r.ask(t.Context(), conn, true, true)
			require.NoError(t, err)
			assert.Equal(t, c.want, v.overdue)
			v, err = r.ask(t.Context(), conn, true, false)
			require.NoError(t, err)
			assert.False(t, v.overdue, "it was not asked")
		})
	}
}

// TestWhoGivesNoSignOfLifeCarriesNothingOut once another one does, and whoever reconnects at once goes on.
func TestWhoGivesNoSignOfLifeCarriesNothingOut(t *testing.T) {
	leads := func(r *Replica) bool {
		up, _ := r.leads.both()
		select {
		case <-up:
			return true
		default:
			return false
		}
	}
	for name, c := range map[string]struct {
		others int
		silent time.Duration
		want   bool
	}{
		"it reconnects": {1, absentFor / 2, true},
		"it is cut off": {1, absentFor, false},
		"it is alone":   {0, time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := lone()
				r.saw(sight{others: c.others, first: true, dies: rounds})
				require.True(t, leads(r))
				r.beaten = time.Now()
				time.Sleep(c.silent)
				r.wasCut()
				assert.Equal(t, c.want, leads(r))
				r.saw(sight{others: c.others, first: true, dies: rounds})
				assert.True(t, leads(r), "nobody took its place")
			})
		})
	}
}
