package handlers

import (
	"fmt"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/playbooks"
)

// checklist shows one of the runbook's checklists.
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
