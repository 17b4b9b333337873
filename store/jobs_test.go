package store

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
)

// TestAJobIsAsTheQueueMakesIt: the store writes jobs itself. Each column says what it would if River's client had made the job.
func TestAJobIsAsTheQueueMakesIt(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	card := incident.Show{Ref: incident.Ref{Incident: 7, UID: "abcdefghijkl"}, Surface: incident.Card, Revision: 3}
	require.NoError(t, s.commit(t.Context(), func(tx *transaction) error { return s.enqueueFor(t.Context(), tx, 7, card) }))
	require.NoError(t, s.AskSurvey(t.Context()))
	for _, own := range []struct {
		args river.JobArgs
		opts river.InsertOpts
	}{
		{card, river.InsertOpts{Queue: QueueSlack, Priority: 1, MaxAttempts: maxAttempts, Metadata: []byte(`{"incident_id": 7}`)}},
		{Survey{}, river.InsertOpts{Queue: QueueSlack, MaxAttempts: maxAttempts}},
	} {
		_, err := s.jobs.Insert(t.Context(), own.args, &own.opts)
		require.NoError(t, err)
	}
	rows, err := s.pool.Query(t.Context(), `select to_jsonb(j) - '{id,created_at,scheduled_at}'::text[] from river.river_job j order by id`)
	require.NoError(t, err)
	jobs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Len(t, jobs, 4)
	assert.JSONEq(t, jobs[2], jobs[0])
	assert.JSONEq(t, jobs[3], jobs[1])
	assert.Equal(t, 4, count(t, s, `select count(*) from river.river_job where scheduled_at <= now() and created_at <= now()`), "to be done at once")
}

// TestJobsAreIndexedOnlyWhereSomebodyLooks: each index of the queue is written three times for each job.
func TestJobsAreIndexedOnlyWhereSomebodyLooks(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	assert.Zero(t, count(t, s, `select count(*) from pg_indexes where schemaname = 'river' and indexdef ilike '%using gin%'`))
}

// TestWhatCallsPeopleIsDoneFirst: no page waits behind what is only drawn, and no service that is slow holds up another.
func TestWhatCallsPeopleIsDoneFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of       kinded
		queue    string
		priority int16
	}{
		{incident.SendPage{}, "urgent", 1},
		{incident.FindMethods{}, "find", 1},
		{incident.Speak{}, "slack", 1},
		{incident.Show{Surface: incident.Card}, "slack", 1},
		{incident.Show{Surface: incident.ReminderMessage}, "slack", 1},
		{incident.Show{Surface: incident.Topic}, "slack", 2},
		{incident.Supersede{}, "slack", 3},
		{incident.ReachBy{Way: "sms"}, "reach_sms", 2},
		{incident.PollMethod{Way: "ntfy"}, "answers_ntfy", 2},
		{incident.TellAnswered{Way: "ntfy"}, "answers_ntfy", 2},
		{incident.ExplainReply{Way: "sms"}, "answers_sms", 2},
		{incident.TellAlert{}, "alerts", 2},
		{incident.FilePostmortem{}, "github", 2},
		{incident.RunQueries{}, "sql", 2},
		{incident.RunProbes{}, "probe", 2},
		{routine.DeclareProblem{}, "urgent", 2},
		{Survey{}, "slack", 1},
		{HistoryLost{}, "slack", 1},
	} {
		j, err := jobFor(c.of, []byte(`{}`))
		require.NoError(t, err)
		assert.Equal(t, []any{c.of.Kind(), c.queue, c.priority}, []any{j.kind, j.queue, j.priority})
	}
}
