package blocks

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// maxTyped is how long a command may be that waits in a button.
const maxTyped = 1500

// WhichIncident asks which of some incidents a command is about that was typed outside
// an incident's channel and names none. typed is the command without the slash word; each
// button carries it out on its incident.
func WhichIncident(typed string, open []incident.Incident) Message {
	verb, _, _ := strings.Cut(strings.TrimSpace(typed), " ")
	verb = incident.Line(verb, 20)
	what := "This is not an incident's channel."
	if len(open) == 0 {
		return Problem(what, "No incident is open. To declare one: `/incident p1 what is broken`")
	}
	var list []meant
	for _, inc := range open {
		list = append(list, meant{inc, typed, fmt.Sprintf("%s #%d", verb, inc.ID), Plain(naming(inc))})
	}
	return which(what+" Which incident do you mean?", " Click, or type it there, or with its number:", list)
}

// WhichNumber asks what a number is that the words behind a verb begin with: all is the words with it, text those behind it. It may name an
// incident, or be said of one of those that are open. Nothing was done yet.
func WhichNumber(verb, all, text string, named incident.Incident, open []incident.Incident) Message {
	list := []meant{{named, verb + " " + text, fmt.Sprintf("%s #%d %s", verb, named.ID, text), Plain(naming(named)) + ": " + Plain(text)}}
	for _, inc := range open {
		list = append(list, meant{inc, verb + " " + all, fmt.Sprintf("%s #%d %s", verb, inc.ID, all), Plain(naming(inc)) + ": " + Plain(all)})
	}
	return which(fmt.Sprintf("“%d” may be the number of an incident, or part of what you say, so nothing was done. Which do you mean?", named.ID),
		" Click, or type it with #:", list)
}

// WhichOfTwo asks whether a command is about the incident in whose channel it was typed, or about the one whose number it has. Nothing was done yet.
func WhichOfTwo(verb string, here, other incident.Incident) Message {
	var list []meant
	for _, inc := range []incident.Incident{here, other} {
		list = append(list, meant{inc, verb, fmt.Sprintf("%s #%d", verb, inc.ID), Plain(naming(inc))})
	}
	return which(fmt.Sprintf("This is the channel of incident %d, and you named incident %d, so nothing was done. Which do you mean?", here.ID, other.ID),
		" Click, or type it with #:", list)
}

// meant is an incident that may be meant, and what a click carries out on it; typed says how to type that, and words what stands on its button, in plain words.
type meant struct {
	inc          incident.Incident
	do           string
	typed, words string
}

func which(asks, how string, list []meant) Message {
	text := asks
	var lines []string
	var buttons []slack.BlockElement
	fits := true
	for i, c := range list {
		l := fmt.Sprintf("%s %s · %s", command(Plain(c.typed)), naming(c.inc), outside(c.inc))
		lines = append(lines, l)
		text += " " + l + "."
		t := about(c.inc)
		t.Name = incident.Paragraph(c.do, maxTyped)
		fits = fits && utf8.RuneCountInString(c.do) <= maxTyped
		buttons = append(buttons, button(fmt.Sprintf("%s:%d", ActionOn, i+1), t, c.words))
	}
	if !fits {
		buttons = nil // a button has no room for it, and half of it says something else
	}
	return reply(text, section(asks+how), section(lines...), row(buttons...))
}
