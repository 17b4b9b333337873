package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// snoozes are the times by which reminders can be put off with a click.
var snoozes = []struct{ value, words string }{{"15m", "15 minutes"}, {"30m", "30 minutes"}, {"1h", "1 hour"}}

// Reminder is the one live reminder; the zero Message when nothing is to be reminded of.
func Reminder(inc incident.Incident) Message {
	r := inc.Reminder
	if r == nil {
		return Message{}
	}
	t := about(inc)
	if r.Clock == incident.ClockRespond {
		text := fmt.Sprintf("Nobody has acknowledged this %s yet; respond by %s.", label(inc), near(r.Due, r.At))
		return message(text, section(":hourglass_flowing_sand: "+text),
			row(primary(button(ActionAcknowledge, t, "Acknowledge")), pageNextButton(inc)))
	}
	text := "An update was due " + moment(r.Due) + "."
	if every := inc.Rung().UpdateEvery; every.Set && every.D > 0 {
		text += fmt.Sprintf(" The runbook asks for one every %s.", took(every.D))
	}
	var options []*slack.OptionBlockObject
	for _, s := range snoozes {
		options = append(options, option(Target{Incident: inc.ID, Name: s.value}.String(), s.words))
	}
	return message(text, section(":hourglass_flowing_sand: "+text),
		row(primary(button(ActionUpdate, t, "Update")), menu(actionID(ActionSnooze, inc.UID), "Snooze…", options...)))
}
