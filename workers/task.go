package workers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/postmortem"
	"mayday/routine"
	"mayday/statuspage"
	"mayday/store"
)

const (
	jobTimeout = 15 * time.Second
	// maxAttempts reaches beyond an hour without Slack or GitHub: 1+2+4+…+60+60… seconds.
	maxAttempts = 90
	// patience is how long an effect waits for its turn in the rates that all share.
	// One that has to wait longer comes back later, and leaves its place to others.
	patience = 200 * time.Millisecond
	// yieldFirst is how long an effect that begins waits at most while people wait for an
	// answer, and yieldCall how long each of its calls to Slack: people who come one after
	// the other must not hold it up for ever.
	yieldFirst, yieldCall = 400 * time.Millisecond, 100 * time.Millisecond
	// pageFirst is how long a page has precedence over effects that begin: longer than one takes that need not wait for
	// its turn in Slack's rates. One that has to wait for that does not hold up the others.
	pageFirst = 250 * time.Millisecond
)

// policies say how long each kind of effect may take and how often it is tried.
// Kinds that are not listed have jobTimeout and maxAttempts.
var policies = map[string]struct {
	timeout  time.Duration
	attempts int
}{
	// A page that does not arrive within two minutes is said aloud instead.
	incident.SendPage{}.Kind(): {jobTimeout, 7},
	// People must hear within minutes that there will be no channel.
	incident.CreateChannel{}.Kind():    {30 * time.Second, 12},
	incident.FilePostmortem{}.Kind():   {45 * time.Second, maxAttempts},
	incident.Track{}.Kind():            {45 * time.Second, maxAttempts},
	incident.ConcealIssue{}.Kind():     {45 * time.Second, maxAttempts},
	incident.FileFollowUp{}.Kind():     {45 * time.Second, maxAttempts},
	incident.TeachRunbook{}.Kind():     {45 * time.Second, maxAttempts},
	incident.ReviewPostmortem{}.Kind(): {45 * time.Second, maxAttempts},
	// Whoever pressed Publish must hear within minutes that customers were not told. The wait for a turn counts too.
	incident.PublishStatus{}.Kind(): {45 * time.Second, 9},
	// Two requests of a service for each, the first of which may take as long as it may: the call, or the answer, has its whole time behind it.
	incident.ReachBy{}.Kind():    {seekTime + sendTime + 5*time.Second, maxAttempts},
	incident.PollMethod{}.Kind(): {2*pollTime + 5*time.Second, maxAttempts},
	// One message a second in a channel: a backlog takes its time.
	incident.Speak{}.Kind(): {45 * time.Second, maxAttempts},
	// The announcement shows an update too; after a few minutes its reply is no news.
	incident.PassOnUpdate{}.Kind(): {jobTimeout, 9},
	// A statement ends by its own limit after five seconds; many of them stand in line.
	incident.RunQueries{}.Kind(): {3 * time.Minute, 6},
	// As many as both of those below it.
	routine.AskItems{}.Kind():       {4 * time.Minute, 3},
	routine.FileIssue{}.Kind():      {45 * time.Second, maxAttempts},
	routine.DeclareProblem{}.Kind(): {jobTimeout, maxAttempts},
	routine.AnswerQuery{}.Kind():    {time.Minute, 6},
	routine.TakeReadings{}.Kind():   {4 * time.Minute, 6},
	routine.SendDigest{}.Kind():     {2 * time.Minute, 30},
	routine.GreetContacts{}.Kind():  {time.Minute, 12},
	// Twelve seconds for each of somebody's contact methods.
	routine.SendTestPage{}.Kind(): {2 * time.Minute, 12},
	// Two hundred addresses, four at a time, and as many queries.
	routine.CheckRunbook{}.Kind(): {10 * time.Minute, 5},
	// Forty addresses, eight at a time, ten seconds each.
	incident.RunProbes{}.Kind(): {time.Minute + jobTimeout, 6},
}

// effect is an effect of an incident or of a round, as the queue carries it.
type effect interface{ river.JobArgs }

// incidentOf is the incident that an effect belongs to; a zero one for an effect of a round.
func incidentOf(fx effect) incident.Ref {
	if of, ok := fx.(incident.Effect); ok {
		return of.Of()
	}
	return incident.Ref{}
}

