package handlers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// find answers "/incident find checkout": old ones too.
func (h *Handlers) find(ctx context.Context, r bot.Request, l line) bot.Reply {
	if l.rest == "" {
		return problem("What should mayday look for?", "`/incident find checkout` looks in titles, severities and channel names.")
	}
	return h.listed(ctx, r, store.Filter{Word: incident.Line(blocks.Unescape(l.rest), 80)})
}
