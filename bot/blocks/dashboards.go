package blocks

import (
	"fmt"
	"strings"

	"mayday/playbooks"
)

// Dashboards links the dashboards with what to look for on each, a page at a time.
func Dashboards(rb *playbooks.Runbook, page int) Message {
	var lines []string
	for _, d := range rb.Dashboards {
		l := "• " + link(d.URL, d.Name)
		if len(d.Checks) > 0 {
			l += ": " + line(strings.Join(d.Checks, "; "), maxNote)
		}
		if d.URL == "" {
			l += " (the runbook gives no complete address)"
		}
		lines = append(lines, l)
	}
	return linked("dashboards", "dashboard", lines, page)
}

func linked(verb, what string, lines []string, page int) Message {
	text := fmt.Sprintf("The runbook names %s.", count(len(lines), what))
	if len(lines) == 0 {
		return reply(text, section(fmt.Sprintf("The runbook names no %ss.", what)))
	}
	return paged(paging{verb: verb, head: "*" + strings.ToUpper(what[:1]) + what[1:] + "s*", text: text, lines: lines}, page)
}
