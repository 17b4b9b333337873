package main

import (
	"fmt"
	"strings"

	"mayday/incident"
)

// sayCalled lists who was called, who is called next, and their telephones.
func (t *terminal) sayCalled(inc incident.Incident) error {
	rows := []string{"", "Called by mayday:"}
	for i, p := range inc.Pages {
		name, phone := inc.ContactTitle(p), "no telephone number in the runbook"
		if name == "" {
			name = t.name(inc, p.Person)
		}
		if n := inc.Phone(p); n != "" {
			phone = incident.Line(n, 40)
		}
		if len(inc.Pages)-i <= mostCalled {
			rows = append(rows, fmt.Sprintf("  %s\t%s\t%s%s", incident.Line(name, 80), phone, t.pageState(p), t.methods(inc, inc.Reaches[i])))
		}
	}
	if len(inc.Pages) == 0 {
		rows = append(rows, "  nobody yet")
	}
	if due, ok := inc.Deadline(incident.ClockEscalate); ok && !inc.Acknowledged() {
		if c, ok := inc.Next(due); ok {
			rows = append(rows, fmt.Sprintf("  then %s\t%s\t%s, unless somebody acknowledges", incident.Line(c.Title(), 80), phoneOr(c), t.at(due)))
		}
	}
	return t.table(rows...)
}

// mostCalled is how many of the newest calls are listed.
const mostCalled = 12

func (t *terminal) pageState(p incident.Page) string {
	switch {
	case !p.DeliveredAt.IsZero():
		return "has the message since " + t.at(p.DeliveredAt)
	case p.Failed != "":
		return "not reached: " + incident.Line(p.Failed, 80)
	}
	return "called " + t.at(p.At) + ", has no message yet"
}

// methods says how else somebody was called, and will be unless somebody answered; empty where nothing is known of that.
func (t *terminal) methods(inc incident.Incident, r incident.Reach) string {
	var list []string
	for i, m := range r.Methods {
		switch a := r.Attempts[i]; {
		case a.Failed != "":
			list = append(list, m.Label()+" failed")
		case !a.SentAt.IsZero():
			list = append(list, m.Label()+" "+t.at(a.SentAt))
		case !inc.Acknowledged():
			list = append(list, m.Label()+" if there is no answer")
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "; by " + strings.Join(list, ", ")
}
