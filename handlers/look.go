package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
	"mayday/store"
)

// runbookVerbs show the runbook at hand; they need no incident.
var runbookVerbs = map[string]func(rb *playbooks.Runbook, rest string) bot.Reply{
	"runbook": func(rb *playbooks.Runbook, rest string) bot.Reply {
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
	},
	"contacts": func(rb *playbooks.Runbook, rest string) bot.Reply {
		_, page := takePage(rest)
		return say(blocks.Contacts(rb.Policy, rb.External, page))
	},
	"matrix": func(rb *playbooks.Runbook, _ string) bot.Reply { return say(blocks.Matrix(rb.Policy)) },
	"dashboards": func(rb *playbooks.Runbook, rest string) bot.Reply {
		_, page := takePage(rest)
		return say(blocks.Dashboards(rb, page))
	},
	"statuspages": func(rb *playbooks.Runbook, rest string) bot.Reply {
		_, page := takePage(rest)
		return say(blocks.StatusPages(rb, page))
	},
	"checklist": checklist,
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

func checklist(rb *playbooks.Runbook, rest string) bot.Reply {
	var names []string
	for _, c := range rb.Checklists {
		if rest != "" && (strings.EqualFold(c.Name, rest) || strings.EqualFold(c.Every, rest)) {
			return say(blocks.Checklist(c))
		}
		names = append(names, "`/incident checklist "+strings.ToLower(c.Name)+"`")
	}
	if len(names) == 0 {
		return problem("The runbook has no checklists.", "Write a task list under a heading such as “Daily checklist”.")
	}
	if rest == "" {
		return problem("Which checklist?", strings.Join(names, ", "))
	}
	return problem(fmt.Sprintf("The runbook has no checklist %q.", incident.Line(rest, 40)), strings.Join(names, ", "))
}

// list shows incidents that somebody may see.
func (h *Handlers) list(ctx context.Context, r bot.Request, f store.Filter) bot.Reply {
	f.Visible = r.User
	incs, err := h.Store.List(ctx, f)
	if err == nil {
		incs, err = h.seen(ctx, r, incs)
	}
	if err != nil {
		return h.failed(incident.Incident{}, err)
	}
	return say(blocks.List(incs, h.now()))
}

func (h *Handlers) find(ctx context.Context, r bot.Request, word string) bot.Reply {
	if word == "" {
		return problem("What shall be found?", "`/incident find checkout` looks in titles, severities and channel names.")
	}
	return h.list(ctx, r, store.Filter{Word: incident.Line(word, 80)})
}
