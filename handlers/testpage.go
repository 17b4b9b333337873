package handlers

import (
	"context"
	"errors"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
	"mayday/store"
)

// testPage pages whoever types, as an exercise.
func (h *Handlers) testPage(ctx context.Context, r bot.Request, _ line) bot.Reply {
	if err := h.mayAsk(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	in, cancel := inTime(ctx)
	defer cancel()
	fresh := false
	t, err := h.Store.UpdateTester(in, r.User, r.Keys, func(t routine.Tester, now time.Time) routine.TesterChange {
		c := routine.AskTestPage(t, now)
		fresh = c.Tester.Revision != t.Revision
		return c
	})
	if err = h.inquire(ctx, r, err); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.TestPageAsked(t, fresh))
}

// testPageArrived is the answer to one.
func (h *Handlers) testPageArrived(ctx context.Context, r bot.Request, t blocks.Target) bot.Reply {
	in, cancel := inTime(ctx)
	defer cancel()
	_, err := h.Store.UpdateTester(in, r.User, r.Keys, func(o routine.Tester, now time.Time) routine.TesterChange {
		return routine.TestPageArrived(o, t.Page, routine.Direct, r.Channel, r.MessageTS, now)
	})
	err = h.inquire(ctx, r, err)
	if err == nil || errors.Is(err, store.ErrDuplicate) {
		return bot.Reply{}
	}
	return h.failed(incident.Incident{}, err)
}
