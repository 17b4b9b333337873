package blocks

import (
	"fmt"

	"mayday/incident"
)

// Matrix shows the severities with their times, as mayday runs them.
func Matrix(policy incident.Policy) Message {
	g := Grid{
		Title:   "Severities and their times",
		Columns: []GridColumn{{Name: "Severity"}, {Name: "Respond"}, {Name: "Escalate"}, {Name: "Update every"}, {Name: "Fix within"}, {Name: "Afterwards"}, {Name: "Customers"}, {Name: "Examples"}},
	}
	hours := false
	text := fmt.Sprintf("The runbook has %d severities:", len(policy.Severities))
	for _, s := range policy.Severities {
		after := map[incident.Postmortem]string{incident.ReviewRequired: "review", incident.FullPostmortem: "post-mortem"}[s.Postmortem]
		tell, star := "–", ""
		if s.Communicate {
			tell = "are told"
		}
		if s.BusinessHours {
			hours, star = true, " †"
		}
		if after == "" {
			after = "–"
		}
		examples := s.Examples
		if examples == "" {
			examples = "–"
		}
		g.Rows = append(g.Rows, []string{severityWords(s) + star, within(s.Respond), within(s.Escalate), within(s.UpdateEvery), within(s.FixWithin), after, tell, examples})
		text += fmt.Sprintf(" %s: respond in %s.", line(s.Label, 40), within(s.Respond))
	}
	if hours {
		g.Note = "† in business hours only"
	}
	return reply(text, Table(g)...)
}
