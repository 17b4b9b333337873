package workers

import (
	"context"
	"errors"
	"strings"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

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

// marking makes a call whose outcome may stay unknown. When its turn has come that
// is written down, if the row is still from: who waited may have lost the lock, and
// somebody else does it by now. stands is what is known to be there without the
// call, and is written down instead when the call certainly did nothing.
func (w *Workers) marking(ctx context.Context, id int64, surface string, from, stands store.Shown, call func(context.Context) error) error {
	marked := false // Slack may ask for a pause, and the call be made again
	err := call(bot.OnTurn(ctx, func(ctx context.Context) error {
		if marked {
			return nil
		}
		err := w.Store.Showing(ctx, id, surface, from)
		marked = err == nil
		return err
	}))
	if !undone(err) {
		return err
	}
	return errors.Join(err, w.Store.SaveShown(ctx, id, surface, stands))
}

// undone reports whether a call certainly did nothing, and whoever made it may say
// so. One that stood still or was overtaken must not write over what its successor did.
func undone(err error) bool {
	return bot.NotApplied(err) && !errors.Is(err, store.ErrCutOff) && !errors.Is(err, store.ErrOvertaken)
}

// reconcile finds out what became of an attempt of unknown outcome, which look may
// find by what it left behind, and writes that down. How that looks is not known.
func (w *Workers) reconcile(ctx context.Context, ref incident.Ref, surface string, sh *store.Shown, channel string, look func(since time.Time) (ts string, found bool, err error)) error {
	if sh.TriedAt.IsZero() {
		return nil
	}
	if err := settle(ctx, sh.TriedAt); err != nil {
		return err
	}
	ts, found, err := look(sh.TriedAt)
	if err != nil {
		return err
	}
	old := *sh
	if found && ts != sh.TS {
		*sh = store.Shown{Channel: channel, TS: ts}
	}
	sh.Digest, sh.Revision, sh.TriedAt = "", 0, time.Time{}
	if old.TS != "" && old.TS != sh.TS {
		return w.Store.SaveSuperseding(ctx, *sh, supersede(ref, surface, old))
	}
	return w.Store.SaveShown(ctx, ref.Incident, surface, *sh)
}

// sought looks for a message that an attempt may have posted.
func (w *Workers) sought(ctx context.Context, channel string, m bot.Message) func(time.Time) (string, bool, error) {
	return func(since time.Time) (string, bool, error) { return w.sent(ctx, channel, m, since) }
}

// sent looks for a message that an attempt since then may have posted.
func (w *Workers) sent(ctx context.Context, channel string, m bot.Message, since time.Time) (ts string, found bool, err error) {
	ts, found, err = w.Slack.Sent(ctx, channel, m.Thread, m.Key, since.Add(-grace))
	if m.Thread != "" && threadGone(err) {
		// Its parent was deleted: such a reply lands in the channel.
		return w.Slack.Sent(ctx, channel, "", m.Key, since.Add(-grace))
	}
	return ts, found, err
}

// threadGone reports whether Slack refused because of the thread: its parent is not there (Slack: conversations.replies),
// or takes no replies (Slack: chat.postMessage). As often it says nothing, and the reply stands in the channel.
func threadGone(err error) bool {
	return bot.CodeOf(err) == "thread_not_found" || bot.CodeOf(err) == "cannot_reply_to_message"
}

// thread gives the parent of a reply, empty once it is known to be gone.
func (w *Workers) thread(ctx context.Context, id int64, parent string) (string, error) {
	if parent == "" {
		return "", nil
	}
	lost, err := w.Store.Shown(ctx, id, lostThread+parent)
	if err != nil || lost.Channel != "" {
		return "", err
	}
	return parent, nil
}

// loseThread writes down that a thread is gone. The reply may have to wait for its next turn, and whoever makes
// that attempt is not to be refused once more.
func (w *Workers) loseThread(ctx context.Context, id int64, channel, parent string) error {
	return w.Store.SaveShown(ctx, id, lostThread+parent, store.Shown{Channel: channel})
}

// lostThread begins the surfaces that stand for a thread that is gone.
const lostThread = "lost/"

// grace: Slack's clock and ours need not agree.
const grace = time.Minute

// write edits the message of a surface, or posts it when there is none or
// somebody deleted it, and says where it stands.
func (w *Workers) write(ctx context.Context, ref incident.Ref, surface string, sh store.Shown, channel string, m bot.Message) (store.Shown, error) {
	if err := w.reconcile(ctx, ref, surface, &sh, channel, w.sought(ctx, channel, m)); err != nil {
		return sh, err
	}
	id := ref.Incident
	if sh.TS == "" {
		return w.post(ctx, id, surface, sh, channel, m)
	}
	err := w.marking(ctx, id, surface, sh, sh, func(ctx context.Context) error { return w.Slack.Edit(ctx, sh.Channel, sh.TS, m) })
	gone := bot.CodeOf(err) == "message_not_found"
	switch {
	case !gone && !uneditable[bot.CodeOf(err)]:
		return sh, err
	case strings.HasPrefix(surface, pageSurface):
		return sh, nil // to write to somebody once more is to wake them
	}
	if gone {
		// Posted without its words and then edited: an edit notifies nobody.
		bare := bot.Message{Text: drawnAnew, Key: m.Key, Thread: m.Thread}
		if sh, err = w.post(ctx, id, surface, sh, channel, bare); err != nil {
			return sh, err
		}
		if err := w.Store.SaveShown(ctx, id, surface, sh); err != nil {
			return sh, err
		}
		err = w.marking(ctx, id, surface, sh, sh, func(ctx context.Context) error { return w.Slack.Edit(ctx, sh.Channel, sh.TS, m) })
		if !uneditable[bot.CodeOf(err)] {
			return sh, err
		}
	}
	// The new one first: should it have to wait for its turn, the next attempt finds all as it was. With the old one
	// gone, that attempt would post a bare one, find it uneditable too, and so on without end.
	old := sh
	if sh, err = w.post(ctx, id, surface, old, channel, w.hushed(ctx, m)); err != nil {
		return sh, err
	}
	return sh, w.Store.SaveSuperseding(ctx, sh, supersede(ref, surface, old))
}

// drawnAnew is what stands for a moment in the place of a message that takes over.
const drawnAnew = "…"

// pageSurface begins the surfaces of direct messages that call somebody.
const pageSurface = "page/"

// post posts the message of a surface in place of the one that the row names, if any.
// A reply whose thread is gone stands in the channel.
func (w *Workers) post(ctx context.Context, id int64, surface string, from store.Shown, channel string, m bot.Message) (store.Shown, error) {
	sh, err := from, error(nil)
	if m.Thread, err = w.thread(ctx, id, m.Thread); err != nil {
		return sh, err
	}
	err = w.marking(ctx, id, surface, from, from, func(ctx context.Context) error {
		posted, err := w.Slack.Post(ctx, channel, m)
		if err == nil {
			sh = store.Shown{Channel: posted.Channel, TS: posted.TS}
		}
		return err
	})
	if m.Thread != "" && threadGone(err) {
		if err := w.loseThread(ctx, id, channel, m.Thread); err != nil {
			return sh, err
		}
		return w.post(ctx, id, surface, from, channel, m)
	}
	return sh, err
}

// postOnce posts a message that stays as it is, under its key within the incident.
func (w *Workers) postOnce(ctx context.Context, ref incident.Ref, what, channel string, m bot.Message) error {
	m.Key = key(ref, what)
	id := ref.Incident
	sh, err := w.Store.Shown(ctx, id, what)
	if err != nil || (sh.TS != "" && sh.TriedAt.IsZero()) {
		return err
	}
	if err := w.reconcile(ctx, ref, what, &sh, channel, w.sought(ctx, channel, m)); err != nil {
		return err
	}
	if sh.TS == "" {
		if sh, err = w.write(ctx, ref, what, sh, channel, m); err != nil {
			return err
		}
	}
	return w.Store.SaveShown(ctx, id, what, sh)
}

// uploadOnce posts a file and gives its address. Its title is what it is found
// again by: no other file in the channel may have it. Where its thread is gone it stands in the channel.
func (w *Workers) uploadOnce(ctx context.Context, id int64, channel, thread, name, title string, body []byte) (link string, err error) {
	if thread, err = w.thread(ctx, id, thread); err != nil {
		return "", err
	}
	link, err = w.upload(ctx, id, channel, thread, name, title, body)
	if thread == "" || !threadGone(err) {
		return link, err
	}
	if err := w.loseThread(ctx, id, channel, thread); err != nil {
		return "", err
	}
	return w.upload(ctx, id, channel, "", name, title, body)
}

// upload is uploadOnce in one thread, or in none.
func (w *Workers) upload(ctx context.Context, id int64, channel, thread, name, title string, body []byte) (link string, err error) {
	what := "file/" + title
	sh, err := w.Store.Shown(ctx, id, what)
	// The address may be unknown, so that the channel says that the file stands.
	if err != nil || (sh.Channel != "" && sh.TriedAt.IsZero()) {
		return sh.TS, err
	}
	if err := w.reconcile(ctx, incident.Ref{Incident: id}, what, &sh, channel, func(since time.Time) (string, bool, error) {
		link, found, err := w.Slack.SentFile(ctx, channel, thread, title, since.Add(-grace))
		if found {
			sh.Channel = channel
		}
		return link, found, err
	}); err != nil {
		return "", err
	}
	if sh.Channel == "" {
		if err := w.marking(ctx, id, what, sh, sh, func(ctx context.Context) (err error) {
			sh.TS, err = w.Slack.Upload(ctx, channel, thread, name, title, body)
			return err
		}); err != nil {
			return "", err
		}
		sh.Channel = channel
	}
	return sh.TS, w.Store.SaveShown(ctx, id, what, sh)
}

// postSought posts a message of no incident. When an earlier attempt since then may
// have succeeded it looks first.
func (w *Workers) postSought(ctx context.Context, channel string, m bot.Message, look bool, since time.Time) error {
	_, err := w.postFound(ctx, channel, m, look, since)
	return err
}

// postFound is postSought, and says where the message stands.
func (w *Workers) postFound(ctx context.Context, channel string, m bot.Message, look bool, since time.Time) (ts string, err error) {
	if look {
		if err := settle(ctx, since); err != nil {
			return "", err
		}
		ts, found, err := w.sent(ctx, channel, m, since)
		if err != nil || found {
			return ts, err
		}
	}
	posted, err := w.Slack.Post(ctx, channel, m)
	return posted.TS, err
}
