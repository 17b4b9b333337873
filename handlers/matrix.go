package handlers

import (
	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/playbooks"
)

// matrix shows the severities and their times.
func matrix(rb *playbooks.Runbook, _ string) bot.Reply {
	return say(blocks.Matrix(rb.Policy))
}
