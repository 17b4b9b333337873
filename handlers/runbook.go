package handlers

import (
	"context"
	"strconv"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/routine"
)

// runbook shows the scenarios, or one of them.
func runbook(rb *playbooks.Runbook, rest string) bot.Reply {
	rest, page := takePage(rest)
	if rest == "" {
		return say(blocks.RunbookIndex(rb, page))
	}
	if pb, ok := rb.Scenario(rest); ok {
		return say(blocks.Scenario(pb, page))
	}
	if found := rb.Match(rest, 1); len(found) > 0 {
		return say(blocks.Scenario(found[0].Playbook, page))
	}
	return unknownScenario(rb, rest)
}

// runbookAge has the runbook looked through for what has aged. The answer comes when the world was asked.
func (h *Handlers) runbookAge(ctx context.Context, r bot.Request) bot.Reply {
	if err := h.mayInspect(ctx, r); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	in, cancel := inTime(ctx)
	defer cancel()
	err := h.Store.Ask(in, r.Keys, routine.CheckRunbook{By: r.User, Channel: r.Channel})
	if err = ignoreDuplicate(h.inquire(ctx, r, err)); err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.RunbookAgeLooks())
}

// takePage takes the number of a page off the end of what was typed; without one it is the first.
func takePage(rest string) (string, int) {
	words := strings.Fields(rest)
	if n := len(words) - 1; n >= 0 {
		if page, err := strconv.Atoi(words[n]); err == nil && page > 0 {
			return strings.Join(words[:n], " "), page
		}
	}
	return rest, 1
}
