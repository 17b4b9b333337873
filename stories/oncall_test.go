package stories

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	schedulersim "mayday/sim/schedulers"
)

// TestWhoIsOnCallByPagerDuty is called, the user group follows, and a shift that is handed over counts in both.
func TestWhoIsOnCallByPagerDuty(t *testing.T) {
	t.Parallel()
	pager := schedulersim.PagerDuty()
	defer pager.Close()
	pager.Set("PABC123", schedulersim.OnCall{Name: "Chidi Eze", Email: "chidi@example.com", Start: t0.Add(-time.Hour), End: t0.Add(8 * time.Hour)},
		schedulersim.OnCall{Name: "Ana Ruiz", Email: "ana@example.com", Start: t0.Add(8 * time.Hour), End: t0.Add(16 * time.Hour)},
		schedulersim.OnCall{Name: "Zoe Ray", Email: "zoe@example.com", Start: t0.Add(16 * time.Hour), End: t0.Add(24 * time.Hour)})
	w := newWorld(t, map[string]string{
		"MAYDAY_PAGERDUTY_TOKEN": schedulersim.Token, "MAYDAY_PAGERDUTY_URL": pager.URL(),
		"MAYDAY_ONCALL_ON_CALL_ENGINEER": "PagerDuty: PABC123", "MAYDAY_ONCALL_GROUP_SYNC": "@oncall=On-Call Engineer",
	})
	tell := func(lines ...string) {
		t.Helper()
		for _, l := range lines {
			require.True(t, w.line(l), "%s\n%s", l, w.scene())
		}
	}
	holds := func(name string) bool {
		u, _ := w.sim.UserByName(name)
		return slices.Equal(w.sim.Groups()[0].Users, []string{u.ID})
	}
	require.True(t, w.eventually(func() bool { return holds("chidi") }), w.sim.Groups())
	tell("expect #incidents 'On-Call Engineer' 'PagerDuty PABC123' 'Zoe Ray, from' 'no account in this workspace has the address zoe@example.com' 'otherwise Ana Ruiz'",
		"expect #incidents 'The user group @oncall is now Chidi Eze' 'On-Call Engineer' 'Before: Ben Okafor, Chidi Eze'",
		"in #general", "ana /incident oncall", "reply 'Chidi Eze' 'then Ana Ruiz' 'by PagerDuty PABC123'",
		"ana /incident p1 site-down", "expect @chidi 'You are paged because you are on call'", "hides @ana 'You are paged'",
		"chidi /incident handover @mia the queue is slow", "reply 'Mia Lindqvist is asked to take over as On-Call Engineer'",
		"expect @mia 'Chidi Eze asks you to take over as On-Call Engineer' 'the queue is slow' '1 incident open' 'Accept'",
		"mia presses 'Accept' in @mia", "expect @chidi 'Mia Lindqvist took over as On-Call Engineer'", "shows #incidents 'Mia Lindqvist took over from Chidi Eze'",
		"ana /incident oncall", "reply 'Mia Lindqvist' 'then Ana Ruiz' 'handed over in Slack'",
		"ana /incident p1 payment-failures", "expect @mia 'You are paged because you are on call'")
	require.True(t, w.eventually(func() bool { return holds("mia") }), w.sim.Groups())
	require.Empty(t, pager.Violations(), "PagerDuty would have refused this")
	require.Empty(t, w.sim.Violations())
}
