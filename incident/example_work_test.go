package incident_test

import (
	"fmt"
	"time"

	"mayday/incident"
)

// /incident step 1 done it answers 502
func ExampleMarkStep() {
	c, err := incident.MarkStep(acknowledged("P0"), ben, incident.StepRef{Number: 1}, incident.StepDone, "it answers 502", at(10, 10))
	tell(c, err)
	tell(incident.MarkStep(c.Incident, ana, incident.StepRef{}, incident.StepBlocked, "no access", at(10, 11))) // 0 is the current one
	tell(incident.MarkStep(c.Incident, ana, incident.StepRef{Number: 1}, incident.StepSkipped, "", at(10, 12)))
	// Output:
	// Ben finished step 1 (Check the platform): it answers 502
	// Ana is blocked at step 2 (Count the connections): no access
	// refused to skip the step: already
}

// Done, in the message that shows the step to do now
func ExampleMarkShownStep() {
	c, err := incident.MarkShownStep(acknowledged("P0"), ben, incident.StepRef{Number: 1}, incident.StepDone, at(10, 10))
	tell(c, err)
	tell(incident.MarkShownStep(c.Incident, ana, incident.StepRef{Number: 2}, incident.StepDone, at(10, 10))) // in the same moment
	// Output:
	// Ben finished step 1 (Check the platform)
	// refused to finish the step: overtaken
}

// /incident undo
func ExampleUndoStep() {
	c, _ := incident.MarkStep(acknowledged("P0"), ben, incident.StepRef{Number: 1}, incident.StepDone, "", at(10, 10))
	c, err := incident.UndoStep(c.Incident, ben, incident.StepRef{}, at(10, 11))
	tell(c, err)
	tell(incident.UndoStep(c.Incident, ben, incident.StepRef{}, at(10, 12)))
	// Output:
	// Ben took back that step 1 (Check the platform) was done
	// refused to undo: nothing_to_undo
}

// /incident assign 2 @ana
func ExampleAssignStep() {
	tell(incident.AssignStep(acknowledged("P0"), ben, ana, incident.StepRef{Number: 2}, at(10, 10)))
	// Output:
	// Ben assigned step 2 (Count the connections) to @Ana
	// → invite
}

// /incident steps
func ExampleAskSteps() {
	tell(incident.AskSteps(acknowledged("P0"), incident.FarAbove)) // it is near enough
	c, err := incident.AskSteps(acknowledged("P0"), incident.FarAbove+1)
	tell(c, err)
	fmt.Println(c.Effects[0].(incident.Show).Surface, c.Effects[0].(incident.Show).ToEnd)
	// Output:
	// step true
}

// /incident playbook database-slow
func ExampleSwitchPlaybook() {
	slow := incident.Playbook{Slug: "database-slow", Title: "Database Slow", Steps: []incident.Step{{Text: "Look for locks"}}}
	c, err := incident.SwitchPlaybook(acknowledged("P0"), ben, slow, at(10, 10))
	tell(c, err)
	fmt.Println(c.Incident.Walk().Playbook.Steps[0].Text)
	// Output:
	// Ben switched the playbook from Site Down to Database Slow
	// Look for locks
}

// /incident playbook add database-slow
func ExampleAddPlaybook() {
	slow := incident.Playbook{Slug: "database-slow", Title: "Database Slow", Steps: []incident.Step{{Heading: "Diagnosis", Text: "Look for locks"}, {Text: "Check the platform"}}}
	c, err := incident.AddPlaybook(acknowledged("P0"), ben, slow, at(10, 10))
	tell(c, err)
	w := c.Incident.Walk()
	fmt.Println(w.Title())
	last := w.Playbook.Steps[len(w.Playbook.Steps)-1]
	fmt.Println(last.Heading, last.Text)
	tell(incident.AddPlaybook(c.Incident, ben, slow, at(10, 11)))
	// Output:
	// Ben added the playbook Database Slow: step 3
	// Site Down, with Database Slow
	// Database Slow › Diagnosis Look for locks
	// refused to add the playbook: already
}

// /incident run all
func ExampleAskQueries() {
	inc := acknowledged("P0")
	c, err := incident.AskQueries(inc, ben, incident.AskedAll, inc.Queries(), at(10, 10))
	tell(c, err)
	ran := c.Effects[0].(incident.RunQueries)
	tell(incident.QueriesRan(c.Incident, ran, "1 row in 4 ms", "", at(10, 11)))
	// Output:
	// → run_queries
	// Ben ran the playbook's queries, Connections: 1 row in 4 ms
}

// Named queries are for who is in the incident's channel.
func ExampleMayRun() {
	inc := acknowledged("P0")
	fmt.Println(incident.MayRun(inc, true))
	fmt.Println(incident.MayRun(inc, false))
	// Output:
	// <nil>
	// refused to run queries: not_here
}

// /incident sql select 1
func ExampleMaySQL() {
	inc, contacts := acknowledged("P0"), runbook().Contacts
	who := incident.Caller{ID: ben, Standing: incident.Member, Channel: "C042"}
	fmt.Println(incident.MaySQL(inc, who, incident.SQLContacts, contacts))
	who.ID = "U0EVE1"
	fmt.Println(incident.MaySQL(inc, who, incident.SQLContacts, contacts))
	// Output:
	// <nil>
	// refused to run SQL: not_allowed
}

