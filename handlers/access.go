package handlers

import (
	"context"
	"errors"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
	"mayday/store"
)

// access shows what a responder needs.
func access(rb *playbooks.Runbook, _ string) bot.Reply {
	return say(blocks.Access(rb))
}

// ticked records what of it somebody has, from the list that they got.
func (h *Handlers) ticked(ctx context.Context, r bot.Request, from int) bot.Reply {
	var done []int
	for _, v := range r.Values {
		if t, err := blocks.ParseTarget(v); err == nil {
			done = append(done, t.Page-1)
		}
	}
	in, cancel := inTime(ctx)
	defer cancel()
	_, err := h.Store.UpdateNewcomer(in, r.User, r.Keys, func(n routine.Newcomer, now time.Time) routine.NewcomerChange {
		return routine.TickNeeds(n, from, blocks.AccessPart, done, r.Channel, r.MessageTS, now)
	})
	err = h.inquire(ctx, r, err)
	switch {
	case err == nil, errors.Is(err, store.ErrDuplicate):
		return bot.Reply{}
	case errors.Is(err, store.ErrNotFound):
		return problem("This list belongs to nobody any more.", "`/incident access` shows what a responder needs.")
	}
	return h.failed(incident.Incident{}, err)
}
