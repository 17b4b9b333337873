package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// private answers "/incident private".
func (h *Handlers) private(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MakePrivate(inc, r.User, now)
	})
}
