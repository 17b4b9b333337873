package handlers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// steps answers "/incident steps".
func (h *Handlers) steps(_ context.Context, _ bot.Request, inc incident.Incident, _ line) bot.Reply {
	return say(blocks.Steps(inc))
}

// listAgain shows the list as it is after a click in it, in its own place.
func (h *Handlers) listAgain(ctx context.Context, inc incident.Incident) bot.Reply {
	inc, err := h.Store.Incident(ctx, inc.Ref())
	if err != nil {
		return bot.Reply{} // what was clicked is recorded, and the channel shows it
	}
	reply := say(blocks.Steps(inc))
	reply.Replace = true
	return reply
}
