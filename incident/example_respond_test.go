package incident_test

import (
	"fmt"
	"time"

	"mayday/incident"
)

const (
	ana incident.Person = "U0ANA1"
	ben incident.Person = "U0BEN1"
)

// at is a moment of the day on which the incidents of these examples happen, a Tuesday.
func at(hour, minute int) time.Time { return time.Date(2026, 3, 3, hour, minute, 0, 0, time.UTC) }

// runbook is a policy with two severities and two contacts.
func runbook() incident.Policy {
	return incident.Policy{
		Severities: []incident.Severity{
			{Label: "P0", Name: "Critical", Respond: incident.Within(15 * time.Minute), Escalate: incident.Within(0),
				UpdateEvery: incident.Within(30 * time.Minute), Postmortem: incident.FullPostmortem, Communicate: true},
			{Label: "P1", Name: "High", Respond: incident.Within(time.Hour), Escalate: incident.Within(30 * time.Minute), UpdateEvery: incident.Within(time.Hour)},
		},
		Contacts: []incident.Contact{
			{Role: "On-Call Engineer", Name: "Ana", Slack: ana},
			{Role: "DevOps Lead", Name: "Ben", Slack: ben},
		},
	}
}

// siteDown is a scenario of two steps; the first names an address, the second a query.
func siteDown() incident.Playbook {
	return incident.Playbook{Slug: "site-down", Title: "Site Down", Severities: []string{"P0"}, Steps: []incident.Step{
		{Phase: incident.PhaseImmediate, Text: "Check the platform", Probe: &incident.Probe{Kind: incident.ProbeHTTP, Name: "larkfield.test", URL: "https://larkfield.test"}},
		{Phase: incident.PhaseDiagnosis, Text: "Count the connections", Query: &incident.Query{Name: "site-down/connections", Title: "Connections", SQL: "SELECT count(*) FROM pg_stat_activity"}},
	}}
}

// declared is an incident that Ana declared at 10:00; its channel is there.
func declared(severity string) incident.Incident {
	c, _ := incident.Declare(incident.Ref{Incident: 42}, incident.Declaration{Title: "checkout answers 500", Severity: severity, Playbook: siteDown(), Policy: runbook(), By: ana}, at(10, 0))
	c, _ = incident.ChannelOpened(c.Incident, "C042", c.Incident.NameForChannel(), at(10, 0))
	return c.Incident
}

// acknowledged is one that Ben acknowledged at 10:05, resolved one that he resolved at 11:00.
func acknowledged(severity string) incident.Incident {
	c, _ := incident.Acknowledge(declared(severity), ben, at(10, 5))
	return c.Incident
}

func resolved(severity string) incident.Incident {
	c, _ := incident.Resolve(acknowledged(severity), ben, "rolled back", at(11, 0))
	return c.Incident
}

// tell prints what a decision comes to: what happened, in words, and what is to be
// done, or why it was refused. That every surface is drawn anew goes without saying.
func tell(c incident.Change, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	names := map[incident.Person]string{ana: "Ana", ben: "Ben"}
	voice := incident.Voice{
		Person: func(p incident.Person) string { return names[p] },
		Call:   func(p incident.Person) string { return "@" + names[p] },
		Text:   func(s string) string { return s },
		Code:   func(s string) string { return s },
		Time:   func(t time.Time) string { return t.Format("15:04") },
	}
	for _, ev := range c.Events {
		fmt.Println(ev.Sentence(voice))
	}
	for _, fx := range c.Effects {
		if kind := fx.Kind(); kind != "show" && kind != "speak" {
			fmt.Println("→", kind)
		}
	}
}

// clocks prints what runs out when.
func clocks(inc incident.Incident) {
	for _, t := range inc.Timers() {
		fmt.Println(t.Due.Format("15:04"), t.Clock)
	}
}

// /incident p0 site-down checkout answers 500
func ExampleDeclare() {
	c, err := incident.Declare(incident.Ref{Incident: 42}, incident.Declaration{
		Title: "checkout answers 500", Severity: "P0", Playbook: siteDown(), Policy: runbook(), By: ana,
	}, at(10, 0))
	tell(c, err)
	clocks(c.Incident)
	fmt.Println(c.Incident.NameForChannel())
	// Output:
	// Ana declared P0: checkout answers 500 · playbook Site Down
	// Paging On-Call Engineer (Ana)
	// Paging DevOps Lead (Ben), because the runbook escalates to them
	// → send_page
	// → send_page
	// → create_channel
	// 10:02 page_check
	// 10:07 respond_half
	// 10:15 escalate
	// 10:15 respond
	// 10:30 update
	// inc-42-p0-site-down
}

