package handlers

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

const (
	// sameTime is how long a declaration waits to hear whether it was made before. It is
	// never in the way: what is not known by then is declared.
	sameTime = 500 * time.Millisecond
	// mostCompared is how many of the newest open incidents are looked at.
	mostCompared = 12
)

// sameAs finds an open incident that a declaration may be about, which somebody else may
// have made a minute ago.
func (h *Handlers) sameAs(ctx context.Context, r bot.Request, w wish) (incident.Incident, bool) {
	if w.another || w.drill {
		return incident.Incident{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, sameTime)
	defer cancel()
	open, err := h.seen(ctx, r, store.Filter{Live: true, Limit: mostCompared})
	if err != nil {
		h.Log.Warn("a declaration was not compared with what is open", zap.Error(err))
		return incident.Incident{}, false
	}
	i := slices.IndexFunc(open, func(inc incident.Incident) bool { return inc.MayBe(w.playbook.Slug, r.User, h.now()) })
	if i < 0 {
		return incident.Incident{}, false
	}
	if there, err := h.Store.Delivered(ctx, r.Keys); err != nil || there {
		return incident.Incident{}, false // it is this declaration, delivered once more
	}
	return open[i], true
}
