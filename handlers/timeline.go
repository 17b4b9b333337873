package handlers

import (
	"context"
	"fmt"
	"strconv"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// timeline shows a page of what happened, the newest page first.
func (h *Handlers) timeline(ctx context.Context, _ bot.Request, inc incident.Incident, l line) bot.Reply {
	evs, err := h.Store.Timeline(ctx, inc.ID, 0, 0)
	if err != nil {
		return h.failed(inc, err)
	}
	evs = incident.Timeline(evs)
	pages := max(1, (len(evs)+blocks.TimelinePage-1)/blocks.TimelinePage)
	page := pages
	if l.rest != "" {
		n, err := strconv.Atoi(l.rest)
		if err != nil || n < 1 || n > pages {
			return problem(fmt.Sprintf("The timeline has pages 1 to %d.", pages), "`/incident timeline 1`")
		}
		page = n
	}
	from := (page - 1) * blocks.TimelinePage
	return say(blocks.Timeline(inc, evs[from:min(from+blocks.TimelinePage, len(evs))], page, pages))
}

func pageWord(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
