package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// cancel answers "/incident cancel false alarm".
func (h *Handlers) cancel(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, r.User, blocks.Unescape(l.rest), now)
	})
}

// submitCancel takes in the form.
func (h *Handlers) submitCancel(ctx context.Context, r bot.Request) bot.Reply {
	in := r.View.Values
	return h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Cancel(inc, r.User, in.Get(blocks.FieldReason, blocks.FieldReason), now)
	})
}
