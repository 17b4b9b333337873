package workers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// show draws one surface of an incident from its row. A surface that shows the
// row already is left alone, so that a burst of changes costs one call.
func (w *Workers) show(ctx context.Context, fx incident.Show, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("show/%d/%s", fx.Incident, fx.Surface), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Incident)
		if err != nil {
			return err
		}
		if fx.Surface == incident.PageMessages {
			return w.drawPages(ctx, inc)
		}
		sh, err := w.Store.Shown(ctx, inc.ID, string(fx.Surface))
		if err != nil || (sh.Revision >= fx.Revision && sh.TriedAt.IsZero()) {
			return err
		}
		return w.draw(ctx, fx.Surface, inc, sh)
	})
	if err == nil && !alone {
		return notYet(100 * time.Millisecond)
	}
	return err
}

func (w *Workers) draw(ctx context.Context, s incident.Surface, inc incident.Incident, sh store.Shown) error {
	switch s {
	case incident.Card:
		if inc.ChannelID == "" {
			return nil
		}
		return w.drawMessage(bot.Urgent(ctx), s, inc, sh, inc.ChannelID, blocks.Card(inc, w.Store.Now()), true)
	case incident.StepMessage:
		return w.drawStep(ctx, inc, sh)
	case incident.Announcement:
		return w.drawAnnouncement(ctx, inc, sh)
	case incident.Topic:
		return w.drawTopic(ctx, inc, sh)
	case incident.ReminderMessage:
		return w.drawReminder(ctx, inc, sh)
	}
	return nil
}

// drawMessage posts a surface the first time and edits it ever after.
func (w *Workers) drawMessage(ctx context.Context, s incident.Surface, inc incident.Incident, sh store.Shown, channel string, m blocks.Message, pin bool) error {
	if d := digest(m); sh.TS == "" || sh.Digest != d || !sh.TriedAt.IsZero() {
		var err error
		if sh, err = w.write(ctx, s, inc, sh, channel, m); err != nil {
			return err
		}
		sh.Digest, sh.TriedAt = d, time.Time{}
	}
	if pin && !sh.Pinned {
		// Not the revision yet: should the pin fail or have to wait, the next attempt only pins.
		if err := w.Store.SaveShown(ctx, inc.ID, string(s), sh); err != nil {
			return err
		}
		if err := w.Slack.Pin(ctx, sh.Channel, sh.TS); err != nil {
			return err
		}
		sh.Pinned = true
	}
	sh.Revision = inc.Revision
	return w.Store.SaveShown(ctx, inc.ID, string(s), sh)
}

// write edits the message of a surface, or posts it when there is none or
// somebody deleted it, and says where it stands.
func (w *Workers) write(ctx context.Context, s incident.Surface, inc incident.Incident, sh store.Shown, channel string, m blocks.Message) (store.Shown, error) {
	if err := w.reconcile(ctx, s, inc, &sh, channel); err != nil {
		return sh, err
	}
	sending := w.showing(ctx, inc.ID, s)
	if sh.TS != "" {
		err := w.Slack.Edit(sending, sh.Channel, sh.TS, message(inc, s, m))
		if bot.CodeOf(err) != "message_not_found" {
			return sh, err
		}
		sh = store.Shown{}
	}
	posted, err := w.Slack.Post(sending, channel, message(inc, s, m))
	sh.Channel, sh.TS = posted.Channel, posted.TS
	return sh, err
}

// message is what a surface looks like, with the key by which it is found again.
func message(inc incident.Incident, s incident.Surface, m blocks.Message) bot.Message {
	return bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.ID, string(s))}
}

// reconcile finds out what became of an attempt of unknown outcome: the message
// that it may have posted, however that looks. It waits first until nothing of
// the attempt can be under way any more.
func (w *Workers) reconcile(ctx context.Context, s incident.Surface, inc incident.Incident, sh *store.Shown, channel string) error {
	if sh.TriedAt.IsZero() {
		return nil
	}
	if err := settle(ctx, sh.TriedAt); err != nil {
		return err
	}
	ts, found, err := w.sent(ctx, channel, message(inc, s, blocks.Message{}), inc.DeclaredAt)
	if err != nil {
		return err
	}
	if found && ts != sh.TS {
		*sh = store.Shown{Channel: channel, TS: ts}
	}
	return nil
}

// showing marks the next call as one whose outcome may stay unknown, when its turn has come.
func (w *Workers) showing(ctx context.Context, id int64, s incident.Surface) context.Context {
	return bot.OnTurn(ctx, func(ctx context.Context) error { return w.Store.Showing(ctx, id, string(s)) })
}

// settle waits until an earlier attempt of unknown outcome cannot be under way any
// more: whoever made it may have lost the lock a moment ago, with the request on
// its way. To look or to edit sooner is to post twice, or to be overtaken by an older look.
func settle(ctx context.Context, triedAt time.Time) error {
	if !triedAt.IsZero() {
		store.SystemClock{}.Wait(ctx, time.Now().Add(store.LockLostWithin+lockSlack), nil)
	}
	return ctx.Err()
}

// lockSlack is for a request that had left before its sender noticed.
const lockSlack = 500 * time.Millisecond

// postOnce posts a message that carries a key. When an earlier attempt may have
// succeeded it looks first.
func (w *Workers) postOnce(ctx context.Context, channel string, m bot.Message, look bool, since time.Time) (bot.Posted, error) {
	if look {
		ts, found, err := w.sent(ctx, channel, m, since)
		if err != nil || found {
			return bot.Posted{Channel: channel, TS: ts}, err
		}
	}
	return w.Slack.Post(ctx, channel, m)
}

