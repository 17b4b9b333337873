package postmortem

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"

	"mayday/lazyregexp"
)

// Proposal is an edit of the runbook that people are to look at.
type Proposal struct {
	// Path of the runbook in the repository.
	Path string
	// Branch that is made for it; it names the proposal for good.
	Branch string
	// Near are the words of the step below which the note goes, Line where that
	// step stood (from 1) when the runbook was read. Both may be missing.
	Near string
	Line int
	// Note is what is put in: whole lines of Markdown.
	Note string
	// Title and Body of the pull request.
	Title, Body string
}

// Propose puts an edit of the runbook up for review, once however often it is
// called: it makes a branch, a commit and a pull request, and merges nothing.
func (g *GitHub) Propose(ctx context.Context, p Proposal) (url string, err error) {
	if url, err := g.pullOf(ctx, p.Branch); url != "" || err != nil {
		return url, err
	}
	repo, _, err := g.api.Repositories.Get(ctx, g.owner, g.repo)
	if err != nil {
		return "", g.classify("look at the repository", err)
	}
	base := repo.GetDefaultBranch()
	if err := g.ensureBranch(ctx, p.Branch, base); err != nil {
		return "", err
	}
	if err := g.writeNote(ctx, p); err != nil {
		return "", err
	}
	pull, _, err := g.api.PullRequests.Create(ctx, g.owner, g.repo, &github.NewPullRequest{Title: &p.Title, Body: &p.Body, Head: &p.Branch, Base: &base})
	return pull.GetHTMLURL(), g.classify("open a pull request", err)
}

// pullOf finds the pull request of a branch, whatever became of it.
func (g *GitHub) pullOf(ctx context.Context, branch string) (string, error) {
	list, _, err := g.api.PullRequests.List(ctx, g.owner, g.repo, &github.PullRequestListOptions{State: "all", Head: g.owner + ":" + branch})
	if err != nil {
		return "", g.classify("look for the pull request", err)
	}
	for _, pull := range list {
		if pull.GetHead().GetRef() == branch {
			return pull.GetHTMLURL(), nil
		}
	}
	return "", nil
}

func (g *GitHub) ensureBranch(ctx context.Context, branch, base string) error {
	_, _, err := g.api.Git.GetRef(ctx, g.owner, g.repo, "heads/"+branch)
	if err = g.classify("look for the branch "+branch, err); status(err) != http.StatusNotFound {
		return err
	}
	from, _, err := g.api.Git.GetRef(ctx, g.owner, g.repo, "heads/"+base)
	if err != nil {
		return g.classify("look for the branch "+base, err)
	}
	ref := "refs/heads/" + branch
	_, _, err = g.api.Git.CreateRef(ctx, g.owner, g.repo, &github.Reference{Ref: &ref, Object: &github.GitObject{SHA: from.Object.SHA}})
	return g.classify("make the branch "+branch, err)
}

// writeNote commits the note to the proposal's branch, unless it is there already.
func (g *GitHub) writeNote(ctx context.Context, p Proposal) error {
	file, _, _, err := g.api.Repositories.GetContents(ctx, g.owner, g.repo, p.Path, &github.RepositoryContentGetOptions{Ref: p.Branch})
	if err != nil {
		return g.classify("read "+p.Path, err)
	}
	text := ""
	if file != nil {
		text, err = file.GetContent()
	}
	if file == nil || err != nil {
		return &Error{Class: Permanent, What: "Could not read " + p.Path + ": it is no text file", Next: "Set MAYDAY_RUNBOOK_GITHUB_PATH to a Markdown file of less than 1 MB"}
	}
	if strings.Contains(tidy(text), strings.TrimSpace(p.Note)) {
		return nil
	}
	_, _, err = g.api.Repositories.UpdateFile(ctx, g.owner, g.repo, p.Path, &github.RepositoryContentFileOptions{
		Message: &p.Title, Content: []byte(insertNote(text, p)), SHA: file.SHA, Branch: &p.Branch,
	})
	return g.classify("write "+p.Path, err)
}

