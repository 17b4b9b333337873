package postmortem

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"
)

// Issue is an issue as it stands on GitHub.
type Issue struct {
	Number int
	// ID and NodeID are GitHub's own names for it, for AddSubIssue and GraphQL.
	ID     int64
	NodeID string
	// URL for people.
	URL   string
	Title string
	// Open, or closed; Reason is "completed", "not_planned" or empty.
	Open     bool
	Reason   string
	ClosedAt time.Time
	// Labels and Assignees by name.
	Labels    []string
	Assignees []string
}

func issueOf(i *github.Issue) Issue {
	out := Issue{
		Number: i.GetNumber(), ID: i.GetID(), NodeID: i.GetNodeID(), URL: i.GetHTMLURL(), Title: i.GetTitle(),
		Open: i.GetState() == "open", Reason: i.GetStateReason(), ClosedAt: i.GetClosedAt().Time,
	}
	for _, l := range i.Labels {
		out.Labels = append(out.Labels, l.GetName())
	}
	for _, a := range i.Assignees {
		out.Assignees = append(out.Assignees, a.GetLogin())
	}
	return out
}

// searchPages bounds the search for an issue: pages of 100.
const searchPages = 20

// File makes the issue of a document exactly once: an issue that carries the
// document's marker already is returned instead, and finished when an earlier
// call broke off. A document without a marker is refused.
func (g *GitHub) File(ctx context.Context, doc Document) (Issue, error) {
	if doc.Marker == "" || !headed(doc.Body, documentMarker(doc.Marker)) {
		return Issue{}, &Error{Class: Permanent, What: "Could not open an issue: the document has no marker to find it by", Next: "This is a fault of mayday, please report it"}
	}
	found, err := g.find(ctx, doc)
	if err != nil {
		return Issue{}, err
	}
	if found == nil {
		body := doc.Body
		if _, more := Split(body); len(more) > 0 {
			body = documentMarker(doc.Marker) + "\n" + unfinished
		}
		if err := g.ensureLabels(ctx, doc.Labels); err != nil {
			return Issue{}, err
		}
		if found, err = g.create(ctx, doc, body); err != nil {
			return Issue{}, err
		}
	}
	if headed(found.GetBody(), unfinished) {
		err = g.finish(ctx, found, doc)
	}
	return issueOf(found), err
}

// create opens the issue; an assignee whom GitHub refuses is left out.
func (g *GitHub) create(ctx context.Context, doc Document, body string) (*github.Issue, error) {
	r := &github.IssueRequest{Title: &doc.Title, Body: &body, Labels: &doc.Labels}
	if doc.Labels == nil {
		r.Labels = nil
	}
	if len(doc.Assignees) > 0 {
		r.Assignees = &doc.Assignees
	}
	made, _, err := g.api.Issues.Create(ctx, g.owner, g.repo, r)
	err = g.classify("open an issue", err)
	if status(err) == http.StatusUnprocessableEntity && r.Assignees != nil {
		r.Assignees = nil
		made, _, err = g.api.Issues.Create(ctx, g.owner, g.repo, r)
		err = g.classify("open an issue", err)
	}
	if err == nil && made.GetNumber() == 0 {
		err = &Error{Class: Retry, RetryAfter: lostReply, What: "Could not open an issue: the answer names none", Next: "mayday looks for it and tries again; check GITHUB_API_URL if it stays so"}
	}
	return made, err
}

// find looks for the issue that carries the document's marker: among those with
// its first label, and then, because GitHub drops labels silently from those
// who may not set them, among the newest of all. The search API is not used: it
// lags behind by minutes.
func (g *GitHub) find(ctx context.Context, doc Document) (*github.Issue, error) {
	o := &github.IssueListByRepoOptions{State: "all", Sort: "created", Direction: "desc", ListOptions: github.ListOptions{PerPage: 100}}
	if !doc.Since.IsZero() {
		// GitHub compares with its own clock, which need not be ours.
		o.Since = doc.Since.UTC().Add(-24 * time.Hour)
	}
	newest := *o
	if len(doc.Labels) > 0 {
		o.Labels = doc.Labels[:1]
		if i, err := g.among(ctx, *o, searchPages, doc.Marker); i != nil || err != nil {
			return i, err
		}
	}
	return g.among(ctx, newest, 1, doc.Marker)
}

