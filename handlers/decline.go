package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// decline answers "/incident decline".
func (h *Handlers) decline(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Decline(inc, r.User, r.Channel, now)
	})
}
