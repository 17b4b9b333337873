package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/incident"
	"mayday/postmortem"
)

// Library is where post-mortems, tracking issues and follow-ups are kept.
type Library interface {
	Shelf
	Tracker
	Shutter
	Linker
	Editor
	Concealer
}

// Shelf holds documents.
type Shelf interface {
	// File makes the document's issue, once however often it is called.
	File(ctx context.Context, doc postmortem.Document) (postmortem.Issue, error)
	// Update brings an issue up to date where no person has edited it.
	Update(ctx context.Context, number int, fresh postmortem.Document) (kept []string, err error)
	// Template is the repository's own form, empty when it has none.
	Template(ctx context.Context) (string, error)
}

// PrivateShelf holds the post-mortems of private incidents.
type PrivateShelf interface {
	Shelf
	// Public reports whether everybody can read it.
	Public(ctx context.Context) (bool, error)
}

// shelfFor is where an incident's post-mortem goes; nil when that is a file in
// the channel. A private incident goes to the repository that is meant for such,
// and never to one that everybody can read.
func (w *Workers) shelfFor(ctx context.Context, inc incident.Incident) (Shelf, error) {
	if !inc.Private {
		if w.Library == nil {
			return nil, nil
		}
		return w.Library, nil
	}
	if w.PrivateShelf == nil {
		return nil, nil
	}
	public, err := w.PrivateShelf.Public(ctx)
	if err != nil || public {
		return nil, err
	}
	return w.PrivateShelf, nil
}

// filePostmortem drafts the post-mortem from the row and the timeline and files
// it as an issue, or where there is no place for one as a file in the channel.
func (w *Workers) filePostmortem(ctx context.Context, fx incident.FilePostmortem, t try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil {
		return err
	}
	if inc.Status.Live() {
		return nil // reopened meanwhile: the next resolve asks again
	}
	if err := w.afterQueries(ctx, inc, t); err != nil {
		return err
	}
	shelf, err := w.shelfFor(ctx, inc)
	if err != nil {
		return err
	}
	if shelf == nil {
		return w.uploadPostmortem(ctx, inc, fx.Revision)
	}
	if err := w.stillThere(ctx, inc); err != nil {
		return err
	}
	template, err := shelf.Template(ctx)
	if err != nil {
		return err
	}
	doc, err := w.draft(ctx, inc, template)
	if err != nil {
		return err
	}
	issue, err := shelf.File(ctx, doc)
	if err != nil {
		return err
	}
	if inc.PostmortemURL != "" || t.again() {
		if _, err := shelf.Update(ctx, issue.Number, doc); err != nil {
			return err
		}
	}
	if inc.Private {
		// Its number means nothing in the other repository, so only the link is kept.
		return w.filed(ctx, inc.Ref(), issue.URL)
	}
	return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PostmortemIssue(inc, issue.Number, issue.URL, now)
	})
}

// stillThere refuses to write a post-mortem a second time because the first was
// transferred to where mayday does not write. One that was deleted is filed anew.
func (w *Workers) stillThere(ctx context.Context, inc incident.Incident) error {
	if inc.PostmortemNumber == 0 || w.Library == nil {
		return nil
	}
	_, err := w.Library.Issue(ctx, inc.PostmortemNumber)
	if postmortem.Deleted(err) {
		return nil
	}
	return err
}

func (w *Workers) draft(ctx context.Context, inc incident.Incident, template string) (postmortem.Document, error) {
	evs, err := w.Store.Timeline(ctx, inc.ID, 0, 0)
	if err != nil {
		return postmortem.Document{}, err
	}
	o, err := w.draftOptions(ctx, inc)
	if err != nil {
		return postmortem.Document{}, err
	}
	evidence, err := w.beforeAndAfter(ctx, inc)
	if err != nil {
		return postmortem.Document{}, err
	}
	o.Evidence, o.Template = evidence, template
	if o.EvidenceDropped, err = w.Store.EvidenceDropped(ctx, inc.ID); err != nil {
		return postmortem.Document{}, err
	}
	return postmortem.Draft(inc, incident.Timeline(evs), o), nil
}

// draftOptions are what every document of an incident is written with.
func (w *Workers) draftOptions(ctx context.Context, inc incident.Incident) (postmortem.DraftOptions, error) {
	home, err := w.Store.Installation(ctx)
	marker := fmt.Sprintf("mayday:%s:%d", home, inc.ID)
	if inc.UID != "" {
		marker += ":" + inc.UID
	}
	return postmortem.DraftOptions{
		Name: func(p incident.Person) string { return w.name(ctx, p) },
		Zone: w.Zone, Marker: marker,
	}, err
}

// uploadPostmortem posts the draft as a Markdown file, once for each request.
func (w *Workers) uploadPostmortem(ctx context.Context, inc incident.Incident, revision int) error {
	if inc.ChannelID == "" {
		return &unreachableError{"there is no channel to post it in, and no GitHub repository is set up"}
	}
	doc, err := w.draft(ctx, inc, "")
	if err != nil {
		return err
	}
	title := fmt.Sprintf("Post-mortem of incident %d, revision %d", inc.ID, revision)
	link, err := w.uploadOnce(ctx, inc.ID, inc.ChannelID, "", fmt.Sprintf("postmortem-%d.md", inc.ID), title, []byte(doc.Body))
	if err != nil {
		return err
	}
	return w.filed(ctx, inc.Ref(), link)
}

func (w *Workers) filed(ctx context.Context, ref incident.Ref, link string) error {
	return w.record(ctx, ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PostmortemFiled(inc, link, now)
	})
}

// postmortemFailed tells the channel what to fix; the resolve stands.
func postmortemFailed(w *Workers, ctx context.Context, fx incident.FilePostmortem, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.PostmortemFailed(inc, why, now)
	})
}

var _ Library = (*postmortem.GitHub)(nil)
