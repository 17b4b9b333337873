package workers

import (
	"context"
	"fmt"
	"time"

	"mayday/incident"
)

// archiveChannel puts the channel of a closed incident away once all is said in it.
func (w *Workers) archiveChannel(ctx context.Context, fx incident.ArchiveChannel, t try) error {
	return w.shelving(ctx, fx.Ref, func(ctx context.Context, inc incident.Incident) error {
		if inc.Status != incident.Closed || inc.Away != "" {
			return nil
		}
		ready, err := w.allSaid(ctx, inc, t)
		if err != nil {
			return err
		}
		if !ready {
			return notYet(500 * time.Millisecond)
		}
		return w.Slack.Archive(ctx, inc.ChannelID)
	})
}

// allSaid reports whether nothing is left to say in a channel, or to draw there. What
// was given up once gets some time, and is waited for no longer.
func (w *Workers) allSaid(ctx context.Context, inc incident.Incident, t try) (bool, error) {
	untold, err := w.Store.Untold(ctx, inc.ID)
	if err != nil {
		return false, err
	}
	card, err := w.Store.Shown(ctx, inc.ID, string(incident.Card))
	if err != nil {
		return false, err
	}
	said, drawn := len(untold) == 0, card.Revision >= inc.Revision
	if time.Since(t.Since) > giveWayFor {
		said = said || !inc.Troubles[troubleSpeak].IsZero()
		drawn = drawn || !inc.Troubles[troubleDraw(incident.Card)].IsZero()
	}
	return said && drawn, nil
}

// shelving is for one at a time.
func (w *Workers) shelving(ctx context.Context, ref incident.Ref, do func(context.Context, incident.Incident) error) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("archive/%d", ref.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, ref)
		if err != nil || inc.ChannelID == "" {
			return err
		}
		return do(ctx, inc)
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}
