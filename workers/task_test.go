package workers

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	"mayday/incident"
	"mayday/postmortem"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// stumble is an effect that does what a test wants.
type stumble struct {
	Incident int64 `json:"incident"`
}

func (stumble) Kind() string        { return "stumble" }
func (fx stumble) Of() incident.Ref { return incident.Ref{Incident: fx.Incident} }
func (stumble) trouble() string     { return "stumble on" }

func init() {
	p := policies[incident.SendPage{}.Kind()]
	p.timeout, p.attempts = 500*time.Millisecond, 2
	policies[stumble{}.Kind()] = p
}

// stumbles is the one worker for it, given up like the others.
func (h *hand) stumbles(do func(context.Context, try) error) *worker[stumble] {
	return &worker[stumble]{w: h.w, giveUp: troubleIn(stumble.trouble),
		do: func(ctx context.Context, _ stumble, t try) error { return do(ctx, t) }}
}

// queue has the queue carry out one stumble, as New sets it up, and waits for its end.
func (h *hand) queue(do func(context.Context, try) error) (job rivertype.JobRow) {
	h.t.Helper()
	all := river.NewWorkers()
	river.AddWorker(all, h.stumbles(do))
	jobs, err := river.NewClient(riverpgxv5.New(h.st.Pool()), &river.Config{
		ID: h.cfg.ID, Schema: store.Schema, Workers: all, Queues: queues, FetchOnlyKnownKinds: true,
		FetchPollInterval: 100 * time.Millisecond, FetchCooldown: store.NotifyCooldown,
		JobTimeout: jobTimeout, RetryPolicy: backoff{h.w.Store.DatabaseTime}, Logger: store.QueueLogger(h.w.Log),
	})
	require.NoError(h.t, err)
	h.w.jobs = jobs
	ctx, cancel := context.WithCancel(h.t.Context())
	done := make(chan error, 1)
	go func() { done <- h.w.Run(ctx) }()
	defer func() { cancel(); require.NoError(h.t, <-done) }()
	h.change(func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.Change{Incident: inc, Effects: []incident.Effect{stumble{inc.ID}}}, nil
	})
	h.wait("the job ends", func() bool {
		err := h.st.Pool().QueryRow(context.Background(), `select state, attempt from river.river_job
			where kind = 'stumble' and finalized_at is not null`).Scan(&job.State, &job.Attempt)
		return err == nil
	})
	return job
}

// told are the words in which it was said that a stumble was given up.
func (h *hand) told() (texts []string) {
	h.t.Helper()
	untold, err := h.st.Untold(h.t.Context(), h.inc.ID)
	require.NoError(h.t, err)
	for _, u := range untold {
		if u.Event.Kind == incident.EventGaveUp && u.Event.To == stumble.trouble(stumble{}) {
			texts = append(texts, u.Event.Text)
		}
	}
	return texts
}

func TestAPanicIsTriedAgainAndInTheEndGivenUpAloud(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	var numbers []int
	job := h.queue(func(_ context.Context, t try) error {
		numbers = append(numbers, t.Number)
		panic("a fault of ours")
	})
	assert.Equal(t, []int{1, 2}, numbers)
	assert.Equal(t, rivertype.JobStateCancelled, job.State)
	assert.Equal(t, []string{"something broke on our side; mayday's log has the details"}, h.told())
	assert.Contains(t, h.row().Troubles, "stumble on")
}

func TestAnAttemptThatUsedUpItsTimeIsGivenUpAllTheSame(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	job := h.queue(func(ctx context.Context, _ try) error {
		<-ctx.Done()
		return ctx.Err()
	})
	assert.Equal(t, rivertype.JobStateCancelled, job.State)
	assert.Equal(t, 2, job.Attempt)
	assert.Equal(t, []string{"it took too long; mayday's log has the details"}, h.told())
}

func TestToBeTurnedAwayIsNoAttempt(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"by Slack":              &bot.Error{Class: bot.RateLimited, RetryAfter: 20 * time.Millisecond},
		"by what is not yet so": notYet(20 * time.Millisecond),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand(t)
			var times int
			job := h.queue(func(context.Context, try) error {
				if times++; times <= 5 {
					return fmt.Errorf("draw: %w", err)
				}
				return nil
			})
			assert.Equal(t, 6, times)
			assert.Equal(t, rivertype.JobStateCompleted, job.State)
			assert.Equal(t, 1, job.Attempt, "more than twice would have been given up")
			assert.Empty(t, h.told())
		})
	}
}

// alive has the replica of a hand show that it lives until stop is called.
func (h *hand) alive() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); h.w.replica.Run(ctx) }()
	stop = func() { cancel(); <-done }
	h.t.Cleanup(stop)
	return stop
}

// attempted is a job that this replica has in hand for the n-th time.
func (h *hand) attempted(n int) *river.Job[stumble] {
	h.t.Helper()
	h.change(func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.Change{Incident: inc, Effects: []incident.Effect{stumble{inc.ID}}}, nil
	})
	row := rivertype.JobRow{Kind: stumble{}.Kind(), Attempt: n, CreatedAt: time.Now()}
	require.NoError(h.t, h.st.Pool().QueryRow(h.t.Context(), `update river.river_job set state = 'running', attempt = $1, attempted_at = now(), attempted_by = array[$2]
		where id = (select max(id) from river.river_job where kind = 'stumble') returning id`, n, h.cfg.ID).Scan(&row.ID))
	return &river.Job[stumble]{JobRow: &row, Args: stumble{h.inc.ID}}
}