// /incident drill site-down
func ExampleDeclare_drill() {
	c, err := incident.Declare(incident.Ref{Incident: 42}, incident.Declaration{Playbook: siteDown(), Policy: runbook(), By: ana, Drill: true}, at(10, 0))
	tell(c, err)
	fmt.Println(c.Incident.NameForChannel())
	// Output:
	// Ana declared P0: Site Down · playbook Site Down
	// Paging On-Call Engineer (Ana)
	// Paging DevOps Lead (Ben), because the runbook escalates to them
	// → send_page
	// → send_page
	// → create_channel
	// inc-42-p0-site-down-drill
}

// /incident ack
func ExampleAcknowledge() {
	c, err := incident.Acknowledge(declared("P1"), ben, at(10, 5))
	tell(c, err)
	clocks(c.Incident)
	tell(incident.Acknowledge(c.Incident, ana, at(10, 6)))
	// Output:
	// Ben acknowledged and leads
	// 10:30 escalate
	// 11:00 update
	// refused to acknowledge: already
}

// /incident decline
func ExampleDecline() {
	c, err := incident.Decline(declared("P1"), ana, "D0ANA", at(10, 5))
	tell(c, err)
	tell(incident.Decline(c.Incident, ana, "D0ANA", at(10, 6)))
	tell(incident.Decline(c.Incident, "U0EVA1", "C0INC42", at(10, 6)))
	tell(incident.Decline(acknowledged("P1"), ana, "D0ANA", at(10, 6)))
	// Output:
	// Ana cannot come
	// Paging DevOps Lead (Ben), because the person before cannot come
	// → send_page
	// → invite
	// refused to decline: already
	// refused to decline: not_paged
	// refused to acknowledge: already
}

// /incident onmyway
func ExampleOnMyWay() {
	tell(incident.OnMyWay(declared("P1"), ben, at(10, 5)))
	c, err := incident.OnMyWay(acknowledged("P1"), ana, at(10, 6))
	tell(c, err)
	tell(incident.OnMyWay(c.Incident, ana, at(10, 7)))
	// Output:
	// refused to say that you are on your way: not_acknowledged
	// Ana is on the way
	// refused to say that you are on your way: already
}

// /incident sev p0 all regions
func ExampleChangeSeverity() {
	c, err := incident.ChangeSeverity(acknowledged("P1"), ben, "p0", "all regions", at(10, 10))
	tell(c, err)
	clocks(c.Incident)
	tell(incident.ChangeSeverity(c.Incident, ben, "p9", "", at(10, 11)))
	// Output:
	// Ben changed the severity from P1 to P0: all regions
	// 10:00 escalate
	// 10:30 update
	// refused to change the severity: unknown_severity
}

// /incident status identified
func ExampleSetStatus() {
	tell(incident.SetStatus(declared("P1"), ben, "identified", at(10, 20)))
	tell(incident.SetStatus(declared("P1"), ben, "finished", at(10, 20)))
	// Output:
	// Ben moved the status from open to identified
	// refused to set the status: unknown_status
}

// /incident lead @ana
func ExampleTakeRole() {
	tell(incident.TakeRole(acknowledged("P1"), ben, ana, "lead", at(10, 20)))
	tell(incident.TakeRole(acknowledged("P1"), ben, ben, "king", at(10, 20)))
	// Output:
	// Ben gave the role lead to @Ana
	// → invite
	// refused to take a role: unknown_role
}

// /incident page next need database help
func ExamplePageNext() {
	tell(incident.PageNext(acknowledged("P1"), ana, "need database help", at(10, 20)))
	// Output:
	// Ana paged DevOps Lead (Ben): need database help
	// → send_page
	// → invite
}

// The button "Page next" under a card that showed one page: a second click pages nobody.
func ExamplePageNextOnce() {
	inc := declared("P1")
	c, err := incident.PageNextOnce(inc, ana, len(inc.Pages), at(10, 20))
	tell(c, err)
	tell(incident.PageNextOnce(c.Incident, ben, len(inc.Pages), at(10, 20)))
	// Output:
	// Ana paged DevOps Lead (Ben)
	// → send_page
	// → invite
	// refused to page: already
}

// /incident page @ben need database help
func ExamplePagePerson() {
	tell(incident.PagePerson(declared("P1"), ana, ben, "need database help", at(10, 20)))
	// Output:
	// Ana paged @Ben: need database help
	// → send_page
	// → invite
}

// /incident page @ben, devops need database help
func ExamplePageThese() {
	tell(incident.PageThese(declared("P1"), ana, []incident.Page{{Contact: -1, Person: ben}, {Contact: 1}, {Contact: -1, Person: ben}}, "need database help", at(10, 20)))
	// Output:
	// Ana paged @Ben: need database help
	// Ana paged DevOps Lead (Ben): need database help
	// → send_page
	// → invite
	// → send_page
	// → invite
}

// /incident page devops
func ExamplePageContact() {
	inc := declared("P1")
	tell(incident.PageContact(inc, ana, 1, "", at(10, 20)))
	tell(incident.PageContact(inc, ana, 7, "", at(10, 20)))
	// Output:
	// Ana paged DevOps Lead (Ben)
	// → send_page
	// → invite
	// refused to page: nobody_left
}
