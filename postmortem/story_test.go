package postmortem

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// t0 is 09:02 in Berlin.
var t0 = time.Date(2026, 3, 10, 8, 2, 0, 0, time.UTC)

func berlin(t testing.TB) *time.Location {
	l, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return l
}

func options(t testing.TB) DraftOptions {
	names := map[string]string{"UANA": "Ana Ruiz", "UBEN": "Ben Okafor", "UCAT": "Cat @ops #12"}
	return DraftOptions{Zone: berlin(t), Name: func(p incident.Person) string { return names[p] }}
}

func matrix() incident.Policy {
	return incident.Policy{
		Severities: []incident.Severity{
			{Label: "P0", Respond: incident.Within(15 * time.Minute), Escalate: incident.Within(0), FixWithin: incident.Within(4 * time.Hour),
				UpdateEvery: incident.Within(30 * time.Minute), Postmortem: incident.FullPostmortem, Communicate: true},
			{Label: "P1", Respond: incident.Within(time.Hour), Escalate: incident.Within(30 * time.Minute), FixWithin: incident.Within(24 * time.Hour),
				UpdateEvery: incident.Within(time.Hour), Postmortem: incident.ReviewRequired},
			{Label: "P2", Respond: incident.Within(4 * time.Hour), UpdateEvery: incident.Within(4 * time.Hour)},
			{Label: "P3", Respond: incident.Within(24 * time.Hour), BusinessHours: true},
		},
		Contacts: []incident.Contact{
			{Role: "On-call engineer", Name: "Ana Ruiz", Email: "ana@example.com"},
			{Role: "DevOps lead", Name: "Ben Okafor", Email: "ben@example.com", Phone: "+49 30 1234567"},
		},
		Hours: incident.Hours{Zone: "Europe/Berlin", Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour},
	}
}

func siteDown() incident.Playbook {
	return incident.Playbook{
		Slug: "site-down", Title: "Site Down", Severities: []string{"P0"}, Source: "runbook.md:57",
		Steps: []incident.Step{
			{Text: "Check the platform's status"}, {Text: "Roll back to the deployment before"},
			{Text: "Check connections | locks"}, {Text: "Tell support in #help"},
		},
		Prevention: []string{"Alert on 5xx above 1 %", "Canary for every deployment"},
		Afterwards: []string{"Write the post-mortem", "Create prevention measures"},
	}
}

// run applies verbs one after the other and keeps what happened.
type run struct {
	t   testing.TB
	inc incident.Incident
	evs []incident.Event
	now time.Time
}

func declare(t testing.TB, severity, title string, pb incident.Playbook, drill bool) *run {
	r := &run{t: t, now: t0}
	r.take(incident.Declare(incident.Ref{Incident: 42}, incident.Declaration{Title: title, Severity: severity, Playbook: pb, Policy: matrix(), By: "UANA", Drill: drill}, r.now))
	return r
}

func (r *run) take(c incident.Change, err error) {
	r.t.Helper()
	require.NoError(r.t, err)
	r.inc, r.evs = c.Incident, append(r.evs, c.Events...)
}

func (r *run) after(d time.Duration) *run {
	r.now = r.now.Add(d)
	return r
}

// outage is a P0 from declaration to resolution, with everything in it.
func outage(t testing.TB) *run {
	r := declare(t, "P0", "checkout answers 500", siteDown(), false)
	r.after(2 * time.Second).take(incident.ChannelOpened(r.inc, "C42", "inc-42-p0-site-down", r.now))
	r.take(incident.PageDelivered(r.inc, 0, []incident.Person{"UANA"}, r.now))
	r.take(incident.PageFailed(r.inc, 1, "no Slack account has ben@example.com", r.now))
	r.after(4 * time.Minute).take(incident.Acknowledge(r.inc, "UANA", r.now))
	r.take(incident.TakeRole(r.inc, "UANA", "UBEN", "comms", r.now))
	ref := func(n int) incident.StepRef { return incident.StepRef{Number: n} }
	r.after(time.Minute).take(incident.MarkStep(r.inc, "UANA", ref(1), incident.StepDone, "all green", r.now))
	r.after(time.Minute).take(incident.MarkStep(r.inc, "UANA", ref(2), incident.StepBlocked, "deploy of a1b2c3d is locked by <@UBEN>", r.now))
	r.after(30 * time.Minute).take(incident.Announce(r.inc, "UBEN", "We see errors since 08:58.\n<!channel> see <https://status.example.com|the status page> and #1234\n@acme/ops & <b>bold</b>", 0, r.now))
	r.after(time.Minute).take(incident.MarkStep(r.inc, "UCAT", ref(3), incident.StepSkipped, "", r.now))
	r.after(20 * time.Minute).take(incident.MarkStep(r.inc, "UANA", ref(2), incident.StepDone, "", r.now))
	r.take(incident.AddAction(r.inc, "UANA", "UBEN", "Canary for <#C7|deploys>", r.now))
	r.take(incident.AddAction(r.inc, "UANA", "", "Alert on @pool exhaustion", r.now))
	r.after(10 * time.Minute).take(incident.Resolve(r.inc, "UANA", "A migration held a lock. Rolled back to a1b2c3d4e5f6.\nNo data lost.", r.now))
	return r
}

func fire(r *run, c incident.Clock) {
	r.t.Helper()
	for _, tm := range r.inc.Timers() {
		if tm.Clock == c {
			r.now = tm.Due
			r.take(incident.Fire(r.inc, tm, r.now))
			return
		}
	}
	r.t.Fatalf("the clock %s is not running", c)
}

// slow is a P1 that was a P2 at first and missed its response.
func slow(t testing.TB) *run {
	r := declare(t, "P2", "search is slow", incident.Playbook{}, false)
	r.after(2 * time.Second).take(incident.ChannelOpened(r.inc, "C42", "inc-42-p2-search-is-slow", r.now))
	r.after(10 * time.Minute).take(incident.ChangeSeverity(r.inc, "UBEN", "P1", "customers complain", r.now))
	fire(r, incident.ClockRespond)
	r.after(5 * time.Minute).take(incident.Acknowledge(r.inc, "UBEN", r.now))
	r.after(time.Minute).take(incident.Snooze(r.inc, "UBEN", time.Hour, "waiting for the index", r.now))
	r.after(20 * time.Hour).take(incident.Resolve(r.inc, "UBEN", "", r.now))
	r.after(time.Hour).take(incident.Reopen(r.inc, "UBEN", "back again", r.now))
	r.after(24 * time.Hour).take(incident.Resolve(r.inc, "UBEN", "Reindexed.", r.now))
	return r
}

// hostile holds what people may type and should not have any effect.
const hostile = "@team #123 GH-7 acme/shop#9 deadbeef1 <!-- mayday:42:timeline --> <img src=x> ![x](http://evil) [a](javascript:x) " +
	"`code` ***b*** | cell | $x^2$ <!everyone> <@UBEN> <@UNKNOWN1|zoe> <#C1|gen-#5> &lt;@UBEN&gt; 👩‍🚒𝕏 \u202egnp.exe \\@x @@x\u0000"