func (g *GitHub) among(ctx context.Context, o github.IssueListByRepoOptions, pages int, marker string) (*github.Issue, error) {
	for range pages {
		list, resp, err := g.api.Issues.ListByRepo(ctx, g.owner, g.repo, &o)
		if err != nil {
			return nil, g.classify("look for the issue", err)
		}
		for _, i := range list {
			// Only the team can label, so a labelled issue is no stranger's.
			ours := len(o.Labels) > 0 || trusted(i.User, i.GetAuthorAssociation())
			if ours && !i.IsPullRequest() && headed(i.GetBody(), documentMarker(marker)) {
				return i, nil
			}
		}
		if resp.NextPage == 0 {
			break
		}
		o.Page = resp.NextPage
	}
	return nil, nil
}

// headed reports whether a text carries a marker on a line of its own, in any
// place: people may write above it.
func headed(text, marker string) bool {
	return slices.Contains(strings.Split(tidy(text), "\n"), marker)
}

// trusted tells mayday and the team from strangers, who may copy a marker in a
// public repository. What an app wrote has the type "Bot". GitHub always names an
// association; a stranger's is "NONE" or "CONTRIBUTOR".
func trusted(u *github.User, association string) bool {
	return u.GetType() == "Bot" || slices.Contains([]string{"OWNER", "MEMBER", "COLLABORATOR", ""}, association)
}

// Issue reads an issue as it stands.
func (g *GitHub) Issue(ctx context.Context, number int) (Issue, error) {
	i, err := g.get(ctx, number)
	if err != nil {
		return Issue{}, err
	}
	return issueOf(i), nil
}

// get reads an issue of ours, before whatever is written to it.
func (g *GitHub) get(ctx context.Context, number int) (*github.Issue, error) {
	i, _, err := g.api.Issues.Get(ctx, g.owner, g.repo, number)
	if err = g.classify(fmt.Sprintf("read issue %d", number), err); status(err) == http.StatusNotFound {
		return nil, g.unseen(ctx, number, err)
	}
	if err != nil {
		return nil, err
	}
	return i, g.ours(ctx, number, i)
}

// Close closes an issue as completed, or as not planned. Closing what is closed is no error.
func (g *GitHub) Close(ctx context.Context, number int, completed bool) error {
	reason := "not_planned"
	if completed {
		reason = "completed"
	}
	return g.editOurs(ctx, number, "close", &github.IssueRequest{State: github.String("closed"), StateReason: &reason})
}

// Reopen opens an issue again.
func (g *GitHub) Reopen(ctx context.Context, number int) error {
	return g.editOurs(ctx, number, "reopen", &github.IssueRequest{State: github.String("open"), StateReason: github.String("reopened")})
}

// SetTitle changes the title; the Title of a Document fits.
func (g *GitHub) SetTitle(ctx context.Context, number int, title string) error {
	return g.editOurs(ctx, number, "rename", &github.IssueRequest{Title: &title})
}

func (g *GitHub) editOurs(ctx context.Context, number int, verb string, r *github.IssueRequest) error {
	if _, err := g.get(ctx, number); err != nil {
		return err
	}
	return g.edit(ctx, number, verb, r)
}

// edit changes an issue that was read as ours just now.
func (g *GitHub) edit(ctx context.Context, number int, verb string, r *github.IssueRequest) error {
	_, _, err := g.api.Issues.Edit(ctx, g.owner, g.repo, number, r)
	return g.classify(fmt.Sprintf("%s issue %d", verb, number), err)
}
