package blocks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
)

var start = time.Date(2026, 11, 24, 4, 6, 0, 0, time.UTC)

func after(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }

const (
	ana = "U0ANA"
	ben = "U0BEN"
)

func policy() incident.Policy {
	return incident.Policy{
		Severities: []incident.Severity{
			{Label: "P0", Name: "Critical", Respond: incident.Within(15 * time.Minute), Escalate: incident.Within(0), FixWithin: incident.Within(4 * time.Hour),
				UpdateEvery: incident.Within(30 * time.Minute), Postmortem: incident.FullPostmortem, Communicate: true, Examples: "Site down, data breach"},
			{Label: "P1", Name: "High", Respond: incident.Within(time.Hour), Escalate: incident.Within(30 * time.Minute), UpdateEvery: incident.Within(time.Hour),
				Postmortem: incident.ReviewRequired, Examples: "High error rate"},
			{Label: "P2", Name: "Medium", Respond: incident.Within(4 * time.Hour), Escalate: incident.Within(2 * time.Hour)},
			{Label: "P3", Name: "Low", Respond: incident.Within(24 * time.Hour), BusinessHours: true},
		},
		Contacts: []incident.Contact{
			{Role: "On-Call Engineer", Name: "Ben Okafor", Email: "ben@example.com", Phone: "+49 30 1234", Slack: ben, Hours: "24/7"},
			{Role: "DevOps Lead", Email: "devops@example.com", Phone: "+49 30 5678", Rule: incident.Rule{Text: "After 30 minutes", After: incident.Within(30 * time.Minute)}},
			{Role: "CTO", Placeholders: []string{"Name", "Phone"}, Rule: incident.Rule{Text: "Critical issues only", Only: []string{"P0"}}},
		},
		Hours: incident.Hours{Zone: "Europe/Berlin", Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour},
	}
}

