package postmortem

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/go-github/v62/github"

	"mayday/lazyregexp"
)

var partMark = lazyregexp.New(`^<!-- mayday-part (\d+) -->\n`)

// unfinished stands in an issue whose body goes on in comments until all of them
// are there.
const unfinished = "_mayday is still writing this._"

// Update brings an issue's body up to date with Merge; title, state and labels
// are left alone. kept names the sections that people have made their own. When
// nothing changed nothing is written.
func (g *GitHub) Update(ctx context.Context, number int, fresh Document) (kept []string, err error) {
	issue, err := g.get(ctx, number)
	if err != nil {
		return nil, err
	}
	if headed(issue.GetBody(), unfinished) {
		return nil, g.finish(ctx, issue, fresh)
	}
	parts, err := g.continuation(ctx, number)
	if err != nil {
		return nil, err
	}
	merged, kept := Merge(Join(tidy(issue.GetBody()), texts(parts)), fresh.Body)
	first, more := Split(merged)
	return kept, g.rewrite(ctx, issue, parts, first, more)
}

// finish writes a document whose first writing broke off. What people wrote
// around the placeholder stays.
func (g *GitHub) finish(ctx context.Context, issue *github.Issue, doc Document) error {
	parts, err := g.continuation(ctx, issue.GetNumber())
	if err != nil {
		return err
	}
	first, more := Split(doc.Body)
	text := strings.TrimPrefix(first, documentMarker(doc.Marker)+"\n")
	return g.rewrite(ctx, issue, parts, strings.Replace(tidy(issue.GetBody()), unfinished, text, 1), more)
}

// rewrite writes whatever differs of a body and its continuation. Text that
// moves over a cut moves towards the end as a body grows: written from the end,
// a rewrite that breaks off doubles some of it and loses none.
func (g *GitHub) rewrite(ctx context.Context, issue *github.Issue, parts []*github.IssueComment, first string, more []string) error {
	number, was := issue.GetNumber(), texts(parts)
	for i := len(more) - 1; i >= 0; i-- {
		if i < len(was) && was[i] == more[i] {
			continue
		}
		if err := g.writePart(ctx, number, i, parts, more[i]); err != nil {
			return err
		}
	}
	if first != tidy(issue.GetBody()) {
		if err := g.edit(ctx, number, "update", &github.IssueRequest{Body: &first}); err != nil {
			return err
		}
	}
	for i := len(more); i < len(parts); i++ {
		if err := g.dropPart(ctx, parts[i]); err != nil {
			return err
		}
	}
	return nil
}

func texts(parts []*github.IssueComment) []string {
	var ts []string
	for _, p := range parts {
		ts = append(ts, partMark.ReplaceAllString(tidy(p.GetBody()), ""))
	}
	return ts
}

// continuation finds the comments that continue the body, in order. A number
// that is missing because a writing broke off stands as an empty one with ID 0.
func (g *GitHub) continuation(ctx context.Context, number int) ([]*github.IssueComment, error) {
	var parts []*github.IssueComment
	err := g.eachComment(ctx, number, func(c *github.IssueComment) {
		m := partMark.FindStringSubmatch(tidy(c.GetBody()))
		if m == nil {
			return
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 2 || n > maxParts {
			return
		}
		for len(parts) < n-1 {
			parts = append(parts, &github.IssueComment{})
		}
		if parts[n-2].GetID() == 0 {
			parts[n-2] = c
		}
	})
	return parts, err
}

// maxParts bounds what is believed of a part's number: 100 parts hold 6 MB.
const maxParts = 100

func (g *GitHub) writePart(ctx context.Context, number, i int, parts []*github.IssueComment, text string) error {
	body := fmt.Sprintf("<!-- mayday-part %d -->\n%s", i+2, text)
	c := &github.IssueComment{Body: &body}
	var err error
	if i < len(parts) && parts[i].GetID() != 0 {
		_, _, err = g.api.Issues.EditComment(ctx, g.owner, g.repo, parts[i].GetID(), c)
	} else {
		_, _, err = g.api.Issues.CreateComment(ctx, g.owner, g.repo, number, c)
	}
	return g.classify(fmt.Sprintf("write part %d of issue %d", i+2, number), err)
}

// dropPart removes a comment whose text the body has taken over.
func (g *GitHub) dropPart(ctx context.Context, c *github.IssueComment) error {
	if c.GetID() == 0 {
		return nil
	}
	_, err := g.api.Issues.DeleteComment(ctx, g.owner, g.repo, c.GetID())
	if err = g.classify("remove a comment", err); status(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// Comment adds a comment once: a later call with the same key does nothing. A
// body that is too long continues in further comments, an empty one makes none.
func (g *GitHub) Comment(ctx context.Context, number int, key, body string) error {
	if strings.TrimSpace(body) == "" {
		return nil
	}
	if _, err := g.get(ctx, number); err != nil {
		return err
	}
	key = keyOf(key)
	first, more := Split(body)
	written := map[string]bool{}
	err := g.eachComment(ctx, number, func(c *github.IssueComment) {
		line, _, _ := strings.Cut(tidy(c.GetBody()), "\n")
		written[line] = true
	})
	if err != nil {
		return err
	}
	for i, t := range append([]string{first}, more...) {
		head := commentMarker(key)
		if i > 0 {
			head = commentMarker(fmt.Sprintf("%s/%d", key, i+1))
		}
		if written[head] {
			continue
		}
		text := head + "\n" + t
		if _, _, err := g.api.Issues.CreateComment(ctx, g.owner, g.repo, number, &github.IssueComment{Body: &text}); err != nil {
			return g.classify(fmt.Sprintf("comment on issue %d", number), err)
		}
	}
	return nil
}

// eachComment goes through the comments of mayday and the team, oldest first.
func (g *GitHub) eachComment(ctx context.Context, number int, see func(*github.IssueComment)) error {
	o := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for {
		list, resp, err := g.api.Issues.ListComments(ctx, g.owner, g.repo, number, o)
		if err != nil {
			return g.classify(fmt.Sprintf("read the comments of issue %d", number), err)
		}
		for _, c := range list {
			if trusted(c.User, c.GetAuthorAssociation()) {
				see(c)
			}
		}
		if resp.NextPage == 0 {
			return nil
		}
		o.Page = resp.NextPage
	}
}
