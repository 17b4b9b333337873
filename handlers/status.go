package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// status moves the incident on with "/incident status identified" or "/incident identified". Alone it shows the card.
func (h *Handlers) status(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	word := l.rest
	if l.verb != "status" {
		word = l.verb
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SetStatus(inc, r.User, blocks.Unescape(word), now)
	})
}

// card answers "/incident status".
func (h *Handlers) card(_ context.Context, _ bot.Request, inc store.Seen) bot.Reply {
	return h.drawn(inc, "card", func(now time.Time) blocks.Message { return blocks.Card(inc.Incident, now) })
}

// drawn says what is drawn of an incident as it stands, which is done once in a second for all who ask: no time on it is
// finer. name is that of what is drawn.
func (h *Handlers) drawn(inc store.Seen, name string, draw func(now time.Time) blocks.Message) bot.Reply {
	now := h.now().Truncate(time.Second)
	return store.Once(inc, name, now, func() bot.Reply { return say(draw(now)).Ready() })
}
