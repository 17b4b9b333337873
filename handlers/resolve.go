package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// resolve answers "/incident resolve rolled back the deployment"; alone it opens the form.
func (h *Handlers) resolve(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	if l.rest == "" && inc.Status.Live() {
		return h.openModal(r, blocks.ResolveModal(inc, h.tellsCustomers(inc)))
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, r.User, blocks.Unescape(l.rest), now)
	})
}

// submitResolve takes in the form.
func (h *Handlers) submitResolve(ctx context.Context, r bot.Request) bot.Reply {
	in := r.View.Values
	return h.alsoForCustomers(ctx, r, h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Resolve(inc, r.User, in.Get(blocks.FieldSummary, blocks.FieldSummary), now)
	}))
}
