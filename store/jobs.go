package store

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/riverqueue/river"
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
	// QueueReach calls people by other methods than Slack, and waits behind nothing that Slack holds up. QueueAnswers finds out
	// how people are reached, and what they answered.
	QueueReach   = "reach"
	QueueAnswers = "answers"
	// QueueAlerts carries the messages of offers, so that no flood of alerts waits before what people do.
	QueueAlerts = "alerts"
)

// queues says which queue carries an effect; the others go through QueueSlack.
var queues = map[string]string{
	incident.CreateChannel{}.Kind():    QueueUrgent,
	incident.SendPage{}.Kind():         QueueUrgent,
	incident.Alarm{}.Kind():            QueueUrgent,
	incident.ReachBy{}.Kind():          QueueReach,
	incident.FindMethods{}.Kind():      QueueAnswers,
	incident.PollMethod{}.Kind():       QueueAnswers,
	incident.TellAnswered{}.Kind():     QueueAnswers,
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

// maxAttempts is out of reach: the workers give up themselves, aloud. At its own
// limit (River's default is 25) the queue would discard a job without a word.
const maxAttempts = 10_000

// enqueue stores one job per effect of the steps, and of what else follows from them, in
// the caller's transaction.
func (s *Store) enqueue(ctx context.Context, tx *transaction, steps []step, also ...incident.Effect) error {
	var params []river.InsertManyParams
	for _, fx := range also {
		more, err := jobsFor(fx.Of().Incident, fx)
		if err != nil {
			return err
		}
		params = append(params, more...)
	}
	for _, st := range steps {
		more, err := jobsFor(st.Incident.ID, st.Effects...)
		if err != nil {
			return err
		}
		params = append(params, more...)
	}
	return s.insert(ctx, tx, params)
}

// enqueueFor is enqueue for what follows from no change of an incident.
func (s *Store) enqueueFor(ctx context.Context, tx *transaction, id int64, effects ...incident.Effect) error {
	params, err := jobsFor(id, effects...)
	if err != nil {
		return err
	}
	return s.insert(ctx, tx, params)
}

func (s *Store) insert(ctx context.Context, tx *transaction, params []river.InsertManyParams) error {
	if len(params) == 0 {
		return nil
	}
	for _, p := range params {
		tx.rings = append(tx.rings, jobRing(p.InsertOpts.Queue))
	}
	_, err := s.inserts.InsertManyTx(ctx, tx, params)
	return err
}

// jobsFor makes the jobs of an incident's effects.
func jobsFor(id int64, effects ...incident.Effect) (params []river.InsertManyParams, err error) {
	return jobsAbout(map[string]int64{"incident_id": id}, effects)
}

// jobsAbout makes jobs of effects; about is what they are about, for whoever looks at the queue.
func jobsAbout[T interface{ Kind() string }](about any, effects []T) (params []river.InsertManyParams, err error) {
	meta, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	for _, fx := range effects {
		args, ok := any(fx).(river.JobArgs)
		if !ok {
			return nil, fmt.Errorf("effect %T is no job", fx)
		}
		q := queues[fx.Kind()]
		if q == "" {
			q = QueueSlack
		}
		params = append(params, river.InsertManyParams{Args: args, InsertOpts: &river.InsertOpts{Queue: q, Metadata: meta, Priority: priority(fx), MaxAttempts: maxAttempts}})
	}
	return params, nil
}

// priority puts what calls people, and the first useful message of a new channel, before its trimmings,
// and tidying up after all of them.
func priority(fx any) int {
	switch fx := fx.(type) {
	case incident.Speak, incident.SendPage, incident.FindMethods:
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
