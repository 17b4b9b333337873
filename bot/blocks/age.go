package blocks

import (
	"strings"

	"mayday/playbooks"
)

// RunbookAge says what of the runbook has aged, a line each with what to do. unread are what could not be looked at, in
// words; url is the issue that holds the same, empty without one.
func RunbookAge(list []playbooks.Aged, unread []string, url string) Message {
	head := "Nothing of the runbook has aged"
	if len(list) > 0 {
		head = "The runbook has aged: " + counted(len(list), "thing", "things") + " to mend"
	}
	lines := []string{"*" + head + "*"}
	for _, a := range list {
		where := ""
		if a.Source != "" {
			where = " (" + line(a.Source, 100) + ")"
		}
		what := line(a.What, maxNote)
		if a.URL != "" {
			what += " · " + link(a.URL, a.URL)
		}
		lines = append(lines, "• "+what+where+". "+line(a.Do, 200)+".")
	}
	blocks := paragraphs(lines)
	if url != "" {
		blocks = append(blocks, section(link(url, "To tick off on GitHub")))
	}
	if len(unread) > 0 {
		blocks = append(blocks, small("Not looked at: "+line(strings.Join(unread, "; "), maxNote)+"."))
	}
	return message(head+".", blocks...)
}
