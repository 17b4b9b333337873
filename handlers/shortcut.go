package handlers

import (
	"context"
	"errors"
	"time"

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
		return h.declareForm(r, blocks.Prefill{})
	case blocks.CallbackDeclareFromMessage:
		prefill := blocks.Prefill{}
		if r.Message != nil {
			prefill.Title = incident.Line(blocks.Unescape(r.Message.Text), incident.MaxTitle)
		}
		return h.declareForm(r, prefill)
	case blocks.CallbackAddToTimeline:
		return h.addToTimeline(ctx, r)
	}
	return problem("mayday does not know this shortcut.", "Install the app again from the newest manifest: `mayday manifest`.")
}

// addToTimeline notes a message of an incident's channel.
func (h *Handlers) addToTimeline(ctx context.Context, r bot.Request) bot.Reply {
	inc, err := h.Store.InChannel(ctx, r.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return problem("This channel is no incident's, so there is no timeline to add to.", "Use the shortcut in the incident's own channel.")
	}
	if err != nil {
		return h.failed(inc, err)
	}
	if r.Message == nil {
		return bot.Reply{}
	}
	author := r.Message.User
	if author == "" {
		author = r.User
	}
	text := blocks.Unescape(r.Message.Text)
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.Note(inc, author, text, now)
	})
}

// event answers what Slack reports by itself.
func (h *Handlers) event(ctx context.Context, r bot.Request) bot.Reply {
	if r.Event != nil && r.Event.Type == "app_home_opened" && r.Event.Tab != "messages" {
		return bot.Reply{After: func(ctx context.Context) { h.home(ctx, r.User) }}
	}
	return bot.Reply{}
}

// home draws the App Home of one person.
func (h *Handlers) home(ctx context.Context, user string) {
	open, err := h.Store.List(ctx, store.Filter{Live: true, Visible: user})
	if err != nil {
		h.Log.Warn("the App Home cannot be drawn", zap.Error(err))
		return
	}
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks.Home(open, h.now())}}
	if _, err := h.Slack.PublishHome(ctx, user, view); err != nil {
		h.Log.Warn("the App Home cannot be shown", zap.Error(err))
	}
}
