package handlers

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// event answers what Slack reports by itself.
func (h *Handlers) event(ctx context.Context, r bot.Request) bot.Reply {
	if r.Event == nil {
		return bot.Reply{}
	}
	if r.Event.Type == "app_home_opened" && r.Event.Tab != "messages" {
		return bot.Reply{After: func(ctx context.Context) { h.home(ctx, r.User) }}
	}
	if done, err := h.overheard(ctx, r); done {
		return h.redeliver(r, err)
	}
	if done, err := h.noted(ctx, r); done {
		return h.redeliver(r, err)
	}
	if done, err := h.changed(ctx, r); done {
		return h.redeliver(r, err)
	}
	h.passed(ctx, r.Event)
	fx, pinned := following(r.Event)
	if fx.TS == "" {
		return bot.Reply{}
	}
	inc, err := h.Store.InChannel(ctx, r.Event.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return bot.Reply{}
	}
	if _, there := inc.Pins[fx.TS]; err == nil && pinned && !there {
		return bot.Reply{}
	}
	if err == nil && !pinned && h.admit(ctx, r, inc, incident.Acting) != nil {
		return bot.Reply{} // an emoji is answered with nothing
	}
	if err == nil {
		err = h.lookAt(ctx, r, inc, fx)
	}
	return h.redeliver(r, err)
}

// redeliver has Slack send an event again that could not be recorded.
func (h *Handlers) redeliver(r bot.Request, err error) bot.Reply {
	if err != nil {
		h.noteSilence(err)
		h.Log.Error("an event could not be recorded; Slack is to send it again", zap.String("type", r.Event.Type), zap.String("channel", r.Event.Channel), zap.Error(err))
	}
	return bot.Reply{Redeliver: err != nil}
}
