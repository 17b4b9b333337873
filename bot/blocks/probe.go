package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/playbooks"
)

// mostChecks is how many checks one message shows; it is meant to be compact.
const mostChecks = 20

// Probed is what addresses answered, one line a check, for the thread of the
// step message.
func Probed(inc incident.Incident, fx incident.RunProbes, results []incident.ProbeResult) Message {
	bad, unread := 0, 0
	for _, r := range results {
		switch {
		case r.Unread:
			unread++
		case !r.OK:
			bad++
		}
	}
	text := "Checked by mayday itself"
	if fx.Why == incident.ProbeAsked {
		text = named(inc, fx.By) + " checked"
		if len(fx.Steps) == 1 {
			text += fmt.Sprintf(" step %d", fx.Steps[0])
		}
	}
	switch {
	case bad == 0 && unread > 0:
		text += fmt.Sprintf(": %d of %d are fine, %d cannot be read", len(results)-unread, len(results), unread)
	case bad == 0:
		text += ": " + fine(len(results))
	default:
		text += ": " + notFine(bad, len(results))
	}
	lines, spoken := []string{text}, text+"."
	for i, r := range results {
		if i == mostChecks {
			lines = append(lines, fmt.Sprintf("… and %d more", len(results)-i))
			break
		}
		lines = append(lines, probeLine(r))
		spoken += " " + full(line(r.Probe.Name, 60)+": "+line(r.Summary, 200))
	}
	return message(spoken, append(paragraphs(lines), small(ownNetwork(results)))...)
}

// ownNetwork doubts mayday's side when several addresses were asked and none answered.
func ownNetwork(results []incident.ProbeResult) string {
	for _, r := range results {
		if r.OK || r.Latency > 0 {
			return ""
		}
	}
	if len(results) < 2 {
		return ""
	}
	return "None of them answered: mayday's own network may be at fault"
}

// notFine also counts what is only slow or degraded, of which one cannot say that it failed.
func notFine(bad, n int) string {
	switch {
	case n == 1:
		return "it is not fine"
	case bad == 1:
		return fmt.Sprintf("1 of %d is not fine", n)
	}
	return fmt.Sprintf("%d of %d are not fine", bad, n)
}

func fine(n int) string {
	if n == 1 {
		return "it is fine"
	}
	return fmt.Sprintf("all %d are fine", n)
}

// probeLine is one check: fine or failed, which, what it said, and the small print.
func probeLine(r incident.ProbeResult) string {
	sign := ":white_check_mark:"
	switch {
	case r.Unread:
		sign = ":grey_question:"
	case !r.OK:
		sign = ":x:"
	}
	s := sign + " " + strong(line(r.Probe.Name, 80)) + " " + line(r.Summary, 200)
	if len(r.Detail) > 0 {
		s += " · " + line(strings.Join(r.Detail, "; "), maxNote)
	}
	return s
}

// Probing answers a person who asked for a check: what is asked, and where the
// answer will be.
func Probing(probes []incident.Probe) string {
	var names []string
	for i, p := range probes {
		if i == 5 {
			names = append(names, fmt.Sprintf("%d more", len(probes)-i))
			break
		}
		names = append(names, line(p.Name, 60))
	}
	return "Checking " + strings.Join(names, ", ") + ". The answer comes in the thread of the step."
}

// probeButton asks for the checks of a step; nil when it has none.
func probeButton(t Target, s incident.Step) slack.BlockElement {
	probes := playbooks.Probes(s)
	switch len(probes) {
	case 0:
		return nil
	case 1:
		return button(ActionProbe, t, "Check "+probes[0].Name)
	}
	return button(ActionProbe, t, fmt.Sprintf("Check all %d", len(probes)))
}
