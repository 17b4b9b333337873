package postmortem

import (
	"fmt"
	"strings"

	"mayday/incident"
	"mayday/routine"
)

// RoundProblem is the follow-up issue of an item of a checklist that is a problem. number counts from 1; login is the
// assignee on GitHub, empty for nobody. o.Marker names the installation.
func RoundProblem(round routine.Round, number int, login string, o DraftOptions) Document {
	if number < 1 || number > len(round.Lines) {
		return Document{}
	}
	d, l := newDraft(incident.Incident{}, nil, o), round.Lines[number-1]
	title := l.Text
	if l.Why != "" {
		title = l.Why
	}
	marker := d.marker(fmt.Sprintf("round:%s:%s:%d", round.Routine, round.Period, number))
	doc := Document{
		Title: incident.Line(d.quietTitle(title), maxTitle), Labels: []string{"follow-up"}, Marker: marker, Since: round.BegunAt,
	}
	body := fmt.Sprintf("%s\n\nFound in the %s checklist of %s: %s", d.line(title), d.line(round.Name), round.Day, d.line(l.Text))
	if l.By != "" {
		body += fmt.Sprintf(", reported by %s", d.who(l.By))
	}
	body += "."
	for i, a := range l.Answers {
		if i < len(l.Asks) {
			body += fmt.Sprintf("\n- %s: %s", d.line(l.Asks[i].Title), d.line(a.Text))
		}
	}
	if l.InARow > 1 {
		body += fmt.Sprintf("\n\nIt has been a problem for %d rounds in a row.", l.InARow)
	}
	if login != "" {
		doc.Assignees = []string{login}
	}
	doc.Body = documentMarker(marker) + "\n" + strings.TrimSpace(body) + "\n"
	return doc
}
