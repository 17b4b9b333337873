package workers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mayday/incident"
	"mayday/postmortem"
)

// Linker reads issues and puts them below one another.
type Linker interface {
	Issue(ctx context.Context, number int) (postmortem.Issue, error)
	// Progress says whether an issue is open, and whether a person has worked on it.
	Progress(ctx context.Context, number int) (open, edited bool, err error)
	// AddSubIssue links child below parent, as a task where there are no sub-issues.
	AddSubIssue(ctx context.Context, parent int, child postmortem.Issue) (linked bool, err error)
}

// fileFollowUp makes the issue of a follow-up and links it to the post-mortem,
// each once. Without a library the follow-up stands in the channel and in the
// post-mortem only.
func (w *Workers) fileFollowUp(ctx context.Context, fx incident.FileFollowUp, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("follow-up/%d/%d", fx.Incident, fx.Action), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || w.Library == nil || inc.Private || fx.Action >= len(inc.Actions) {
			return err
		}
		issue, err := w.followUpIssue(ctx, inc, fx.Action)
		if err != nil {
			return err
		}
		a, parent := inc.Actions[fx.Action], inc.PostmortemNumber
		if parent > 0 && !a.Linked {
			if _, err := w.Library.AddSubIssue(ctx, parent, issue); err != nil {
				return err
			}
		}
		return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.ActionFiled(inc, fx.Action, issue.Number, issue.URL, parent > 0, now)
		})
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}

// followUpIssue finds or makes the issue of a follow-up.
func (w *Workers) followUpIssue(ctx context.Context, inc incident.Incident, index int) (postmortem.Issue, error) {
	a := inc.Actions[index]
	if a.Number > 0 {
		return w.Library.Issue(ctx, a.Number)
	}
	login, err := w.login(ctx, a.Owner)
	if err != nil {
		return postmortem.Issue{}, err
	}
	o, err := w.draftOptions(ctx, inc)
	if err != nil {
		return postmortem.Issue{}, err
	}
	return w.Library.File(ctx, postmortem.FollowUp(inc, index, inc.PostmortemNumber, login, o))
}

// login is somebody's name on GitHub by the setting, found by Slack id or e-mail
// address; empty when it names none.
func (w *Workers) login(ctx context.Context, p incident.Person) (string, error) {
	if p == "" || len(w.GitHubUsers) == 0 {
		return "", nil
	}
	if l := w.GitHubUsers[strings.ToLower(p)]; l != "" {
		return l, nil
	}
	u, err := w.Slack.User(ctx, p)
	if err != nil && !final(err) {
		return "", err
	}
	return w.GitHubUsers[strings.ToLower(u.Email)], nil
}
