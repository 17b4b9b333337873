package handlers

import (
	"context"
	"errors"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// onCall answers "/incident oncall": who is called now, until when, and who is next.
func (h *Handlers) onCall(ctx context.Context, r bot.Request, _ line) bot.Reply {
	if err := h.mayAsk(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	now := h.now()
	var turns []blocks.Turn
	for _, c := range h.Runbook().Policy.Contacts {
		t := blocks.Turn{Contact: c}
		if c.Roster != "" {
			kept, err := h.Store.Roster(ctx, c.Roster)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return h.failed(incident.Incident{}, err)
			}
			t.Now, t.Until, t.ReadAt, t.Problem = kept.Shifts.First(now), kept.Shifts.Until(now), kept.ReadAt, kept.Problem
			if next, ok := kept.Shifts.Next(now); ok {
				t.Next = &next
			}
		}
		turns = append(turns, t)
	}
	return say(blocks.OnCall(turns, now))
}
