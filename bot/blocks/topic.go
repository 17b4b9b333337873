package blocks

import (
	"strings"
	"time"

	"mayday/incident"
)

// Topic is the channel's topic, at most 250 characters of plain text
// (Slack: conversations.setTopic): severity, status, lead and what is overdue. Each
// change of a topic is a row in the channel, so it holds nothing that changes by itself.
// name gives a person's display name, because a topic mentions nobody; it may
// return "" for somebody who is not known.
func Topic(inc incident.Incident, name func(incident.Person) string) string {
	parts := []string{topicDot(inc) + " " + bare(inc.Severity, 40), string(inc.Status)}
	if inc.Drill {
		parts = append(parts, "drill")
	}
	who := func(p incident.Person) string {
		if strings.Contains(p, "@") || strings.Contains(p, " ") {
			return bare(p, 40) // as typed in a terminal: nobody's handle
		}
		if n := bare(name(p), 40); n != "" {
			return "@" + strings.TrimPrefix(n, "@")
		}
		return "somebody"
	}
	switch {
	case inc.Status.Live():
		if p := inc.Roles[incident.Lead]; p != "" {
			parts = append(parts, "lead "+who(p))
		} else {
			parts = append(parts, "no lead yet")
		}
		parts = append(parts, overdue(inc)...)
	case inc.Status == incident.Resolved:
		parts = append(parts, clockTime(inc, inc.ResolvedAt)+" by "+who(inc.ResolvedBy))
	default:
		parts = append(parts, clockTime(inc, inc.EndedAt)+" by "+who(inc.EndedBy))
	}
	return incident.Line(strings.Join(parts, " · "), maxTopic)
}

// overdue names the deadlines that are missed.
func overdue(inc incident.Incident) []string {
	var parts []string
	for _, c := range []struct {
		clock incident.Clock
		words string
	}{{incident.ClockRespond, "response overdue"}, {incident.ClockUpdate, "update overdue"}, {incident.ClockResolve, "resolution overdue"}} {
		if _, over := inc.Overdue(c.clock); over {
			parts = append(parts, c.words)
		}
	}
	return parts
}

// clockTime is a time of day in the policy's zone, with the date when it is not
// that of the declaration.
func clockTime(inc incident.Incident, t time.Time) string {
	zone := inc.Policy.Hours.Location()
	t = t.In(zone)
	if t.Format(time.DateOnly) == inc.DeclaredAt.In(zone).Format(time.DateOnly) {
		return t.Format("15:04 MST")
	}
	return t.Format("Mon 2 Jan 15:04 MST")
}

func topicDot(inc incident.Incident) string {
	if !inc.Status.Live() {
		if inc.Status == incident.Cancelled {
			return "⚪"
		}
		return "✅"
	}
	return [...]string{"🔴", "🟠", "🟡", "⚪"}[rank(inc)]
}

// bare is plain text for a place without markup: no token and no broadcast can stand in it.
func bare(s string, limit int) string {
	s = strings.NewReplacer("<", "", ">", "").Replace(incident.Line(s, limit))
	return broadcast.ReplaceAllString(s, "$1@"+wordJoiner+"$2")
}
