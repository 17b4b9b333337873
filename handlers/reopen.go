package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// reopen answers "/incident reopen errors are back".
func (h *Handlers) reopen(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Reopen(inc, r.User, blocks.Unescape(l.rest), now)
	})
}
