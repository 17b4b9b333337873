package postmortem

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v62/github"
)

// colours of the labels that mayday makes; whoever wants others changes them on GitHub.
var colours = map[string]string{
	"incident": "b60205", "postmortem": "5319e7", "follow-up": "1d76db", "drill": "c5def5",
	"p0": "b60205", "p1": "d93f0b", "p2": "fbca04", "p3": "c2e0c6",
}

// ensureLabels makes the labels that are missing. Without the right to make
// them the issue is filed all the same: an issue counts for more than its labels.
func (g *GitHub) ensureLabels(ctx context.Context, names []string) error {
	for _, n := range names {
		if err := g.ensureLabel(ctx, n); err != nil && !isPermanent(err) {
			return err
		}
	}
	return nil
}

func (g *GitHub) ensureLabel(ctx context.Context, name string) error {
	if g.known(name) {
		return nil
	}
	_, _, err := g.api.Issues.GetLabel(ctx, g.owner, g.repo, name)
	err = g.classify("look for the label "+name, err)
	if status(err) == http.StatusNotFound {
		err = g.makeLabel(ctx, name)
	}
	if err == nil {
		g.learn(name)
	}
	return err
}

func (g *GitHub) makeLabel(ctx context.Context, name string) error {
	colour := colours[name]
	if colour == "" {
		colour = "ededed"
	}
	_, _, err := g.api.Issues.CreateLabel(ctx, g.owner, g.repo, &github.Label{Name: &name, Color: &colour})
	err = g.classify("make the label "+name, err)
	if status(err) == http.StatusUnprocessableEntity && strings.Contains(err.Error(), "already_exists") {
		return nil
	}
	return err
}

func (g *GitHub) known(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.labels[name]
}

func (g *GitHub) learn(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.labels[name] = true
}

// SetLabels adds and removes labels of an issue; those that people put on stay.
// Removing one that is not there is no error.
func (g *GitHub) SetLabels(ctx context.Context, number int, add, remove []string) error {
	if len(add)+len(remove) == 0 {
		return nil
	}
	if _, err := g.get(ctx, number); err != nil {
		return err
	}
	if len(add) > 0 {
		if err := g.ensureLabels(ctx, add); err != nil {
			return err
		}
		if err := g.addLabels(ctx, number, add); err != nil {
			return err
		}
	}
	for _, l := range remove {
		_, err := g.api.Issues.RemoveLabelForIssue(ctx, g.owner, g.repo, number, l)
		if err = g.classify("take the label "+l+" off the issue", err); err != nil && status(err) != http.StatusNotFound {
			return err
		}
	}
	return nil
}

// addLabels sends the object that GitHub describes; the library sends a bare list.
func (g *GitHub) addLabels(ctx context.Context, number int, names []string) error {
	path := fmt.Sprintf("repos/%s/%s/issues/%d/labels", g.owner, g.repo, number)
	r, err := g.api.NewRequest(http.MethodPost, path, map[string][]string{"labels": names})
	if err == nil {
		_, err = g.api.Do(ctx, r, nil)
	}
	return g.classify("label the issue", err)
}
