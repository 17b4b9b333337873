package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mayday/bot"
	"mayday/incident"
	"mayday/store"
)

// changed takes in what Slack reports of channels and people; done is false for
// everything else. It is a reason to look: how things stand, Slack is asked.
func (h *Handlers) changed(ctx context.Context, r bot.Request) (done bool, err error) {
	e := r.Event
	if e.Type == "user_change" {
		if !e.Deactivated {
			return true, nil
		}
		return true, h.deactivated(ctx, r, e.User)
	}
	if !aboutChannel(e) {
		return false, nil
	}
	inc, err := h.Store.InChannel(ctx, e.Channel)
	if errors.Is(err, store.ErrNotFound) {
		return true, h.elseChanged(ctx, e)
	}
	if err != nil {
		return true, err
	}
	if e.Type == "member_joined_channel" && inc.Away == "" {
		return true, nil // somebody joins a channel that hears mayday
	}
	_, err = h.record(ctx, r, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if e.Type == "channel_id_changed" {
			return incident.ChannelMoved(inc, e.Channel, e.NewChannel, now)
		}
		return incident.LookAgain(inc)
	})
	return true, ignoreDuplicate(err)
}

// aboutChannel reports whether an event is a reason to look at its channel.
func aboutChannel(e *bot.Event) bool {
	if e.Type == "message" {
		return strings.Contains(e.Subtype, "convert_to_private") || strings.Contains(e.Subtype, "converted_to_private")
	}
	kind, what, _ := strings.Cut(e.Type, "_")
	if kind == "channel" || kind == "group" {
		return slices.Contains([]string{"archive", "unarchive", "rename", "deleted", "left", "id_changed"}, what)
	}
	return e.Type == "member_joined_channel"
}

// elseChanged has the announce channel looked at when that is what changed, or when
// another channel takes its name.
func (h *Handlers) elseChanged(ctx context.Context, e *bot.Event) error {
	if e.Type == "member_joined_channel" && e.User != e.Self {
		return nil
	}
	means, err := h.Store.MeansChannel(ctx, e.Channel, e.Name)
	if err != nil || !means {
		return err
	}
	return h.Store.AskSurvey(ctx)
}

// deactivated takes the roles from somebody whose account is gone, in every open incident.
func (h *Handlers) deactivated(ctx context.Context, r bot.Request, who incident.Person) error {
	h.met.put(who, bot.User{ID: who, Deleted: true})
	live, err := h.Store.Live(ctx)
	if err != nil {
		return err
	}
	for _, inc := range live {
		if !slices.ContainsFunc(incident.Roles, func(role incident.Role) bool { return inc.Roles[role] == who }) {
			continue
		}
		each := r
		each.Keys = nil
		for _, k := range r.Keys {
			each.Keys = append(each.Keys, fmt.Sprintf("%s/%d", k, inc.ID))
		}
		_, err := h.record(ctx, each, inc.Ref(), func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.AccountGone(inc, who, now)
		})
		if err = ignoreDuplicate(err); err != nil {
			return err
		}
	}
	return nil
}

func ignoreDuplicate(err error) error {
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}
