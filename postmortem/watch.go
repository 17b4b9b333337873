package postmortem

import (
	"context"
	"strings"

	"github.com/google/go-github/v62/github"

	"mayday/incident"
)

// Look reads an issue and, when it changed since it was seen last, what people
// wrote on it that reads like a command: comments of the team that begin with a
// slash. It costs one request while nothing changes.
func (g *GitHub) Look(ctx context.Context, number int, seen incident.Seen) (Issue, incident.Seen, []incident.Remark, error) {
	issue, err := g.get(ctx, number)
	if err != nil {
		return Issue{}, seen, nil, err
	}
	now := incident.Seen{At: issue.GetUpdatedAt().Time, Comments: issue.GetComments(), Last: seen.Last}
	if now.At.Equal(seen.At) && now.Comments == seen.Comments {
		return issueOf(issue), now, nil, nil
	}
	var remarks []incident.Remark
	err = g.eachComment(ctx, number, func(c *github.IssueComment) {
		if c.GetID() <= seen.Last {
			return
		}
		now.Last = max(now.Last, c.GetID())
		line, _, _ := strings.Cut(strings.TrimSpace(tidy(c.GetBody())), "\n")
		if strings.HasPrefix(line, "/") && c.User.GetType() != "Bot" {
			remarks = append(remarks, incident.Remark{Login: c.User.GetLogin(), Text: line})
		}
	})
	return issueOf(issue), now, remarks, err
}

// Progress says whether an issue is open, and whether a person has changed any
// section that mayday wrote. Ticking a box changes none.
func (g *GitHub) Progress(ctx context.Context, number int) (open, edited bool, err error) {
	issue, err := g.get(ctx, number)
	if err != nil || issue.GetState() != "open" {
		return false, false, err
	}
	parts, err := g.continuation(ctx, number)
	if err != nil {
		return false, false, err
	}
	for _, p := range pieces(Join(tidy(issue.GetBody()), texts(parts))) {
		edited = edited || p.key != "" && fingerprint(p.content) != p.hash
	}
	return true, edited, nil
}
