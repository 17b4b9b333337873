package handlers

import (
	"context"
	"sync"

	"mayday/bot"
	"mayday/bot/blocks"
)

// help answers "/incident help step".
func (h *Handlers) help(_ context.Context, _ bot.Request, l line) bot.Reply {
	if l.rest == "" {
		return firstHelp()
	}
	return say(blocks.Help(blocks.Unescape(l.rest)))
}

// firstHelp is drawn once: it is the same for all.
var firstHelp = sync.OnceValue(func() bot.Reply { return say(blocks.Help("")).Ready() })