// try is one attempt at an effect.
type try struct {
	// ID of the job: the same for every attempt, and no other job's.
	ID int64
	// Number counts from 1 how often the job was taken in hand, also when that was
	// cut off: the queue's own attempts leave out what a stop interrupted. From the
	// second on an earlier one may have succeeded.
	Number int
	// Contradicted counts the attempts before this one that were refused because of a channel
	// that heard mayday when it was looked at.
	Contradicted int
	// Since is when the job was made: nothing of it can be older.
	Since time.Time
}

// again says whether an earlier attempt may have left something behind.
func (t try) again() bool { return t.Number > 1 }

// worker runs one kind of effect.
type worker[T effect] struct {
	river.WorkerDefaults[T]
	w      *Workers
	do     func(context.Context, T, try) error
	giveUp func(w *Workers, ctx context.Context, fx T, why string) error
}

func register[T effect](w *Workers, all *river.Workers, do func(context.Context, T, try) error, giveUp func(*Workers, context.Context, T, string) error) {
	river.AddWorker(all, &worker[T]{w: w, do: do, giveUp: giveUp})
}

// Timeout of one attempt.
func (k *worker[T]) Timeout(*river.Job[T]) time.Duration {
	var fx T
	if p, ok := policies[fx.Kind()]; ok {
		return p.timeout
	}
	return jobTimeout
}

// Work makes one attempt and says what follows from its outcome: done, again
// later, or given up aloud.
func (k *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	begun := time.Now()
	held, release := k.w.replica.Hold(ctx, job.ID, job.Attempt)
	defer release()
	switch job.Kind {
	case incident.ReachBy{}.Kind(): // takes nothing that people in Slack, or pages, wait for
	case incident.SendPage{}.Kind():
		k.w.yield(held, yieldFirst)
	default:
		k.w.yield(held, yieldFirst)
		k.w.calling.Yield(held, pageFirst)
	}
	may := k.w.mayCall
	if k.w.away.Load() { // what is read before the end of an outage is recorded does not know of it
		may = func(context.Context) error { return errSlackAway }
	}
	err := k.attempt(bot.OnTurn(bot.Patience(held, patience), may), job)
	outcome, result := k.judge(held, job, err)
	k.w.Metrics.job(job.Kind, outcome, time.Since(begun))
	return result
}

// mayCall is asked before each call to Slack: whether this replica may still make it, and Slack is
// there to answer. It lets people go first who wait for an answer.
func (w *Workers) mayCall(ctx context.Context) error {
	if w.away.Load() {
		return errSlackAway
	}
	w.yield(ctx, yieldCall)
	return w.replica.Check(ctx)
}

func (w *Workers) yield(ctx context.Context, most time.Duration) {
	if w.Yield != nil {
		w.Yield(ctx, most)
	}
}

// goFirst has effects that begin wait for this one, which calls somebody, for pageFirst at most. left is told when the
// call has left, or none will.
func (w *Workers) goFirst() (left func()) {
	w.calling.Begin()
	end := sync.OnceFunc(w.calling.End)
	timer := time.AfterFunc(pageFirst, end)
	return func() { timer.Stop(); end() }
}

// attempt carries the effect out. A panic is a failure like others.
func (k *worker[T]) attempt(ctx context.Context, job *river.Job[T]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			k.w.Log.Error("an effect panicked", zap.String("kind", job.Kind), zap.Int64("incident", incidentOf(job.Args).Incident), zap.Any("panic", p), zap.Stack("stack"))
			err = fmt.Errorf("mayday has a fault here: %v", p)
		}
	}()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t := try{ID: job.ID, Number: max(job.Attempt, len(job.AttemptedBy)), Contradicted: contradictions(job.Errors), Since: job.CreatedAt}
	if err := k.do(ctx, job.Args, t); err != nil {
		if elsewhere(job.Args) {
			return err
		}
		return k.w.afterRefusal(ctx, job.Kind, incidentOf(job.Args), t, err)
	}
	return nil
}

