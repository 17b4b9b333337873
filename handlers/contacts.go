package handlers

import (
	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/playbooks"
)

// contacts shows whom to call.
func contacts(rb *playbooks.Runbook, rest string) bot.Reply {
	_, page := takePage(rest)
	return say(blocks.Contacts(rb.Policy, rb.External, page))
}
