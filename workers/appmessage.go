package workers

import (
	"context"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/store"
)

// enterFirst and enterLast bound the pause between two attempts to enter the alert channels.
const enterFirst, enterLast = time.Second, 5 * time.Minute

// enterAlertChannels finds the alert channels and joins those that can be joined, until it is in all of them: Slack reports
// what is posted only where mayday is a member.
func (w *Workers) enterAlertChannels(ctx context.Context) {
	missing := map[string]bool{}
	for _, name := range w.AlertChannels {
		missing[name] = true
	}
	for pause := enterFirst; len(missing) > 0 && ctx.Err() == nil; pause = min(2*pause, enterLast) {
		for name := range missing {
			if err := w.enterAlertChannel(ctx, strings.TrimPrefix(name, "#")); err != nil {
				w.Log.Warn("what is posted in an alert channel is not heard: it cannot be found or joined", zap.String("channel", name), zap.Error(err))
				continue
			}
			delete(missing, name)
		}
		if len(missing) > 0 {
			store.SystemClock{}.Wait(ctx, time.Now().Add(pause), nil)
		}
	}
}

// enterAlertChannel finds one and joins it. Which it is is written down before, so that the first message counts.
func (w *Workers) enterAlertChannel(ctx context.Context, name string) error {
	id, err := w.Store.Fact(ctx, store.ChannelFact(name))
	if err != nil {
		return err
	}
	if id != "" {
		return w.surveyChannel(ctx, name)
	}
	ch, err := w.usable(ctx, func() (bot.Channel, error) {
		ch, err := w.Slack.Channel(ctx, name)
		if err != nil || ch.Archived || ch.Private && !ch.Member {
			return ch, err
		}
		return ch, w.Store.SaveFact(ctx, store.ChannelFact(name), ch.ID)
	})
	if err == nil && !ch.Member {
		w.Log.Info("joined an alert channel", zap.String("channel", ch.Name))
	}
	return err
}

// surveyAlertChannels looks whether mayday still hears what is posted in the alert channels.
func (w *Workers) surveyAlertChannels(ctx context.Context) {
	for _, name := range w.AlertChannels {
		if err := w.surveyChannel(ctx, name); err != nil {
			w.Log.Warn("what is posted in an alert channel is not heard", zap.String("channel", name), zap.Error(err))
		}
	}
}
