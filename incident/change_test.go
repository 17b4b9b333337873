package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Each edit of a message costs a call to Slack: what shows nothing new is not drawn anew.
func TestWhichMessagesAChangeDrawsAnew(t *testing.T) {
	at := t0.Add(time.Minute)
	open := declared(t, "P0")
	acked := first(Acknowledge(open, ben, at)).Incident
	over := first(Resolve(acked, ben, "fixed", at)).Incident
	unnamed := first(Declare(Ref{Incident: 7}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)).Incident
	nobody := matrix()
	nobody.Contacts = nil
	alone := first(Declare(Ref{Incident: 7}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: nobody, By: ana}, t0)).Incident
	snoozed := first(Snooze(open, ben, time.Hour, "known", at)).Incident
	for name, c := range map[string]struct {
		change       Change
		pages, asked bool
	}{
		"a note":                  {first(Note(open, ben, "x", at)), false, false},
		"a note after the answer": {first(Note(acked, ben, "x", at)), false, false},
		"a note after the end":    {first(Note(over, ben, "x", at)), false, false},
		"an answer":               {first(Acknowledge(open, ben, at)), true, true},
		"who cannot come":         {first(Decline(delivered(t, open, t0), ana, "", at)), true, false},
		"who is on the way":       {first(OnMyWay(acked, chidi, at)), true, false},
		"another severity":        {first(ChangeSeverity(open, ben, "P1", "", at)), true, false},
		"a snooze":                {first(Snooze(open, ben, time.Hour, "known", at)), true, false},
		"the end of a snooze":     {first(Unsnooze(snoozed, ben, at)), true, false},
		"a missed response":       {first(Fire(open, Timer{ClockRespond, t0.Add(15 * time.Minute)}, t0.Add(15*time.Minute))), true, false},
		"the end":                 {first(Resolve(open, ben, "fixed", at)), true, true},
		"taken up again":          {first(Reopen(over, ben, "", at)), true, true},
		"a page that arrives while it is awaited":  {first(PageDelivered(unnamed, 0, []Person{ana}, at)), false, false},
		"a page that arrives after the answer":     {first(PageDelivered(first(Acknowledge(unnamed, ben, at)).Incident, 0, []Person{ana}, at)), true, false},
		"whom a page calls, known by now":          {first(PageDelivered(open, 0, []Person{ana}, at)), false, true},
		"a step that is done":                      {first(MarkStep(open, ben, StepRef{Number: 1}, StepDone, "", at)), false, false},
		"a step that is blocked":                   {first(MarkStep(open, ben, StepRef{Number: 1}, StepBlocked, "no right", at)), false, true},
		"customers are told after the end":         {first(MarkCommunicated(over, ben, at)), false, true},
		"customers are told before it":             {first(MarkCommunicated(acked, ben, at)), false, false},
		"a channel for those who were called":      {first(ChannelOpened(unnamed, "C1", "inc-7", at)), true, false},
		"no channel for those who were called":     {first(ChannelFailed(unnamed, "no right", at)), true, false},
		"a channel where nobody was called before": {first(ChannelOpened(alone, "C1", "inc-7", at)), false, false},
	} {
		assert.NotEmpty(t, c.change.Effects, name)
		assert.Equal(t, c.pages, shows(c.change, PageMessages), "%s: direct messages", name)
		assert.Equal(t, c.asked, shows(c.change, AskingMessages), "%s: what asks in the channel", name)
	}
}

func TestAReminderOfBeforeTheChannelIsShownInIt(t *testing.T) {
	inc := first(Declare(Ref{Incident: 7}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)).Incident
	assert.False(t, shows(first(ChannelOpened(inc, "C1", "inc-7", t0)), ReminderMessage), "there is none")
	half := t0.Add(450 * time.Second)
	inc = first(Fire(inc, Timer{ClockRespondHalf, half}, half)).Incident
	assert.True(t, shows(first(ChannelOpened(inc, "C1", "inc-7", half)), ReminderMessage))
}
