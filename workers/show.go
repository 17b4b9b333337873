package workers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// show draws one surface of an incident from its row. A surface that shows the
// row already is left alone, so that a burst of changes costs one call.
func (w *Workers) show(ctx context.Context, fx incident.Show, t try) error {
	if fx.Surface == incident.PageMessages {
		return w.showPages(ctx, fx.Ref, t.Since)
	}
	if fx.Surface == incident.AskingMessages {
		return w.showAsking(ctx, fx.Ref)
	}
	name := fmt.Sprintf("show/%d/%s", fx.Incident, fx.Surface)
	alone, err := w.Store.Alone(bot.InLine(ctx, name), name, func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil {
			return err
		}
		sh, err := w.Store.Shown(ctx, inc.ID, string(fx.Surface))
		if err != nil {
			return err
		}
		far, err := w.farAbove(ctx, fx, sh)
		if err != nil || (sh.Revision >= fx.Revision && sh.TriedAt.IsZero() && !far && !fx.Prove) {
			return err
		}
		if !reaches(inc, fx.Surface, sh) {
			return nil // drawn when the channel is back
		}
		if fx.Prove && sh.TS != "" && sh.TriedAt.IsZero() {
			sh.Digest = "" // so it is written whatever it looks like
			if err := w.Store.SaveShown(ctx, inc.ID, string(fx.Surface), sh); err != nil {
				return err
			}
		}
		if far && inc.Status.Live() && inc.Away == "" {
			err = w.moveStep(ctx, w.named(ctx, inc), sh)
		} else {
			err = w.draw(ctx, fx.Surface, w.named(ctx, inc), sh)
		}
		if err != nil {
			return err
		}
		return w.worked(ctx, inc, troubleDraw(fx.Surface))
	})
	if err == nil && !alone {
		return notYet(100 * time.Millisecond)
	}
	return err
}

// reaches reports whether a surface can be drawn: in a channel that mayday was taken out of, what
// stands can still be edited.
func reaches(inc incident.Incident, s incident.Surface, sh store.Shown) bool {
	switch {
	case inc.Away == "", s == incident.Announcement, s == incident.DirectReminder:
		return true
	case s == incident.Card, s == incident.StepMessage:
		return inc.Editable() && sh.TS != ""
	}
	return false
}

func (w *Workers) draw(ctx context.Context, s incident.Surface, inc incident.Incident, sh store.Shown) error {
	switch s {
	case incident.Card:
		if sh.TS == "" {
			ctx = bot.Soon(ctx)
		}
		return w.drawCard(ctx, inc, sh)
	case incident.StepMessage:
		return w.drawStep(ctx, inc, sh)
	case incident.Announcement:
		return w.drawAnnouncement(ctx, inc, sh)
	case incident.Topic:
		return w.drawTopic(ctx, inc, sh)
	case incident.ReminderMessage:
		return w.drawReminder(ctx, inc, sh)
	case incident.DirectReminder:
		return w.drawDirectReminder(ctx, inc, sh)
	}
	return nil
}

// drawMessage posts a surface the first time and edits it ever after.
func (w *Workers) drawMessage(ctx context.Context, s incident.Surface, inc incident.Incident, sh store.Shown, channel string, m blocks.Message) error {
	sh, err := w.stand(ctx, s, inc, sh, channel, m)
	if err != nil {
		return err
	}
	sh.Revision = inc.Revision
	return w.Store.SaveShown(ctx, inc.ID, string(s), sh)
}

// stand has a surface stand as it is to look, and says where.
func (w *Workers) stand(ctx context.Context, s incident.Surface, inc incident.Incident, sh store.Shown, channel string, m blocks.Message) (store.Shown, error) {
	d := digest(m)
	if sh.TS != "" && sh.Digest == d && sh.TriedAt.IsZero() {
		return sh, nil
	}
	sh, err := w.write(ctx, inc.Ref(), string(s), sh, channel, message(inc, s, m))
	if err == nil {
		sh.Digest = d
	}
	return sh, err
}

