package store

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"

	"mayday/incident"
	"mayday/routine"
)

// Schema is where the job queue keeps its tables.
const Schema = "river"

// NotifyCooldown gates only the queue's NOTIFY. At River's default of 100 ms a
// second insert within that time wakes nobody and waits for the next poll.
const NotifyCooldown = time.Millisecond

// QueueLogger passes on only what the job queue calls an error: what is tried again
// is logged where it is done. The bridge would add a stack trace to each error, which in
// an outage is a page of the queue's own code every second.
func QueueLogger(l *zap.Logger) *slog.Logger {
	const never = slog.Level(math.MaxInt)
	return slog.New(zapslog.NewHandler(l.WithOptions(zap.IncreaseLevel(zapcore.ErrorLevel)).Core(), zapslog.AddStacktraceAt(never)))
}

// The queues. Pages and channels overtake what only has to be drawn, and neither
// GitHub's slowness, or a status page's, nor that of the diagnosed database or of a checked address holds up
// anything in Slack.
const (
	QueueUrgent = "urgent"
	QueueSlack  = "slack"
	QueueGitHub = "github"
	QueueSQL    = "sql"
	QueueProbe  = "probe"
	// QueueFind finds out how people are reached besides Slack. They are called in ReachQueue, and what they answer is asked for in AnswersQueue.
	QueueFind = "find"
	// QueueAlerts carries the messages of offers, so that no flood of alerts waits before what people do.
	QueueAlerts = "alerts"
)

// queues says which queue carries an effect; the others go through QueueSlack.
var queues = map[string]string{
	incident.CreateChannel{}.Kind():    QueueUrgent,
	incident.SendPage{}.Kind():         QueueUrgent,
	incident.Alarm{}.Kind():            QueueUrgent,
	incident.FindMethods{}.Kind():      QueueFind,
	incident.TellOperators{}.Kind():    QueueUrgent,
	incident.TellNoClockFires{}.Kind(): QueueUrgent,
	incident.FilePostmortem{}.Kind():   QueueGitHub,
	incident.Track{}.Kind():            QueueGitHub,
	incident.ConcealIssue{}.Kind():     QueueGitHub,
	incident.FileFollowUp{}.Kind():     QueueGitHub,
	incident.TeachRunbook{}.Kind():     QueueGitHub,
	incident.ReviewPostmortem{}.Kind(): QueueGitHub,
	incident.PublishStatus{}.Kind():    QueueGitHub,
	incident.RunQueries{}.Kind():       QueueSQL,
	incident.RunProbes{}.Kind():        QueueProbe,
	incident.ShowOffer{}.Kind():        QueueAlerts,
	incident.ShowOffers{}.Kind():       QueueAlerts,
	incident.TellAlert{}.Kind():        QueueAlerts,
	incident.TellChange{}.Kind():       QueueAlerts,
	incident.SeekChanges{}.Kind():      QueueAlerts,
	incident.DeclareOffer{}.Kind():     QueueUrgent,
	routine.AskItems{}.Kind():          QueueSQL,
	routine.FileIssue{}.Kind():         QueueGitHub,
	routine.DeclareProblem{}.Kind():    QueueUrgent,
	routine.CheckRunbook{}.Kind():      QueueProbe,
	routine.AnswerQuery{}.Kind():       QueueSQL,
	routine.TakeReadings{}.Kind():      QueueSQL,
	routine.SendDigest{}.Kind():        QueueGitHub,
}

// ReachQueue calls people by a way besides Slack (incident.MethodWays), and AnswersQueue asks there what they answered. Each way has its own, so
// that a service that hangs holds up neither another nor whoever is found meanwhile; none waits behind what Slack holds up.
func ReachQueue(way string) string { return "reach_" + way }

// AnswersQueue is the queue of a way in which its answers are asked for; see ReachQueue.
func AnswersQueue(way string) string { return "answers_" + way }

// queueOf says which queue carries an effect.
func queueOf(kind string, fx any) string {
	switch fx := fx.(type) {
	case incident.ReachBy:
		return ReachQueue(fx.Way)
	case incident.PollMethod:
		return AnswersQueue(fx.Way)
	case incident.TellAnswered:
		return AnswersQueue(fx.Way)
	case incident.ExplainReply:
		return AnswersQueue(fx.Way)
	}
	if q := queues[kind]; q != "" {
		return q
	}
	return QueueSlack
}

