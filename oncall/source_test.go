package oncall

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatALineNamesAsASource(t *testing.T) {
	for line, want := range map[string]struct {
		kind Kind
		id   string
	}{
		"PagerDuty: PABC123":                                                    {ByPagerDuty, "PABC123"},
		"Pager Duty schedule: P0ABC12":                                          {ByPagerDuty, "P0ABC12"},
		"pagerduty: Q1ABCDEFGHIJK2":                                             {ByPagerDuty, "Q1ABCDEFGHIJK2"},
		"PagerDuty: `PABC123`":                                                  {ByPagerDuty, "PABC123"},
		"Grafana OnCall: SBM7DV7BKFUYU":                                         {ByGrafana, "SBM7DV7BKFUYU"},
		"Slack: @oncall-group":                                                  {ByGroup, "@oncall-group"},
		"@oncall-group":                                                         {ByGroup, "@oncall-group"},
		"Group: S012ABCDEF":                                                     {ByGroup, "S012ABCDEF"},
		"Slack: <!subteam^S012ABCDEF>":                                          {ByGroup, "S012ABCDEF"},
		"On-call: https://acme.pagerduty.com/schedules/PABC123":                 {ByPagerDuty, "PABC123"},
		"https://acme.pagerduty.com/schedules#PABC123":                          {ByPagerDuty, "PABC123"},
		"https://acme.eu.pagerduty.com/escalation_policies/PXYZ789":             {ByPagerDuty, "PXYZ789"},
		"https://acme.grafana.net/a/grafana-oncall-app/schedules/SBM7DV7BKFUYU": {ByGrafana, "SBM7DV7BKFUYU"},
		"https://acme.grafana.net/a/grafana-irm-app/schedules/SBM7DV7BKFUYU?tab=week": {ByGrafana, "SBM7DV7BKFUYU"},
		"https://acme.pagerduty.com/private/x/feed.ics":                               {ByCalendar, ""},
		"On-call: webcal://acme.pagerduty.com/private/x/feed/PABC123":                 {ByCalendar, ""},
	} {
		s, ok := Line(line)
		assert.True(t, ok, line)
		assert.Equal(t, want.kind, s.Kind, line)
		assert.Equal(t, want.id, s.ID, line)
		assert.Len(t, s.Key, 12, line)
	}
	for _, line := range []string{
		"", "PagerDuty", "PagerDuty: PAYMENTS", "PagerDuty: the primary schedule", "PagerDuty: pabc123", "Phone: PABC123", "Grafana: dashboards",
		"Slack: #oncall", "Slack: @Ana Ruiz", "Email: ana@example.com", "https://acme.pagerduty.com/incidents/PABC123", "https://evil.example.com/schedules/PABC123",
		"https://acme.pagerduty.com/schedules", "https://grafana.example.com/schedules/SBM7DV7BKFUYU",
	} {
		_, ok := Line(line)
		assert.False(t, ok, line)
	}
}

func TestSourcesHaveKeysOfTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for _, line := range []string{"PagerDuty: PABC123", "PagerDuty: PABC124", "Grafana: SABC12345678", "Group: SABC12345678", "https://x.test/a.ics", "https://x.test/b.ics"} {
		s, ok := Line(line)
		assert.True(t, ok, line)
		assert.Empty(t, seen[s.Key], line)
		seen[s.Key] = line
	}
	a, _ := Calendar("https://x.test/private-hunter2/a.ics")
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", a, a, a, a.Title()), "hunter2")
}
