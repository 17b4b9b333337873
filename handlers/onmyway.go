package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// onMyWay answers "/incident onmyway".
func (h *Handlers) onMyWay(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.OnMyWay(inc, r.User, now)
	})
}
