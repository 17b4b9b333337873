package handlers

import (
	"context"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// sev answers "/incident sev p1 only one region".
func (h *Handlers) sev(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	word, why := firstWord(blocks.Unescape(l.rest))
	word = strings.TrimRight(word, ":,;")
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChangeSeverity(inc, r.User, word, why, now)
	})
}