// drawCard keeps the card, which is pinned. When it is new the first step follows at once,
// before the pin and in the same job: it is what people read next, and Slack lets two
// messages in a row into a channel and then one a second.
func (w *Workers) drawCard(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	if inc.ChannelID == "" {
		return nil
	}
	posted := sh.TS == ""
	sh, err := w.stand(ctx, incident.Card, inc, sh, inc.ChannelID, blocks.Card(inc, w.Store.Now()))
	if err != nil {
		return err
	}
	if !sh.Pinned {
		// Not the revision yet: should the pin fail or have to wait, the next attempt only pins.
		if err := w.Store.SaveShown(ctx, inc.ID, string(incident.Card), sh); err != nil {
			return err
		}
		if posted {
			// Its own job tries it too, and says what is wrong. It has its own lock, because a post may take longer
			// than is waited before it is looked for.
			_ = w.show(ctx, incident.Show{Ref: inc.Ref(), Surface: incident.StepMessage, Revision: inc.Revision}, try{Number: 1})
		}
		if err := w.Slack.Pin(ctx, sh.Channel, sh.TS); err != nil {
			return err
		}
		sh.Pinned = true
	}
	sh.Revision = inc.Revision
	return w.Store.SaveShown(ctx, inc.ID, string(incident.Card), sh)
}

// message is what a surface looks like, with the key by which it is found again.
func message(inc incident.Incident, s incident.Surface, m blocks.Message) bot.Message {
	return bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.Ref(), string(s))}
}

// drawStep keeps the live step message; it follows the card, never precedes it.
func (w *Workers) drawStep(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	if inc.ChannelID == "" || (sh.TS == "" && len(inc.Walk().Playbook.Steps) == 0) {
		return nil
	}
	if err := w.afterCard(ctx, inc); err != nil {
		return err
	}
	found, err := w.foundForStep(ctx, inc)
	if err != nil {
		return err
	}
	if sh.TS == "" {
		ctx = bot.Soon(ctx)
	}
	return w.drawMessage(ctx, incident.StepMessage, inc, sh, inc.ChannelID, blocks.Step(inc, found...))
}

// foundForStep is what the query of the step to do now answered last or, until a step is
// marked, what all of the playbook's did.
func (w *Workers) foundForStep(ctx context.Context, inc incident.Incident) ([]blocks.Finding, error) {
	walk := inc.Walk()
	if w.Diagnostics == nil || walk == nil || !inc.Status.Live() || len(inc.Queries()) == 0 {
		return nil, nil
	}
	newest, err := w.Store.NewestEvidence(ctx, inc.ID, inc.DeclaredAt)
	if err != nil {
		return nil, err
	}
	var list []asked
	for _, q := range inc.Queries() {
		ev, answered := newest[q.Name]
		if !answered || !inc.InCurrentStep(q) && len(walk.Marks) > 0 {
			continue
		}
		a, err := readEvidence(ev)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b asked) int { return cmp.Compare(badness(b), badness(a)) })
	var found []blocks.Finding
	for _, a := range list {
		found = append(found, finding(a))
	}
	return found, nil
}

// afterCard waits until the card stands: it is the first message of a channel.
func (w *Workers) afterCard(ctx context.Context, inc incident.Incident) error {
	card, err := w.Store.Shown(ctx, inc.ID, string(incident.Card))
	if err == nil && card.TS == "" && inc.Troubles[troubleDraw(incident.Card)].IsZero() {
		return notYet(100 * time.Millisecond)
	}
	return err
}

// stepAhead is how long after the card what is told of a new incident lets the first step go ahead, and stepAtMost how
// long after it was asked for: in a storm of incidents the card itself has to wait.
const stepAhead, stepAtMost = 20 * time.Second, time.Minute

// afterStep waits until card and first step stand, the step for a while at most. since is
// when what waits was asked for.
func (w *Workers) afterStep(ctx context.Context, inc incident.Incident, since time.Time) error {
	now := w.Store.DatabaseTime()
	card, err := w.Store.Shown(ctx, inc.ID, string(incident.Card))
	switch {
	case err != nil:
		return err
	case card.TS == "" && inc.Troubles[troubleDraw(incident.Card)].IsZero():
		return notYet(pause(now.Sub(since)))
	case len(inc.Walk().Playbook.Steps) == 0:
		return nil
	}
	step, err := w.Store.Shown(ctx, inc.ID, string(incident.StepMessage))
	if err != nil || step.TS != "" {
		return err
	}
	if now.Sub(since) < stepAhead || now.Sub(bot.Time(card.TS)) < stepAhead && now.Sub(since) < stepAtMost {
		return notYet(pause(now.Sub(since)))
	}
	return nil
}

// pause is how long to stay away when something has been waited for that long: what was not there soon need not be
// looked for ten times a second.
func pause(waited time.Duration) time.Duration {
	return min(max(waited/10, 100*time.Millisecond), time.Second)
}

