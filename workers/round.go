package workers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
	"mayday/store"
)

// showRound draws the message of a round. One that shows it already is left alone, so that a burst of clicks costs one call.
func (w *Workers) showRound(ctx context.Context, fx routine.Show, _ try) error {
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("round/%s/%s", fx.Routine, fx.Period), func(ctx context.Context) error {
		round, err := w.Store.Round(ctx, fx.Ref)
		if err != nil {
			return err
		}
		sh, err := w.Store.RoundShown(ctx, fx.Ref)
		if err != nil || sh.Revision >= fx.Revision && sh.TriedAt.IsZero() {
			return err
		}
		if sh, err = w.drawRound(ctx, round, sh); err != nil {
			return err
		}
		sh.Revision = round.Revision
		return w.Store.SaveRoundShown(ctx, fx.Ref, sh)
	})
	if err == nil && !alone {
		return notYet(100 * time.Millisecond)
	}
	return err
}

// drawRound posts the message of a round the first time and edits it ever after. One that somebody deleted stays away.
func (w *Workers) drawRound(ctx context.Context, round routine.Round, sh store.Shown) (store.Shown, error) {
	m := blocks.Round(round, w.namesOf(ctx))
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: roundKey(round.Ref)}
	channel, err := w.roundChannel(ctx, round, sh)
	if err != nil {
		return sh, err
	}
	if !sh.TriedAt.IsZero() && sh.TS == "" {
		if err := settle(ctx, sh.TriedAt); err != nil {
			return sh, err
		}
		ts, found, err := w.sent(ctx, channel, out, sh.TriedAt)
		if err != nil {
			return sh, err
		}
		if sh = (store.Shown{}); found {
			sh = store.Shown{Channel: channel, TS: ts}
		}
		if err := w.Store.SaveRoundShown(ctx, round.Ref, sh); err != nil {
			return sh, err
		}
	}
	d := digest(m)
	if sh.TS != "" && sh.Digest == d {
		return sh, nil
	}
	if sh.TS != "" {
		err := w.Slack.Edit(ctx, sh.Channel, sh.TS, out)
		if err == nil || bot.CodeOf(err) == "message_not_found" {
			sh.Digest, err = d, nil
		}
		return sh, err
	}
	return w.postRound(ctx, round.Ref, sh, channel, out, d)
}

// postRound posts it. That an attempt is made is written down when its turn has come, and taken back when it certainly
// did nothing.
func (w *Workers) postRound(ctx context.Context, ref routine.Ref, from store.Shown, channel string, m bot.Message, d string) (store.Shown, error) {
	marked := false // Slack may ask for a pause, and the call be made again
	posted, err := w.Slack.Post(bot.OnTurn(ctx, func(ctx context.Context) error {
		if marked {
			return nil
		}
		err := w.Store.ShowingRound(ctx, ref, from)
		marked = err == nil
		return err
	}), channel, m)
	if err == nil {
		return store.Shown{Channel: posted.Channel, TS: posted.TS, Digest: d}, nil
	}
	if marked && undone(err) {
		err = errors.Join(err, w.Store.SaveRoundShown(ctx, ref, from))
	}
	return from, err
}

// roundKey finds the message of a round.
func roundKey(ref routine.Ref) string { return fmt.Sprintf("round/%s/%s", ref.Routine, ref.Period) }

// roundChannel is where a round goes: where its message stands, where the runbook says, or the operators' channel. One
// that is not there is no reason to keep silent.
func (w *Workers) roundChannel(ctx context.Context, round routine.Round, sh store.Shown) (string, error) {
	if sh.Channel != "" {
		return sh.Channel, nil
	}
	if round.Channel == "" {
		return w.opsChannel(ctx)
	}
	id, err := w.channelNamed(ctx, round.Channel)
	if bot.ClassOf(err) == bot.Gone {
		return w.opsChannel(ctx)
	}
	return id, err
}

// namesOf gives what people are called in a message that mentions nobody.
func (w *Workers) namesOf(ctx context.Context) blocks.Names {
	return func(p incident.Person) string { return w.name(ctx, p) }
}
