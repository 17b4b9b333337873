package postmortem

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-github/v62/github"
)

// AddSubIssue links child below parent. Where GitHub has no sub-issues the child
// becomes an entry of a task list at the end of the parent's body, and linked is
// false. Linking twice is no error.
func (g *GitHub) AddSubIssue(ctx context.Context, parent int, child Issue) (linked bool, err error) {
	if _, err := g.get(ctx, parent); err != nil {
		return false, err
	}
	path := fmt.Sprintf("repos/%s/%s/issues/%d/sub_issues", g.owner, g.repo, parent)
	r, err := g.api.NewRequest(http.MethodPost, path, map[string]int64{"sub_issue_id": child.ID})
	if err != nil {
		return false, g.classify("link a follow-up", err)
	}
	_, err = g.api.Do(ctx, r, nil)
	err = g.classify("link a follow-up", err)
	switch status(err) {
	case http.StatusUnprocessableEntity:
		if have, listErr := g.hasSubIssue(ctx, path, child.ID); have || listErr != nil {
			return have, listErr
		}
	case http.StatusNotFound, http.StatusGone:
	default:
		return err == nil, err
	}
	return false, g.addTask(ctx, parent, child.Number)
}

func (g *GitHub) hasSubIssue(ctx context.Context, path string, id int64) (bool, error) {
	r, err := g.api.NewRequest(http.MethodGet, path+"?per_page=100", nil)
	if err != nil {
		return false, g.classify("read the follow-ups", err)
	}
	var list []*github.Issue
	if _, err := g.api.Do(ctx, r, &list); err != nil {
		return false, g.classify("read the follow-ups", err)
	}
	return slices.ContainsFunc(list, func(i *github.Issue) bool { return i.GetID() == id }), nil
}

// addTask puts an issue into a task list of the parent that belongs to people, so
// that no update takes it away: below the follow-ups, or in a comment when the
// body goes on in comments and the follow-ups are not in it.
func (g *GitHub) addTask(ctx context.Context, parent, child int) error {
	issue, err := g.get(ctx, parent)
	if err != nil {
		return err
	}
	entry := fmt.Sprintf("- [ ] #%d", child)
	body, ok := withTask(tidy(issue.GetBody()), entry)
	if !ok || len(body) > MaxBody {
		return g.Comment(ctx, parent, fmt.Sprintf("follow-up-%d", child), entry)
	}
	if body == tidy(issue.GetBody()) {
		return nil
	}
	return g.edit(ctx, parent, "link a follow-up to", &github.IssueRequest{Body: &body})
}

// withTask adds an entry after the follow-ups section, or at the end when the
// body has no such section; false when the end lies within another section.
func withTask(body, entry string) (string, bool) {
	lines := strings.Split(strings.TrimRight(body, "\n"), "\n")
	at, open := -1, false
	for i, l := range lines {
		if strings.TrimSpace(task.ReplaceAllString(l, "$1 $3")) == entry {
			return body, true
		}
		switch m := closeMark.FindStringSubmatch(l); {
		case m != nil:
			open = false
			if m[2] == "followups" {
				at = i + 1
			}
		case openMark.MatchString(l):
			open = true
		}
	}
	if at < 0 && open {
		return "", false
	}
	if at < 0 {
		at = len(lines)
	}
	for at < len(lines) && (lines[at] == "" || task.MatchString(lines[at])) {
		at++
	}
	for at > 0 && lines[at-1] == "" {
		at--
	}
	add := []string{entry}
	if at == 0 || !task.MatchString(lines[at-1]) {
		add = []string{"", entry}
	}
	return strings.Join(slices.Insert(lines, at, add...), "\n") + "\n", true
}
