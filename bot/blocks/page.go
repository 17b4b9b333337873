package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Page is the direct message to somebody who is paged: why, what, where, by
// when; to is that person. Once the incident is acknowledged or over it says so instead of asking.
func Page(inc incident.Incident, p incident.Page, to incident.Person, now time.Time) Message {
	why := pageReason(inc, p)
	text := fmt.Sprintf("%s%s %s: %s. %s", drill(inc), why, naming(inc), title(inc), pageState(inc, to, now))
	return message(text,
		section(drillFirst(inc)+why, pageNaming(inc), toldLate(inc, p.At)),
		section(joined(" · ", pageWhere(inc), "declared by "+named(inc, inc.DeclaredBy)+", "+moment(inc.DeclaredAt)), pageState(inc, to, now)),
		row(pageButtons(inc, to)...))
}

// Paged is a page of an incident.
type Paged struct {
	Incident incident.Incident
	Page     incident.Page
	// To is who gets it.
	To incident.Person
}

// MostPages is how many pages one message holds: as many as are read at a glance, and
// as fit into what Slack takes.
const MostPages = 20

// Pages is Page for several that reach somebody at the same time: one message, in which
// each incident has its own button. More than MostPages are left out.
func Pages(list []Paged, now time.Time) Message {
	if len(list) == 1 {
		return Page(list[0].Incident, list[0].Page, list[0].To, now)
	}
	list = list[:min(len(list), MostPages)]
	head := fmt.Sprintf("You are paged for %d incidents.", len(list))
	text := head
	parts := []slack.Block{section("*" + head + "*")}
	for _, p := range list {
		inc := p.Incident
		text += fmt.Sprintf(" %s%s: %s.", drill(inc), naming(inc), title(inc))
		said := shorten(fmt.Sprintf("%s%s\n%s\n%s", drillFirst(inc), pageNaming(inc), joined(" · ", pageWhere(inc), pageState(inc, p.To, now)), joined(" ", pageReason(inc, p.Page), toldLate(inc, p.Page.At))), maxPaged)
		if buttons := pageButtons(inc, p.To); len(buttons) > 0 {
			parts = append(parts, sectionWith(said, buttons[0]))
		} else {
			parts = append(parts, section(said))
		}
	}
	return message(text, parts...)
}

// maxPaged is what one of several pages may say: MostPages of them fit into maxChars.
const maxPaged = 550

// pageButtons answer a page: whether to is the one who comes or, once somebody else is,
// that they come to help. None when nothing is asked.
func pageButtons(inc incident.Incident, to incident.Person) []slack.BlockElement {
	_, coming := inc.Coming[to]
	switch {
	case asks(inc):
	case inc.Status.Live() && !coming && to != inc.AcknowledgedBy:
		return []slack.BlockElement{button(ActionOnMyWay, about(inc), "On my way")}
	default:
		return nil
	}
	buttons := []slack.BlockElement{primary(button(ActionAcknowledge, about(inc), "Acknowledge"))}
	if _, declined := inc.Declined[to]; !declined {
		buttons = append(buttons, button(ActionDecline, about(inc), "I can't, page next"))
	}
	return buttons
}

// PageWhom asks whom to page, with a button for whoever is next.
func PageWhom(inc incident.Incident, now time.Time) Message {
	text := "Whom should mayday page? " + command("page @name why") + ", or by a word of a role in the runbook's contacts: " + command("page devops why") + "."
	next, ok := inc.Next(now)
	if !ok {
		return reply(text, section(text))
	}
	b := pageNextButton(inc)
	b.Text = plain("Page "+next.Title(), maxButton)
	return reply(text, section(text), row(b))
}

// asks reports whether pages of an incident still ask for something.
func asks(inc incident.Incident) bool { return inc.Status.Live() && !inc.Acknowledged() }

// pageWhere says where the incident is worked on.
func pageWhere(inc incident.Incident) string {
	switch {
	case inc.ChannelID != "":
		return channel(inc.ChannelID)
	case inc.ChannelFailed != "":
		return "It has no channel: " + line(inc.ChannelFailed, maxNote)
	}
	return "Its channel is being opened"
}

// drillFirst begins the page of a drill with that word: nobody is to be frightened.
func drillFirst(inc incident.Incident) string {
	if inc.Drill {
		return "*Drill.* "
	}
	return ""
}

// pageNaming is which incident a page is for, with its light unless it is a drill.
func pageNaming(inc incident.Incident) string {
	s := fmt.Sprintf("%s · %s", strong(naming(inc)), title(inc))
	if inc.Drill {
		return s
	}
	return dot(inc) + " " + s
}

// pageReason says why this person is called, as a sentence.
func pageReason(inc incident.Incident, p incident.Page) string {
	switch p.Why {
	case incident.OnCall:
		return "You are paged because you are on call."
	case incident.Escalated:
		return "You are paged because the runbook escalates this incident to you."
	case incident.NoResponse:
		return "You are paged because nobody acknowledged in time."
	case incident.Declined:
		return "You are paged because the person before you cannot come."
	case incident.Unreachable:
		return "You are paged because the person before you could not be reached."
	}
	s := "You are paged"
	if p.By != "" {
		s = named(inc, p.By) + " asks for you"
	}
	if p.Note != "" {
		s += ": " + line(p.Note, maxNote)
	}
	return full(s)
}

func pageState(inc incident.Incident, to incident.Person, now time.Time) string {
	switch {
	case inc.Status == incident.Resolved:
		return fmt.Sprintf("Resolved by %s, %s.", named(inc, inc.ResolvedBy), moment(inc.ResolvedAt))
	case !inc.Status.Live():
		return fmt.Sprintf("The incident was %s by %s, %s.", inc.Status, named(inc, inc.EndedBy), moment(inc.EndedAt))
	case inc.Acknowledged():
		who := named(inc, inc.AcknowledgedBy)
		if inc.AcknowledgedBy == to {
			who = "You"
		}
		s := fmt.Sprintf("%s acknowledged at %s.", who, clock(inc.AcknowledgedAt, now))
		if at, coming := inc.Coming[to]; coming {
			s += fmt.Sprintf(" You have been on your way since %s.", clock(at, now))
		}
		return s
	}
	if at, declined := inc.Declined[to]; declined {
		return "You said that you cannot come, " + moment(at) + ". If you can after all: acknowledge."
	}
	due, ok := inc.Deadline(incident.ClockRespond)
	_, missed := inc.Plan.Breached[incident.ClockRespond]
	switch {
	case ok && due.After(now):
		return "Respond by " + near(due, now) + "."
	case ok || missed:
		return "The time to respond is over: acknowledge now."
	}
	return "Please acknowledge."
}
