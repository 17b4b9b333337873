package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/lazyregexp"
)

// update answers "/incident update rollback is running next 30m"; alone it opens the form.
func (h *Handlers) update(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	if l.rest == "" && inc.Status.Live() {
		return h.openModal(r, blocks.UpdateModal(inc, h.tellsCustomers(inc)))
	}
	text, next := takeNext(blocks.Unescape(l.rest))
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Announce(inc, r.User, text, next, now)
	})
}

// submitUpdate takes in the form.
func (h *Handlers) submitUpdate(ctx context.Context, r bot.Request) bot.Reply {
	in, next := r.View.Values, time.Duration(0)
	if word := in.Get(blocks.FieldNext, blocks.FieldNext); word != "" {
		d, ok := duration(word)
		if !ok {
			return bot.Reply{ViewErrors: map[string]string{blocks.FieldNext: "Write a time such as 30m or 1h."}}
		}
		next = d
	}
	return h.alsoForCustomers(ctx, r, h.submit(ctx, r, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Announce(inc, r.User, in.Get(blocks.FieldText, blocks.FieldText), next, now)
	}))
}

var nextWords = lazyregexp.New(`(?is)^(?:(.*?)\s+)?next\s+(?:in\s+)?(\d+\s*[a-z]*(?:\s*\d+\s*[a-z]*)?)\s*$`)

// takeNext takes "… next 30m" off the end of an update.
func takeNext(text string) (string, time.Duration) {
	if m := nextWords.FindStringSubmatch(text); m != nil {
		if d, ok := duration(m[2]); ok {
			return m[1], d
		}
	}
	return text, 0
}
