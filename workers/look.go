package workers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river/rivertype"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/routine"
)

// lookAtChannel asks how the incident's channel stands and records it. A public
// channel that mayday was taken out of is joined again.
func (w *Workers) lookAtChannel(ctx context.Context, fx incident.LookAtChannel, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("channel/%d", fx.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || inc.ChannelID == "" {
			return err
		}
		if fx.Was != "" {
			if err := w.Store.MoveShown(ctx, inc.ID, fx.Was, inc.ChannelID); err != nil {
				return err
			}
		}
		if _, err := w.look(ctx, inc); err != nil {
			return err
		}
		if fx.Holders {
			if err := w.lookAtHolders(ctx, inc); err != nil {
				return err
			}
		}
		return w.worked(ctx, inc, troubleLook)
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// look compares the row with the channel in Slack, and says whether mayday could come
// back into it just now.
func (w *Workers) look(ctx context.Context, inc incident.Incident) (joined bool, err error) {
	ch, err := w.Slack.ChannelInfo(ctx, inc.ChannelID)
	var seen incident.ChannelLook
	switch {
	case bot.CodeOf(err) == "channel_not_found":
		seen.Gone = true
	case err != nil:
		return false, err
	default:
		seen = incident.ChannelLook{Name: ch.Name, Private: ch.Private, Archived: ch.Archived, Member: ch.Member}
		if joined, err = w.comeBack(ctx, inc, ch); err != nil {
			return false, err
		}
		seen.Member = seen.Member || joined
	}
	return joined, w.record(ctx, inc.Ref(), func(now incident.Incident, at time.Time) (incident.Change, error) {
		return incident.ChannelSeen(now, inc.ChannelID, seen, at)
	})
}

// comeBack joins a channel that may be joined and in which something is still to be said.
func (w *Workers) comeBack(ctx context.Context, inc incident.Incident, ch bot.Channel) (bool, error) {
	if ch.Member || ch.Archived || ch.Private {
		return false, nil
	}
	if inc.Status == incident.Closed || inc.Status == incident.Cancelled {
		if untold, err := w.Store.Untold(ctx, inc.ID); err != nil || len(untold) == 0 {
			return false, err
		}
	}
	err := w.Slack.Join(ctx, ch.ID)
	if err != nil && !final(err) {
		return false, err
	}
	return err == nil, nil
}

// lookAtHolders finds out whether those who hold a role can still be reached.
func (w *Workers) lookAtHolders(ctx context.Context, inc incident.Incident) error {
	if !inc.Status.Live() {
		return nil
	}
	for _, who := range inc.Roles {
		if !incident.IsAccount(who) {
			continue
		}
		u, err := w.Slack.User(ctx, who)
		if err != nil && !final(err) {
			return err
		}
		if err == nil && !u.Deleted {
			continue
		}
		if err != nil && bot.CodeOf(err) != "user_not_found" {
			continue // nothing is known of them
		}
		if err := w.record(ctx, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.AccountGone(inc, who, now)
		}); err != nil {
			return err
		}
	}
	return nil
}

// deaf are Slack's words for a channel that does not hear mayday, or cannot be seen.
var deaf = map[string]bool{
	"not_in_channel": true, "is_archived": true, "is_inactive": true, "channel_not_found": true,
	"permission_denied": true, // bookmarks.add and bookmarks.edit, which have no not_in_channel
}

const (
	// heardAgain is how often an effect looks whether its channel hears mayday again.
	heardAgain = 45 * time.Second
	// heardWithin is how long it does.
	heardWithin = 24 * time.Hour
	// mostContradictions is how many attempts of an effect may be refused because of a channel
	// that hears mayday when it is looked at: the last is half a minute after the first.
	mostContradictions = 6
)

// drawnOnReturn are the effects that a channel's return asks for anew.
var drawnOnReturn = map[string]bool{
	incident.Show{}.Kind(): true, incident.Speak{}.Kind(): true, incident.Invite{}.Kind(): true, incident.AddBookmarks{}.Kind(): true,
}

// elsewhere reports whether an effect speaks in other channels than the incident's own.
func elsewhere(fx effect) bool {
	switch fx := fx.(type) {
	case routine.Effect:
		return true
	case incident.Show:
		return fx.Surface == incident.Announcement || fx.Surface == incident.PageMessages || fx.Surface == incident.DirectReminder
	case incident.SendPage, incident.Alarm, incident.TakeBack, incident.PassOnUpdate, incident.TellOperators, incident.TakeBackAside, incident.LookAtChannel, incident.ShowOffer, incident.DeclareOffer, incident.TellMute:
		return true
	}
	return false
}

// afterRefusal finds out what it means that Slack refused an effect because of a
// channel. When that is the incident's own, which mayday joined again, the effect is
// tried again at once; while the channel does not hear mayday it waits for its return.
// When the channel hears mayday all the same it is tried some more times, and then, or
// when another channel was meant, the refusal stands.
func (w *Workers) afterRefusal(ctx context.Context, kind string, ref incident.Ref, t try, refused error) error {
	if !deaf[bot.CodeOf(refused)] {
		return refused
	}
	inc, err := w.Store.Incident(ctx, ref)
	if err != nil || inc.ChannelID == "" {
		return refused
	}
	joined, err := w.look(ctx, inc)
	if err == nil {
		inc, err = w.Store.Incident(ctx, ref)
	}
	switch {
	case err != nil && final(err):
		return refused
	case err != nil:
		// The refusal's own class is left out: it is final only once it is known that the channel does not hear mayday for good.
		w.Log.Info("it is not known yet how the incident's channel stands", zap.Int64("incident", ref.Incident), zap.Error(err))
		return fmt.Errorf("%s, and it is not known how the channel stands: %w", refused.Error(), err)
	case joined:
		return notYet(100 * time.Millisecond)
	case inc.Away == "" && t.Contradicted < mostContradictions:
		// Another effect joined the channel, or somebody invited mayday, after the refusal. Its class is left out: it is not final.
		return errors.New(contradicted + refused.Error())
	case inc.Away == "":
		return refused
	case drawnOnReturn[kind]:
		return nil
	case time.Since(t.Since) < heardWithin:
		return notYet(heardAgain)
	}
	return refused
}

// contradicted begins the error of an effect that was refused because of a channel that
// hears mayday.
const contradicted = "the channel hears mayday, and refused this just now: "

// contradictions counts such errors among those of a job.
func contradictions(list []rivertype.AttemptError) (n int) {
	for _, e := range list {
		if strings.HasPrefix(e.Error, contradicted) {
			n++
		}
	}
	return n
}
