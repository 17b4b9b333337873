package playbooks

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
- Schedule: https://example.pagerduty.com/schedules/PABC123
`)
	cs := rb.Policy.Contacts
	require.Len(t, cs, 3)
	require.Len(t, rb.Rosters, 3)
	assert.Equal(t, rb.Rosters[0].Key, cs[0].Roster)
	assert.Equal(t, "ana@example.com", cs[0].Email, "who is called when the calendar names nobody")
	assert.Equal(t, rb.Rosters[1].Key, cs[1].Roster)
	assert.Equal(t, "https://calendar.acme.dev/feed/2", rb.Rosters[1].Address.Reveal())
	assert.True(t, cs[1].Reachable(), "the calendar says who")
	assert.Empty(t, cs[0].Overrides)
	assert.Equal(t, rb.Rosters[2].Key, cs[1].Overrides, "the second calendar is of overrides")
	assert.Empty(t, cs[1].Name, "the address of a third calendar is nobody's name")
	assert.True(t, slices.ContainsFunc(rb.Findings, func(f Finding) bool { return strings.Contains(f.What, "more calendars") }))
	assert.Empty(t, cs[2].Roster, "a page that shows a schedule is no calendar")
	for _, f := range rb.Findings {
		assert.NotContains(t, f.What, "calendar.acme.dev")
	}
}
