package blocks

import (
	"fmt"
	"strings"
	"time"

	"mayday/incident"
)

// SoFar is what happened so far, for whoever answered from outside of Slack: plain lines, the most important first. Times are
// in UTC, because nobody knows the reader's clock there.
func SoFar(inc incident.Incident, reader incident.Person, now time.Time) []string {
	var lines []string
	switch lead := inc.Roles[incident.Lead]; {
	case lead != "" && lead == reader:
		lines = append(lines, "You lead.")
	case lead != "" && !inc.Private:
		lines = append(lines, plainName(inc, lead)+" leads.")
	case lead == "" && inc.Acknowledged():
		lines = append(lines, "It is acknowledged, and nobody leads yet.")
	}
	if inc.Private {
		return append(lines, "It is private: all else is in Slack.")
	}
	if inc.ChannelName != "" {
		lines = append(lines, "In Slack: #"+inc.ChannelName+".")
	}
	if w := inc.Walk(); w != nil {
		if i := w.Current(); i >= 0 {
			lines = append(lines, fullStop(fmt.Sprintf("Step %d of %d: %s", i+1, len(w.Playbook.Steps), incident.Line(w.Playbook.Steps[i].Text, 200))))
		}
	}
	if u := inc.LastUpdate; u.Text != "" {
		lines = append(lines, fullStop(fmt.Sprintf("Last update by %s, %s: %s", plainName(inc, u.By), utc(u.At), incident.Line(u.Text, 300))))
	}
	lines = append(lines, fmt.Sprintf("Declared by %s, %s ago.", plainName(inc, inc.DeclaredBy), incident.For(now.Sub(inc.DeclaredAt).Truncate(time.Second))))
	return lines
}

// fullStop ends in a full stop where nothing ends it: lines become one in a text message.
func fullStop(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, ":") {
		return s
	}
	return s + "."
}

// Head is which incident it is, in plain words for whoever is outside of Slack: "P0 #42: checkout answers 500". A private one
// has no title there.
func Head(inc incident.Incident) string {
	s := fmt.Sprintf("%s #%d", incident.Line(inc.Severity, 40), inc.ID)
	if inc.Drill {
		s = "Drill. " + s
	}
	if inc.Private {
		return s
	}
	return s + ": " + incident.Line(inc.Title, incident.MaxTitle)
}

// plainName is what somebody is called where nothing is markup.
func plainName(inc incident.Incident, p incident.Person) string {
	switch n := inc.Names[p]; {
	case n != "":
		return incident.Line(n, maxName)
	case p == "":
		return "mayday"
	case personID.MatchString(p):
		return "somebody"
	}
	return incident.Line(p, maxName)
}

func utc(t time.Time) string { return t.UTC().Format("15:04 UTC") }