// insertNote puts the note below the line of its step, where that is found, and
// else at the end. A code block is not cut in two: the note follows it. Line ends
// stay as they are.
func insertNote(text string, p Proposal) string {
	end := "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	lines := strings.Split(strings.TrimRight(tidy(text), "\n"), "\n")
	at := placeOf(lines, p)
	note := strings.Split(strings.TrimSpace(p.Note), "\n")
	if at < 0 {
		lines = append(append(lines, ""), note...)
	} else {
		words := strings.TrimLeft(lines[at], " \t")
		indent := lines[at][:len(lines[at])-len(words)] + strings.Repeat(" ", len(bullet.FindString(words)))
		block := []string{""}
		for _, n := range note {
			block = append(block, strings.TrimRight(indent+n, " "))
		}
		at = afterFence(lines, at)
		if at+1 < len(lines) && strings.TrimSpace(lines[at+1]) != "" {
			block = append(block, "")
		}
		lines = slices.Insert(lines, at+1, block...)
	}
	return strings.Join(lines, end) + end
}

// bullet is the mark of a list item, with a box or without.
var bullet = lazyregexp.New(`^(?:[-*+]|\d+[.)]) `)

// placeOf is the index of a step's line: the one with its words nearest to where
// it was read; -1 when the words are nowhere.
func placeOf(lines []string, p Proposal) int {
	near := squeeze(p.Near)
	best, far := -1, 0
	for i, l := range lines {
		words := squeeze(l)
		if near == "" || !(strings.Contains(words, near) || len(words) > 15 && strings.HasPrefix(near, words)) {
			continue
		}
		if d := max(i+1-p.Line, p.Line-i-1); best < 0 || d < far {
			best, far = i, d
		}
	}
	return best
}

// squeeze leaves of a line what a reader of Markdown takes over: letters and digits.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127 {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// afterFence is the last line of the code block that a line is in, else the line itself.
func afterFence(lines []string, at int) int {
	bar := ""
	for i := range lines {
		bar = fenceAfter(bar, strings.TrimLeft(lines[i], " \t"))
		if i >= at && bar == "" {
			return i
		}
	}
	return at
}

// CheckRunbook looks whether edits of the runbook at path can be proposed, and
// names what is missing; empty means all is well. Like Check it changes nothing.
func (g *GitHub) CheckRunbook(ctx context.Context, path string) []Problem {
	var ps []Problem
	_, _, _, err := g.api.Repositories.GetContents(ctx, g.owner, g.repo, path, nil)
	switch err = g.classify("read "+path, err); {
	case status(err) == http.StatusNotFound:
		ps = append(ps, Problem{What: g.repository() + " has no file " + path + " that these credentials can read", Next: "Correct MAYDAY_RUNBOOK_GITHUB_PATH, or give the right to read contents"})
	case err != nil:
		ps = append(ps, problemOf(err))
	}
	// As in checkWrite, 422 means that only the content was at fault.
	nothing := ""
	_, _, err = g.api.Git.CreateRef(ctx, g.owner, g.repo, &github.Reference{Ref: &nothing, Object: &github.GitObject{SHA: &nothing}})
	if err = g.classify("make branches", err); err != nil && status(err) != http.StatusUnprocessableEntity {
		ps = append(ps, Problem{What: problemOf(err).What, Next: "Give the right to write contents, or unset MAYDAY_RUNBOOK_GITHUB_PATH"})
	}
	_, _, err = g.api.PullRequests.Create(ctx, g.owner, g.repo, &github.NewPullRequest{})
	if err = g.classify("open pull requests", err); err != nil && status(err) != http.StatusUnprocessableEntity {
		ps = append(ps, Problem{What: problemOf(err).What, Next: "Give the right to write pull requests, or unset MAYDAY_RUNBOOK_GITHUB_PATH"})
	}
	return ps
}
