package playbooks

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/oncall"
)

func TestAContactNamesTheCalendarOfWhoIsOnCall(t *testing.T) {
	rb := read(t, `# Runbook

## Contacts

### On-Call Engineer
- On-call: [the rota](https://calendar.acme.dev/team/private-3f/basic.ics)
- Name: Ana Ruiz
- Email: ana@example.com

### Backup
- Calendar: webcal://calendar.acme.dev/feed/2

- Overrides: https://calendar.acme.dev/team/private-4a/swaps.ics
- Rota: https://calendar.acme.dev/team/private-5c/third.ics

### CTO
- Name: Chidi Eze
- Email: chidi@example.com
- Schedule: https://example.pagerduty.com/incidents

### Database
- PagerDuty: PABC123
- Email: ben@example.com

### Network
- Rota: [the schedule](https://acme.grafana.net/a/grafana-oncall-app/schedules/SBM7DV7BKFUYU)
- Email: dana@example.com
`)
	cs := rb.Policy.Contacts
	require.Len(t, cs, 5)
	require.Len(t, rb.Rosters, 5)
	assert.Equal(t, rb.Rosters[0].Key, cs[0].Roster)
	assert.Equal(t, "ana@example.com", cs[0].Email, "who is called when the calendar names nobody")
	assert.Equal(t, rb.Rosters[1].Key, cs[1].Roster)
	assert.Equal(t, "https://calendar.acme.dev/feed/2", rb.Rosters[1].Address.Reveal())
	assert.True(t, cs[1].Reachable(), "the calendar says who")
	assert.Empty(t, cs[0].Overrides)
	assert.Equal(t, rb.Rosters[2].Key, cs[1].Overrides, "the second calendar is of overrides")
	assert.Contains(t, accountOf(t, rb), "who it is now: its calendar, but first: its calendar")
	assert.Empty(t, cs[1].Name, "the address of a third calendar is nobody's name")
	assert.True(t, slices.ContainsFunc(rb.Findings, func(f Finding) bool { return strings.Contains(f.What, "more than one calendar") }))
	assert.Empty(t, cs[2].Roster, "a page of another sort is no schedule")
	assert.Equal(t, oncall.Source{Key: cs[3].Roster, Kind: oncall.ByPagerDuty, ID: "PABC123"}, rb.Rosters[3])
	assert.Equal(t, "ben@example.com", cs[3].Email)
	assert.Equal(t, oncall.Source{Key: cs[4].Roster, Kind: oncall.ByGrafana, ID: "SBM7DV7BKFUYU"}, rb.Rosters[4])
	for _, f := range rb.Findings {
		assert.NotContains(t, f.What, "calendar.acme.dev")
	}
}

// onCall is a setting as program reads it.
func onCall(variable, role string, lines ...string) OnCallSetting {
	set := OnCallSetting{Variable: variable, Role: role}
	for _, l := range lines {
		s, _ := oncall.Line(l)
		set.Sources = append(set.Sources, s)
	}
	return set
}

func TestASettingSaysWhoIsOnCallInARole(t *testing.T) {
	rb := read(t, `# Runbook

## Contacts

### On-Call Engineer
- On-call: https://calendar.acme.dev/team/basic.ics
- Overrides: https://calendar.acme.dev/team/swaps.ics
- Email: ana@example.com

### Database Engineer
- Email: ben@example.com

### Network
- Grafana OnCall: SBM7DV7BKFUYU
- Email: dana@example.com
`)
	written := slices.Clone(rb.Policy.Contacts)
	asked := func(k oncall.Kind) bool { return k != oncall.ByGrafana }
	with, unmatched := rb.WithOnCall([]OnCallSetting{
		onCall("MAYDAY_ONCALL_DATABASE", "database", "PagerDuty: PABC123", "https://calendar.acme.dev/db/swaps.ics"), onCall("MAYDAY_ONCALL_ON_CALL_ENGINEER", "on call engineer", "Slack: @oncall"),
		onCall("MAYDAY_ONCALL_ENGINEER", "engineer", "PagerDuty: PXYZ789"),
	}, asked)
	cs := with.Policy.Contacts
	assert.Equal(t, []string{"MAYDAY_ONCALL_ENGINEER"}, unmatched, "two roles have that word")
	var roles []string
	for _, c := range cs {
		roles = append(roles, c.Role)
	}
	assert.Equal(t, []string{"Engineer", "On-Call Engineer", "Database Engineer", "Network"}, roles, "a role of its own comes first")
	kinds := map[string]oncall.Kind{}
	for _, s := range with.Rosters {
		kinds[s.Key] = s.Kind
	}
	assert.Len(t, kinds, 4)
	assert.Equal(t, oncall.ByPagerDuty, kinds[cs[0].Roster])
	assert.Equal(t, oncall.ByGroup, kinds[cs[1].Roster], "the setting wins over the runbook's calendar")
	assert.Empty(t, cs[1].Overrides)
	assert.Equal(t, "ana@example.com", cs[1].Email, "who is called when nobody is found")
	assert.Equal(t, oncall.ByPagerDuty, kinds[cs[2].Roster])
	assert.Equal(t, oncall.ByCalendar, kinds[cs[2].Overrides])
	assert.NotEmpty(t, cs[2].Overrides)
	assert.Empty(t, cs[3].Roster, "what nobody asks is none: the runbook's own contact is called")
	assert.Equal(t, written, rb.Policy.Contacts, "the runbook as it was read stays")

	again, unmatched := rb.WithOnCall(nil, func(oncall.Kind) bool { return true })
	assert.Empty(t, unmatched)
	assert.Equal(t, rb.Rosters, again.Rosters)
	assert.Equal(t, written, again.Policy.Contacts)
}
