package handlers

import (
	"context"
	"strings"

	"mayday/bot"
)

// drill is a declaration that says so.
func (h *Handlers) drill(ctx context.Context, r bot.Request, l line) bot.Reply {
	if strings.TrimSpace(l.rest) == "" {
		return problem("Which scenario do you want to drill?", "`/incident drill site-down`. `/incident runbook` lists all of them.")
	}
	return h.declared(ctx, r, l.rest+" --drill", true)
}
