package store

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store/storetest"
)

// ran is the decision that records a run of one query.
func ran(outcome string) Decision {
	return func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.QueriesRan(inc, incident.RunQueries{Ref: inc.Ref(), Why: incident.Asked, By: ana, Queries: []incident.QueryRun{{Name: "db/room", Title: "Room left"}}}, outcome, "f00", now)
	}
}

func TestEvidenceAndItsEventAreSavedTogetherAndOnce(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	list := []Evidence{
		{Place: 0, Why: incident.Asked, Name: "db/room", Title: "Room left", By: ana, At: t0, Answer: json.RawMessage(`{"n": 96}`)},
		{Place: 1, Why: incident.Asked, Name: "db/blocked", Title: "Blocked", By: ana, At: t0, Problem: "down"},
	}
	require.NoError(t, s.SaveEvidence(t.Context(), inc.Ref(), 7, list, ran("2 rows")))
	require.NoError(t, s.SaveEvidence(t.Context(), inc.Ref(), 7, list, ran("told twice")))
	got, err := s.EvidenceOf(t.Context(), inc.ID, 7)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.JSONEq(t, `{"n": 96}`, string(got[0].Answer))
	assert.Nil(t, got[1].Answer)
	assert.Equal(t, "down", got[1].Problem)
	evs, err := s.Timeline(t.Context(), inc.ID, 0, 0)
	require.NoError(t, err)
	told := 0
	for _, ev := range evs {
		if ev.Kind == incident.EventQueried {
			told++
		}
	}
	assert.Equal(t, 1, told)

	broken := errors.New("no")
	err = s.SaveEvidence(t.Context(), inc.Ref(), 8, list, func(incident.Incident, time.Time) (incident.Change, error) { return incident.Change{}, broken })
	require.ErrorIs(t, err, broken)
	got, err = s.EvidenceOf(t.Context(), inc.ID, 8)
	require.NoError(t, err)
	assert.Empty(t, got, "all or nothing")
	assert.ErrorIs(t, s.SaveEvidence(t.Context(), incident.Ref{Incident: 999}, 9, list, ran("")), ErrNotFound)
}

func TestFirstAndNewestEvidence(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	save := func(job int64, why incident.QueryReason, name string, after time.Duration, answer string) {
		ev := Evidence{Why: why, Name: name, At: t0.Add(after), Answer: json.RawMessage(answer)}
		if answer == "" {
			ev.Answer, ev.Problem = nil, "down"
		}
		require.NoError(t, s.SaveEvidence(t.Context(), inc.Ref(), job, []Evidence{ev}, ran("x")))
	}
	save(1, incident.Asked, "a", 0, `1`)
	save(2, incident.Snapshot, "a", time.Minute, `2`)
	save(3, incident.Afterwards, "a", time.Hour, `3`)
	save(4, incident.Snapshot, "b", time.Minute, ``)
	save(5, incident.Asked, "b", 2*time.Minute, `5`)
	save(6, incident.Afterwards, "b", time.Hour, ``)
	save(7, incident.AdHoc, "", time.Hour, `7`)
	first, err := s.FirstEvidence(t.Context(), inc.ID)
	require.NoError(t, err)
	require.Len(t, first, 2, "what somebody typed has no name to be compared by")
	assert.Equal(t, "2", string(first["a"].Answer), "the snapshot, though somebody was quicker")
	assert.Equal(t, "5", string(first["b"].Answer), "the snapshot failed")
	newest, err := s.NewestEvidence(t.Context(), inc.ID, t0.Add(30*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, "3", string(newest["a"].Answer))
	assert.Equal(t, "down", newest["b"].Problem, "a failure at the end is told as one")
	none, err := s.NewestEvidence(t.Context(), inc.ID, t0.Add(2*time.Hour))
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestTheAuditOnlyGrows(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	a := Audit{At: t0, Incident: 42, By: ana, Statement: "select ?", Fingerprint: "f00", Verdict: "ran", Database: "app", Role: "reader", Backend: 1 << 31, Duration: 4200 * time.Microsecond, Rows: 3, Bytes: 12}
	require.NoError(t, s.SaveAudit(t.Context(), a))
	for _, sql := range []string{"update mayday.audit set by = 'x'", "delete from mayday.audit", "truncate mayday.audit"} {
		_, err := s.Pool().Exec(t.Context(), sql)
		assert.ErrorContains(t, err, "only grows", sql)
	}
	var n int
	var took int64
	require.NoError(t, s.Pool().QueryRow(t.Context(), "select count(*), max(duration_us) from mayday.audit where incident_id = 42").Scan(&n, &took))
	assert.Equal(t, 1, n)
	assert.Equal(t, int64(4200), took)
}

func TestAskingForQueriesStoresAJobAndNothingElse(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), storetest.NewClock(t0))
	inc := declare(t, s)
	ask := func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AskQueries(inc, ana, incident.Asked, []incident.QueryRun{{Name: "db/room", SQL: "select 1"}}, now)
	}
	c, err := s.Update(t.Context(), inc.Ref(), []string{"delivery"}, ask)
	require.NoError(t, err)
	assert.Equal(t, inc.Revision, c.Incident.Revision)
	_, err = s.Update(t.Context(), inc.Ref(), []string{"delivery"}, ask)
	require.ErrorIs(t, err, ErrDuplicate, "the same click again")
	var job int64
	require.NoError(t, s.Pool().QueryRow(t.Context(), "select id from river.river_job where kind = 'run_queries' and queue = $1", QueueSQL).Scan(&job), "one job")
	stopped, err := s.CancelRun(t.Context(), incident.Ref{Incident: inc.ID + 1}, job)
	require.NoError(t, err)
	assert.False(t, stopped, "another incident's")
	stopped, err = s.CancelRun(t.Context(), inc.Ref(), job)
	require.NoError(t, err)
	assert.True(t, stopped)
	for _, id := range []int64{job, job + 100} {
		stopped, err = s.CancelRun(t.Context(), inc.Ref(), id)
		require.NoError(t, err)
		assert.False(t, stopped, "it has ended, or never was")
	}
}
