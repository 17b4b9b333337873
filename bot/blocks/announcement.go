package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Announcement is the one message of an incident in the announce channel, edited
// in place. Of a private incident it tells that there is one, how severe it is
// and whom to ask, never what it is about.
func Announcement(inc incident.Incident) Message {
	if inc.Private {
		return privateAnnouncement(inc)
	}
	text := fmt.Sprintf("%s is %s: %s.", naming(inc), inc.Status, title(inc))
	facts := []string{string(inc.Status), leading(inc), "declared by " + named(inc, inc.DeclaredBy) + ", " + moment(inc.DeclaredAt)}
	blocks := []slack.Block{
		section(fmt.Sprintf("%s %s · %s%s", dot(inc), strong(label(inc)), drill(inc), title(inc)),
			joined(" · ", append([]string{channel(inc.ChannelID)}, facts...)...)),
	}
	if late := toldLate(inc, inc.DeclaredAt); late != "" {
		blocks = append(blocks, small(late))
	}
	if inc.ChannelID == "" && inc.ChannelFailed != "" {
		blocks = append(blocks, small(":warning: No channel: "+line(inc.ChannelFailed, maxNote)))
	}
	if !inc.Status.Live() {
		blocks = append(blocks, ending(inc))
		if inc.PostmortemURL != "" {
			blocks = append(blocks, small(link(inc.PostmortemURL, "Post-mortem")))
		}
		return message(text, blocks...)
	}
	for _, p := range inc.Unreached() {
		blocks = append(blocks, small(unreached(inc, p)))
	}
	if u := inc.LastUpdate; u.Text != "" {
		blocks = append(blocks, section("*Update* by "+named(inc, u.By)+", "+moment(u.At), shorten(Escape(u.Text), maxStep)))
	}
	if inc.NeedsCommunication() {
		blocks = append(blocks, small(":loudspeaker: External communication required"))
	}
	if inc.ChannelID != "" {
		blocks = append(blocks, row(button(ActionJoin, about(inc), "Join")))
	}
	return message(text, blocks...)
}

// unreached says whom mayday called in vain, and the number to call instead.
func unreached(inc incident.Incident, p incident.Page) string {
	who := line(inc.ContactTitle(p), 100)
	if who == "" {
		who = named(inc, p.Person)
	}
	s := ":warning: Could not page " + who
	if phone := line(inc.Phone(p), 40); phone != "" {
		s += ", phone " + phone
	}
	return s
}

func privateAnnouncement(inc incident.Incident) Message {
	ask := "ask " + named(inc, inc.DeclaredBy)
	if p := inc.Roles[incident.Lead]; p != "" {
		ask = "ask " + named(inc, p)
	}
	text := fmt.Sprintf("A private %s is %s.", naming(inc), inc.Status)
	return message(text, section(fmt.Sprintf("%s %s · private incident %d", dot(inc), strong(label(inc)), inc.ID),
		joined(" · ", string(inc.Status), ask, moment(inc.DeclaredAt))), small(toldLate(inc, inc.DeclaredAt)))
}
