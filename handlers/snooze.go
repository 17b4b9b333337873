package handlers

import (
	"context"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// snooze quietens reminders: "snooze 15m deploying the fix".
func (h *Handlers) snooze(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	first, why, _ := strings.Cut(blocks.Unescape(l.rest), " ")
	d, ok := duration(first)
	if !ok {
		return problem("For how long?", "`/incident snooze 15m deploying the fix`; at most a day.")
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Snooze(inc, r.User, d, why, now)
	})
}
