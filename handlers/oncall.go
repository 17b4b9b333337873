package handlers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
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
			kept, err := h.Store.OnCall(ctx, c)
			if err != nil {
				return h.failed(incident.Incident{}, err)
			}
			t.Now, t.Until = kept.First(now), kept.Until(now)
			t.ReadAt, t.Problem = kept.Read()
			if next, ok := kept.Next(now); ok {
				t.Next = &next
			}
		}
		turns = append(turns, t)
	}
	return say(blocks.OnCall(turns, now))
}
