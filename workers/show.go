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
	if fx.Surface == incident.PageMessages {
		return w.showPages(ctx, fx)
	}
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("show/%d/%s", fx.Incident, fx.Surface), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Incident)
		if err != nil {
			return err
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
	d := digest(m)
	if sh.TS != "" && sh.Digest == d {
		sh.Revision = inc.Revision
		return w.Store.SaveShown(ctx, inc.ID, string(s), sh)
	}
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.ID, string(s))}
	fresh := sh.TS == "" || sh.Digest == ""
	if sh.TS != "" {
		err := w.Slack.Edit(ctx, sh.Channel, sh.TS, out)
		if bot.CodeOf(err) == "message_not_found" {
			sh.TS, fresh = "", true // somebody deleted it
		} else if err != nil {
			return err
		}
	}
	if sh.TS == "" {
		if err := settled(sh.TriedAt, sh.TriedFor); err != nil {
			return err
		}
		tried := !sh.TriedAt.IsZero()
		if err := w.Store.Showing(ctx, inc.ID, string(s)); err != nil {
			return err
		}
		posted, err := w.postOnce(ctx, channel, out, tried, inc.DeclaredAt)
		if err != nil {
			return err
		}
		sh.Channel, sh.TS = posted.Channel, posted.TS
		// Without a digest yet: should the pin fail, the next attempt edits and pins again.
		if err := w.Store.SaveShown(ctx, inc.ID, string(s), store.Shown{Channel: sh.Channel, TS: sh.TS}); err != nil {
			return err
		}
	}
	if pin && fresh {
		if err := w.Slack.Pin(ctx, sh.Channel, sh.TS); err != nil {
			return err
		}
	}
	return w.Store.SaveShown(ctx, inc.ID, string(s), store.Shown{Channel: sh.Channel, TS: sh.TS, Revision: inc.Revision, Digest: d})
}

// settleAfter is how long after an attempt of unknown outcome its message can
// still arrive: whoever made it may have lost the lock while the request was on
// its way, and has noticed since. To look sooner is to find nothing and post twice.
const settleAfter = 3 * time.Second

// settled asks to be tried again later while an earlier attempt may still be on its way.
func settled(triedAt time.Time, triedFor time.Duration) error {
	if triedAt.IsZero() || triedFor >= settleAfter {
		return nil
	}
	return notYet(settleAfter - triedFor)
}

// postOnce posts a message that carries a key. When an earlier attempt may have
// succeeded it looks first.
func (w *Workers) postOnce(ctx context.Context, channel string, m bot.Message, look bool, since time.Time) (bot.Posted, error) {
	if look {
		// A minute of grace: Slack's clock and ours need not agree.
		ts, found, err := w.Slack.Sent(ctx, channel, m.Thread, m.Key, since.Add(-time.Minute))
		if err != nil {
			return bot.Posted{}, err
		}
		if found {
			return bot.Posted{Channel: channel, TS: ts}, nil
		}
	}
	return w.Slack.Post(ctx, channel, m)
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
	if sh.Digest != d {
		if err := w.Slack.SetTopic(ctx, inc.ChannelID, topic); err != nil {
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
	name := string(incident.ReminderMessage)
	d := ""
	if inc.Reminder != nil {
		d = digest(inc.Reminder)
	}
	if sh.TS != "" && sh.Digest != d {
		if err := w.Slack.Delete(ctx, sh.Channel, sh.TS); err != nil && bot.ClassOf(err) != bot.Gone {
			return err
		}
		sh = store.Shown{}
	}
	if inc.Reminder != nil && sh.TS == "" {
		m := blocks.Reminder(inc)
		if err := settled(sh.TriedAt, sh.TriedFor); err != nil {
			return err
		}
		tried := !sh.TriedAt.IsZero()
		if err := w.Store.Showing(ctx, inc.ID, name); err != nil {
			return err
		}
		posted, err := w.postOnce(ctx, inc.ChannelID, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.ID, name+"/"+d)}, tried, inc.DeclaredAt)
		if err != nil {
			return err
		}
		sh.Channel, sh.TS = posted.Channel, posted.TS
	}
	sh.Revision, sh.Digest = inc.Revision, d
	return w.Store.SaveShown(ctx, inc.ID, name, sh)
}

// showPages takes the button off the direct messages once somebody acknowledged.
func (w *Workers) showPages(ctx context.Context, fx incident.Show) error {
	inc, err := w.Store.Incident(ctx, fx.Incident)
	if err != nil {
		return err
	}
	pages, err := w.Store.ShownPages(ctx, inc.ID)
	if err != nil {
		return err
	}
	for surface, sh := range pages {
		var page int
		if _, err := fmt.Sscanf(surface, "page/%d/", &page); err != nil || page >= len(inc.Pages) {
			continue
		}
		m := blocks.Page(inc, inc.Pages[page], w.Store.Now())
		if sh.Digest == digest(m) {
			continue
		}
		if err := w.Slack.Edit(ctx, sh.Channel, sh.TS, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.ID, surface)}); err != nil && !final(err) {
			return err
		}
		sh.Digest, sh.Revision = digest(m), inc.Revision
		if err := w.Store.SaveShown(ctx, inc.ID, surface, sh); err != nil {
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
