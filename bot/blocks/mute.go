package blocks

import (
	"fmt"
	"time"

	"mayday/incident"
)

// Muted answers what became of a window of silence.
func Muted(m incident.Mute) Message {
	text := muteLine(m) + "."
	sign := ":mute: "
	if !m.EndedAt.IsZero() {
		sign = ":speaker: "
	}
	next := "What still fires at the end is offered then. To end it early: " + command(fmt.Sprintf("mute end %d", m.ID))
	if !m.EndedAt.IsZero() {
		next = ""
	}
	return reply(text, section(sign+text), small(next))
}

// MuteNotice is what the operators' channel hears of a window.
func MuteNotice(m incident.Mute) Message {
	text := muteLine(m) + ", by " + call(m.By) + "."
	if !m.EndedAt.IsZero() {
		text = muteLine(m) + " by " + call(m.EndedBy) + "."
	}
	return message(text, small(":mute: "+text))
}

// Mutes lists the windows that are not over.
func Mutes(list []incident.Mute, now time.Time) Message {
	how := "To mute a source: " + command("mute sentry 2h deploying") + ", or later: " + command("mute sentry at 22:00 2h deploying") + ". To end one: " + command("mute end 3")
	if len(list) == 0 {
		return reply("No source of alerts is muted.", section("No source of alerts is muted."), small(how))
	}
	var lines []string
	for _, m := range list[:min(len(list), maxOpen)] {
		lines = append(lines, fmt.Sprintf("%d · %s · by %s", m.ID, muteLine(m), call(m.By)))
	}
	return reply(fmt.Sprintf("%s muted or to be muted.", count(len(list), "window")), section(lines...), small(how))
}

// muteLine says what is muted, from when to when, and why.
func muteLine(m incident.Mute) string {
	what := "Alerts of " + strong(line(m.Source, 60))
	if m.Source == incident.EverySource {
		what = "*All alerts*"
	}
	if !m.EndedAt.IsZero() {
		return what + " are heard again, ended early"
	}
	s := what + " are muted from " + moment(m.From) + " until " + moment(m.Until)
	if m.Why != "" {
		s += ": " + line(m.Why, 200)
	}
	return s
}
