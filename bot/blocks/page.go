package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Page is the direct message to somebody who is paged: why, what, where, by
// when. Once the incident is acknowledged or over it says so instead of asking.
func Page(inc incident.Incident, p incident.Page, now time.Time) Message {
	why := pageReason(p)
	text := fmt.Sprintf("%s %s: %s. %s", why, naming(inc), title(inc), pageState(inc, now))
	where := channel(inc.ChannelID)
	if where == "" {
		where = "Its channel is being opened"
		if inc.ChannelFailed != "" {
			where = "It has no channel: " + line(inc.ChannelFailed, maxNote)
		}
	}
	var ack slack.Block
	if inc.Status.Live() && !inc.Acknowledged() {
		ack = row(primary(button(ActionAcknowledge, about(inc), "Acknowledge")))
	}
	return message(text,
		section(why, fmt.Sprintf("%s *%s* · %s", dot(inc), naming(inc), title(inc))),
		section(joined(" · ", where, "declared by "+person(inc.DeclaredBy)+", "+moment(inc.DeclaredAt)), pageState(inc, now)),
		ack)
}

// pageReason says why this person is called, as a sentence.
func pageReason(p incident.Page) string {
	switch p.Why {
	case incident.OnCall:
		return "You are paged as the one on call."
	case incident.Escalated:
		return "You are paged because the incident was escalated."
	case incident.NoResponse:
		return "You are paged because nobody acknowledged in time."
	case incident.Unreachable:
		return "You are paged because the one before you could not be reached."
	}
	s := "You are paged"
	if p.By != "" {
		s = person(p.By) + " asks for you"
	}
	if p.Note != "" {
		s += ": " + line(p.Note, maxNote)
	}
	return full(s)
}

func pageState(inc incident.Incident, now time.Time) string {
	switch {
	case inc.Status == incident.Resolved:
		return fmt.Sprintf("Resolved by %s, %s.", person(inc.ResolvedBy), moment(inc.ResolvedAt))
	case !inc.Status.Live():
		return fmt.Sprintf("The incident was %s by %s, %s.", inc.Status, person(inc.EndedBy), moment(inc.EndedAt))
	case inc.Acknowledged():
		return fmt.Sprintf("Acknowledged by %s, %s.", person(inc.AcknowledgedBy), moment(inc.AcknowledgedAt))
	}
	due, ok := inc.Deadline(incident.ClockRespond)
	_, missed := inc.Plan.Breached[incident.ClockRespond]
	switch {
	case ok && due.After(now):
		return "Respond by " + moment(due) + "."
	case ok || missed:
		return "The time to respond is over: acknowledge now."
	}
	return "Please acknowledge."
}
