package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// ack answers "/incident ack".
func (h *Handlers) ack(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Acknowledge(inc, r.User, now)
	})
}
