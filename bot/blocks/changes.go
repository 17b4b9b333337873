package blocks

import (
	"slices"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// mostChanges is how many changes a card names.
const mostChanges = 3

// changesBefore names what was changed shortly before the incident began, the newest first; nil when nothing was.
func changesBefore(inc incident.Incident) slack.Block {
	if !inc.Status.Live() {
		return nil
	}
	var lines []string
	for _, c := range slices.Backward(inc.Changes) {
		if len(lines) == mostChanges {
			lines = append(lines, "More was changed: "+command("timeline"))
			break
		}
		lines = append(lines, changeLine(c, inc))
	}
	return section(lines...)
}

// changeLine is "deploy 4f3c2a1 of shop by ben, 6 min before". Whoever did it is called as the sender calls them, and not notified.
func changeLine(c incident.ChangeEvent, inc incident.Incident) string {
	s := ":package: " + link(c.Link, c.Name())
	if c.By != "" {
		s += " by " + line(c.By, 60)
	}
	if c.Environment != "" && c.Environment != "production" {
		s += " (" + line(c.Environment, 60) + ")"
	}
	if c.At.After(inc.Began()) {
		return s + ", *" + took(c.At.Sub(inc.Began())) + " after the beginning*"
	}
	return s + ", *" + took(inc.Began().Sub(c.At)) + " before*"
}
