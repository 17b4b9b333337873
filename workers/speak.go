package workers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// speak tells in the channel what is aloud and untold, in order and once. Only
// one worker speaks in a channel at a time; the others come back later, in case
// it finished before it could see what they came for.
func (w *Workers) speak(ctx context.Context, fx incident.Speak, t try) error {
	var before incident.Incident
	name := fmt.Sprintf("speak/%d", fx.Incident)
	alone, err := w.Store.Alone(bot.InLine(ctx, name), name, func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || inc.ChannelID == "" || inc.Away != "" {
			return err // what waits is asked for again when the channel is back
		}
		if err := w.afterStep(ctx, inc, t.Since); err != nil {
			return err
		}
		untold, err := w.Store.Untold(ctx, inc.ID)
		if err != nil {
			return err
		}
		before = inc
		if untold, err = w.triedBeforeOutage(ctx, inc, untold); err != nil {
			return err
		}
		for len(untold) > 0 {
			n := together(untold)
			if err := w.tell(ctx, inc, untold[:n], t.Since); err != nil {
				return err
			}
			untold = untold[n:]
		}
		return w.worked(ctx, inc, troubleSpeak)
	})
	switch {
	case err == nil && !alone:
		return notYet(300 * time.Millisecond)
	case err == nil && before.ID != 0:
		return w.answeredMeanwhile(ctx, before)
	}
	return err
}

// answeredMeanwhile draws what was told with buttons anew when they were answered while
// it was on its way. before is the incident as it was then.
func (w *Workers) answeredMeanwhile(ctx context.Context, before incident.Incident) error {
	inc, err := w.Store.Incident(ctx, before.Ref())
	if err != nil || inc.Acknowledged() == before.Acknowledged() && inc.Status.Live() == before.Status.Live() && inc.Ended() == before.Ended() {
		return err
	}
	return w.showAsking(ctx, before.Ref())
}

// together is how many of the first events are told in one message: who was
// called, one after the other, and who could not be. What an earlier attempt
// tried together stays together, so that it can be found again.
func together(untold []store.Untold) int {
	if n := caughtUp(untold); n > 0 {
		return n
	}
	n := 1
	if len(untold) > 1 && broughtIn(untold[0], untold[1]) {
		return 2
	}
	for n < len(untold) && aboutPages[untold[0].Event.Kind] && aboutPages[untold[n].Event.Kind] && untold[n].TriedAt.Equal(untold[0].TriedAt) {
		n++
	}
	return n
}

// broughtIn reports whether the second event says that who did the first comes into
// the channel: both are told in one breath.
func broughtIn(did, joined store.Untold) bool {
	return joined.Event.Kind == incident.EventJoined && joined.Event.By == did.Event.By && joined.Event.At.Equal(did.Event.At) && joined.TriedAt.Equal(did.TriedAt)
}

var aboutPages = map[incident.EventKind]bool{incident.EventPaged: true, incident.EventPageFailed: true, incident.EventNobodyToPage: true}

// tell posts some events in one message. What Slack will not have as it is is told
// in plain words, and what it will not have at all is left out: those that come
// after it must not wait for ever.
func (w *Workers) tell(ctx context.Context, inc incident.Incident, told []store.Untold, since time.Time) error {
	first := told[0]
	if first.Event.Kind == incident.EventPaged || first.Event.Kind == incident.EventRespondBreached {
		ctx = bot.Soon(ctx)
	}
	var seqs []int
	var evs []incident.Event
	for _, u := range told {
		seqs = append(seqs, u.Event.Seq)
		evs = append(evs, u.Event)
	}
	inc = w.named(ctx, inc, evs...)
	if evs[len(evs)-1].Kind != incident.EventSlackBack {
		inc = w.calledBy(ctx, inc, evs)
	}
	if err := w.awaitPresent(ctx, inc, since, first.Event.At, blocks.Called(inc, evs)...); err != nil {
		return err
	}
	m := blocks.Events(inc, evs)
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.Ref(), fmt.Sprintf("event/%d", seqs[0]))}
	ts, err := w.toldAlready(ctx, inc, out, first.TriedAt)
	if err != nil {
		return err
	}
	if ts == "" {
		ts, err = w.say(ctx, inc, seqs, first.TriedAt, out)
	}
	if bot.ClassOf(err) == bot.Permanent {
		w.Log.Warn("Slack refuses how an event looks", zap.Int64("incident", inc.ID), zap.Ints("events", seqs), zap.Error(err))
		out.Blocks = nil
		ts, err = w.say(ctx, inc, seqs, time.Time{}, out)
	}
	if aboutMessage(err) {
		w.Log.Error("Slack refuses what an event says, which is left out", zap.Int64("incident", inc.ID), zap.Ints("events", seqs), zap.Error(err))
		ts, err = "", nil
	}
	if err == nil {
		err = w.Store.Told(ctx, inc.ID, seqs, ts)
	}
	if err != nil || ts == "" || !slices.ContainsFunc(evs, func(ev incident.Event) bool { return blocks.AsksFor(ev.Kind) }) {
		return err
	}
	return w.Store.SaveShown(ctx, inc.ID, toldAs(seqs[0]), store.Shown{Channel: inc.ChannelID, TS: ts, Digest: digest(m)})
}

