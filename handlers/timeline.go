package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// timeline shows a page of what happened, the newest page first.
func (h *Handlers) timeline(ctx context.Context, inc incident.Incident, rest string) bot.Reply {
	evs, err := h.Store.Timeline(ctx, inc.ID, 0, 0)
	if err != nil {
		return h.failed(inc, err)
	}
	evs = incident.Timeline(evs)
	pages := max(1, (len(evs)+blocks.TimelinePage-1)/blocks.TimelinePage)
	page := pages
	if rest != "" {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 || n > pages {
			return problem(fmt.Sprintf("The timeline has pages 1 to %d.", pages), "`/incident timeline 1`")
		}
		page = n
	}
	from := (page - 1) * blocks.TimelinePage
	return say(blocks.Timeline(inc, evs[from:min(from+blocks.TimelinePage, len(evs))], page, pages))
}

// addToTimeline has a message of an incident's channel put on the timeline.
func (h *Handlers) addToTimeline(ctx context.Context, r bot.Request) bot.Reply {
	inc, err := h.Store.InChannel(ctx, r.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return problem("This channel is no incident's, so there is no timeline to add to.", "Use the shortcut in the incident's own channel.")
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

// event answers what Slack reports by itself.
func (h *Handlers) event(ctx context.Context, r bot.Request) bot.Reply {
	if r.Event == nil {
		return bot.Reply{}
	}
	if r.Event.Type == "app_home_opened" && r.Event.Tab != "messages" {
		return bot.Reply{After: func(ctx context.Context) { h.home(ctx, r.User) }}
	}
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
	if err != nil {
		h.noteSilence(err)
		h.Log.Error("an event could not be recorded; Slack is to send it again", zap.String("type", r.Event.Type), zap.Int64("incident", inc.ID), zap.Error(err))
	}
	return bot.Reply{Redeliver: err != nil}
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
