package workers

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/store"
)

const (
	// awayAfter is how long Slack must have left all calls unanswered to count as away: before, each effect is tried
	// again by itself, and none gives up in that time.
	awayAfter = 30 * time.Second
	// stoppedFor is how long what waits for Slack must have waited in vain when somebody begins to carry jobs out: then no
	// mayday ran, and what happened meanwhile is told as after an outage. A deployment is shorter.
	stoppedFor = 5 * time.Minute
	// awayPause is how long an effect waits that Slack's being away keeps from being carried out. It is woken when Slack
	// is back.
	awayPause = 10 * time.Minute
	// answerWithin is how long Slack has to answer the question whether it is there.
	answerWithin = 5 * time.Second
	// tidyEvery is how often jobs are forgotten while Slack is away that newer ones stand for.
	tidyEvery = time.Minute
)

// errSlackAway keeps a call from being made while Slack is away.
var errSlackAway = errors.New("no answer from Slack for a while")

// vigil watches whether Slack answers. Whoever carries jobs out keeps it.
type vigil struct {
	w *Workers
	// silent is when Slack was first found not to answer, by this machine's clock, and from the same by that of the
	// incidents; zero while it answers.
	silent, from time.Time
	tidied       time.Time
}

// vigil begins to watch; jobs may be carried out once it is known whether Slack is away. False: ctx has ended.
func (w *Workers) vigil(ctx context.Context) (v *vigil, ok bool) {
	for ctx.Err() == nil {
		o, open, err := w.Store.OpenOutage(ctx)
		if err == nil && !open {
			o, open, err = w.Store.BeginStopped(ctx, stoppedFor)
		}
		if err == nil {
			w.away.Store(open)
			switch {
			case open && o.Stopped:
				w.Log.Warn("nobody carried anything out: what happened meanwhile is told together", zap.Time("since", o.From))
			case open:
				w.Log.Warn("Slack was away when it was called last", zap.Time("since", o.From))
			}
			return &vigil{w: w}, true
		}
		w.Log.Warn("it is not known yet whether Slack is away", zap.Error(err))
		store.SystemClock{}.Wait(ctx, time.Now().Add(startAgain), nil)
	}
	return nil, false
}

// keep watches until ctx is done.
func (v *vigil) keep(ctx context.Context) {
	w := v.w
	for ctx.Err() == nil {
		if err := v.look(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("it could not be recorded whether Slack is away", zap.Error(err))
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(w.AwayAfter/6), nil)
	}
}

// look finds out whether Slack went away, or came back.
func (v *vigil) look(ctx context.Context) error {
	w := v.w
	switch {
	case w.away.Load():
		return v.wait(ctx)
	case w.Slack.Silent().IsZero() && w.connected():
		v.silent = time.Time{}
	case v.silent.IsZero():
		v.silent = w.silentSince()
		v.from = w.Store.Now().Add(-time.Since(v.silent))
	case time.Since(v.silent) >= w.AwayAfter:
		v.silent = time.Time{}
		if w.answers(ctx) || ctx.Err() != nil {
			return nil
		}
		o, err := w.Store.BeginOutage(ctx, v.from)
		if err != nil {
			return err
		}
		w.away.Store(true)
		w.Metrics.away.Set(1)
		w.Log.Warn("Slack is away: nothing is said there until it answers again", zap.Time("since", o.From))
	}
	return nil
}

// wait ends the outage when Slack answers.
func (v *vigil) wait(ctx context.Context) error {
	w := v.w
	w.Metrics.away.Set(1)
	if !w.answers(ctx) {
		if time.Since(v.tidied) < tidyEvery {
			return nil
		}
		v.tidied = time.Now()
		return w.Store.AskOnce(ctx)
	}
	o, open, err := w.Store.OpenOutage(ctx)
	if err != nil {
		return err
	}
	if open {
		ended, touched, err := w.Store.EndOutage(ctx, o.ID)
		if err != nil {
			return err
		}
		w.Log.Info("Slack is back", zap.Time("away_since", o.From), zap.Duration("for", ended.To.Sub(o.From)), zap.Int("incidents", touched))
	}
	w.away.Store(false)
	w.Metrics.away.Set(0)
	// What was put off a moment ago is written down within the next second.
	for range 3 {
		store.SystemClock{}.Wait(ctx, time.Now().Add(time.Second), nil)
		if err := w.Store.Wake(ctx, awayPause/2); err != nil {
			return err
		}
	}
	return nil
}

// unlessAway is how long an effect of a queue waits: what it waits for does not come while Slack is away, unless the queue is
// of work elsewhere.
func (w *Workers) unlessAway(queue string, pause time.Duration) time.Duration {
	if w.away.Load() && (queue == store.QueueUrgent || queue == store.QueueSlack || queue == store.QueueAlerts) {
		return awayPause
	}
	return pause
}

// answers asks Slack whether it is there.
func (w *Workers) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := w.Slack.Self(ctx)
	return !bot.Unanswered(err) && ctx.Err() == nil
}

func (w *Workers) connected() bool { return w.ReachesSlack == nil || w.ReachesSlack() }

// heedConnection remembers until ctx is done when this process was connected last: when nobody is, another one may carry
// jobs out, and is to know since when Slack is away.
func (w *Workers) heedConnection(ctx context.Context) {
	for ctx.Err() == nil {
		if w.connected() {
			w.wasConnected.Store(time.Now().UnixNano())
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(w.AwayAfter/6), nil)
	}
}

// silentSince is since when Slack does not answer this process, as far as it knows: now, if it only just stopped to.
func (w *Workers) silentSince() time.Time {
	since := time.Now()
	if silent := w.Slack.Silent(); !silent.IsZero() {
		since = silent
	}
	if last := time.Unix(0, w.wasConnected.Load()); !w.connected() && w.wasConnected.Load() != 0 && last.Before(since) {
		since = last
	}
	return since
}