// toldAs names the message of events, the first of which has this number, as a surface.
func toldAs(seq int) string { return fmt.Sprintf("told/%d", seq) }

// showAsking draws anew what was told with buttons, as the incident stands now: they go
// when they are not wanted any more.
func (w *Workers) showAsking(ctx context.Context, ref incident.Ref) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("asking/%d", ref.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, ref)
		if err != nil || inc.ChannelID == "" || !inc.Editable() {
			return err
		}
		spoken, err := w.Store.Spoken(ctx, inc.ID)
		for err == nil && len(spoken) > 0 {
			n := 1
			for n < len(spoken) && spoken[n].TS == spoken[0].TS {
				n++
			}
			err = w.redrawSpoken(ctx, inc, spoken[:n])
			spoken = spoken[n:]
		}
		return err
	})
	if err == nil && !alone {
		return notYet(300 * time.Millisecond)
	}
	return err
}

// redrawSpoken edits the message of some events, if it would look different.
func (w *Workers) redrawSpoken(ctx context.Context, inc incident.Incident, told []store.Spoken) error {
	if !slices.ContainsFunc(told, func(s store.Spoken) bool { return blocks.AsksFor(s.Event.Kind) }) {
		return nil
	}
	var evs []incident.Event
	for _, s := range told {
		evs = append(evs, s.Event)
	}
	m, surface := blocks.Events(w.named(ctx, inc, evs...), evs), toldAs(evs[0].Seq)
	looks := digest(m)
	sh, err := w.Store.Shown(ctx, inc.ID, surface)
	if err != nil || sh.Digest == looks {
		return err
	}
	err = w.Slack.Edit(bot.OwnChannel(ctx), inc.ChannelID, told[0].TS, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.Ref(), fmt.Sprintf("event/%d", evs[0].Seq))})
	if err != nil && !final(err) {
		return err
	}
	w.unimportant(inc, "bring up to date what was told", err)
	return w.Store.SaveShown(ctx, inc.ID, surface, store.Shown{Channel: inc.ChannelID, TS: told[0].TS, Revision: inc.Revision, Digest: looks})
}

// toldAlready looks for a message that an earlier attempt may have posted.
func (w *Workers) toldAlready(ctx context.Context, inc incident.Incident, m bot.Message, triedAt time.Time) (ts string, err error) {
	if triedAt.IsZero() {
		return "", nil
	}
	if err := settle(ctx, triedAt); err != nil {
		return "", err
	}
	ts, _, err = w.sent(ctx, inc.ChannelID, m, triedAt)
	return ts, err
}

// say posts a message of events. That it is about to is written down when its turn
// has come, if nobody tried since triedAt, and taken back when Slack certainly did nothing.
func (w *Workers) say(ctx context.Context, inc incident.Incident, seqs []int, triedAt time.Time, m bot.Message) (ts string, err error) {
	marked := false // Slack may ask for a pause, and the call be made again
	turn := bot.OnTurn(bot.OwnChannel(ctx), func(ctx context.Context) error {
		if marked {
			return nil
		}
		err := w.Store.Telling(ctx, inc.ID, seqs, triedAt)
		marked = err == nil
		return err
	})
	posted, err := w.Slack.Post(turn, inc.ChannelID, m)
	if undone(err) {
		err = errors.Join(err, w.Store.NotTelling(ctx, inc.ID, seqs))
	}
	return posted.TS, err
}

// aboutMessage reports whether Slack refused a message for what is in it, and not
// for where it was to go or by whom. Slack: chat.postMessage, errors.
func aboutMessage(err error) bool {
	code := bot.CodeOf(err)
	switch {
	case bot.ClassOf(err) != bot.Permanent:
		return false
	case strings.HasPrefix(code, "invalid_blocks"), strings.HasPrefix(code, "invalid_arg"), strings.HasPrefix(code, "invalid_metadata"), strings.HasPrefix(code, "metadata_"):
		return true
	}
	return contentRefused[code]
}

var contentRefused = map[string]bool{
	"msg_too_long": true, "msg_blocks_too_long": true, "no_text": true, "invalid_attachments": true, "too_many_attachments": true,
	"markdown_text_conflict": true, "block_mismatch": true, "http_413": true,
}
