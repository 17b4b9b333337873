package workers

import (
	"context"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// surveyEvery is how long what Slack did not report may go unnoticed.
// where not more than looksASurvey incidents are open: of more, each survey looks at the next ones.
const surveyEvery = 10 * time.Minute

// looksASurvey leaves half of what Slack takes in surveyEvery to those who look for a reason.
// Source: conversations.info may be called 50 times a minute (bot/scopes.go).
const looksASurvey = 250

// surveyWorker looks whether what is there is as recorded.
type surveyWorker struct {
	river.WorkerDefaults[store.Survey]
	w *Workers
}

// Work looks at the announce channel and the alert channels, and asks for looks at the channels of open
// incidents. A failure is left to the next survey.
func (k *surveyWorker) Work(ctx context.Context, job *river.Job[store.Survey]) error {
	held, release := k.w.replica.Hold(ctx, job.ID, job.Attempt)
	defer release()
	ctx = bot.OnTurn(held, k.w.replica.Check)
	k.w.surveyAlertChannels(ctx)
	live, err := k.w.Store.CountLive(ctx)
	if err != nil || live == 0 {
		return err
	}
	if err := k.w.surveyAnnouncements(ctx); err != nil {
		k.w.Log.Warn("the announce channel cannot be used", zap.Error(err))
	}
	_, err = k.w.Store.LookAround(ctx, looksASurvey)
	return err
}

// surveyAnnouncements looks whether the announce channel still takes messages, where
// it was found before.
func (w *Workers) surveyAnnouncements(ctx context.Context) error {
	return w.surveyChannel(ctx, w.AnnounceChannel)
}

// surveyChannel looks whether the channel of a setting, where it was found before, still hears mayday, and looks for it where it does not.
func (w *Workers) surveyChannel(ctx context.Context, name string) error {
	name = strings.TrimPrefix(name, "#")
	id, err := w.Store.Fact(ctx, store.ChannelFact(name))
	if err != nil || id == "" {
		return err
	}
	if ch, err := w.Slack.ChannelInfo(ctx, id); err == nil && ch.Member && !ch.Archived {
		return nil
	}
	_, err = w.findAgain(ctx, name, id)
	return err
}

// channelNamed resolves the id or name of a setting once and remembers it; the app
// joins so that it can look for its own messages there.
func (w *Workers) channelNamed(ctx context.Context, name string) (string, error) {
	name = strings.TrimPrefix(name, "#")
	id, err := w.Store.Fact(ctx, store.ChannelFact(name))
	if err != nil || id != "" {
		return id, err
	}
	ch, err := w.Slack.Channel(ctx, name)
	if err != nil {
		return "", err
	}
	if err := w.enter(ctx, ch); err != nil {
		return "", err
	}
	return ch.ID, w.Store.SaveFact(ctx, store.ChannelFact(name), ch.ID)
}

// enter joins a channel where that is possible.
func (w *Workers) enter(ctx context.Context, ch bot.Channel) error {
	if ch.Member || ch.Private {
		return nil
	}
	return w.Slack.Join(ctx, ch.ID)
}

// findAgain looks for the channel of a setting that refused a message: the one that is
// known, which may only have to be joined again, and then whichever has the name now.
// When mayday is in it again, or it is another one, the announcements that stand are
// drawn there anew.
func (w *Workers) findAgain(ctx context.Context, name, known string) (string, error) {
	name = strings.TrimPrefix(name, "#")
	ch, err := w.usable(ctx, func() (bot.Channel, error) { return w.Slack.ChannelInfo(ctx, known) })
	if final(err) && !bot.IsChannelID(name) {
		other, otherErr := w.usable(ctx, func() (bot.Channel, error) { return w.Slack.ChannelNamed(ctx, name) })
		if otherErr == nil || !final(otherErr) {
			ch, err = other, otherErr
		}
	}
	if err != nil {
		return "", err
	}
	if err := w.Store.SaveFact(ctx, store.ChannelFact(name), ch.ID); err != nil {
		return "", err
	}
	if name == strings.TrimPrefix(w.AnnounceChannel, "#") {
		return ch.ID, w.announceAnew(ctx)
	}
	return ch.ID, nil
}

// usable gives a channel that takes messages, joined where it was not.
func (w *Workers) usable(ctx context.Context, find func() (bot.Channel, error)) (bot.Channel, error) {
	ch, err := find()
	switch {
	case err != nil:
		return ch, err
	case ch.Archived:
		return ch, &bot.Error{Method: "conversations.info", Code: "is_archived", Class: bot.Gone}
	case ch.Private && !ch.Member:
		return ch, &bot.Error{Method: "conversations.info", Code: "not_in_channel", Class: bot.Gone}
	}
	return ch, w.enter(ctx, ch)
}

// announceAnew has the announcements of all open incidents drawn where they belong now.
func (w *Workers) announceAnew(ctx context.Context) error {
	live, err := w.Store.Live(ctx)
	if err != nil {
		return err
	}
	for _, inc := range live {
		if inc.Private {
			continue
		}
		if err := w.Store.Forgotten(ctx, inc.ID, string(incident.Announcement)); err != nil {
			return err
		}
		if err := w.record(ctx, inc.Ref(), func(inc incident.Incident, _ time.Time) (incident.Change, error) {
			return incident.Redraw(inc, incident.Announcement)
		}); err != nil {
			return err
		}
	}
	return nil
}
