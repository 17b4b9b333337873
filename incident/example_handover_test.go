package incident_test

import (
	"mayday/incident"
)

// /incident handover @ana the rollback is running
func ExampleAskHandover() {
	c, err := incident.AskHandover(acknowledged("P1"), ben, ana, "the rollback is running", at(10, 20))
	tell(c, err)
	clocks(c.Incident)
	tell(incident.AskHandover(acknowledged("P1"), ana, ben, "", at(10, 20)))
	// Output:
	// Ben asked Ana to take the lead: the rollback is running
	// → show_handover
	// 10:30 escalate
	// 10:30 handover
	// 11:00 update
	// refused to take a role: already
}

// asked is an incident that Ben leads and asked Ana to lead at 10:20.
func asked() incident.Incident {
	c, _ := incident.AskHandover(acknowledged("P1"), ben, ana, "", at(10, 20))
	return c.Incident
}

// The button "Accept".
func ExampleAcceptHandover() {
	c, err := incident.AcceptHandover(asked(), ana, 0, at(10, 22))
	tell(c, err)
	tell(incident.AcceptHandover(asked(), ben, 0, at(10, 22)))
	tell(incident.AcceptHandover(c.Incident, ana, 0, at(10, 23)))
	// Output:
	// Ana took the role lead over from Ben
	// → show_handover
	// → invite
	// refused to accept the handover: not_asked
	// refused to accept the handover: already
}

// The button "Decline".
func ExampleDeclineHandover() {
	tell(incident.DeclineHandover(asked(), ana, 0, at(10, 22)))
	// Output:
	// Ana does not take the lead over from Ben
	// → show_handover
}
