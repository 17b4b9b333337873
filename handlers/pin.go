package handlers

import (
	"context"
	"errors"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// addToTimeline has a message of an incident's channel put on the timeline.
func (h *Handlers) addToTimeline(ctx context.Context, r bot.Request) bot.Reply {
	inc, err := h.Store.InChannel(ctx, r.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return problem("This is not an incident's channel, so there is no timeline to add to.", "Use the shortcut in the incident's own channel.")
	}
	if err != nil {
		return h.failed(inc, err)
	}
	if err := h.admit(ctx, r, inc, incident.Acting); err != nil {
		return h.failed(inc, err)
	}
	if _, there := inc.Pins[r.MessageTS]; there {
		return bot.Reply{Text: "This message is on the timeline already."}
	}
	if err := h.lookAt(ctx, r, inc, incident.FollowMessage{TS: r.MessageTS, By: r.User, ByHand: true}); err != nil {
		return h.failed(inc, err)
	}
	return bot.Reply{Text: "The message goes on the timeline; a check mark on it says when it is there."}
}

// following says which message an event is a reason to look at, none when it is
// none; pinned: only when the message is on the timeline already.
func following(e *bot.Event) (fx incident.FollowMessage, pinned bool) {
	fx = incident.FollowMessage{TS: e.TS, By: e.User}
	switch {
	case e.Type == "reaction_added" && blocks.IsPin(e.Reaction):
		return fx, false
	case e.Type == "reaction_removed" && blocks.IsPin(e.Reaction):
		// Looked at in any case: the pin may be on its way to the timeline.
		fx.Removed = true
		return fx, false
	case e.Type == "message" && (e.Subtype == "message_changed" || e.Subtype == "message_deleted"):
		return fx, true
	}
	return incident.FollowMessage{}, false
}

// lookAt has a worker look at a message, once for each delivery.
func (h *Handlers) lookAt(ctx context.Context, r bot.Request, inc incident.Incident, fx incident.FollowMessage) error {
	_, err := h.record(ctx, r, inc.Ref(), func(inc incident.Incident, _ time.Time) (incident.Change, error) {
		return incident.LookAt(inc, fx)
	})
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}
