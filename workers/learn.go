package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/incident"
	"mayday/postmortem"
)

// Editor proposes edits of files.
type Editor interface {
	// Propose opens a pull request, once for each branch.
	Propose(ctx context.Context, p postmortem.Proposal) (url string, err error)
}

// teachRunbook writes a lesson on the post-mortem once that has an issue, and
// proposes the edit where the runbook lies in the repository, each once.
func (w *Workers) teachRunbook(ctx context.Context, fx incident.TeachRunbook, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("lesson/%d/%d", fx.Incident, fx.Lesson), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || w.Library == nil || inc.Private || fx.Lesson >= len(inc.Lessons) {
			return err
		}
		o, err := w.draftOptions(ctx, inc)
		if err != nil {
			return err
		}
		l := inc.Lessons[fx.Lesson]
		if !l.Told && inc.PostmortemNumber > 0 {
			key := fmt.Sprintf("%s:lesson-%d", o.Marker, fx.Lesson+1)
			if err := w.Library.Comment(ctx, inc.PostmortemNumber, key, postmortem.Lesson(inc, fx.Lesson, o)); err != nil {
				return err
			}
			l.Told = true
			if err := w.taught(ctx, fx, l); err != nil {
				return err
			}
		}
		if l.Proposed != "" || w.RunbookPath == "" {
			return nil
		}
		if l.Proposed, err = w.Library.Propose(ctx, postmortem.RunbookEdit(inc, fx.Lesson, w.RunbookPath, o)); err != nil {
			return err
		}
		return w.taught(ctx, fx, l)
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}

func (w *Workers) taught(ctx context.Context, fx incident.TeachRunbook, l incident.Lesson) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.LessonTold(inc, fx.Lesson, l.Told, l.Proposed, now)
	})
}
