package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// close answers "/incident close".
func (h *Handlers) close(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Close(inc, r.User, now)
	})
}
