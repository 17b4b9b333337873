package handlers

import (
	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/playbooks"
)

// statuspages links the suppliers' status pages.
func statuspages(rb *playbooks.Runbook, rest string) bot.Reply {
	_, page := takePage(rest)
	return say(blocks.StatusPages(rb, page))
}
