package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// t0 is a Tuesday, ten in the morning.
var t0 = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

const (
	ana   Person = "U0ANA"
	ben   Person = "U0BEN"
	chidi Person = "U0CHIDI"
)

// matrix is the policy of the tests: four severities and three contacts.
func matrix() Policy {
	return Policy{
		Severities: []Severity{
			{Label: "P0", Name: "Critical", Aliases: []string{"sev0"}, Respond: Within(15 * time.Minute), Escalate: Within(0),
				UpdateEvery: Within(30 * time.Minute), Postmortem: FullPostmortem, Communicate: true},
			{Label: "P1", Name: "High", Aliases: []string{"sev1"}, Respond: Within(time.Hour), Escalate: Within(30 * time.Minute),
				FixWithin: Within(4 * time.Hour), UpdateEvery: Within(time.Hour), Postmortem: ReviewRequired},
			{Label: "P2", Name: "Medium", Respond: Within(4 * time.Hour), Escalate: Within(2 * time.Hour),
				FixWithin: Within(24 * time.Hour), UpdateEvery: Within(4 * time.Hour)},
			{Label: "P3", Name: "Low", Respond: Within(24 * time.Hour), Escalate: Within(24 * time.Hour), BusinessHours: true},
		},
		Contacts: []Contact{
			{Role: "On-Call Engineer", Name: "Ana", Email: "ana@example.com", Phone: "+1 555 0100"},
			{Role: "DevOps Lead", Name: "Ben", Email: "ben@example.com", Rule: Rule{Text: "After 30 minutes", After: Within(30 * time.Minute)}},
			{Role: "CTO", Name: "Chidi", Email: "chidi@example.com", Rule: Rule{Text: "Critical issues only", Only: []string{"P0"}}},
		},
		Hours: Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour},
	}
}

func siteDown() Playbook {
	return Playbook{Slug: "site-down", Title: "Site Down", Severities: []string{"P0"}, Steps: []Step{
		{Phase: PhaseImmediate, Text: "Check the platform"}, {Phase: PhaseDiagnosis, Text: "Check the logs"}, {Phase: PhaseResolution, Text: "Roll back"},
	}}
}

// declared is an incident with an open channel, declared at t0.
func declared(t testing.TB, severity string) Incident {
	t.Helper()
	c, err := Declare(Ref{Incident: 42}, Declaration{Title: "checkout answers 500", Severity: severity, Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	c, err = ChannelOpened(c.Incident, "C042", "inc-42-p0-site-down", t0)
	require.NoError(t, err)
	return c.Incident
}

// delivered is the incident once Slack took every page that is awaited.
func delivered(t testing.TB, inc Incident, now time.Time) Incident {
	t.Helper()
	for i, p := range inc.Pages {
		if inc.awaited(p) {
			c, err := PageDelivered(inc, i, []Person{ana}, now)
			require.NoError(t, err)
			inc = c.Incident
		}
	}
	return inc
}

// pass fires every clock that falls due until the given moment, in order, in a
// world in which every page arrives at once.
func pass(t testing.TB, inc Incident, until time.Time) (Incident, []Event) {
	t.Helper()
	var evs []Event
	for range 1000 {
		inc = delivered(t, inc, inc.DeclaredAt)
		ts := inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(until) {
			return inc, evs
		}
		c, err := Fire(inc, ts[0], later(ts[0].Due, inc.DeclaredAt))
		require.NoError(t, err)
		require.False(t, c.Empty(), "a timer of the row must not be stale: %v", ts[0])
		inc, evs = c.Incident, append(evs, c.Events...)
	}
	t.Fatal("the clocks never come to rest")
	return inc, evs
}

func kinds(evs []Event) []EventKind {
	ks := make([]EventKind, len(evs))
	for i, ev := range evs {
		ks[i] = ev.Kind
	}
	return ks
}

// paged lists who was called, by the first word of the contact's role.
func paged(evs []Event) []string {
	var who []string
	for _, ev := range evs {
		if ev.Kind == EventPaged {
			who = append(who, ev.At.Sub(t0).String()+" "+ev.Contact)
		}
	}
	return who
}

func effectKinds(fx []Effect) map[string]int {
	n := map[string]int{}
	for _, f := range fx {
		n[f.Kind()]++
	}
	return n
}
