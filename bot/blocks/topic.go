package blocks

import (
	"strings"
	"time"

	"mayday/incident"
)

// Topic is the channel's topic, at most 250 characters of plain text
// (Slack: conversations.setTopic): severity, status, lead and what is due next,
// in the time zone of the policy, because a topic shows nobody their own time.
// name gives a person's display name, because a topic mentions nobody; it may
// return "" for somebody who is not known.
func Topic(inc incident.Incident, name func(incident.Person) string) string {
	parts := []string{topicDot(inc) + " " + bare(inc.Severity, 40), string(inc.Status)}
	if inc.Drill {
		parts = append(parts, "drill")
	}
	who := func(p incident.Person) string {
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
		parts = append(parts, topicClocks(inc)...)
	case inc.Status == incident.Resolved:
		parts = append(parts, clockTime(inc, inc.ResolvedAt)+" by "+who(inc.ResolvedBy))
		if inc.NeedsCommunication() {
			parts = append(parts, tellCustomers)
		}
	default:
		parts = append(parts, clockTime(inc, inc.EndedAt)+" by "+who(inc.EndedBy))
	}
	return incident.Line(strings.Join(parts, " · "), maxTopic)
}

func topicClocks(inc incident.Incident) []string {
	var parts []string
	if due, ok := inc.Deadline(incident.ClockRespond); ok {
		parts = append(parts, "respond by "+clockTime(inc, due))
	} else if _, missed := inc.Plan.Breached[incident.ClockRespond]; missed && !inc.Acknowledged() {
		parts = append(parts, "response overdue")
	}
	if due, ok := inc.Deadline(incident.ClockUpdate); ok {
		parts = append(parts, "next update "+clockTime(inc, due))
	}
	if inc.NeedsCommunication() {
		parts = append(parts, tellCustomers)
	}
	return parts
}

// tellCustomers stays until somebody marks the external communication as sent.
const tellCustomers = "tell customers"

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
