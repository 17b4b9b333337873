package postmortem

import (
	"fmt"
	"strings"
	"time"

	"mayday/incident"
	"mayday/playbooks"
)

// RunbookAge is the issue of what a month's look at the runbook found. month is its first day; marker names the
// installation, and since bounds the search for it.
func RunbookAge(list []playbooks.Aged, month, marker string, since time.Time) Document {
	d := newDraft(incident.Incident{}, nil, DraftOptions{Marker: marker})
	doc := Document{
		Title:  fmt.Sprintf("Runbook: %d to mend (%s)", len(list), strings.TrimSuffix(month, "-01")),
		Labels: []string{"runbook"}, Marker: d.marker("runbook-age:" + month), Since: since,
	}
	var b strings.Builder
	b.WriteString(documentMarker(doc.Marker) + "\n")
	for _, a := range list {
		fmt.Fprintf(&b, "- [ ] %s", d.line(a.What))
		if a.Source != "" {
			fmt.Fprintf(&b, " (%s)", d.line(a.Source))
		}
		fmt.Fprintf(&b, ". %s.\n", d.line(a.Do))
	}
	doc.Body = b.String()
	return doc
}
