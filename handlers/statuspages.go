package handlers

import (
	"context"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/playbooks"
	"mayday/statuspage"
)

// statuspages links the suppliers' status pages.
func statuspages(rb *playbooks.Runbook, rest string) bot.Reply {
	_, page := takePage(rest)
	return say(blocks.StatusPages(rb, page))
}

// ownStatusPage adds to the answer of "/incident statuspages" how the page stands on which customers read, which has to be asked.
func (h *Handlers) ownStatusPage(r bot.Request, reply bot.Reply) bot.Reply {
	if h.StatusPage == nil {
		return reply
	}
	reply.After = func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, ownPageTime)
		defer cancel()
		h.tell(ctx, r, h.ownPageNow(ctx))
	}
	return reply
}

// ownPageTime is how long the status page may take to say how it stands.
const ownPageTime = 20 * time.Second

func (h *Handlers) ownPageNow(ctx context.Context) blocks.Message {
	about, err := h.StatusPage.About(ctx)
	if err != nil {
		return blocks.OwnStatusPageSilent(err.Error())
	}
	components, err := h.StatusPage.Components(ctx)
	var going []statuspage.Incident
	if err == nil {
		going, err = h.StatusPage.Unresolved(ctx)
	}
	if err != nil {
		return blocks.OwnStatusPageSilent(err.Error())
	}
	var list []blocks.OnPage
	for _, i := range going {
		list = append(list, blocks.OnPage{Name: i.Name, Status: i.Status, URL: i.URL})
	}
	return blocks.OwnStatusPage(about.Name, about.URL, components, list)
}
