package workers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// uneditable are Slack's words for a message that mayday may not edit (Slack: chat.update, errors).
var uneditable = map[string]bool{"cant_update_message": true, "edit_window_closed": true, "update_failed": true, "message_not_editable": true}

// supersede is what is left to do about a message whose place another one has taken.
func supersede(ref incident.Ref, surface string, old store.Shown) incident.Supersede {
	return incident.Supersede{Ref: ref, Surface: surface, Channel: old.Channel, TS: old.TS}
}

// supersede removes a message whose place another one has taken, so that no button of
// it lies. Where that is refused its thread says that it is out of date, and a card's pin
// goes. An announcement that goes on in another channel says where.
func (w *Workers) supersede(ctx context.Context, fx incident.Supersede, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil {
		return err
	}
	now, err := w.Store.Shown(ctx, inc.ID, fx.Surface)
	if err != nil || now.TS == fx.TS {
		return err
	}
	if fx.Surface == string(incident.Announcement) && now.Channel != fx.Channel {
		m := blocks.AnnouncedElsewhere(inc, now.Channel)
		err = w.Slack.Edit(ctx, fx.Channel, fx.TS, bot.Message{Text: m.Text, Blocks: m.Blocks})
	} else if err = w.remove(ctx, inc, fx, now); final(err) && !deaf[bot.CodeOf(err)] {
		m := blocks.OutOfDate()
		err = w.postOnce(ctx, inc.Ref(), "old/"+fx.Surface+"/"+fx.TS, fx.Channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Thread: fx.TS})
		if err == nil && fx.Surface == string(incident.Card) {
			err = w.Slack.Unpin(ctx, fx.Channel, fx.TS)
		}
	}
	if !final(err) || deaf[bot.CodeOf(err)] && fx.Channel == inc.ChannelID {
		return err
	}
	w.unimportant(inc, "say that a message is out of date", err)
	return nil
}

// remove deletes a message whose place another one has taken. Of the step message, below which
// answers may stand, a deleted one would leave nothing but a gravestone: it says where to go on.
func (w *Workers) remove(ctx context.Context, inc incident.Incident, fx incident.Supersede, now store.Shown) error {
	if fx.Surface == string(incident.StepMessage) {
		return w.leaveStep(ctx, inc, fx, now)
	}
	return w.Slack.Delete(ctx, fx.Channel, fx.TS)
}

// anew posts the message of a surface in the place of the one that stands, which is then
// removed, and says where it stands. It mentions nobody: who was to be notified was.
func (w *Workers) anew(ctx context.Context, inc incident.Incident, s incident.Surface, old store.Shown, channel string, m blocks.Message) (store.Shown, error) {
	sh, out := old, message(inc, s, m)
	if err := w.reconcile(ctx, inc.Ref(), string(s), &sh, channel, w.sought(ctx, channel, out)); err != nil || sh.TS != old.TS {
		return sh, err
	}
	sh, err := w.post(ctx, inc.ID, string(s), sh, channel, w.hushed(ctx, out))
	if err != nil {
		return sh, err
	}
	sh.Digest = digest(m)
	return sh, w.Store.SaveSuperseding(ctx, sh, supersede(inc.Ref(), string(s), old))
}

// hushed names those whom a message mentions. It is for one that takes the place of
// another: its mentions rang when that was posted.
func (w *Workers) hushed(ctx context.Context, m bot.Message) bot.Message {
	quiet := blocks.Hushed(blocks.Message{Text: m.Text, Blocks: m.Blocks}, func(p incident.Person) string { return w.name(ctx, p) })
	m.Text, m.Blocks = quiet.Text, quiet.Blocks
	return m
}
