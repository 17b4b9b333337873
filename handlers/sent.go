package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// sent answers "/incident sent".
func (h *Handlers) sent(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MarkCommunicated(inc, r.User, now)
	})
}
