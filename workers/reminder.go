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
	d := ""
	if inc.Reminder != nil {
		d = digest(inc.Reminder)
	}
	if err := w.reconcile(ctx, inc.Ref(), string(incident.ReminderMessage), &sh, inc.ChannelID, w.sought(ctx, inc.ChannelID, message(inc, incident.ReminderMessage, blocks.Message{}))); err != nil {
		return err
	}
	if sh.TS != "" && (sh.Digest != d || inc.Reminder == nil) {
		if err := w.withdraw(ctx, inc, sh); err != nil {
			return err
		}
		sh = store.Shown{}
		if err := w.Store.SaveShown(ctx, inc.ID, string(incident.ReminderMessage), sh); err != nil {
			return err
		}
	}
	if inc.Reminder != nil && sh.TS == "" {
		var err error
		m := message(inc, incident.ReminderMessage, blocks.Reminder(inc))
		if sh, err = w.write(ctx, inc.Ref(), string(incident.ReminderMessage), sh, inc.ChannelID, m); err != nil {
			return err
		}
	}
	return w.Store.SaveShown(ctx, inc.ID, string(incident.ReminderMessage), store.Shown{Channel: sh.Channel, TS: sh.TS, Revision: inc.Revision, Digest: d})
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
