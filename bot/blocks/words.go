package blocks

import (
	"fmt"
	"strings"
	"time"

	"mayday/incident"
)

// dot is the emoji of a severity's rank: red for the most severe.
func dot(inc incident.Incident) string {
	if !inc.Status.Live() {
		if inc.Status == incident.Cancelled {
			return ":white_circle:"
		}
		return ":white_check_mark:"
	}
	return [...]string{":red_circle:", ":large_orange_circle:", ":large_yellow_circle:", ":white_circle:"}[rank(inc)]
}

// rank is 0 to 3; everything below the third severity, and one that is unknown, is 3.
func rank(inc incident.Incident) int {
	if r := inc.Policy.Rank(inc.Severity); r >= 0 && r < 3 {
		return r
	}
	return 3
}

// label is the severity's label, escaped.
func label(inc incident.Incident) string { return line(inc.Severity, 40) }

// severityWords is "P0 (Critical)", not escaped.
func severityWords(s incident.Severity) string {
	if s.Name == "" || strings.EqualFold(s.Name, s.Label) {
		return s.Label
	}
	return s.Label + " (" + s.Name + ")"
}

// naming is "P0 incident 42", escaped; drills say that they are one.
func naming(inc incident.Incident) string {
	if inc.Drill {
		return fmt.Sprintf("%s drill %d", label(inc), inc.ID)
	}
	return fmt.Sprintf("%s incident %d", label(inc), inc.ID)
}

// title is the incident's title for its own channel, escaped.
func title(inc incident.Incident) string { return line(inc.Title, incident.MaxTitle) }

// outside is the title for everybody else: a private incident has none.
func outside(inc incident.Incident) string {
	if inc.Private {
		return "private incident"
	}
	return title(inc)
}

// lead mentions who leads.
func lead(inc incident.Incident) string {
	if p := inc.Roles[incident.Lead]; p != "" {
		return named(inc, p)
	}
	return "nobody yet"
}

// leading is lead as part of a line.
func leading(inc incident.Incident) string {
	if inc.Roles[incident.Lead] == "" {
		return "no lead yet"
	}
	return "lead " + lead(inc)
}

// took writes a duration as people say it: "40 s", "4 min", "1 h 5 min", "2 d 3 h".
func took(d time.Duration) string {
	d = max(d, 0)
	const day = 24 * time.Hour
	two := func(n time.Duration, unit string, m time.Duration, smaller string) string {
		if m == 0 {
			return fmt.Sprintf("%d %s", n, unit)
		}
		return fmt.Sprintf("%d %s %d %s", n, unit, m, smaller)
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return two(d/time.Hour, "h", d%time.Hour/time.Minute, "min")
	}
	return two(d/day, "d", d%day/time.Hour, "h")
}

// within writes a span of the policy: "at once", "15 min", or a dash when it is not given.
func within(s incident.Span) string {
	switch {
	case !s.Set:
		return "–"
	case s.D == 0:
		return "at once"
	}
	return took(s.D)
}

// count writes "1 step", "3 steps".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// about is the Target of a click that is about the incident as a whole.
func about(inc incident.Incident) Target { return Target{Incident: inc.ID, UID: inc.UID} }

// command writes what to type, as code.
func command(words string) string { return code("/incident " + words) }
