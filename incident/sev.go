package incident

import (
	"slices"
	"time"
)

// ChangeSeverity moves the incident to another severity and plans its clocks
// again from the time of declaration. A graver one ends a snooze, and calls who
// was left to sleep.
func ChangeSeverity(inc Incident, by Person, word, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("change the severity")
	}
	s, ok := inc.Policy.Find(word)
	if !ok {
		return Change{}, &Refusal{Reason: UnknownSeverity, Verb: "change the severity", Word: Line(word, 40), Choices: inc.Policy.Labels()}
	}
	if s.Label == inc.Severity {
		return Change{}, &Refusal{Reason: Already, Verb: "change the severity", Word: s.Label}
	}
	e := begin(inc, now)
	e.Incident.Severity = s.Label
	e.record(Event{Kind: EventSeverityChanged, By: by, From: inc.Severity, To: s.Label, Note: Line(why, MaxText), Due: e.endSnooze(), Aloud: true})
	e.plan()
	e.clearReminder()
	e.involve(by)
	e.callWhoSlept(inc)
	if joining := newcomers(inc.admitted(now), e.Incident.admitted(now)); len(joining) > 0 && inc.ChannelID != "" {
		e.do(Invite{Ref: inc.Ref(), Contacts: joining, At: e.now})
	}
	return e.done()
}

// callWhoSlept makes the first call of an incident that was planned anew, if it was put off.
func (e *edit) callWhoSlept(before Incident) {
	if before.Plan.Rung < 0 && !before.Acknowledged() && len(before.Policy.Contacts) > 0 {
		e.callFirst()
	}
}

// endSnooze ends the snooze of an incident that got worse, and returns until when
// it was to hold; zero when none ends.
func (e *edit) endSnooze() time.Time {
	until := e.Incident.Plan.Snoozed
	if !e.raised() || !until.After(e.now) {
		return time.Time{}
	}
	e.Incident.Plan.Snoozed = time.Time{}
	return until
}

func newcomers(before, after []int) []int {
	return slices.DeleteFunc(after, func(i int) bool { return slices.Contains(before, i) })
}
