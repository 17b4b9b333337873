package workers

import (
	"context"
	"time"

	"mayday/incident"
)

// reviewPostmortem reads how the post-mortem stands on GitHub and records it.
func (w *Workers) reviewPostmortem(ctx context.Context, fx incident.ReviewPostmortem, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil || w.Library == nil || inc.PostmortemNumber == 0 || !inc.Review.AskedAt.Equal(fx.At) {
		return err
	}
	open, edited, err := w.Library.Progress(ctx, inc.PostmortemNumber)
	if err != nil {
		return err
	}
	return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PostmortemReviewed(inc, fx, open, edited, now)
	})
}

// reviewFailed says why the post-mortem is not asked after any more.
func reviewFailed(w *Workers, ctx context.Context, fx incident.ReviewPostmortem, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ReviewFailed(inc, why, now)
	})
}
