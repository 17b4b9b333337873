package handlers

import (
	"context"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/tally"
)

// onCall answers "/incident oncall": who is called now, until when, and who is next. "me" tells whoever types how often they were called.
func (h *Handlers) onCall(ctx context.Context, r bot.Request, l line) bot.Reply {
	if err := h.mayAsk(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	switch strings.ToLower(strings.TrimSpace(l.rest)) {
	case "":
	case "me":
		return h.onCallMe(ctx, r)
	default:
		return problem("This takes one word, or none.", "`/incident oncall` says who is on call, `/incident oncall me` how often you were called.")
	}
	now := h.now()
	var turns []blocks.Turn
	rb := h.Runbook()
	for _, c := range rb.Policy.Contacts {
		t := blocks.Turn{Contact: c, Source: rb.Source(c.Roster)}
		if c.Roster != "" {
			kept, err := h.Store.OnCall(ctx, c)
			if err != nil {
				return h.failed(incident.Incident{}, err)
			}
			t.Now, t.Until = kept.First(now), kept.Until(now)
			t.ReadAt, t.Problem = kept.Read()
			t.Handed = len(kept.Handed.First(now)) > 0
			strangers, err := h.Store.Strangers(ctx, c)
			if err != nil {
				return h.failed(incident.Incident{}, err)
			}
			t.Strangers = strangers.Known()
			if next, ok := kept.Next(now); ok {
				t.Next = &next
			}
		}
		turns = append(turns, t)
	}
	return say(blocks.OnCall(turns, now))
}

// interruptedReach is how far back interruptions are told.
const interruptedReach = 30 * 24 * time.Hour

// onCallMe tells whoever types, and nobody else, what they are on call for and how often they were called, by the hours of their own day.
func (h *Handlers) onCallMe(ctx context.Context, r bot.Request) bot.Reply {
	c := h.caller(ctx, r, false)
	now, zone := h.now(), h.Zone
	if k, ok := h.met.get(r.User); ok {
		if own, err := time.LoadLocation(k.user.TZ); err == nil && k.user.TZ != "" {
			zone = own
		}
	}
	if zone == nil {
		zone = time.UTC
	}
	turns, _, endless, err := h.turnsOf(ctx, c)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	calls, err := h.Store.Calls(ctx, now.Add(-interruptedReach))
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	tester, err := h.Store.Tester(ctx, r.User)
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.OnCallMe(blocks.Mine{
		Turns: turns, Endless: endless, Days: int(interruptedReach.Hours() / 24), Zone: zone.String(),
		Hours: tally.Interrupted(calls, r.User, zone, now.Add(-interruptedReach), now.Add(time.Second)), Arrived: tester.Arrived(),
	}))
}
