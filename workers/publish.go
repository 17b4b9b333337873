package workers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mayday/incident"
	"mayday/statuspage"
	"mayday/store"
)

// StatusPage is the page on which customers read how the service is.
type StatusPage interface {
	Find(ctx context.Context, m statuspage.Mark) (statuspage.Incident, bool, error)
	Get(ctx context.Context, id string) (statuspage.Incident, error)
	Create(ctx context.Context, m statuspage.Mark, n incident.Notice) (statuspage.Incident, error)
	Update(ctx context.Context, id string, n incident.Notice) (statuspage.Incident, error)
}

// publishStatus carries a text to the status page, those of one incident in their order and each once. That a call is about
// to be made is written down before it, and what was tried is looked for on the page before it is tried again.
func (w *Workers) publishStatus(ctx context.Context, fx incident.PublishStatus, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("publish/%d", fx.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil {
			return err
		}
		posts := inc.Publication.Posts
		if fx.N < 0 || fx.N >= len(posts) || !posts[fx.N].Waits() {
			return nil
		}
		for _, before := range posts[:fx.N] {
			if before.Waits() {
				return notYet(time.Second)
			}
		}
		if w.StatusPage == nil {
			return &unreachableError{"no status page is set up any more. Set MAYDAY_STATUSPAGE_TOKEN and what belongs to it, or tell customers yourself"}
		}
		return w.publish(ctx, inc, fx.N)
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}

// publish carries one text, before which none waits.
func (w *Workers) publish(ctx context.Context, inc incident.Incident, n int) error {
	there, err := w.lookOnPage(ctx, inc, n)
	switch {
	case statuspage.Gone(err) && inc.Publication.ID != "":
		return w.publishGone(ctx, inc, n)
	case err != nil:
		return err
	}
	meanwhile := ""
	if text, ok := standing(inc, n, there); ok {
		return w.published(ctx, inc, n, incident.Receipt{Incident: there.ID, URL: there.URL, Post: text.ID})
	}
	if inc.Publication.ID != "" {
		meanwhile = changedThere(inc, there)
	}
	if err := w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PublishTried(inc, n, now)
	}); err != nil {
		return err
	}
	made, err := w.writeOnPage(ctx, inc, n, there)
	switch {
	case statuspage.Gone(err) && there.ID != "":
		return w.publishGone(ctx, inc, n)
	case err != nil:
		return err
	}
	receipt := incident.Receipt{Incident: made.ID, URL: made.URL, Meanwhile: meanwhile}
	if text, ok := standing(inc, n, made); ok {
		receipt.Post = text.ID
	}
	return w.published(ctx, inc, n, receipt)
}

// lookOnPage is onPage before Posts[n] is tried. What was tried and does not stand there is looked for once more after a
// while: whoever made the call may have stopped waiting before the page was done with it.
func (w *Workers) lookOnPage(ctx context.Context, inc incident.Incident, n int) (statuspage.Incident, error) {
	tried := inc.Publication.Posts[n].TriedAt
	if err := settle(ctx, tried); err != nil {
		return statuspage.Incident{}, err
	}
	there, err := w.onPage(ctx, inc)
	if _, ok := standing(inc, n, there); ok || err != nil || tried.IsZero() {
		return there, err
	}
	store.SystemClock{}.Wait(ctx, time.Now().Add(w.lateOnPage), nil)
	if ctx.Err() != nil {
		return there, ctx.Err()
	}
	return w.onPage(ctx, inc)
}

// lateOnPage is how long a page may go on with a call that nobody waits for any more.
const lateOnPage = 10 * time.Second

// onPage reads the incident as it stands on the page. Where none is known there, and one may have been made, it is looked
// for by its mark; the zero value means that there is none.
func (w *Workers) onPage(ctx context.Context, inc incident.Incident) (statuspage.Incident, error) {
	if id := inc.Publication.ID; id != "" {
		return w.StatusPage.Get(ctx, id)
	}
	for _, post := range inc.Publication.Posts {
		if post.TriedAt.IsZero() || !post.PublishedAt.IsZero() { // what was published and then deleted there carries no text that waits
			continue
		}
		if there, ok, err := w.StatusPage.Find(ctx, markOf(inc, post)); ok || err != nil {
			return there, err
		}
	}
	return statuspage.Incident{}, nil
}

// markOf is the mark of the incident that a text made, or is to make.
func markOf(inc incident.Incident, first incident.Post) statuspage.Mark {
	return statuspage.Mark{UID: inc.UID, Title: first.Title, Began: inc.DeclaredAt}
}

// writeOnPage makes the call.
func (w *Workers) writeOnPage(ctx context.Context, inc incident.Incident, n int, there statuspage.Incident) (statuspage.Incident, error) {
	post := inc.Publication.Posts[n]
	if there.ID == "" {
		return w.StatusPage.Create(ctx, markOf(inc, post), post.Notice)
	}
	return w.StatusPage.Update(ctx, there.ID, post.Notice)
}

// standing finds a text on the page that an attempt at Posts[n] left there: the same words with the same status, which stand
// for no other post.
func standing(inc incident.Incident, n int, there statuspage.Incident) (statuspage.Text, bool) {
	post := inc.Publication.Posts[n]
	for _, t := range there.Texts {
		if !ours(inc, t) && sameWords(t.Text, post.Text) && (t.Status == post.Status || t.Status == "") {
			return t, true
		}
	}
	return statuspage.Text{}, false
}

// ours reports whether a text on the page is a post that is known to stand there.
func ours(inc incident.Incident, t statuspage.Text) bool {
	for _, post := range inc.Publication.Posts {
		if post.ID == t.ID && t.ID != "" {
			return true
		}
	}
	return false
}

// sameWords compares texts as people read them: a page may fold white space.
func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// changedThere says what somebody changed on the page since mayday wrote there last; empty for nothing.
func changedThere(inc incident.Incident, there statuspage.Incident) string {
	last, ok := inc.Publication.Last()
	if !ok {
		return ""
	}
	for _, t := range there.Texts {
		if t.ID == last.ID {
			if !sameWords(t.Text, last.Text) {
				return "it said “" + incident.Line(t.Text, 200) + "”"
			}
			break // what is older was looked at before
		}
		if !ours(inc, t) {
			return fmt.Sprintf("it said “%s” (%s)", incident.Line(t.Text, 200), t.Status)
		}
	}
	if there.Status != "" && there.Status != last.Status {
		return "it was " + string(there.Status)
	}
	return ""
}

func (w *Workers) published(ctx context.Context, inc incident.Incident, n int, r incident.Receipt) error {
	return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Published(inc, n, r, now)
	})
}

// publishGone gives a text up because its incident was deleted on the page: whether to make another is for people to say.
func (w *Workers) publishGone(ctx context.Context, inc incident.Incident, n int) error {
	const why = "somebody deleted the incident on the status page. Publish again to make a new one there"
	return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PublishFailed(inc, n, why, true, now)
	})
}

// publishFailed says aloud that customers were not told, with what to do.
func publishFailed(w *Workers, ctx context.Context, fx incident.PublishStatus, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PublishFailed(inc, fx.N, why, false, now)
	})
}