func TestWhatFollowsFromAnOutcome(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.alive()
	broken := errors.New("broken")
	for name, tt := range map[string]struct {
		err     error
		attempt int
		snoozed time.Duration
		again   bool // as a failure
		given   bool
	}{
		"done":                        {nil, 1, 0, false, false},
		"of an incident that is gone": {store.ErrNotFound, 1, 0, false, false},
		"not yet":                     {notYet(time.Minute), 9, time.Minute, false, false},
		"Slack's rate":                {&bot.Error{Class: bot.RateLimited, RetryAfter: time.Minute}, 9, time.Minute, false, false},
		"Slack's rate without a time": {&bot.Error{Class: bot.RateLimited}, 9, 100 * time.Millisecond, false, false},
		"GitHub's rate":               {&postmortem.Error{Class: postmortem.RateLimited, RetryAfter: time.Minute}, 9, time.Minute, false, false},
		"a failure":                   {broken, 1, 0, true, false},
		"the last failure":            {broken, 2, 0, false, true},
		"one more, all the same":      {broken, 30, 0, false, true},
		"an outcome unknown":          {&bot.Error{Class: bot.Ambiguous}, 1, 0, true, false},
		"refused for good":            {&bot.Error{Class: bot.Permanent, Code: "restricted_action"}, 1, 0, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			given := 0
			k := h.stumbles(func(context.Context, try) error { return tt.err })
			k.giveUp = func(_ *Workers, ctx context.Context, _ stumble, why string) error {
				given++
				assert.NoError(t, ctx.Err())
				assert.NotEmpty(t, why)
				return nil
			}
			result := k.Work(t.Context(), h.attempted(tt.attempt))
			var snoozed *river.JobSnoozeError
			var cancelled *river.JobCancelError
			assert.Equal(t, tt.given, errors.As(result, &cancelled))
			assert.Equal(t, tt.given, given == 1)
			assert.Equal(t, tt.snoozed > 0, errors.As(result, &snoozed))
			if snoozed != nil {
				assert.Equal(t, tt.snoozed, snoozed.Duration)
			}
			assert.Equal(t, tt.again || tt.given || tt.snoozed > 0, result != nil)
		})
	}
}

func TestWhatCannotBeGivenUpAloudIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.alive()
	k := h.stumbles(func(context.Context, try) error { return errors.New("broken") })
	away := errors.New("the database is away")
	k.giveUp = func(*Workers, context.Context, stumble, string) error { return away }
	assert.Equal(t, away, k.Work(t.Context(), h.attempted(2)))
}

func TestAWorkerDoesNotWaitLongForSlacksRates(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.alive()
	k := h.stumbles(func(ctx context.Context, _ try) error {
		_, err := h.cfg.Slack.Post(ctx, h.inc.ChannelID, bot.Message{Text: "hello"})
		return err
	})
	h.sim.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{HTTP: 429, RetryAfter: 6})
	for range 2 {
		var snoozed *river.JobSnoozeError
		require.ErrorAs(t, k.Work(t.Context(), h.attempted(2)), &snoozed)
		assert.Greater(t, snoozed.Duration, patience)
	}
	assert.Equal(t, 1, h.calls("chat.postMessage"), "the second one was turned away here")
	assert.Empty(t, h.told())
}

func TestAnEffectEndsWithItsReplicaAndIsNotGivenUpForThat(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	die := h.alive()
	var begun atomic.Int32
	result := make(chan error, 1)
	k := h.stumbles(func(ctx context.Context, _ try) error {
		begun.Add(1)
		<-ctx.Done()
		return ctx.Err()
	})
	job := h.attempted(2)
	go func() { result <- k.Work(t.Context(), job) }()
	h.wait("it is at work", func() bool { return begun.Load() == 1 })
	die()
	h.wait("its work ends", func() bool { return len(result) == 1 })
	var cancelled *river.JobCancelError
	err := <-result
	require.Error(t, err, "it is not done")
	assert.False(t, errors.As(err, &cancelled))
	assert.Empty(t, h.told())

	waiting, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.Error(t, k.Work(waiting, h.attempted(1)))
	assert.EqualValues(t, 1, begun.Load(), "nothing is begun by a replica that others take for dead")
}

func TestTheQueueItselfNeverGivesUp(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	h.acknowledge()
	h.page(h.inc.DeclaredBy, incident.OnCall)
	assert.GreaterOrEqual(t, h.jobs(`kind in ('show', 'speak', 'send_page')`), 3)
	assert.Zero(t, h.jobs(`max_attempts <> 10000`))
}

// jobs counts those of the queue for which a condition holds.
func (h *hand) jobs(where string) (n int) {
	h.t.Helper()
	require.NoError(h.t, h.st.Pool().QueryRow(h.t.Context(), `select count(*) from river.river_job where `+where).Scan(&n))
	return n
}

// TestAttemptsReachBeyondAnHour without Slack or GitHub; a page is given up within
// two minutes, when another is called instead.
func TestAttemptsReachBeyondAnHour(t *testing.T) {
	reach := func(attempts int) (all time.Duration) {
		for n := 1; n < attempts; n++ {
			all += time.Until(backoff{time.Now}.NextRetry(&rivertype.JobRow{Attempt: n}))
		}
		return all
	}
	assert.Greater(t, reach(maxAttempts), 70*time.Minute)
	assert.Less(t, reach(policies[incident.SendPage{}.Kind()].attempts), 2*time.Minute)
}
