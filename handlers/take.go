package handlers

import (
	"context"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// take gives a role away: "take lead", "role scribe @ana", "lead @ana", "lead".
func (h *Handlers) take(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	whom, rest := takePerson(l.rest)
	role := l.verb
	if l.verb == "take" || l.verb == "role" {
		role, rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
	}
	more := meaningful(rest)
	if whom == "" {
		if strings.Contains(role+rest, "@") || more != "" {
			return problem("Slack did not tell mayday whom you mean.", "Pick the person from the list that Slack offers after @, then send: `/incident role scribe @ana`")
		}
		whom = r.User
	}
	if bad := h.idle(ctx, whom); bad != nil {
		return *bad
	}
	return without(h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.TakeRole(inc, r.User, whom, blocks.Unescape(role), now)
	}), more)
}
