package workers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// tellOperators tells what was set aside: in the operators' channel, and in the
// incident's own where the incident can still be changed.
func (w *Workers) tellOperators(ctx context.Context, fx incident.TellOperators, t try) error {
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.SetAside(fx, store.MostFailures)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("aside/%d/%s", fx.Incident, cmp.Or(string(fx.Clock), fmt.Sprint(fx.Job)))}
	if err := w.postSought(bot.Urgent(ctx), channel, out, t.again(), t.Since); err != nil {
		return err
	}
	err = w.record(ctx, fx.Ref, giveUp(blocks.Duty(fx), "it failed again and again; those who run mayday were told"))
	if err != nil && ctx.Err() == nil && !store.Away(err) {
		w.Log.Warn("what was set aside cannot be told in the incident's channel", zap.Int64("incident", fx.Incident), zap.Error(err))
		return nil
	}
	return err
}

// tellNoClockFires tells the operators that no incident's clock fires.
func (w *Workers) tellNoClockFires(ctx context.Context, fx incident.TellNoClockFires, t try) error {
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.NoClockFires(fx)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("no-clock/%d", fx.Since.Unix())}
	return w.postSought(bot.Urgent(ctx), channel, out, t.again(), t.Since)
}

// poison ends jobs that nobody can carry out: those whose arguments cannot be read, and
// those of which not even the giving up works.
type poison struct{ w *Workers }

// HandleError sets a job aside that failed too often.
func (p poison) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	limit := store.MostFailures
	if !unreadable(err) {
		limit += attemptsOf(job.Kind)
	}
	if job.Attempt < limit {
		return nil
	}
	// The attempt may have used up its time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobTimeout)
	defer cancel()
	var of struct {
		Incident int64 `json:"incident_id"`
	}
	_ = json.Unmarshal(job.Metadata, &of) // 0 when it is of no incident
	p.w.Log.Error("a job was set aside", zap.String("kind", job.Kind), zap.Int64("job", job.ID), zap.Int64("incident", of.Incident), zap.Int("failures", job.Attempt), zap.Error(err))
	if failed := p.w.Store.SetAsideJob(ctx, job.ID, incident.Ref{Incident: of.Incident}, job.Kind, err); failed != nil {
		p.w.Log.Warn("a job could not be set aside yet", zap.Int64("job", job.ID), zap.Error(failed))
		return nil
	}
	return &river.ErrorHandlerResult{SetCancelled: true}
}

// HandlePanic is HandleError for a panic outside of our own workers.
func (p poison) HandlePanic(ctx context.Context, job *rivertype.JobRow, said any, _ string) *river.ErrorHandlerResult {
	return p.HandleError(ctx, job, fmt.Errorf("mayday has a fault here: %v", said))
}

// unreadable reports whether a job's arguments are not what this version writes.
func unreadable(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind)
}

// attemptsOf is how often a kind of effect is tried.
func attemptsOf(kind string) int {
	if p, ok := policies[kind]; ok {
		return p.attempts
	}
	return maxAttempts
}

// databaseTime gives the job queue the database's time, by which it is decided
// whether a job's time has come: this machine's own may be wrong.
type databaseTime struct{ store *store.Store }

// Now is the database's time.
func (t databaseTime) Now() time.Time { return t.store.DatabaseTime() }

// NowOrNil is nil: what Postgres can fill in itself, it does.
func (databaseTime) NowOrNil() *time.Time { return nil }
