package postmortem

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-github/v62/github"
)

// Problem is something about GitHub that somebody has to put right.
type Problem struct {
	// What is wrong, and what to do next.
	What, Next string
	// Optional: mayday works without it, with less.
	Optional bool
}

// Check looks whether issues can be filed and names what is missing; empty means
// all is well. It changes nothing: the right to write is tried with a request
// that GitHub has to refuse as incomplete.
func (g *GitHub) Check(ctx context.Context) []Problem {
	repo, _, err := g.api.Repositories.Get(ctx, g.owner, g.repo)
	if err = g.classify("look at the repository", err); err != nil {
		return []Problem{problemOf(err)}
	}
	var ps []Problem
	if repo.GetArchived() {
		ps = append(ps, Problem{What: g.repository() + " is archived", Next: "Unarchive it or set GITHUB_REPOSITORY to another one"})
	}
	if repo.HasIssues != nil && !*repo.HasIssues {
		ps = append(ps, Problem{What: "Issues are switched off in " + g.repository(), Next: "Switch them on under Settings, General, Features"})
	}
	if len(ps) > 0 {
		return ps
	}
	if _, _, err := g.api.Issues.ListByRepo(ctx, g.owner, g.repo, &github.IssueListByRepoOptions{ListOptions: github.ListOptions{PerPage: 1}}); err != nil {
		return []Problem{problemOf(g.classify("read the issues", err))}
	}
	if p, bad := g.checkWrite(ctx); bad {
		ps = append(ps, p)
	}
	if _, _, _, err := g.api.Repositories.GetContents(ctx, g.owner, g.repo, templatePath, nil); err != nil {
		err = g.classify("read "+templatePath, err)
		if status(err) != http.StatusNotFound {
			p := problemOf(err)
			p.Optional = true
			ps = append(ps, p)
		}
	}
	return ps
}

// checkWrite asks for an issue without a title. GitHub looks at the right first
// (403, 404) and at the content second (422), so 422 is the good answer.
func (g *GitHub) checkWrite(ctx context.Context) (Problem, bool) {
	_, _, err := g.api.Issues.Create(ctx, g.owner, g.repo, &github.IssueRequest{})
	err = g.classify("open issues", err)
	if status(err) == http.StatusUnprocessableEntity {
		return Problem{}, false
	}
	if err == nil {
		return Problem{What: "GitHub took an issue without a title", Next: fmt.Sprintf("Check that GITHUB_API_URL is GitHub's, and delete the empty issue in %s", g.repository())}, true
	}
	return problemOf(err), true
}

func problemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return Problem{What: e.What, Next: e.Next}
	}
	return Problem{What: err.Error(), Next: "Check the settings of GitHub"}
}
