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

// playbook shows the one in hand, switches to another, or adds the steps of another.
func (h *Handlers) playbook(ctx context.Context, r bot.Request, inc incident.Incident, l line) bot.Reply {
	word := blocks.Unescape(l.rest)
	if word == "" {
		return h.steps(ctx, r, inc, l)
	}
	rb := h.Runbook()
	pb, ok := rb.Scenario(word)
	adds := false
	if how, scenario := firstWord(word); !ok && (strings.EqualFold(how, "add") || strings.EqualFold(how, "switch")) {
		if scenario == "" {
			return problem("It is not said which playbook.", "`/incident playbook "+strings.ToLower(how)+" site-down`. `/incident runbook` lists all scenarios.")
		}
		word, adds = scenario, strings.EqualFold(how, "add")
		pb, ok = rb.Scenario(word)
	}
	for _, w := range inc.Walks {
		if w.Playbook.Slug == pb.Slug || w.Playbook.Slug == incident.Slug(word) {
			pb, ok = w.Playbook, true // the one in hand stays as it was when it was taken up
		}
	}
	if !ok {
		return unknownScenario(rb, word)
	}
	return h.change(ctx, r, inc, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		if adds {
			return incident.AddPlaybook(inc, r.User, pb, now)
		}
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