// maxAttempts is out of reach: the workers give up themselves, aloud. At its own
// limit (River's default is 25) the queue would discard a job without a word.
const maxAttempts = 10_000

// job is what the queue is to carry out: its arguments, and what it is about for whoever looks at the queue, as JSON.
type job struct {
	kind, queue, args, about string
	priority                 int16
}

// kinded is what can be a job.
type kinded interface{ Kind() string }

// jobFor makes a job of an effect; about is JSON.
func jobFor(fx kinded, about []byte) (job, error) {
	args, err := json.Marshal(fx)
	if err != nil {
		return job{}, fmt.Errorf("job %s: %w", fx.Kind(), err)
	}
	return job{kind: fx.Kind(), queue: queueOf(fx.Kind(), fx), args: string(args), about: string(about), priority: priority(fx)}, nil
}

// jobsFor makes the jobs of an incident's effects.
func jobsFor(id int64, effects ...incident.Effect) ([]job, error) {
	return jobsAbout(map[string]int64{"incident_id": id}, effects)
}

// jobsAbout makes jobs of effects; about is what they are about.
func jobsAbout[T kinded](about any, effects []T) (jobs []job, err error) {
	if len(effects) == 0 {
		return nil, nil
	}
	meta, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	for _, fx := range effects {
		j, err := jobFor(fx, meta)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// jobsOfSteps makes a job of each effect of the steps.
func jobsOfSteps(steps []step) (jobs []job, err error) {
	for _, st := range steps {
		more, err := jobsFor(st.Incident.ID, st.Effects...)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, more...)
	}
	return jobs, nil
}

// enqueueFor stores one job per effect in the caller's transaction.
func (s *Store) enqueueFor(ctx context.Context, tx *transaction, id int64, effects ...incident.Effect) error {
	jobs, err := jobsFor(id, effects...)
	if err != nil {
		return err
	}
	return s.insert(ctx, tx, jobs)
}

// enqueueAlso is enqueueFor for effects that each name what they are of.
func (s *Store) enqueueAlso(ctx context.Context, tx *transaction, effects []incident.Effect) error {
	var jobs []job
	for _, fx := range effects {
		more, err := jobsFor(fx.Of().Incident, fx)
		if err != nil {
			return err
		}
		jobs = append(jobs, more...)
	}
	return s.insert(ctx, tx, jobs)
}

// enqueueAlone stores a job that is about nothing in particular.
func (s *Store) enqueueAlone(ctx context.Context, tx *transaction, what kinded) error {
	j, err := jobFor(what, []byte("{}"))
	if err != nil {
		return err
	}
	return s.insert(ctx, tx, []job{j})
}

func (s *Store) insert(ctx context.Context, tx *transaction, jobs []job) error {
	b := &pgx.Batch{}
	if queueJobs(b, tx, jobs); b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, b).Close()
}

// queueJobs stores jobs as part of a batch, and rings for them once it is committed. What is not named has the queue's own
// defaults: available, from the beginning of the transaction on. River's client would ask in a round trip of its own,
// with twice as many columns, and read every row back.
func queueJobs(b *pgx.Batch, tx *transaction, jobs []job) {
	if len(jobs) == 0 {
		return
	}
	n := len(jobs)
	kinds, names, args, about, priorities := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]int16, n)
	for i, j := range jobs {
		kinds[i], names[i], args[i], about[i], priorities[i] = j.kind, j.queue, j.args, j.about, j.priority
		tx.rings = append(tx.rings, jobRing(j.queue))
	}
	b.Queue(`insert into `+Schema+`.river_job (kind, queue, args, metadata, priority, max_attempts)
		select kind, queue, args::jsonb, about::jsonb, priority, $6 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[]) j (kind, queue, args, about, priority)`,
		kinds, names, args, about, priorities, maxAttempts)
}

// priority puts what calls people, and the first useful message of a new channel, before its trimmings,
// and tidying up after all of them.
func priority(fx any) int16 {
	switch fx := fx.(type) {
	case incident.Speak, incident.SendPage, incident.FindMethods, Survey, HistoryLost:
		return 1
	case incident.Show:
		if fx.Surface == incident.Card || fx.Surface == incident.ReminderMessage {
			return 1
		}
	case incident.Supersede:
		return 3
	}
	return 2
}
