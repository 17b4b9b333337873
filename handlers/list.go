package handlers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// list answers "/incident list": the open ones.
func (h *Handlers) list(ctx context.Context, r bot.Request, _ line) bot.Reply {
	return h.listed(ctx, r, store.Filter{Live: true})
}

// listed shows incidents that somebody may see.
func (h *Handlers) listed(ctx context.Context, r bot.Request, f store.Filter) bot.Reply {
	incs, err := h.seen(ctx, r, f)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	if len(incs) == 0 && f.Word != "" {
		return problem("No incident is found by these words.", "`/incident find checkout` looks in titles, severities and channel names.")
	}
	if f.Live { // what is found stands in the order in which it was found
		incident.ByUrgency(incs, r.User)
	}
	return say(blocks.List(incs, h.now()))
}
