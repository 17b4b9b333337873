package workers

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/oncall"
	"mayday/tally"
)

// showHandover draws the message to whoever is asked to take the lead, and tells the one who asked what came of it.
func (w *Workers) showHandover(ctx context.Context, fx incident.ShowHandover, _ try) error {
	what := fmt.Sprintf("handover/%d", fx.N)
	alone, err := w.Store.Alone(ctx, fmt.Sprintf("%s of %d", what, fx.Incident), func(ctx context.Context) error {
		inc, err := w.Store.Incident(ctx, fx.Ref)
		if err != nil || fx.N >= len(inc.Handovers) {
			return err
		}
		h := inc.Handovers[fx.N]
		inc = w.named(ctx, inc)
		if err := w.drawHandover(ctx, inc, fx.N, what); err != nil {
			return err
		}
		m := blocks.HandoverAnswer(inc, fx.N)
		if len(m.Blocks) == 0 {
			return nil
		}
		channel, err := w.direct(ctx, h.By)
		if err != nil {
			return err
		}
		return w.postOnce(ctx, inc.Ref(), what+"/"+string(h.Answer), channel, bot.Message{Text: m.Text, Blocks: m.Blocks})
	})
	if err == nil && !alone {
		return notYet(ringAgain)
	}
	return err
}

// drawHandover posts the message, or edits it where it stands. One that is not asked any more before it was sent is not sent.
func (w *Workers) drawHandover(ctx context.Context, inc incident.Incident, n int, what string) error {
	h := inc.Handovers[n]
	sh, err := w.Store.Shown(ctx, inc.ID, what)
	if err != nil || sh.TS == "" && sh.TriedAt.IsZero() && !h.Asks() {
		return err
	}
	channel, err := w.direct(ctx, h.To)
	if err != nil {
		return err
	}
	m := blocks.Handover(inc, n, w.Store.Now())
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key(inc.Ref(), what)}
	if sh.TS != "" && sh.TriedAt.IsZero() {
		return w.amend(ctx, inc, what, sh, out)
	}
	if sh, err = w.write(ctx, inc.Ref(), what, sh, channel, out); err != nil {
		return err
	}
	return w.Store.SaveShown(ctx, inc.ID, what, sh)
}

// showShiftHandover does the same for a shift, and tells the operators who is on call instead.
func (w *Workers) showShiftHandover(ctx context.Context, fx oncall.ShowShiftHandover, t try) error {
	alone, err := w.Store.Alone(ctx, "shift handover "+fx.ID, func(ctx context.Context) error {
		h, err := w.Store.ShiftHandover(ctx, fx.ID)
		if err != nil {
			return err
		}
		if err := w.drawShiftHandover(ctx, h); err != nil {
			return err
		}
		name := func(p string) string { return w.name(ctx, p) }
		if h.Answer == oncall.Accepted {
			channel, err := w.opsChannel(ctx)
			if err == nil {
				err = w.tellShift(ctx, channel, "shift/"+h.ID+"/operators", blocks.ShiftHanded(h, name), t)
			}
			if err != nil {
				return err
			}
		}
		if h.Answer == oncall.Waits || h.Answer == oncall.Withdrawn {
			return nil
		}
		channel, err := w.direct(ctx, h.By)
		if err != nil {
			return err
		}
		return w.tellShift(ctx, channel, "shift/"+h.ID+"/"+string(h.Answer), blocks.ShiftAnswer(h, name), t)
	})
	if err == nil && !alone {
		return notYet(ringAgain)
	}
	return err
}

// tellShift posts a message once: a fact says that it stands.
func (w *Workers) tellShift(ctx context.Context, channel, key string, m blocks.Message, t try) error {
	told, err := w.Store.Fact(ctx, key)
	if err != nil || told != "" {
		return err
	}
	ts, err := w.postFound(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}, t.again(), t.Since)
	if err != nil {
		return err
	}
	return w.Store.SaveFact(ctx, key, channel+" "+ts)
}

// drawShiftHandover posts the message to whoever is asked, or edits it where it stands.
func (w *Workers) drawShiftHandover(ctx context.Context, h oncall.Handover) error {
	live, err := w.Store.Live(ctx)
	if err != nil {
		return err
	}
	key := "shift/" + h.ID
	m := blocks.ShiftHandover(h, func(p string) string { return w.name(ctx, p) }, tally.Live(live), w.Store.Now())
	out := bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}
	channel, err := w.direct(ctx, h.To)
	if err != nil {
		return err
	}
	ts, err := w.Store.Fact(ctx, key)
	if err != nil {
		return err
	}
	if ts != "" {
		if err := w.Slack.Edit(ctx, channel, ts, out); !final(err) {
			return err
		}
		return nil // it was deleted, or is too old to be edited
	}
	if !h.Asks() {
		return nil
	}
	if ts, err = w.postFound(ctx, channel, out, true, h.At); err != nil {
		return err
	}
	return w.Store.SaveFact(ctx, key, ts)
}

// expireHandovers has those who asked hear that there was no answer.
func (w *Workers) expireHandovers(ctx context.Context) {
	ids, err := w.Store.DueShiftHandovers(ctx)
	for _, id := range ids {
		if err == nil {
			_, err = w.Store.UpdateShiftHandover(ctx, id, nil, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
				return oncall.Expire(h, now), nil
			})
		}
	}
	if err != nil && ctx.Err() == nil {
		w.Log.Warn("a handover without an answer was not told", zap.Error(err))
	}
}
