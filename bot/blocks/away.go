package blocks

import (
	"fmt"
	"net/url"

	"mayday/incident"
)

// unheard says that the channel does not hear what was recorded, with the link by which
// somebody can change that; empty while it hears.
func unheard(inc incident.Incident) string {
	if inc.Away == "" || inc.ChannelID == "" {
		return ""
	}
	what := map[incident.Away]string{
		incident.Archived: "The channel does not hear it: it is archived. %s and choose Unarchive; mayday then says there what waits.",
		incident.Removed:  "The channel does not hear it: mayday is not in it. %s and invite mayday with /invite; it then says there what waits.",
		incident.Vanished: "The channel does not hear it: it is gone, or private and without mayday. %s; if it is there, invite mayday with /invite.",
	}[inc.Away]
	if what == "" {
		return ""
	}
	return fmt.Sprintf(what, openChannel(inc))
}

// openChannel is a link that opens the incident's channel in Slack, also when it is
// archived (Slack: app_redirect).
func openChannel(inc incident.Incident) string {
	return link("https://slack.com/app_redirect?channel="+url.QueryEscape(inc.ChannelID), "Open the channel")
}

// MovedToPrivate stands where an incident was announced that is private now: it says
// neither which nor what.
func MovedToPrivate() Message {
	return message("This incident moved to a private channel.", section("This incident moved to a private channel."))
}

// AnnouncedElsewhere stands where an incident was announced before the announce channel
// was another one.
func AnnouncedElsewhere(inc incident.Incident, where string) Message {
	if inc.Private {
		return MovedToPrivate()
	}
	text := fmt.Sprintf("%s is announced in %s now.", naming(inc), channel(where))
	return message(text, section(text))
}

// ReminderOver stands in the place of a reminder that cannot be deleted.
func ReminderOver() Message {
	return message("This reminder is over.", small("This reminder is over."))
}

// OutOfDate is said below a message that can be neither edited nor deleted.
func OutOfDate() Message {
	return message("This message is out of date.", section("This message is out of date: Slack does not let mayday change it. A newer one stands further down in the channel."))
}
