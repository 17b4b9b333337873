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
