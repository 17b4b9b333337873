package blocks

import (
	"fmt"

	"mayday/incident"
	"mayday/playbooks"
)

// StatusPages links the pages on which suppliers say how they are, a page at a time.
func StatusPages(rb *playbooks.Runbook, page int) Message {
	var lines []string
	for _, p := range rb.StatusPages {
		lines = append(lines, "• "+link(p.URL, p.Name))
	}
	return linked("statuspages", "status page", lines, page)
}

// OnPage is an incident that our own status page shows as going on.
type OnPage struct {
	Name   string
	Status incident.PublicStatus
	URL    string
}

// mostOnPage is how many components and incidents are named each.
const mostOnPage = 20

// OwnStatusPage is how the page stands on which customers read.
func OwnStatusPage(name, address string, components []incident.Component, going []OnPage) Message {
	head := "Our own status page"
	if name != "" {
		head = "Our own status page " + link(address, name)
	}
	var ill, list []string
	for _, c := range components {
		if c.State != incident.Operational && c.State != "" && len(ill) < mostOnPage {
			ill = append(ill, "• "+line(c.Name, 100)+": "+stateWord(c.State))
		}
	}
	for _, i := range going[:min(len(going), mostOnPage)] {
		list = append(list, "• "+link(i.URL, i.Name)+", "+line(string(i.Status), 40))
	}
	how := fmt.Sprintf("All of its %s are operational", count(len(components), "component"))
	switch {
	case len(components) == 0:
		how = "It has no components"
	case len(ill) > 0:
		how = fmt.Sprintf("%d of its %s are not operational", len(ill), count(len(components), "component"))
	}
	open := "No incident is open there"
	if len(list) > 0 {
		open = fmt.Sprintf("%s open there", count(len(going), "incident"))
	}
	text := head + ". " + how + ". " + open + "."
	return reply(text, section(strong(head)), section(append([]string{how}, ill...)...), section(append([]string{open}, list...)...))
}

func stateWord(s incident.ComponentState) string {
	if w := stateWords[s]; w != "" {
		return w
	}
	return line(string(s), 40)
}

// OwnStatusPageSilent says why nothing is known of it.
func OwnStatusPageSilent(why string) Message {
	return Problem("Our own status page did not say how it stands.", incident.Line(why, maxNote))
}