// /incident sql drop table orders
func ExampleQueryRefused() {
	tell(incident.QueryRefused(acknowledged("P0"), ben, "DROP TABLE orders", "it would change something", at(10, 10)))
	// Output:
	// Ben was refused to run DROP TABLE orders: it would change something
}

// /incident probe
func ExampleAskProbes() {
	has := func(s incident.Step) bool { return s.Probe != nil }
	c, err := incident.AskProbes(acknowledged("P0"), ben, incident.StepRef{}, has, at(10, 10))
	tell(c, err)
	asked := c.Effects[0].(incident.RunProbes)
	tell(incident.Probed(c.Incident, asked, []incident.ProbeResult{{Probe: *siteDown().Steps[0].Probe, Summary: "502 Bad Gateway in 84 ms"}}, at(10, 11)))
	tell(incident.AskProbes(acknowledged("P0"), ben, incident.StepRef{Number: 2}, has, at(10, 12)))
	// Output:
	// → run_probes
	// Ben checked step 1: larkfield.test: 502 Bad Gateway in 84 ms
	// refused to check: no_probes
}

// /incident update rollback is running next 20m
func ExampleAnnounce() {
	c, err := incident.Announce(acknowledged("P0"), ben, "rollback is running", 20*time.Minute, at(10, 10))
	tell(c, err)
	clocks(c.Incident)
	// Output:
	// Update by Ben: rollback is running
	// → pass_on_update
	// 10:30 update
}

// /incident note traffic dropped at the load balancer
func ExampleNote() {
	tell(incident.Note(acknowledged("P0"), ben, "traffic dropped at the load balancer", at(10, 10)))
	tell(incident.Note(acknowledged("P0"), ben, " ", at(10, 10)))
	// Output:
	// Ben noted: traffic dropped at the load balancer
	// refused to note: needs_text
}

// /incident action alert on 5xx @ana by friday
func ExampleAddActionDue() {
	friday := incident.EndOfDay(at(10, 10), 3)
	c, err := incident.AddActionDue(acknowledged("P0"), ben, ana, "alert on 5xx", friday, at(10, 10))
	tell(c, err)
	fmt.Println(c.Incident.DueDay(c.Incident.Actions[0]))
	// Output:
	// Ben added a follow-up for @Ana: alert on 5xx, due Friday, 6 March 2026
	// → file_follow_up
	// Friday, 6 March 2026
}

// /incident sent
func ExampleMarkCommunicated() {
	c, err := incident.MarkCommunicated(acknowledged("P0"), ben, at(10, 10))
	tell(c, err)
	tell(incident.MarkCommunicated(c.Incident, ana, at(10, 11)))
	tell(incident.MarkCommunicated(acknowledged("P1"), ben, at(10, 10))) // the runbook does not ask for it
	// Output:
	// Ben marked the external communication as sent
	// refused to mark as sent: already
	// refused to mark as sent: not_needed
}

// Publish, in the form of the button Tell customers
func ExamplePublish() {
	n := incident.Notice{Title: "Orders are late", Text: "Some orders arrive late. We are working on it.", Status: incident.PublicIdentified}
	c, err := incident.Publish(acknowledged("P0"), ben, n, 0, false, at(10, 10))
	tell(c, err)
	tell(incident.Publish(c.Incident, ana, n, 0, false, at(10, 10))) // in the same moment
	tell(incident.Published(c.Incident, 0, incident.Receipt{Incident: "p31", URL: "https://stspg.io/p31", Post: "u1"}, at(10, 11)))
	// Output:
	// Ben asked to tell customers (identified): Some orders arrive late. We are working on it.
	// → publish_status
	// refused to publish: already
	// Ben told customers on the status page (identified): Some orders arrive late. We are working on it. · https://stspg.io/p31
}

// /incident snooze 1h waiting for the provider
func ExampleSnooze() {
	c, err := incident.Snooze(acknowledged("P0"), ben, time.Hour, "waiting for the provider", at(10, 10))
	tell(c, err)
	clocks(c.Incident)
	tell(incident.Snooze(declared("P1"), ben, time.Hour, "", at(10, 10))) // nobody has acknowledged
	// Output:
	// Ben snoozed the reminders until 11:10: waiting for the provider
	// 11:10 update
	// refused to snooze: needs_text
}

// The button "Snooze 15 min" under a reminder for an update.
func ExampleSnoozeUpdates() {
	c, err := incident.SnoozeUpdates(acknowledged("P0"), ben, 15*time.Minute, at(10, 40))
	tell(c, err)
	clocks(c.Incident)
	// Output:
	// Ben snoozed the reminders until 10:55
	// 10:55 update
}

// /incident snooze off
func ExampleUnsnooze() {
	c, err := incident.Snooze(acknowledged("P0"), ben, time.Hour, "waiting for the provider", at(10, 10))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err = incident.Unsnooze(c.Incident, ben, at(10, 15))
	tell(c, err)
	fmt.Println("update due", c.Incident.Plan.Due[incident.ClockUpdate].Format("15:04"))
	tell(incident.Unsnooze(c.Incident, ben, at(10, 16)))
	// Output:
	// Ben ended the snooze: reminders come again
	// update due 10:30
	// refused to end the snooze: already
}
