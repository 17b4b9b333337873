package handlers

import (
	"context"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/routine"
)

// digest answers "/incident digest": when the next one comes. "mute" and "unmute" say whether it mentions whoever
// types.
func (h *Handlers) digest(ctx context.Context, r bot.Request, l line) bot.Reply {
	if err := h.mayGoThrough(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	var decide func(routine.Digest, routine.Person, time.Time) (routine.DigestChange, error)
	switch strings.ToLower(strings.TrimSpace(l.rest)) {
	case "":
		d, err := h.Store.Digest(ctx)
		if err != nil {
			return h.failed(incident.Incident{}, err)
		}
		return say(blocks.DigestState(d, r.User))
	case "mute", "off":
		decide = routine.MuteDigest
	case "unmute", "on":
		decide = routine.UnmuteDigest
	default:
		return problem("The digest takes one word.", "`/incident digest mute` names you without a mention, `/incident digest unmute` mentions you again.")
	}
	in, cancel := inTime(ctx)
	defer cancel()
	d, err := h.Store.UpdateDigest(in, r.Keys, func(d routine.Digest, now time.Time) (routine.DigestChange, error) { return decide(d, r.User, now) })
	if err = h.inquire(ctx, r, err); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.DigestState(d, r.User))
}
