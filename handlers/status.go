package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// status answers "/incident status" with the card, and moves the incident on with
// "/incident status identified" or "/incident identified".
func (h *Handlers) status(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	word := l.rest
	if l.verb != "status" {
		word = l.verb
	}
	if word == "" {
		return say(blocks.Card(inc, h.now()))
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SetStatus(inc, r.User, blocks.Unescape(word), now)
	})
}
