package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// note answers "/incident note traffic dropped".
func (h *Handlers) note(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Note(inc, r.User, blocks.Unescape(l.rest), now)
	})
}
