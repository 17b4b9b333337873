package workers

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
)

const (
	// hearEvery is how often it is looked whether another replica died between taking a post and interpreting it.
	hearEvery = 5 * time.Second
	// hearWithin is how long one interpretation may take, and hearAgain the pause after one that failed.
	hearWithin, hearAgain = 10 * time.Second, 500 * time.Millisecond
)

// RunAlerts interprets what senders post as it comes, and does what is due of alerts, until ctx
// is done. Every replica runs it; the store lets one at a time work.
func (w *Workers) RunAlerts(ctx context.Context) {
	wake := make(chan struct{}, 1)
	go func() {
		for tick := time.NewTicker(hearEvery); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			case <-w.Store.Arrived():
			}
			select {
			case wake <- struct{}{}:
			default:
			}
		}
	}()
	go w.enterAlertChannels(ctx)
	for ctx.Err() == nil {
		next, err := w.hear(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Warn("alerts cannot be interpreted; trying again", zap.Error(err))
			store.SystemClock{}.Wait(ctx, time.Now().Add(hearAgain), nil)
			continue
		}
		w.Clock.Wait(ctx, next, wake)
	}
}

// hear interprets all that waits, and says when to look again without being woken.
func (w *Workers) hear(ctx context.Context) (next time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, hearWithin)
	defer cancel()
	for {
		at, err := w.Store.NextAlert(ctx)
		now := w.Store.Now()
		switch {
		case err != nil:
			return at, err
		case at.IsZero():
			return now.Add(time.Hour), nil
		case at.After(now):
			return at, nil
		}
		if _, err := w.Store.Hear(ctx, store.Hearing{Read: w.readPost, Judge: w.judge}); err != nil {
			return at, err
		}
	}
}

// readPost understands what was posted. A fault of ours in a dialect costs one post, not all that wait behind it.
func (w *Workers) readPost(p store.Received) (said store.Understood, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			w.Log.Error("a post of a sender could not be read", zap.String("source", p.Source), zap.Int64("received", p.ID), zap.Any("panic", fault), zap.Stack("stack"))
			err = errors.New("mayday has a fault here")
		}
	}()
	r, err := alerts.Read(alerts.Post{Source: p.Source, Path: alerts.Path(p.Path), Header: p.Header, Body: p.Body, FreshKey: p.Header[store.FreshKey]})
	return store.Understood{Reports: r.Reports, Changes: r.Changes}, err
}

// judge says what the runbook knows of a report and what the team wants done with it.
func (w *Workers) judge(r incident.Report) (incident.Found, incident.Way) {
	found := w.Runbook().Recognize(r)
	return found, w.Ways.Of(r.Source, found)
}
