package store

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// TestWhatRanOutTogetherIsWrittenAsIfAlone: three incidents whose clocks all ran out, several of each, in one
// transaction. Every event is there, and the timers are those of the row.
func TestWhatRanOutTogetherIsWrittenAsIfAlone(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock(t0)
	s := open(t, newURL(t), clock)
	var list []incident.Incident
	for range 3 {
		list = append(list, declare(t, s))
	}
	clock.Advance(3 * time.Hour)
	fired := map[incident.Clock]int{}
	s.Fired = func(c incident.Clock, _, _ time.Time) { fired[c]++ }
	n, broken, err := s.fireBatch(t.Context(), fireTogether)
	require.NoError(t, err)
	require.Empty(t, broken)
	require.Equal(t, len(list), n, "in one transaction")
	require.Greater(t, len(fired), 1)
	for _, before := range list {
		inc, err := s.Incident(t.Context(), before.Ref())
		require.NoError(t, err)
		assert.Equal(t, len(fired), count(t, s, `select saved from mayday.incident where id = $1`, inc.ID), "each change counts")
		assert.Equal(t, inc.Revision, count(t, s, `select max(seq) from mayday.event where incident_id = $1`, inc.ID))
		assert.Equal(t, inc.Revision, count(t, s, `select count(*) from mayday.event where incident_id = $1`, inc.ID))
		rows, err := s.pool.Query(t.Context(), `select clock, due_at from mayday.timer where incident_id = $1`, inc.ID)
		require.NoError(t, err)
		due, want := map[incident.Clock]time.Time{}, map[incident.Clock]time.Time{}
		var c incident.Clock
		var at time.Time
		_, err = pgx.ForEachRow(rows, []any{&c, &at}, func() error { due[c] = at.UTC(); return nil })
		require.NoError(t, err)
		for _, timer := range inc.Timers() {
			want[timer.Clock] = timer.Due.UTC()
		}
		assert.Equal(t, want, due)
	}
}

// TestAClockThatWasSetAsideIsTakenBackWithItsIncident: what was told of it names the incident, and is taken back when its clocks are written anew.
func TestAClockThatWasSetAsideIsTakenBackWithItsIncident(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	set(t, s, `update mayday.timer set aside_at = $1 where clock = 'respond'`, t0)
	_, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, ben, now)
	})
	require.NoError(t, err)
	var fx incident.TakeBackAside
	require.NoError(t, s.pool.QueryRow(t.Context(), `select args from river.river_job where kind = 'take_back_aside'`).Scan(&fx))
	assert.Equal(t, []any{inc.Ref(), incident.ClockRespond}, []any{fx.Ref, fx.Clock})
	assert.Equal(t, 1, jobsOf(t, s, "take_back_aside"))
}

// TestWhatIsMadeAndChangedAtOnceIsMade, because a row that is not there yet cannot be changed.
func TestWhatIsMadeAndChangedAtOnceIsMade(t *testing.T) {
	made := incident.Incident{ID: 7, Title: "as it was declared", Revision: 1}
	changed := made
	changed.Title, changed.Revision = "as it became", 2
	w, err := writingOf([]step{
		{Change: incident.Change{Incident: made, Events: []incident.Event{{Seq: 1}}}},
		{before: made, Change: incident.Change{Incident: changed, Events: []incident.Event{{Seq: 2}}}},
	})
	require.NoError(t, err)
	assert.Equal(t, []int64{7}, w.rows.ids)
	assert.Len(t, w.rows.made, 1)
	assert.Equal(t, []int{2}, w.rows.saves)
	require.Len(t, w.rows.docs, 1)
	assert.Contains(t, w.rows.docs[0], "as it became")
	assert.Equal(t, []int{1, 2}, w.events.seqs)
}
