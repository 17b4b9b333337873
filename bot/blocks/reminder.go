package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// snoozes are the times by which reminders can be put off with a click.
var snoozes = []struct{ value, words string }{{"15m", "15 minutes"}, {"30m", "30 minutes"}, {"1h", "1 hour"}}

// mostReminded is how many people one reminder calls.
const mostReminded = 5

// Reminder is the one live reminder, which calls whoever has to act; the zero Message when
// nothing is to be reminded of.
func Reminder(inc incident.Incident) Message {
	if inc.Reminder == nil {
		return Message{}
	}
	var calls []string
	for _, p := range inc.ToAct() {
		if len(calls) < mostReminded {
			calls = append(calls, call(p))
		}
	}
	to := strings.Join(calls, " ")
	if to != "" {
		to += ": "
	}
	text := to + reminded(inc)
	return message(text, section(":hourglass_flowing_sand: "+text), reminderButtons(inc))
}

// ReminderDirect is the reminder in a conversation with whoever has to act; the zero Message
// when nothing is to be reminded of.
func ReminderDirect(inc incident.Incident) Message {
	if inc.Reminder == nil {
		return Message{}
	}
	text := reminded(inc)
	return message(fmt.Sprintf("%s%s: %s. %s", drill(inc), naming(inc), title(inc), text),
		section(drillFirst(inc)+pageNaming(inc), joined(" · ", channel(inc.ChannelID), text)), reminderButtons(inc))
}

// reminded is what is asked for.
func reminded(inc incident.Incident) string {
	r := inc.Reminder
	if r.Clock == incident.ClockRespond {
		return fmt.Sprintf("Nobody has acknowledged this %s yet; respond by %s.", label(inc), near(r.Due, r.At))
	}
	text := "An update was due " + moment(r.Due) + "."
	if r.Times > 1 {
		text += fmt.Sprintf(" This is reminder %d.", r.Times)
	}
	if every := inc.Rung().UpdateEvery; every.Set && every.D > 0 {
		text += fmt.Sprintf(" The runbook asks for one every %s.", took(every.D))
	}
	return text
}

func reminderButtons(inc incident.Incident) slack.Block {
	t := about(inc)
	if inc.Reminder.Clock == incident.ClockRespond {
		return row(primary(button(ActionAcknowledge, t, "Acknowledge")), pageNextButton(inc))
	}
	var options []*slack.OptionBlockObject
	for _, s := range snoozes {
		options = append(options, option(Target{Incident: inc.ID, Name: s.value}.String(), s.words))
	}
	return row(primary(button(ActionUpdate, t, "Update")), menu(actionID(ActionSnooze, inc.UID), "Snooze…", options...))
}