func siteDown() incident.Playbook {
	return incident.Playbook{
		Slug: "site-down", Title: "Site Down", Severities: []string{"P0"}, Source: "runbook.md:57",
		Signs: []string{"Uptime monitor alert", "User reports"},
		Steps: []incident.Step{
			{Heading: "Immediate Response", Text: "Check that the site answers", Code: &incident.Code{Lang: "bash", Text: "# expect 200\ncurl -I https://example.com"},
				Probe: &incident.Probe{Kind: incident.ProbeHTTP, Name: "example.com", URL: "https://example.com"}},
			{Heading: "Immediate Response", Text: "Look at the last deployment", Notes: []string{"Who made it?", "What changed?"},
				Links: []incident.Link{{Name: "Deployments", URL: "https://vercel.com/acme/deployments"}, {Name: "bad", URL: "javascript:alert(1)"}}},
			{Heading: "Investigation", Text: "Check active connections", Query: &incident.Query{Name: "site-down/check-active-connections", Title: "Check active connections", SQL: "SELECT count(*) FROM pg_stat_activity"},
				Code: &incident.Code{Lang: "sql", Text: "SELECT count(*) FROM pg_stat_activity"}},
			{Heading: "Resolution", Text: "End idle connections", Code: &incident.Code{Lang: "sql", Text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"}, ByHand: "it ends sessions of others"},
		},
		Afterwards: []string{"Document what happened"}, Prevention: []string{"Alert on saturation"},
	}
}

// story carries an incident through verbs and collects what happened.
type story struct {
	t   *testing.T
	inc incident.Incident
	evs []incident.Event
}

func (s *story) then(c incident.Change, err error) *story {
	s.t.Helper()
	require.NoError(s.t, err)
	s.inc, s.evs = c.Incident, append(s.evs, c.Events...)
	return s
}

// fire lets every clock run out that is due by now, while every page arrives.
func (s *story) fire(now time.Time) *story {
	for {
		for i, p := range s.inc.Pages {
			if p.DeliveredAt.IsZero() && p.Failed == "" {
				s.then(incident.PageDelivered(s.inc, i, []incident.Person{ana}, p.At))
			}
		}
		ts := s.inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(now) {
			return s
		}
		s.then(incident.Fire(s.inc, ts[0], ts[0].Due))
	}
}

// fixtureUID is the UID of the incidents of these tests; most of them have none, as
// those of a version before UIDs.
var fixtureUID string

func declared(t *testing.T, change func(*incident.Declaration)) *story {
	d := incident.Declaration{Title: "checkout answers 500", Severity: "P0", Playbook: siteDown(), Policy: policy(), By: ana}
	if change != nil {
		change(&d)
	}
	s := &story{t: t}
	s.then(incident.Declare(incident.Ref{Incident: 42, UID: fixtureUID}, d, start))
	s.inc.Names = map[incident.Person]string{ana: "Ana Ferreira", ben: "Ben Okafor"}
	return s
}

func opened(t *testing.T, change func(*incident.Declaration)) *story {
	s := declared(t, change)
	return s.then(incident.ChannelOpened(s.inc, "C0INC42", s.inc.NameForChannel(), start))
}

func acknowledged(t *testing.T) *story {
	s := opened(t, nil)
	return s.then(incident.Acknowledge(s.inc, ben, after(4)))
}

// busy is an acknowledged incident in which everything has happened that a card can show.
func busy(t *testing.T) *story {
	s := acknowledged(t)
	s.then(incident.MarkStep(s.inc, ben, incident.StepRef{Number: 1}, incident.StepDone, "it answers 502", after(6)))
	s.then(incident.MarkStep(s.inc, ana, incident.StepRef{Number: 2}, incident.StepBlocked, "no access to the host", after(7)))
	s.then(incident.AssignStep(s.inc, ana, ben, incident.StepRef{Number: 3}, after(8)))
	s.then(incident.SetStatus(s.inc, ana, "identified", after(9)))
	s.then(incident.TakeRole(s.inc, ana, ana, "comms", after(10)))
	s.then(incident.Announce(s.inc, ana, "Rollback is running.\nSee https://status.example.com/i/1?a=1&b=2.", 0, after(11)))
	s.then(incident.AddAction(s.inc, ben, ana, "alert on 5xx", after(12)))
	return s.then(incident.Snooze(s.inc, ana, 30*time.Minute, "rollback running", after(13)))
}

// published is one of which customers were told, and then could not be told more.
func published(t *testing.T) *story {
	s := busy(t)
	n := s.inc.NoticeDraft()
	n.Components = []incident.Component{{ID: "shop", Name: "Shop", State: incident.PartialOutage}}
	s.then(incident.Publish(s.inc, ben, n, 0, false, after(14)))
	s.then(incident.Published(s.inc, 0, incident.Receipt{Incident: "p31", URL: "https://stspg.test/p31", Post: "u1"}, after(14)))
	s.then(incident.Publish(s.inc, ana, incident.Notice{Text: "We watch whether *all* orders arrive.\nMore at noon.", Status: incident.PublicMonitoring}, 1, false, after(20)))
	return s.then(incident.PublishFailed(s.inc, 1, "Statuspage answered 401. Make a new key and set MAYDAY_STATUSPAGE_TOKEN", false, after(21)))
}

// publishView is what a status page says of itself.
func publishView(inc incident.Incident) PublishView {
	n := inc.NoticeDraft()
	n.Notify = true
	return PublishView{Page: "Larkfield & Co", Link: "https://status.larkfield.test", Notice: n,
		Components: []incident.Component{{ID: "shop", Name: "Shop", State: incident.Operational}, {ID: "pay", Name: "Payments"}, {ID: "", Name: "none"}}}
}

func resolved(t *testing.T) *story {
	s := busy(t)
	s.then(incident.Resolve(s.inc, ben, "Rolled back the deployment.", after(50)))
	return s.then(incident.PostmortemFiled(s.inc, "https://github.com/acme/site/issues/7", after(51)))
}

// states is every state that a surface can be asked to show.
func states(t *testing.T) map[string]incident.Incident {
	states := map[string]incident.Incident{
		"declared":     declared(t, nil).inc,
		"opened":       opened(t, nil).inc,
		"reminded":     opened(t, nil).fire(after(8)).inc,
		"breached":     opened(t, nil).fire(after(20)).inc,
		"acknowledged": acknowledged(t).inc,
		"update-due":   acknowledged(t).fire(after(31)).inc,
		"busy":         busy(t).inc,
		"resolved":     resolved(t).inc,
		"private":      opened(t, func(d *incident.Declaration) { d.Private = true }).inc,
		"drill":        opened(t, func(d *incident.Declaration) { d.Drill = true }).inc,
		"p3":           opened(t, func(d *incident.Declaration) { d.Severity, d.Playbook = "P3", incident.Playbook{} }).inc,
	}
	s := resolved(t)
	states["closed"] = s.then(incident.Close(s.inc, ana, after(90))).inc
	s = opened(t, nil)
	states["resolved-at-once"] = s.then(incident.Resolve(s.inc, ana, "", after(2))).inc
	s = opened(t, nil)
	states["cancelled"] = s.then(incident.Cancel(s.inc, ana, "false alarm", after(3))).inc
	s = declared(t, nil)
	states["channel-failed"] = s.then(incident.ChannelFailed(s.inc, "Slack refused: restricted_action", after(1))).inc
	s = acknowledged(t)
	for range siteDown().Steps {
		s.then(incident.MarkStep(s.inc, ben, incident.StepRef{}, incident.StepDone, "", after(20)))
	}
	states["walked"] = s.inc
	s = acknowledged(t)
	for range siteDown().Steps[:3] {
		s.then(incident.MarkStep(s.inc, ben, incident.StepRef{}, incident.StepDone, "", after(20)))
	}
	s.then(incident.MarkStep(s.inc, ben, incident.StepRef{}, incident.StepBlocked, "waiting for the supplier", after(21)))
	states["stuck"] = s.inc
	return states
}

func runbook() *playbooks.Runbook {
	return &playbooks.Runbook{
		Title: "Production Runbook", Policy: policy(), Scenarios: []incident.Playbook{siteDown(), {Slug: "high-error-rate", Title: "High Error Rate", Severities: []string{"P1"}}},
		Checklists: []playbooks.Checklist{{Name: "Morning", Every: "daily", Items: []playbooks.Item{
			{Text: "Check the error tracker", Links: []incident.Link{{Name: "Sentry", URL: "https://sentry.io"}}},
			{Text: "Check the connections", Query: &incident.Query{Name: "morning/connections"}}}}},
		Dashboards:  []playbooks.Dashboard{{Name: "Sentry", URL: "https://sentry.io/acme", Checks: []string{"error rate", "new issues"}}, {Name: "Vercel"}},
		StatusPages: []playbooks.StatusPage{{Name: "Supabase", URL: "https://status.supabase.com"}},
		External:    []playbooks.Supplier{{Name: "Vercel", Support: "support@vercel.example", Dashboard: "https://vercel.com", Notes: []string{"Enterprise plan"}}},
		Findings:    []playbooks.Finding{{File: "runbook.md", Line: 3, Level: playbooks.Problem, What: "x"}},
	}
}