// sent looks for a message that an attempt since then may have posted.
func (w *Workers) sent(ctx context.Context, channel string, m bot.Message, since time.Time) (ts string, found bool, err error) {
	// A minute of grace: Slack's clock and ours need not agree.
	return w.Slack.Sent(ctx, channel, m.Thread, m.Key, since.Add(-time.Minute))
}

// drawStep keeps the live step message; it follows the card, never precedes it.
func (w *Workers) drawStep(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	if inc.ChannelID == "" || (sh.TS == "" && len(inc.Walk().Playbook.Steps) == 0) {
		return nil
	}
	if err := w.afterCard(ctx, inc); err != nil {
		return err
	}
	return w.drawMessage(ctx, incident.StepMessage, inc, sh, inc.ChannelID, blocks.Step(inc), false)
}

// afterCard waits until the card stands: it is the first message of a channel.
func (w *Workers) afterCard(ctx context.Context, inc incident.Incident) error {
	card, err := w.Store.Shown(ctx, inc.ID, string(incident.Card))
	if err == nil && card.TS == "" && inc.Troubles["draw the card"].IsZero() {
		return notYet(100 * time.Millisecond)
	}
	return err
}

// drawAnnouncement keeps the one message in the announce channel. A private
// incident has none; others wait for their channel, unless people have to be called.
func (w *Workers) drawAnnouncement(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	noChannelYet := inc.ChannelID == "" && inc.ChannelFailed == "" && len(inc.Unreached()) == 0
	if inc.Private || noChannelYet {
		return nil
	}
	channel, err := w.channelNamed(ctx, w.AnnounceChannel)
	if err != nil {
		return err
	}
	return w.drawMessage(ctx, incident.Announcement, inc, sh, channel, blocks.Announcement(inc), false)
}

// channelNamed resolves the id or name of a setting once and remembers it; the
// app joins so that it can look for its own messages there.
func (w *Workers) channelNamed(ctx context.Context, name string) (string, error) {
	name = strings.TrimPrefix(name, "#")
	fact := "channel/" + name
	id, err := w.Store.Fact(ctx, fact)
	if err != nil || id != "" {
		return id, err
	}
	var ch bot.Channel
	if strings.HasPrefix(name, "C") && isID(name) {
		ch, err = w.Slack.ChannelInfo(ctx, name)
	} else {
		ch, err = w.Slack.ChannelNamed(ctx, name)
	}
	if err != nil {
		return "", err
	}
	if !ch.Member && !ch.Private {
		if err := w.Slack.Join(ctx, ch.ID); err != nil {
			return "", err
		}
	}
	return ch.ID, w.Store.SaveFact(ctx, fact, ch.ID)
}

func (w *Workers) drawTopic(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	if inc.ChannelID == "" {
		return nil
	}
	topic := blocks.Topic(inc, func(p incident.Person) string { return w.name(ctx, p) })
	d := digest(topic)
	if sh.Digest != d || !sh.TriedAt.IsZero() {
		if err := settle(ctx, sh.TriedAt); err != nil {
			return err
		}
		if err := w.Slack.SetTopic(w.showing(ctx, inc.ID, incident.Topic), inc.ChannelID, topic); err != nil {
			return err
		}
	}
	return w.Store.SaveShown(ctx, inc.ID, string(incident.Topic), store.Shown{Channel: inc.ChannelID, Revision: inc.Revision, Digest: d})
}

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
	if err := w.reconcile(ctx, incident.ReminderMessage, inc, &sh, inc.ChannelID); err != nil {
		return err
	}
	if sh.TS != "" && sh.Digest != d {
		if err := w.Slack.Delete(ctx, sh.Channel, sh.TS); err != nil && bot.ClassOf(err) != bot.Gone {
			return err
		}
		sh = store.Shown{}
	}
	if inc.Reminder != nil && sh.TS == "" {
		m := blocks.Reminder(inc)
		posted, err := w.Slack.Post(w.showing(ctx, inc.ID, incident.ReminderMessage), inc.ChannelID, message(inc, incident.ReminderMessage, m))
		if err != nil {
			return err
		}
		sh.Channel, sh.TS = posted.Channel, posted.TS
	}
	return w.Store.SaveShown(ctx, inc.ID, string(incident.ReminderMessage), store.Shown{Channel: sh.Channel, TS: sh.TS, Revision: inc.Revision, Digest: d})
}

// drawPages takes the button off the direct messages once somebody acknowledged.
func (w *Workers) drawPages(ctx context.Context, inc incident.Incident) error {
	pages, err := w.Store.ShownPages(ctx, inc.ID)
	if err != nil {
		return err
	}
	for surface, sh := range pages {
		var page int
		if _, err := fmt.Sscanf(surface, "page/%d/", &page); err != nil || page >= len(inc.Pages) || sh.TS == "" {
			continue
		}
		err := w.drawMessage(ctx, incident.Surface(surface), inc, sh, sh.Channel, blocks.Page(inc, inc.Pages[page], w.Store.Now()), false)
		if err != nil && !final(err) {
			return err
		}
	}
	return nil
}

// key is what a message carries so that it can be found again.
func key(id int64, what string) string { return fmt.Sprintf("%d/%s", id, what) }

// digest tells whether something would look different.
func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
