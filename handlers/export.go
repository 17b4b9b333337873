package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// export answers "/incident export".
func (h *Handlers) export(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.RequestExport(inc, r.User, now)
	})
}
