package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

// playbook shows the one in hand, or switches to another.
func (h *Handlers) playbook(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	word := l.rest
	if word == "" {
		return say(blocks.Steps(inc))
	}
	rb := h.Runbook()
	pb, ok := rb.Scenario(word)
	for _, w := range inc.Walks {
		if w.Playbook.Slug == pb.Slug || w.Playbook.Slug == incident.Slug(word) {
			pb, ok = w.Playbook, true // the one in hand stays as it was when it was taken up
		}
	}
	if !ok {
		return unknownScenario(rb, word)
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.SwitchPlaybook(inc, r.User, pb, now)
	})
}

func unknownScenario(rb *playbooks.Runbook, word string) bot.Reply {
	next := "`/incident runbook` lists all scenarios."
	near := rb.Nearest(word, 3)
	if len(near) == 0 {
		for _, m := range rb.Match(word, 3) {
			near = append(near, m.Playbook.Slug)
		}
	}
	if len(near) > 0 {
		next = "The nearest: `" + strings.Join(near, "`, `") + "`. " + next
	}
	return problem(fmt.Sprintf("The runbook has no scenario %q.", incident.Line(word, 60)), next)
}
