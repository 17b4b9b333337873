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

// TestWhatChangesNothingIsNotWritten: neither alone nor among what does, where it counts for no change.
func TestWhatChangesNothingIsNotWritten(t *testing.T) {
	stands := incident.Incident{ID: 7, Status: incident.Open, Revision: 1}
	nothing := step{before: stands, Change: incident.Change{Incident: stands}}
	w, err := writingOf([]step{nothing})
	require.NoError(t, err)
	assert.True(t, w.empty())
	changed := stands
	changed.Revision = 2
	w, err = writingOf([]step{nothing, {before: stands, Change: incident.Change{Incident: changed, Events: []incident.Event{{Seq: 2}}}}, {before: changed, Change: incident.Change{Incident: changed}}})
	require.NoError(t, err)
	assert.Equal(t, []int{1}, w.rows.saves)
}

// TestTimersThatAnyOfTheChangesMovesAreWritten: what came after it in the same transaction may move none.
func TestTimersThatAnyOfTheChangesMovesAreWritten(t *testing.T) {
	before := incident.Incident{ID: 7, Status: incident.Open, Revision: 1}
	before.Plan.Due = map[incident.Clock]time.Time{incident.ClockRespond: t0}
	moved := before
	moved.Plan.Due = map[incident.Clock]time.Time{incident.ClockRespond: t0.Add(time.Minute)}
	noted := []incident.Event{{Seq: 2}}
	require.Len(t, moved.Timers(), 1)
	w, err := writingOf([]step{{before: before, Change: incident.Change{Incident: moved, Events: noted}}, {before: moved, Change: incident.Change{Incident: moved, Events: noted}}})
	require.NoError(t, err)
	assert.Equal(t, []int64{7}, w.timers.of)
	assert.Equal(t, []time.Time{t0.Add(time.Minute)}, w.timers.due)
	w, err = writingOf([]step{{before: moved, Change: incident.Change{Incident: moved, Events: noted}}})
	require.NoError(t, err)
	assert.Empty(t, w.timers.of)
}

// TestOffersAreDrawnAnewWhenWhatTheyListChanges: an incident begins to be listed, or is no more.
func TestOffersAreDrawnAnewWhenWhatTheyListChanges(t *testing.T) {
	live, over := incident.Incident{ID: 7, Status: incident.Open}, incident.Incident{ID: 7, Status: incident.Closed}
	drill := incident.Incident{ID: 7, Status: incident.Open, Drill: true}
	for _, c := range []struct {
		before, after incident.Incident
		drawn         bool
	}{
		{incident.Incident{}, live, true}, {incident.Incident{}, drill, false}, {live, live, false}, {live, over, true}, {over, live, true}, {over, over, false}, {drill, live, true}, {live, drill, true},
	} {
		w, err := writingOf([]step{{before: c.before, Change: incident.Change{Incident: c.after, Events: []incident.Event{{Seq: 1}}}}})
		require.NoError(t, err)
		assert.Equal(t, c.drawn, w.listed != incident.Ref{}, "%+v", c)
	}
}

// TestTimersAreTheSame when each runs the same clock and is due at the same moment, wherever its day is.
func TestTimersAreTheSame(t *testing.T) {
	at := func(c incident.Clock, due time.Time) incident.Timer { return incident.Timer{Clock: c, Due: due} }
	one := []incident.Timer{at(incident.ClockRespond, t0), at(incident.ClockTrack, t0)}
	for _, c := range []struct {
		other []incident.Timer
		same  bool
	}{
		{one, true}, {nil, false}, {one[:1], false}, {append(one[:2:2], one[0]), false},
		{[]incident.Timer{one[0], at(incident.ClockReach, t0)}, false}, {[]incident.Timer{one[0], at(incident.ClockTrack, t0.Add(1))}, false},
		{[]incident.Timer{at(incident.ClockReach, t0), one[1]}, false}, {[]incident.Timer{one[0], at(incident.ClockTrack, t0.In(time.FixedZone("", 3600)))}, true},
	} {
		assert.Equal(t, c.same, sameTimers(one, c.other), "%v", c.other)
	}
	assert.True(t, sameTimers(nil, nil))
}
