package workers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mayday/incident"
	"mayday/postmortem"
)

// Tracker keeps an issue that follows an incident.
type Tracker interface {
	// Look reads an issue and what people wrote on it since it was seen last.
	Look(ctx context.Context, number int, seen incident.Seen) (postmortem.Issue, incident.Seen, []incident.Remark, error)
	// Comment adds a comment once for each key.
	Comment(ctx context.Context, number int, key, body string) error
	SetTitle(ctx context.Context, number int, title string) error
	SetLabels(ctx context.Context, number int, add, remove []string) error
}

// Shutter closes issues and opens them again.
type Shutter interface {
	Close(ctx context.Context, number int, completed bool) error
	Reopen(ctx context.Context, number int) error
}

// trackingBookmark is the title of the link at the top of the channel.
const trackingBookmark = "Tracking issue"

// track brings the tracking issue up to the event that the effect names, and
// records what people did there. It may run twice: the issue is found by its
// marker, a comment by the events that it begins and ends with.
func (w *Workers) track(ctx context.Context, fx incident.Track, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("track/%d", fx.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || !inc.Track.Busy || !inc.Track.At.Equal(fx.At) {
			return err
		}
		if w.Library == nil {
			return &unreachableError{"GITHUB_REPOSITORY is not set any more"}
		}
		f, err := w.follow(ctx, inc, fx)
		if url, moved := postmortem.MovedTo(err); moved {
			return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.TrackingMoved(inc, url, now)
			})
		}
		if err != nil {
			return err
		}
		return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Tracked(inc, fx, f, now)
		})
	})
	if err == nil && !alone {
		return notYet(time.Second)
	}
	return err
}

// follow does the work on GitHub: first the issue, then what it has to say.
func (w *Workers) follow(ctx context.Context, inc incident.Incident, fx incident.Track) (incident.Followed, error) {
	o, err := w.draftOptions(ctx, inc)
	if err != nil {
		return incident.Followed{}, err
	}
	doc := postmortem.Tracking(inc, o)
	if inc.Track.Number == 0 {
		if inc, err = w.openTracking(ctx, inc, doc); err != nil {
			return incident.Followed{}, err
		}
	}
	f, err := w.followOn(ctx, inc, fx, doc, o)
	if postmortem.Deleted(err) && inc.Track.Replaced == 0 {
		return w.replaceTracking(ctx, inc, fx)
	}
	return f, err
}

// followOn goes on with the issue that there is. It may be deleted before any of its calls.
func (w *Workers) followOn(ctx context.Context, inc incident.Incident, fx incident.Track, doc postmortem.Document, o postmortem.DraftOptions) (incident.Followed, error) {
	issue, seen, remarks, err := w.Library.Look(ctx, inc.Track.Number, inc.Track.Seen)
	if err != nil {
		return incident.Followed{}, err
	}
	f := incident.Followed{Title: doc.Title, Labels: doc.Labels, Seen: seen, Remarks: remarks,
		Closed: inc.Track.Closed, ClosedByPerson: !issue.Open && !inc.Track.Closed}
	if fx.Revision > inc.Track.Through {
		if err := w.sayOnIssue(ctx, inc, fx, doc, o); err != nil {
			return f, err
		}
	}
	return w.shut(ctx, inc, issue, f)
}

// replaceTracking makes an issue in the place of one that was deleted.
func (w *Workers) replaceTracking(ctx context.Context, inc incident.Incident, fx incident.Track) (incident.Followed, error) {
	number := inc.Track.Number
	c, err := w.Store.Update(ctx, inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, _ := incident.TrackingDeleted(inc, number, now)
		return c, nil
	})
	if err != nil {
		return incident.Followed{}, err
	}
	return w.follow(ctx, c.Incident, fx)
}

// openTracking makes the issue and puts its link where people look.
func (w *Workers) openTracking(ctx context.Context, inc incident.Incident, doc postmortem.Document) (incident.Incident, error) {
	issue, err := w.Library.File(ctx, doc)
	if err != nil {
		return inc, err
	}
	c, err := w.Store.Update(ctx, inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.TrackingOpened(inc, issue.Number, issue.URL, doc.Title, doc.Labels, now)
	})
	return c.Incident, err
}

// sayOnIssue brings title, labels and body up to date and tells in one comment
// what happened since the last.
func (w *Workers) sayOnIssue(ctx context.Context, inc incident.Incident, fx incident.Track, doc postmortem.Document, o postmortem.DraftOptions) error {
	number, was := inc.Track.Number, inc.Track
	if doc.Title != was.Title {
		if err := w.Library.SetTitle(ctx, number, doc.Title); err != nil {
			return err
		}
	}
	add, remove := lacking(doc.Labels, was.Labels), lacking(was.Labels, doc.Labels)
	if len(add)+len(remove) > 0 {
		if err := w.Library.SetLabels(ctx, number, add, remove); err != nil {
			return err
		}
	}
	if _, err := w.Library.Update(ctx, number, doc); err != nil {
		return err
	}
	evs, err := w.Store.Timeline(ctx, inc.ID, was.Through, fx.Revision-was.Through)
	if err != nil {
		return err
	}
	return w.Library.Comment(ctx, number, fmt.Sprintf("%s:events-%d-%d", doc.Marker, was.Through+1, fx.Revision), postmortem.TrackingComment(evs, o))
}

// lacking are the words of a that b does not have.
func lacking(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// shut closes the issue when the incident is over, and opens it again when it was
// taken up again. What people closed or opened themselves is left to them.
func (w *Workers) shut(ctx context.Context, inc incident.Incident, issue postmortem.Issue, f incident.Followed) (incident.Followed, error) {
	live := inc.Status.Live()
	switch {
	case !live && !f.Closed && issue.Open:
		if err := w.Library.Close(ctx, issue.Number, inc.Status != incident.Cancelled); err != nil {
			return f, err
		}
		f.Closed = true
	case !live && !issue.Open && !inc.Track.ClosedByPerson:
		// An earlier attempt closed it, or a person did what was to be done.
		f.Closed, f.ClosedByPerson = true, false
	case live && f.Closed:
		if !issue.Open {
			if err := w.Library.Reopen(ctx, issue.Number); err != nil {
				return f, err
			}
		}
		f.Closed = false
	}
	return f, nil
}

// trackingFailed tells the channel once what to fix.
func trackingFailed(w *Workers, ctx context.Context, fx incident.Track, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.TrackingFailed(inc, why, now)
	})
}
