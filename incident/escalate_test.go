package incident

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A person who asks for the next contact has their reason: that contact's rule
// "after 30 minutes" is for the clock. Otherwise whoever is on call would be
// paged again, by themselves.
func TestPageNextDoesNotWaitForAContactsAge(t *testing.T) {
	p := matrix()
	p.Contacts = []Contact{
		{Role: "On-call", Email: "ana@example.com"},
		{Role: "Lead", Email: "ben@example.com", Rule: Rule{After: Within(30 * 60e9)}},
		{Role: "CTO", Email: "chidi@example.com", Rule: Rule{Only: []string{"P0"}}},
	}
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: p, By: ana}, t0)
	require.NoError(t, err)
	c, err = PageNext(c.Incident, ana, "no access", t0)
	require.NoError(t, err)
	require.Len(t, c.Incident.Pages, 2)
	assert.Equal(t, "Lead", c.Incident.ContactTitle(c.Incident.Pages[1]))
	c, err = PageNext(c.Incident, ana, "", t0)
	require.NoError(t, err)
	assert.Equal(t, "On-call", c.Incident.ContactTitle(c.Incident.Pages[2]), "the CTO is for P0 only, so the ladder begins again")
}

// ladder is a runbook with two contacts without rules of their own.
func ladder(respond, escalate, floor time.Duration) Policy {
	return Policy{
		Severities:  []Severity{{Label: "P1", Respond: Within(respond), Escalate: Within(escalate)}},
		Contacts:    []Contact{{Role: "On-call", Email: "ana@example.com"}, {Role: "Lead", Email: "ben@example.com"}, {Role: "CTO", Email: "chidi@example.com"}},
		RepeatFloor: floor,
	}
}

// escalations are the times after t0 at which the clock escalated.
func escalations(evs []Event) (at []time.Duration) {
	for _, ev := range evs {
		if ev.Kind == EventPaged && ev.Text == string(Escalated) {
			at = append(at, ev.At.Sub(t0))
		}
	}
	return at
}

func TestTheFirstEscalationIsOnTimeWhateverWasPagedBefore(t *testing.T) {
	const minute = time.Minute
	for name, tt := range map[string]struct {
		respond, escalate, floor time.Duration
		before                   func(Incident) (Change, error)
		want                     []time.Duration
	}{
		"nothing":                      {time.Hour, 30 * minute, 0, nil, []time.Duration{30 * minute, 60 * minute, 90 * minute}},
		"the breach":                   {15 * minute, 30 * minute, 0, nil, []time.Duration{30 * minute, 60 * minute, 90 * minute}},
		"somebody who cannot be found": {time.Hour, 30 * minute, 0, func(inc Incident) (Change, error) { return PageFailed(inc, 0, "gone", t0.Add(minute)) }, []time.Duration{30 * minute, 60 * minute, 90 * minute}},
		"a page that somebody asked for": {time.Hour, 30 * minute, 0, func(inc Incident) (Change, error) {
			return PageNext(inc, ana, "", t0.Add(29*minute))
		}, []time.Duration{30 * minute, 60 * minute, 90 * minute}},
		"the breach, and escalations too soon": {3 * minute, 5 * minute, 0, nil, []time.Duration{5 * minute, 20 * minute, 35 * minute, 50 * minute, 65 * minute, 80 * minute}},
		"a floor of the runbook's":             {time.Hour, 5 * minute, 40 * minute, nil, []time.Duration{5 * minute, 45 * minute, 85 * minute}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: ladder(tt.respond, tt.escalate, tt.floor), By: ana}, t0)
			require.NoError(t, err)
			if tt.before != nil {
				c, err = tt.before(c.Incident)
				require.NoError(t, err)
			}
			_, evs := pass(t, c.Incident, t0.Add(92*minute))
			assert.Equal(t, tt.want, escalations(evs))
		})
	}
}

// A first call that was put off begins the time to escalate.
func TestAfterASnoozeWhoeverIsOnCallHasTheirTime(t *testing.T) {
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: ladder(time.Hour, 5*time.Minute, 0), By: ana}, t0)
	require.NoError(t, err)
	inc := c.Incident
	inc.Pages, inc.Plan.Rung = nil, -1 // as if nobody had been called
	inc.Plan.Due[ClockEscalate] = t0.Add(20 * time.Minute)
	_, evs := pass(t, inc, t0.Add(45*time.Minute))
	assert.Equal(t, []string{"20m0s On-call", "25m0s Lead", "40m0s CTO"}, paged(evs))
}

// TestEscalationsKeepTheirTime holds the escalations of an incident that nobody acknowledges
// to the runbook, whatever else is done: the first from the declaration, each other
// from the one before.
func TestEscalationsKeepTheirTime(t *testing.T) {
	names := []string{"page", "page person", "page contact", "page failed", "page tried", "page delivered", "channel opened", "channel failed", "update", "role"}
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string, least, most int) time.Duration {
			return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Minute
		}
		escalate, floor := minutes("escalate", 1, 90), minutes("floor", 0, 45)
		c, err := Declare(Ref{Incident: 7}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: ladder(minutes("respond", 1, 90), escalate, floor), By: ana}, t0)
		require.NoError(t, err)
		inc, now, due := c.Incident, t0, t0.Add(escalate)
		for range rapid.IntRange(1, 15).Draw(t, "length") {
			until := now.Add(minutes("pass", 0, 60))
			for ts := inc.Timers(); len(ts) > 0 && !ts[0].Due.After(until); ts = inc.Timers() {
				now = later(now, ts[0].Due)
				c, err := Fire(inc, ts[0], now)
				require.NoError(t, err)
				if ts[0].Clock == ClockEscalate {
					require.Equal(t, due, ts[0].Due)
					due = due.Add(max(escalate, inc.repeat()))
				}
				inc = c.Incident
			}
			now = until
			c, err := verbs[rapid.SampledFrom(names).Draw(t, "verb")](t, inc, now)
			var r *Refusal
			if !errors.As(err, &r) {
				require.NoError(t, err)
				inc = c.Incident
			}
		}
	})
}
