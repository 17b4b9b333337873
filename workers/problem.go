package workers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"mayday/incident"
	"mayday/postmortem"
	"mayday/routine"
	"mayday/store"
)

// fileRoundIssue files the follow-up issue of an item that is a problem, once.
func (w *Workers) fileRoundIssue(ctx context.Context, fx routine.FileIssue, _ try) error {
	round, err := w.Store.Round(ctx, fx.Ref)
	if err != nil || fx.Line < 1 || fx.Line > len(round.Lines) || round.Lines[fx.Line-1].Issue > 0 {
		return err
	}
	if w.Library == nil {
		return issueFailed(w, ctx, fx, "no GitHub repository is set up")
	}
	home, err := w.Store.Installation(ctx)
	if err != nil {
		return err
	}
	login, err := w.login(ctx, round.Lines[fx.Line-1].By)
	if err != nil {
		return err
	}
	issue, err := w.Library.File(ctx, postmortem.RoundProblem(round, fx.Line, login, postmortem.DraftOptions{
		Name: func(p incident.Person) string { return w.name(ctx, p) }, Zone: w.Zone, Marker: "mayday:" + home,
	}))
	if err != nil {
		return err
	}
	return w.followProblem(ctx, fx.Ref, fx.Line, routine.Followed{Issue: issue.Number, IssueURL: issue.URL})
}

func (w *Workers) followProblem(ctx context.Context, ref routine.Ref, line int, f routine.Followed) error {
	return w.recordRound(ctx, ref, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
		return routine.Follow(r, round, line, f, now)
	})
}

func issueFailed(w *Workers, ctx context.Context, fx routine.FileIssue, why string) error {
	return w.followProblem(ctx, fx.Ref, fx.Line, routine.Followed{Failed: "No issue was filed: " + why})
}

func declareFailed(w *Workers, ctx context.Context, fx routine.DeclareProblem, why string) error {
	return w.followProblem(ctx, fx.Ref, fx.Line, routine.Followed{Failed: "No incident was declared: " + why + ". Declare it by hand: /incident declare"})
}

// declareProblem declares the incident of an item that is a problem, once however often it is tried.
func (w *Workers) declareProblem(ctx context.Context, fx routine.DeclareProblem, _ try) error {
	round, err := w.Store.Round(ctx, fx.Ref)
	if err != nil || fx.Line < 1 || fx.Line > len(round.Lines) || w.Runbook == nil {
		return err
	}
	l, rb := round.Lines[fx.Line-1], w.Runbook()
	pb, ok := rb.Scenario(fx.Scenario)
	if !ok {
		s, _ := rb.Policy.Find(cmp.Or(fx.Severity, rb.Policy.Usual(pb)))
		pb = rb.Generic(s)
	}
	title := incident.Line(l.Text, incident.MaxTitle)
	if l.Why != "" {
		title = incident.Line(l.Why, incident.MaxTitle)
	}
	inc, err := w.Store.Declare(ctx, []string{fx.Key()}, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		return incident.Declare(ref, incident.Declaration{Title: title, Severity: fx.Severity, Playbook: pb, Policy: rb.Policy, By: fx.By}, now)
	})
	var refused *incident.Refusal
	switch {
	case errors.As(err, &refused):
		return declareFailed(w, ctx, fx, fmt.Sprintf("%s is no severity of the runbook", fx.Severity))
	case err != nil && !errors.Is(err, store.ErrDuplicate):
		return err
	}
	return w.followProblem(ctx, fx.Ref, fx.Line, routine.Followed{Incident: inc.ID})
}
