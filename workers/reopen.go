package workers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// unarchiveChannel brings the channel of an incident back that was taken up again,
// and has all shown and said there that could not be meanwhile.
func (w *Workers) unarchiveChannel(ctx context.Context, fx incident.UnarchiveChannel, _ try) error {
	return w.shelving(ctx, fx.Ref, func(ctx context.Context, inc incident.Incident) error {
		if !inc.Status.Live() {
			return nil
		}
		ctx = bot.Urgent(ctx)
		if err := w.Slack.Unarchive(ctx, inc.ChannelID); err != nil {
			return err
		}
		ch, err := w.Slack.ChannelInfo(ctx, inc.ChannelID)
		if err != nil {
			return err
		}
		if !ch.Member && !ch.Private {
			if err := w.Slack.Join(ctx, ch.ID); err != nil {
				return err
			}
		}
		return w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.ChannelReturned(inc, troubleArchived, now)
		})
	})
}

// staysArchived says that a channel cannot be brought back where people hear it:
// nobody hears anything in the channel itself.
func staysArchived(w *Workers, ctx context.Context, fx incident.UnarchiveChannel, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := incident.GaveUp(inc, troubleArchived, why+". Somebody can do it in Slack; what is to be said there follows the next command", now)
		if err == nil && len(c.Events) > 0 {
			c.Effects = append(c.Effects, incident.Alarm{Ref: inc.Ref(), Seq: c.Incident.Revision})
		}
		return c, err
	})
}

const (
	// backWithin is how long a live incident waits for its channel to come back. Who
	// archives one by hand leaves nothing to wait for.
	backWithin = 5 * time.Minute
	// archivedSaid is how long nothing more is said of a channel that stays archived.
	archivedSaid = time.Hour
)

// untilBack has what is to be said in an archived channel wait while the channel is
// being brought back, because the incident was taken up again. Once it was said that
// it stays archived, the rest is left to whoever brings it back.
func (w *Workers) untilBack(inc incident.Incident, t try, err error) error {
	code := bot.CodeOf(err)
	archived := code == "is_archived" || code == "is_inactive" // the second is chat.update's word for it
	if !archived || !inc.Status.Live() {
		return err
	}
	if said, ok := inc.Troubles[troubleArchived]; ok && w.Store.Now().Sub(said) < archivedSaid {
		return nil
	}
	if waited := time.Since(t.Since); waited < backWithin {
		return notYet(max(500*time.Millisecond, waited/4))
	}
	return err
}
