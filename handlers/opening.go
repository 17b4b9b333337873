package handlers

import (
	"context"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

const (
	// soonOpen is how long an answer that can wait does so for the channel, openWithin how
	// long the link is waited for at all: a restart waits for who waits here.
	soonOpen, openWithin = 2 * time.Second, 10 * time.Second
	// openAfter is the first pause between two looks.
	openAfter = 150 * time.Millisecond
)

// opening answers a declaration: a command at once, because its acknowledgement says that
// it is recorded, and then with the link when the channel is there. What else is answered
// after the acknowledgement waits a moment, so that it has the link.
func (h *Handlers) opening(r bot.Request, inc incident.Incident) bot.Reply {
	if r.Kind == bot.Command {
		reply := say(blocks.Declared(inc))
		reply.After = func(ctx context.Context) {
			now, there := h.awaitChannel(ctx, inc, openWithin)
			h.follow(ctx, r, now, there)
		}
		return reply
	}
	return bot.Reply{After: func(ctx context.Context) {
		now, there := h.awaitChannel(ctx, inc, soonOpen)
		if there {
			h.tell(ctx, r, blocks.Opened(now))
			return
		}
		h.tell(ctx, r, blocks.Declared(now))
		if r.ResponseURL == "" {
			return // the channel appears in the list of whoever declared, and nothing can be put in the answer's place
		}
		now, there = h.awaitChannel(ctx, inc, openWithin)
		h.follow(ctx, r, now, there)
	}}
}

// follow ends what was said of a channel that was still to come.
func (h *Handlers) follow(ctx context.Context, r bot.Request, inc incident.Incident, there bool) {
	m := blocks.Opened(inc)
	if !there {
		m = blocks.NotOpenYet(inc)
	}
	if err := h.Slack.Respond(ctx, r.ResponseURL, bot.Message{Text: m.Text, Blocks: m.Blocks}); err != nil {
		h.Log.Warn("the link to an incident's channel could not be answered", zap.Int64("incident", inc.ID), zap.Error(err))
	}
}

// awaitChannel waits until an incident has a channel, or is known to get none.
func (h *Handlers) awaitChannel(ctx context.Context, inc incident.Incident, most time.Duration) (incident.Incident, bool) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for pause := openAfter; ; pause = min(2*pause, 2*time.Second) {
		now, err := h.Store.Incident(ctx, inc.Ref())
		if err == nil && (now.ChannelID != "" || now.ChannelFailed != "") {
			return now, true
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return inc, false
		}
	}
}
