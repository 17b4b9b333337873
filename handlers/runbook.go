package handlers

import (
	"strconv"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/playbooks"
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
