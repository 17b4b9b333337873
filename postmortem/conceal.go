package postmortem

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"

	"mayday/incident"
)

// private stands in the place of what told of an incident that became private.
const private = "_This incident is private._"

// Concealed writes what stands in the place of Tracking once the incident is private.
func Concealed(inc incident.Incident, o DraftOptions) Document {
	d := newDraft(inc, nil, o)
	doc := Document{
		Title:  fmt.Sprintf("Incident %d (private)", inc.ID),
		Labels: []string{d.labels()[0]},
		Marker: d.marker("tracking"),
		Since:  inc.DeclaredAt,
	}
	doc.Body = documentMarker(doc.Marker) + "\n" + private + " mayday does not follow it here any more.\n"
	return doc
}

// Conceal puts a document in the place of an issue's title, body and continuation, whoever
// wrote in them, takes the words out of mayday's own comments, and those of its labels away
// that the document does not have. People's comments stay, and so does what GitHub keeps as
// the history of edits, which no app can remove (GitHub: "Tracking changes in a comment").
func (g *GitHub) Conceal(ctx context.Context, number int, doc Document, labels []string) error {
	issue, err := g.get(ctx, number)
	if err != nil {
		return err
	}
	if issue.GetTitle() != doc.Title || tidy(issue.GetBody()) != tidy(doc.Body) {
		if err := g.edit(ctx, number, "empty", &github.IssueRequest{Title: &doc.Title, Body: &doc.Body}); err != nil {
			return err
		}
	}
	if err := g.concealComments(ctx, number); err != nil {
		return err
	}
	return g.SetLabels(ctx, number, nil, slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return slices.Contains(doc.Labels, l) }))
}

// concealComments empties what mayday said on an issue, and removes what continued its body.
func (g *GitHub) concealComments(ctx context.Context, number int) error {
	var own []*github.IssueComment
	if err := g.eachComment(ctx, number, func(c *github.IssueComment) { own = append(own, c) }); err != nil {
		return err
	}
	for _, c := range own {
		head, rest, _ := strings.Cut(tidy(c.GetBody()), "\n")
		switch {
		case partMark.MatchString(tidy(c.GetBody())):
			if err := g.dropPart(ctx, c); err != nil {
				return err
			}
		case strings.HasPrefix(head, commentMarkerHead) && rest != private:
			body := head + "\n" + private
			_, _, err := g.api.Issues.EditComment(ctx, g.owner, g.repo, c.GetID(), &github.IssueComment{Body: &body})
			if err := g.classify(fmt.Sprintf("empty a comment on issue %d", number), err); err != nil {
				return err
			}
		}
	}
	return nil
}