// drawAnnouncement keeps the one message in the announce channel. A private
// incident has none, or an empty one where it was not private from the beginning;
// others wait for their channel, unless people have to be called.
func (w *Workers) drawAnnouncement(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	noChannelYet := inc.ChannelID == "" && inc.ChannelFailed == "" && len(inc.Unreached()) == 0
	switch {
	case inc.Private && sh.TS == "" && sh.TriedAt.IsZero():
		return nil
	case inc.Private:
		if err := w.emptyThread(ctx, inc, sh); err != nil {
			return err
		}
		return w.drawMessage(ctx, incident.Announcement, inc, sh, sh.Channel, blocks.MovedToPrivate())
	case noChannelYet:
		return nil
	}
	channel, err := w.channelNamed(ctx, w.AnnounceChannel)
	if err != nil {
		return err
	}
	ctx = bot.CommonChannel(ctx)
	if sh.TS == "" {
		ctx = bot.News(ctx)
	}
	err = w.announce(ctx, inc, sh, channel)
	if !deaf[bot.CodeOf(err)] {
		return err
	}
	again, found := w.findAgain(ctx, w.AnnounceChannel, channel)
	if found != nil {
		return errors.Join(err, found)
	}
	if sh, err = w.Store.Shown(ctx, inc.ID, string(incident.Announcement)); err != nil {
		return err
	}
	return w.announce(ctx, inc, sh, again)
}

// announce draws the announcement in a channel. One that stands in another channel is
// followed by one there, which is then made to say so.
func (w *Workers) announce(ctx context.Context, inc incident.Incident, sh store.Shown, channel string) error {
	m := blocks.Announcement(inc)
	if sh.TS != "" && sh.Channel != channel {
		var err error
		if sh, err = w.anew(ctx, inc, incident.Announcement, sh, channel, m); err != nil {
			return err
		}
	}
	return w.drawMessage(ctx, incident.Announcement, inc, sh, channel, m)
}

// unimportant notes what failed and is not tried again, because nobody waits for it.
func (w *Workers) unimportant(inc incident.Incident, what string, err error) {
	if err != nil {
		w.Log.Info("mayday could not "+what, zap.Int64("incident", inc.ID), zap.Error(err))
	}
}

// emptyThread takes the words out of what was said below an announcement.
func (w *Workers) emptyThread(ctx context.Context, inc incident.Incident, announcement store.Shown) error {
	said, err := w.Store.ShownLike(ctx, inc.ID, "alarm/")
	if err != nil {
		return err
	}
	updates, err := w.Store.ShownLike(ctx, inc.ID, "update/")
	if err != nil {
		return err
	}
	maps.Copy(said, updates)
	m := blocks.MovedToPrivate()
	for _, sh := range said {
		if sh.TS == "" || sh.Channel != announcement.Channel {
			continue
		}
		if err := w.Slack.Edit(ctx, sh.Channel, sh.TS, bot.Message{Text: m.Text, Blocks: m.Blocks}); err != nil && !final(err) {
			return err
		}
	}
	return nil
}

func (w *Workers) drawTopic(ctx context.Context, inc incident.Incident, sh store.Shown) error {
	if inc.ChannelID == "" {
		return nil
	}
	topic := blocks.Topic(inc, func(p incident.Person) string { return w.name(ctx, p) })
	d := digest(topic)
	news := sh.Digest != "" || inc.Status != incident.Open || inc.Roles[incident.Lead] != "" // until then the channel's name says it all
	if news && sh.Digest != d || !sh.TriedAt.IsZero() {
		if err := w.reconcile(ctx, inc.Ref(), string(incident.Topic), &sh, inc.ChannelID, func(time.Time) (string, bool, error) { return "", false, nil }); err != nil {
			return err
		}
		if err := w.marking(ctx, inc.ID, string(incident.Topic), sh, sh, func(ctx context.Context) error {
			return w.Slack.SetTopic(ctx, inc.ChannelID, topic)
		}); err != nil {
			return err
		}
	}
	return w.Store.SaveShown(ctx, inc.ID, string(incident.Topic), store.Shown{Channel: inc.ChannelID, Revision: inc.Revision, Digest: d})
}

// key is what a message carries so that it can be found again.
func key(ref incident.Ref, what string) string {
	if ref.UID == "" {
		return fmt.Sprintf("%d/%s", ref.Incident, what)
	}
	return fmt.Sprintf("%d.%s/%s", ref.Incident, ref.UID, what)
}

// digest tells whether something would look different.
func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