func (k *worker[T]) judge(ctx context.Context, job *river.Job[T], err error) (outcome string, result error) {
	var later *laterError
	var slackErr *bot.Error
	var gitHubErr *postmortem.Error
	var pageErr *statuspage.Error
	switch {
	case err == nil, errors.Is(err, store.ErrNotFound):
		return "done", nil
	case errors.Is(err, store.ErrAnother):
		k.w.Log.Error("an effect was left: the database lost its incident, and another one has the number", zap.String("kind", job.Kind), zap.Any("effect", job.Args))
		return "given_up", river.JobCancel(err)
	case errors.As(err, &later):
		return "later", river.JobSnooze(k.w.unlessAway(job.Queue, later.after))
	case errors.Is(err, errSlackAway):
		return "later", river.JobSnooze(k.w.unlessAway(store.QueueSlack, time.Second)) // it may have come back a moment ago
	case errors.Is(err, store.ErrOvertaken):
		return "later", river.JobSnooze(time.Second)
	case errors.As(err, &slackErr) && slackErr.Class == bot.RateLimited:
		return "rate_limited", river.JobSnooze(max(slackErr.RetryAfter, 100*time.Millisecond))
	case errors.As(err, &gitHubErr) && gitHubErr.Class == postmortem.RateLimited:
		return "rate_limited", river.JobSnooze(max(gitHubErr.RetryAfter, time.Second))
	case errors.As(err, &pageErr) && pageErr.Class == statuspage.RateLimited:
		return "rate_limited", river.JobSnooze(max(pageErr.RetryAfter, time.Second))
	case errors.Is(context.Cause(ctx), store.ErrCutOff), errors.Is(err, store.ErrCutOff):
		return "interrupted", river.JobSnooze(time.Second)
	case errors.Is(context.Cause(ctx), store.ErrTakenOver):
		return "interrupted", river.JobSnooze(jobTimeout)
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return "interrupted", err
	}
	if !final(err) && job.Attempt < attemptsOf(job.Kind) {
		k.w.Log.Info("an effect failed and is tried again", zap.String("kind", job.Kind), zap.Any("effect", job.Args), zap.Int("attempt", job.Attempt), zap.Error(err))
		return "retry", err
	}
	k.w.Log.Warn("an effect was given up", zap.String("kind", job.Kind), zap.Any("effect", job.Args), zap.Int("attempt", job.Attempt), zap.Error(err))
	// The attempt may have used up its time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobTimeout)
	defer cancel()
	if failed := k.giveUp(k.w, ctx, job.Args, explain(err)); failed != nil {
		return "retry", failed
	}
	return "given_up", river.JobCancel(err)
}

// laterError asks to be tried again without that counting as a failure.
type laterError struct{ after time.Duration }

func (*laterError) Error() string { return "not yet" }

// notYet waits for something else to be done first.
func notYet(after time.Duration) error { return &laterError{after} }

// backoff waits 1, 2, 4 … 60 seconds, give or take a tenth.
type backoff struct{ now func() time.Time }

// NextRetry is when a failed job is tried again.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	d := min(time.Second<<min(max(job.Attempt-1, 0), 6), time.Minute)
	return b.now().Add(time.Duration(float64(d) * (0.9 + 0.2*rand.Float64())))
}

// forget is the hourly housekeeping.
type forget struct{}

// Kind names the job.
func (forget) Kind() string { return "forget" }

type forgetWorker struct {
	river.WorkerDefaults[forget]
	w *Workers
}

// Timeout lets a first run, after a long time without retention, take what it needs;
// the next run goes on where this one ended.
func (*forgetWorker) Timeout(*river.Job[forget]) time.Duration { return 10 * time.Minute }

// Work removes what is older than it is kept for.
func (k *forgetWorker) Work(ctx context.Context, job *river.Job[forget]) error {
	held, release := k.w.replica.Hold(ctx, job.ID, job.Attempt)
	defer release()
	f, err := k.w.Store.Forget(held, k.w.Keep)
	if f.Incidents+f.Evidence+f.Audit+f.Alerts > 0 {
		k.w.Log.Info("what is older than it is to be kept was removed", zap.Int64("incidents", f.Incidents), zap.Int64("answers", f.Evidence),
			zap.Int64("audit_lines", f.Audit), zap.Int64("deliveries", f.Deliveries),
			zap.Int64("alerts", f.Alerts), zap.Int64("posts", f.Posts))
	}
	return err
}
