package handlers

import (
	"strings"
	"time"

	"mayday/incident"
	"mayday/playbooks"
)

// What is typed in a terminal is understood as in Slack.

// Typed is a declaration as it was typed, understood.
type Typed struct {
	incident.Declaration
	// Another: whoever declares knows of the incidents that may be the same one.
	Another bool
	// MayBe are the slugs of scenarios of which one may be meant; none of them was taken.
	MayBe []string
}

// UnclearError is a declaration that says too little, or may be meant as something else, in words for whoever typed it.
type UnclearError struct{ What, Next string }

// Error says what is unclear and what to type instead.
func (e *UnclearError) Error() string { return e.What + " " + e.Next }

// Declaration reads "p0 site-down checkout answers 500": severity and scenario in any order among the first words, the others
// are the title. Where Slack would ask which of several scenarios is meant none is taken, because at a terminal nobody is to
// be held up. An *UnclearError or an *incident.Refusal (incident.UnknownSeverity) says why nothing is to be declared.
func Declaration(rb *playbooks.Runbook, typed string, by incident.Person) (Typed, error) {
	w := understand(rb, asDelivered.Replace(typed))
	first := strings.ToLower(rb.Policy.Usual(incident.Playbook{}))
	switch {
	case w.unknown != "":
		return Typed{}, &incident.Refusal{Reason: incident.UnknownSeverity, Verb: "declare", Word: w.unknown, Choices: rb.Policy.Labels()}
	case strings.TrimSpace(typed) == "":
		return Typed{}, &UnclearError{"Nothing was said of what is wrong.", "For example: declare " + first + " checkout answers 500"}
	case w.doubt == aboutVerb:
		return Typed{}, &UnclearError{"This may be a command, or an incident.", "To declare an incident say in other words what is wrong."}
	case w.severity != "" && w.title == "" && w.playbook.Slug == "":
		return Typed{}, &UnclearError{"Nothing was said of what is wrong.", "For example: declare " + strings.ToLower(w.severity) + " checkout answers 500"}
	case !w.clear(true):
		return Typed{}, &UnclearError{"No severity was named.", "Begin with it: declare " + first + " " + incident.Line(typed, 60)}
	}
	t := Typed{Declaration: w.declaration(rb, by), Another: w.another}
	for _, pb := range w.offer {
		t.MayBe = append(t.MayBe, pb.Slug)
	}
	return t, nil
}

// Update reads an update, and the time until the next one that "next 30m" at its end promises; 0 without.
func Update(typed string) (text string, next time.Duration) { return takeNext(typed) }

// Number reads the name of an incident: "42", "#42", "inc-42". bare: it is a number alone, which may be something else. False for any other word.
func Number(word string) (number int64, bare, ok bool) {
	if ref, rest, named := takeIncident(word, false); named && ref.id > 0 && rest == "" {
		return ref.id, false, true
	}
	ref, rest, ok := takeIncident(word, true)
	return ref.id, true, ok && ref.id > 0 && rest == ""
}

// asDelivered writes what was typed as Slack would deliver it.
var asDelivered = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
