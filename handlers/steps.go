package handlers

import (
	"context"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// steps answers "/incident steps", and what of "step" and "playbook" names no change.
func (h *Handlers) steps(ctx context.Context, r bot.Request, inc incident.Incident, _ line) bot.Reply {
	return h.stepList(ctx, r, store.Seen{Incident: inc})
}

// stepList shows the steps. A step message that lies far above comes to where it is asked for.
func (h *Handlers) stepList(ctx context.Context, r bot.Request, inc store.Seen) bot.Reply {
	if r.Channel == inc.ChannelID {
		h.bringStep(ctx, r, inc.Incident)
	}
	return h.drawn(inc, "steps", func(time.Time) blocks.Message { return blocks.Steps(inc.Incident) })
}

// bringStep has the step message move, if it is far above. The answer does not depend on it.
func (h *Handlers) bringStep(ctx context.Context, r bot.Request, inc incident.Incident) {
	below, err := h.Store.Below(ctx, inc.ID)
	if err == nil && below > incident.FarAbove {
		_, err = h.record(ctx, r, inc.Ref(), func(inc incident.Incident, _ time.Time) (incident.Change, error) {
			return incident.AskSteps(inc, below)
		})
		err = ignoreDuplicate(err)
	}
	if err != nil {
		h.Log.Warn("the step message could not be asked to move", zap.Int64("incident", inc.ID), zap.Error(err))
	}
}

// inTheWay are the subtypes of messages that push others up: what people and apps write, and not what Slack notes.
var inTheWay = map[string]bool{"": true, "bot_message": true, "me_message": true, "file_share": true, "thread_broadcast": true}

// passed counts a message that came into a channel, for the step message above it. One that could not be counted is
// not worth hearing of it again.
func (h *Handlers) passed(ctx context.Context, e *bot.Event) {
	if e.Type != "message" || !inTheWay[e.Subtype] || e.ThreadTS != "" && e.Subtype != "thread_broadcast" {
		return
	}
	if time.Since(time.Unix(0, h.silentAt.Load())) < silence {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, countWithin)
	defer cancel()
	if err := h.Store.CountBelow(ctx, e.Channel, e.TS, incident.FarAbove+1); err != nil {
		h.Log.Info("a message was not counted", zap.String("channel", e.Channel), zap.Error(err))
	}
}

// countWithin is how long a message waits to be counted: requests of people stand in the same line.
const countWithin = 500 * time.Millisecond

// listAgain shows the list as it is after a click in it, in its own place.
func (h *Handlers) listAgain(ctx context.Context, inc incident.Incident) bot.Reply {
	inc, err := h.Store.Incident(ctx, inc.Ref())
	if err != nil {
		return bot.Reply{} // what was clicked is recorded, and the channel shows it
	}
	reply := say(blocks.Steps(inc))
	reply.Replace = true
	return reply
}
