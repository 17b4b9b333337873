package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// postmortem answers "/incident postmortem".
func (h *Handlers) postmortem(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.RequestPostmortem(inc, r.User, now)
	})
}
