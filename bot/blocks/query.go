package blocks

import (
	"fmt"
	"strings"

	"mayday/incident"
	"mayday/playbooks"
)

// Queries answers /incident query alone: the queries of the runbook by section, a page at a time. off says in words why
// they cannot be run; empty when they can.
func Queries(rb *playbooks.Runbook, off string, page int) Message {
	if len(rb.Queries) == 0 {
		return Problem("The runbook has no queries.", "A block of SQL that only reads, below any heading, becomes one.")
	}
	var lines []string
	group := "\x00"
	for _, q := range rb.Queries {
		of, _, in := strings.Cut(q.Name, "/")
		if !in {
			of = ""
		}
		if of != group {
			group = of
			if of != "" {
				lines = append(lines, strong(line(of, 80)))
			}
		}
		lines = append(lines, "• "+line(q.Title, 100)+"  "+code(q.Name))
	}
	foot := []string{"One: " + command("query <name>"), "Over time: " + command("trend <name>")}
	if off != "" {
		foot = []string{":warning: " + Escape(off)}
	}
	return paged(paging{verb: "query", text: fmt.Sprintf("The runbook has %s.", counted(len(rb.Queries), "query", "queries")), lines: lines, foot: foot}, page)
}

// QueryRuns tells whoever asked for a query outside of an incident where the answer will appear.
func QueryRuns(title string, private bool) Message {
	where := "the answer comes into this channel."
	if private {
		where = "the answer comes to you alone, in your conversation with mayday."
	}
	text := "Running " + line(title, 100) + ": " + where
	return reply(text, section(text))
}

// QueryAnswer shows what a query answered outside of an incident. by is what whoever asked is called.
func QueryAnswer(a Answer, by string) Message {
	return Result(incident.Incident{Names: map[incident.Person]string{a.By: by}}, a)
}
