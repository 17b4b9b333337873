package workers

import (
	"context"
	"errors"
	"slices"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// showPages brings the direct messages of an incident's pages up to date: they get the
// link to its channel, and lose their button once somebody acknowledged. One that is on
// its way is left to its sender while nobody has answered, who looks afterwards. asked is when that was wanted.
func (w *Workers) showPages(ctx context.Context, ref incident.Ref, asked time.Time) error {
	inc, err := w.Store.Incident(ctx, ref)
	if err != nil {
		return err
	}
	list, err := w.Store.ShownPages(ctx, inc.ID)
	if err != nil {
		return err
	}
	if err := w.awaitLink(ctx, inc, list, asked); err != nil {
		return err
	}
	w.meet(ctx, inc, inc.DeclaredBy, inc.AcknowledgedBy, inc.ResolvedBy, inc.EndedBy)
	var failed error
	for _, c := range list {
		if c.Page >= len(inc.Pages) || c.TS == "" && (c.TriedAt.IsZero() || !answered(inc, c.Page)) {
			continue
		}
		if c.TS == "" {
			if c, err = w.standing(ctx, c); err != nil && !final(err) {
				failed = err
			}
		}
		if c.TS == "" {
			continue
		}
		if err := w.redraw(ctx, c.Channel, c.TS); err != nil && !final(err) {
			failed = err
		}
	}
	return failed
}

// awaitLink waits for the invitation of those whose pages are about to link the channel,
// which they may not see without.
func (w *Workers) awaitLink(ctx context.Context, inc incident.Incident, list []store.Call, asked time.Time) error {
	if inc.ChannelID == "" || !inc.Status.Live() {
		return nil
	}
	var people []incident.Person
	for _, c := range list {
		if c.TS != "" && c.Page < len(inc.Pages) && !answered(inc, c.Page) {
			people = append(people, c.Person)
		}
	}
	return w.awaitPresent(ctx, inc, asked, time.Time{}, people...)
}

// standing finds what an attempt of unknown outcome left with a person, if anything.
func (w *Workers) standing(ctx context.Context, c store.Call) (store.Call, error) {
	channel, err := w.direct(ctx, c.Person)
	if err != nil {
		return c, err
	}
	alone, err := w.Store.Alone(ctx, "ring/"+channel, func(ctx context.Context) error { return w.reconcileLine(ctx, channel, c) })
	if err == nil && !alone {
		err = notYet(ringAgain)
	}
	if err != nil {
		return c, err
	}
	c.Shown, err = w.Store.Shown(ctx, c.Incident, c.Surface())
	return c, err
}

// redraw edits a direct message to show all that it stands for.
func (w *Workers) redraw(ctx context.Context, channel, ts string) error {
	alone, err := w.Store.Alone(ctx, "message/"+channel+"/"+ts, func(ctx context.Context) error {
		list, err := w.Store.Sharing(ctx, channel, ts)
		if err != nil || len(list) == 0 {
			return err
		}
		if list, err = w.settled(ctx, list); err != nil {
			return err
		}
		pages, err := w.pagesOf(ctx, list)
		if err != nil || len(pages) == 0 {
			return err
		}
		m, drawn := w.pageMessage(pages)
		if !slices.ContainsFunc(pages, func(p calling) bool { return p.call.Digest != drawn[0].Digest }) {
			return nil
		}
		marked := false // Slack may ask for a pause, and the call be made again
		err = w.Slack.Edit(bot.OnTurn(ctx, func(ctx context.Context) (err error) {
			if !marked {
				err = w.Store.Calling(ctx, channel, list)
				marked = err == nil
			}
			return err
		}), channel, ts, m)
		switch {
		case bot.CodeOf(err) == "message_not_found": // somebody deleted it, who has seen it
			return w.Store.SaveCalls(ctx, drawn)
		case undone(err):
			if marked {
				err = errors.Join(err, w.Store.SaveCalls(ctx, list))
			}
			return err
		case err != nil:
			return err
		}
		return w.Store.SaveCalls(ctx, drawn)
	})
	if err == nil && !alone {
		return notYet(ringAgain)
	}
	return err
}

// settled waits until no earlier edit of a message can be under way, and writes down
// that it is not known how the message looks.
func (w *Workers) settled(ctx context.Context, list []store.Call) ([]store.Call, error) {
	i := slices.IndexFunc(list, func(c store.Call) bool { return !c.TriedAt.IsZero() })
	if i < 0 {
		return list, nil
	}
	if err := settle(ctx, list[i].TriedAt); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Digest, list[i].Revision, list[i].TriedAt = "", 0, time.Time{}
	}
	return list, w.Store.SaveCalls(ctx, list)
}
