package postmortem

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v62/github"
)

// MovedTo gives the address for people of an issue that was transferred to another
// repository; false for every other error, and for nil.
func MovedTo(err error) (url string, moved bool) {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Moved == "" {
		return "", false
	}
	return e.Moved, true
}

// Lost reports whether an issue is none of the repository's any more, though the repository itself can be seen: it was deleted, or
// transferred, maybe to where mayday does not see it.
func Lost(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Moved != "" || e.unseen || Deleted(err))
}

// Deleted reports whether an issue was deleted, for good. GitHub answers 410 both then
// and where issues are switched off, and 404 where it was transferred to a repository that mayday does not see, or the
// repository itself is none that it sees (GitHub: REST, get an issue).
func Deleted(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusGone && !e.off
}

// ours refuses an answer that is about another issue than was asked for: GitHub leads
// from a transferred issue to where it is now (301, which a read follows), and its
// number there is a stranger's here. A repository that was only renamed is still ours.
func (g *GitHub) ours(ctx context.Context, number int, i *github.Issue) error {
	name := repositoryOf(i)
	if i.GetNumber() == number {
		if name == "" || strings.EqualFold(name, g.repository()) {
			return nil
		}
		// Not remembered: a new repository may take the old name at any time.
		now, _, err := g.api.Repositories.Get(ctx, g.owner, g.repo)
		if err = g.classify("look at the repository", err); err != nil {
			return err
		}
		if strings.EqualFold(name, now.GetFullName()) {
			return nil
		}
	}
	return &Error{
		Class: Permanent, Status: http.StatusMovedPermanently, Moved: i.GetHTMLURL(),
		What: fmt.Sprintf("Issue %d of %s was transferred: it is %s now", number, g.repository(), i.GetHTMLURL()),
		Next: "mayday writes nothing in another repository: go on there by hand",
	}
}

// unseen says what it means that GitHub knows no such issue. Whoever sees the repository is told of a deleted one that it is gone, so this one
// was transferred to where mayday does not see it. Otherwise it is the repository that mayday does not see: notFound says what to do.
func (g *GitHub) unseen(ctx context.Context, number int, notFound error) error {
	if _, _, err := g.api.Repositories.Get(ctx, g.owner, g.repo); err != nil {
		return notFound
	}
	return &Error{
		Class: Permanent, Status: http.StatusNotFound, unseen: true,
		What: fmt.Sprintf("Issue %d is not in %s any more", number, g.repository()),
		Next: fmt.Sprintf("It was transferred to a repository that %s does not see: transfer it back, or go on there by hand", g.auth.who()),
	}
}

// repositoryOf is "owner/name" of an answer; empty when it names none.
func repositoryOf(i *github.Issue) string {
	_, name, _ := strings.Cut(i.GetRepositoryURL(), "/repos/")
	return strings.Trim(name, "/")
}
