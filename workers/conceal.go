package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/incident"
	"mayday/postmortem"
)

// Concealer empties issues.
type Concealer interface {
	// Conceal puts a document in the place of what an issue tells, and takes labels away
	// that the document does not have.
	Conceal(ctx context.Context, number int, doc postmortem.Document, labels []string) error
}

// concealIssue empties the tracking issue of an incident that became private. It waits for
// whoever is writing there, who would write over it. One that was deleted tells nothing.
func (w *Workers) concealIssue(ctx context.Context, fx incident.ConcealIssue, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("track/%d", fx.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil {
			return err
		}
		if w.Library == nil {
			return &unreachableError{"GITHUB_REPOSITORY is not set any more"}
		}
		o, err := w.draftOptions(ctx, inc)
		if err != nil {
			return err
		}
		err = w.Library.Conceal(ctx, fx.Number, postmortem.Concealed(inc, o), fx.Labels)
		if err != nil && !postmortem.Deleted(err) {
			return err
		}
		return w.worked(ctx, inc, troubleConceal)
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}
