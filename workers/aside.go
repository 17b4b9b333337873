package workers

import (
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
	if fx.Clock == "" {
		return w.tellJobAside(ctx, fx, t)
	}
	err := w.asideAlone(ctx, fx.Ref, fx.Clock, func(ctx context.Context) error {
		channel, err := w.opsChannel(ctx)
		if err != nil {
			return err
		}
		m := blocks.SetAside(fx, store.MostFailures)
		return w.postOnce(bot.Urgent(ctx), fx.Ref, asideSurface(fx.Clock), channel, bot.Message{Text: m.Text, Blocks: m.Blocks})
	})
	if err != nil {
		return err
	}
	return w.tellAside(ctx, fx)
}

// asideAlone is for one at a time who tells of a clock that was set aside.
func (w *Workers) asideAlone(ctx context.Context, ref incident.Ref, clock incident.Clock, do func(context.Context) error) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("aside/%d/%s", ref.Incident, clock), do)
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// asideSurface is the name under which it stands that a clock was set aside.
func asideSurface(clock incident.Clock) string { return "aside/" + string(clock) }

// takeBackAside has the message that a clock was set aside say that it is tried again. It
// is forgotten then: should the clock fail again and again, that is told anew.
func (w *Workers) takeBackAside(ctx context.Context, fx incident.TakeBackAside, _ try) error {
	return w.asideAlone(ctx, fx.Ref, fx.Clock, func(ctx context.Context) error {
		surface := asideSurface(fx.Clock)
		sh, err := w.Store.Shown(ctx, fx.Incident, surface)
		if err != nil || sh == (store.Shown{}) {
			return err
		}
		m := blocks.SetAsideNoMore(fx)
		out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(fx.Ref, surface)}
		if !sh.TriedAt.IsZero() {
			channel, err := w.opsChannel(ctx)
			if err != nil {
				return err
			}
			if err := w.reconcile(ctx, fx.Ref, surface, &sh, channel, w.sought(ctx, channel, out)); err != nil {
				return err
			}
		}
		if sh.TS != "" {
			if err := w.amend(ctx, incident.Incident{ID: fx.Incident}, surface, sh, out); err != nil {
				return err
			}
		}
		duty := blocks.Duty(incident.TellOperators{Clock: fx.Clock})
		if err := w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Worked(inc, duty, now)
		}); err != nil {
			return err
		}
		return w.Store.SaveShown(ctx, fx.Incident, surface, store.Shown{})
	})
}

// tellJobAside is tellOperators for a job, which nobody tries again.
func (w *Workers) tellJobAside(ctx context.Context, fx incident.TellOperators, t try) error {
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	m := blocks.SetAside(fx, store.MostFailures)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: fmt.Sprintf("aside/%d/%d", fx.Incident, fx.Job)}
	if err := w.postSought(bot.Urgent(ctx), channel, out, t.again(), t.Since); err != nil {
		return err
	}
	return w.tellAside(ctx, fx)
}

// tellAside tells in the incident's channel what was set aside.
func (w *Workers) tellAside(ctx context.Context, fx incident.TellOperators) error {
	err := w.record(ctx, fx.Ref, giveUp(blocks.Duty(fx), "it failed again and again; those who run mayday were told"))
	if err != nil && ctx.Err() == nil && !store.Away(err) {
		w.Log.Warn("what was set aside cannot be told in the incident's channel", zap.Int64("incident", fx.Incident), zap.Error(err))
		return nil
	}
	return err
}

// tellNoClockFires tells the operators that no incident's clock fires, unless some do by now.
func (w *Workers) tellNoClockFires(ctx context.Context, fx incident.TellNoClockFires, t try) error {
	return w.noClockAlone(ctx, func(ctx context.Context) error {
		channel, err := w.opsChannel(ctx)
		if err != nil {
			return err
		}
		if still, err := w.Store.NoClockFires(ctx, fx.Since); err != nil || !still {
			return err
		}
		m := blocks.NoClockFires(fx)
		return w.postSought(bot.Urgent(ctx), channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: noClockKey(fx.Since)}, t.again(), t.Since)
	})
}

// takeBackNoClock has that message say that clocks fire again.
func (w *Workers) takeBackNoClock(ctx context.Context, fx incident.TakeBackNoClock, _ try) error {
	return w.noClockAlone(ctx, func(ctx context.Context) error {
		channel, err := w.opsChannel(ctx)
		if err != nil {
			return err
		}
		m := blocks.ClocksFire(fx)
		out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: noClockKey(fx.Since)}
		ts, found, err := w.sent(ctx, channel, out, fx.Since)
		if err != nil || !found {
			return err
		}
		return w.Slack.Edit(ctx, channel, ts, out)
	})
}

// noClockKey finds the message that no clock fires.
func noClockKey(since time.Time) string { return fmt.Sprintf("no-clock/%d", since.Unix()) }

func (w *Workers) noClockAlone(ctx context.Context, do func(context.Context) error) error {
	alone, err := w.Store.Alone(ctx, "no-clock", do)
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
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
