package workers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// farAbove reports whether an effect wants the step message at the end of the channel, and it
// is not near it.
func (w *Workers) farAbove(ctx context.Context, fx incident.Show, sh store.Shown) (bool, error) {
	if !fx.ToEnd || fx.Surface != incident.StepMessage || sh.TS == "" {
		return false, nil
	}
	below, err := w.Store.Below(ctx, fx.Incident)
	return below > incident.FarAbove, err
}

// moveStep posts the step message at the end of the channel and has the one above removed.
func (w *Workers) moveStep(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	found, err := w.foundForStep(ctx, inc)
	if err != nil {
		return err
	}
	m := blocks.Step(inc, found...)
	if sh, err = w.anew(ctx, inc, incident.StepMessage, sh, inc.ChannelID, m); err != nil {
		return err
	}
	return w.drawMessage(ctx, incident.StepMessage, inc, sh, inc.ChannelID, m)
}

// leaveStep removes a step message that moved. One that has replies, or may not be deleted,
// says where the step stands by now, and has no buttons.
func (w *Workers) leaveStep(ctx context.Context, inc incident.Incident, fx incident.Supersede, now store.Shown) error {
	replied, err := w.Slack.Replied(ctx, fx.Channel, fx.TS)
	switch {
	case threadGone(err):
		return nil // somebody deleted it
	case err != nil && !final(err):
		return err
	case err == nil && !replied:
		if err = w.Slack.Delete(ctx, fx.Channel, fx.TS); !final(err) || deaf[bot.CodeOf(err)] {
			return err
		}
	}
	link, err := w.Slack.Permalink(ctx, now.Channel, now.TS)
	if err != nil && !final(err) {
		return err
	}
	m := blocks.StepBelow(link)
	err = w.Slack.Edit(ctx, fx.Channel, fx.TS, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.Ref(), "above/"+fx.TS)})
	if bot.CodeOf(err) == "message_not_found" {
		return nil
	}
	return err
}
