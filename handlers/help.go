package handlers

import (
	"context"

	"mayday/bot"
	"mayday/bot/blocks"
)

// help answers "/incident help step".
func (h *Handlers) help(_ context.Context, _ bot.Request, l line) bot.Reply {
	return say(blocks.Help(blocks.Unescape(l.rest)))
}
