package handlers

import (
	"context"
	"errors"

	"github.com/slack-go/slack"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// shortcut answers what somebody chose from Slack's own menus.
func (h *Handlers) shortcut(ctx context.Context, r bot.Request) bot.Reply {
	switch r.CallbackID {
	case blocks.CallbackDeclare:
		return h.declareForm(ctx, r, blocks.Prefill{})
	case blocks.CallbackDeclareFromMessage:
		prefill := blocks.Prefill{}
		if r.Message != nil {
			prefill.Title = incident.Line(blocks.Unescape(r.Message.Text), incident.MaxTitle)
		}
		return h.declareForm(ctx, r, prefill)
	case blocks.CallbackAddToTimeline:
		return h.addToTimeline(ctx, r)
	}
	return problem("mayday does not know this shortcut.", "Install the app again from the newest manifest: `mayday manifest`.")
}

// home draws the App Home of one person.
func (h *Handlers) home(ctx context.Context, user string) {
	var refused *incident.Refusal // guests where they are shown nothing
	open, err := h.seen(ctx, bot.Request{User: user}, store.Filter{Live: true})
	if err != nil && !errors.As(err, &refused) {
		h.Log.Warn("the App Home cannot be drawn", zap.Error(err))
		return
	}
	incident.ByUrgency(open, user)
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks.Home(open, h.now())}}
	if _, err := h.Slack.PublishHome(ctx, user, view); err != nil {
		h.Log.Warn("the App Home cannot be shown", zap.Error(err))
	}
}
