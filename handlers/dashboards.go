package handlers

import (
	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/playbooks"
)

// dashboards links the runbook's dashboards.
func dashboards(rb *playbooks.Runbook, rest string) bot.Reply {
	_, page := takePage(rest)
	return say(blocks.Dashboards(rb, page))
}
