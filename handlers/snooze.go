package handlers

import (
	"context"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// snooze quietens reminders: "snooze 15m deploying the fix", or "snooze off".
func (h *Handlers) snooze(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	first, why, _ := strings.Cut(blocks.Unescape(l.rest), " ")
	if word := strings.ToLower(first); word == "off" || word == "end" || word == "stop" {
		return without(h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Unsnooze(inc, r.User, now)
		}), why)
	}
	d, ok := duration(first)
	if !ok {
		return problem("For how long?", "`/incident snooze 15m deploying the fix`, at most a day. To end a snooze: `/incident snooze off`.")
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Snooze(inc, r.User, d, why, now)
	})
}
