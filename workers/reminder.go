package workers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// drawReminder keeps at most one reminder in the channel: a newer one takes the
// place of the older at the end of the channel, and none is left when it is done.
func (w *Workers) drawReminder(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	if inc.ChannelID == "" {
		return nil
	}
	if sh.TS == "" && inc.Reminder != nil && inc.SlackOutage.Holds(inc.DeclaredAt) {
		if err := w.afterCard(ctx, inc); err != nil { // of a channel that was late
			return err
		}
	}
	return w.keepReminder(ctx, inc, incident.ReminderMessage, sh, inc.ChannelID, inc.Reminder, blocks.Reminder(inc))
}

// drawDirectReminder keeps the reminder in a conversation with whoever has to act, once it
// was not answered in the channel. When that is somebody else by now the next goes to them.
func (w *Workers) drawDirectReminder(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	var live *incident.Reminder
	channel := sh.Channel
	if who := inc.ToAct(); inc.Reminder.Direct() && len(who) > 0 {
		account, err := w.accountOf(ctx, who[0])
		if err != nil {
			return err
		}
		if account != "" {
			if channel, err = w.direct(ctx, account); err != nil {
				return err
			}
			live = inc.Reminder
		}
	}
	if channel == "" {
		return nil
	}
	return w.keepReminder(ctx, inc, incident.DirectReminder, sh, channel, live, blocks.ReminderDirect(inc))
}

// keepReminder has a channel show the live reminder as m, or none, and nothing of an older one.
func (w *Workers) keepReminder(ctx context.Context, inc incident.Incident, s incident.Surface, sh store.Shown, channel string, live *incident.Reminder, m blocks.Message) error {
	d := ""
	if live != nil {
		d = digest(live)
	}
	if err := w.reconcile(ctx, inc.Ref(), string(s), &sh, channel, w.sought(ctx, channel, message(inc, s, blocks.Message{}))); err != nil {
		return err
	}
	if sh.TS != "" && (sh.Digest != d || live == nil) {
		if err := w.withdraw(ctx, inc, sh); err != nil {
			return err
		}
		sh = store.Shown{}
		if err := w.Store.SaveShown(ctx, inc.ID, string(s), sh); err != nil {
			return err
		}
	}
	if live != nil && sh.TS == "" {
		var err error
		if sh, err = w.write(ctx, inc.Ref(), string(s), sh, channel, message(inc, s, m)); err != nil {
			return err
		}
	}
	return w.Store.SaveShown(ctx, inc.ID, string(s), store.Shown{Channel: sh.Channel, TS: sh.TS, Revision: inc.Revision, Digest: d})
}

// withdraw removes a reminder. Where Slack does not let it be deleted it says that it is
// over, if it can be edited: what cannot be removed never holds up the next.
func (w *Workers) withdraw(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	err := w.Slack.Delete(ctx, sh.Channel, sh.TS)
	if !final(err) || deaf[bot.CodeOf(err)] {
		return err
	}
	m := blocks.ReminderOver()
	err = w.Slack.Edit(ctx, sh.Channel, sh.TS, bot.Message{Text: m.Text, Blocks: m.Blocks})
	if err != nil && !final(err) {
		return err
	}
	w.unimportant(inc, "take back a reminder", err)
	return nil
}
