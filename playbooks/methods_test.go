package playbooks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestAContactSaysHowItIsReached(t *testing.T) {
	rb := read(t, `# Runbook

| Severity | Response |
|---|---|
| P0 | 15 minutes |
| P1 | 1 hour |

## Contacts

### On-Call Engineer
- Name: Ana Ruiz
- Email: ana@example.com
- Phone: +44 7700 900123
- SMS: +44 7700 900123, P0 only, nights
- ntfy: https://ntfy.sh/ana-8f3k after 5 minutes

### DevOps Lead
- Name: Ben Okafor
- Email: ben@example.com, after 10 minutes
- Phone: +44 7700 900124 after 5 minutes
- Pushover: nonsense
- SMS: +44 7700 900124, P7 only

### CTO
- Name: Chidi Eze
- Email: chidi@example.com
- Phone: 555 0102
`)
	cs := rb.Policy.Contacts
	require.Len(t, cs, 3)
	rules := func(c incident.Contact) (list []string) {
		for _, m := range c.Methods {
			list = append(list, fmt.Sprintf("%s %v %v %v", m.Label(), m.Rule.After.D, m.Rule.Only, m.Rule.Nights))
		}
		return list
	}
	assert.Equal(t, []string{"phone 0s [] false", "SMS 0s [P0] true", "ntfy 5m0s [] false"}, rules(cs[0]))
	assert.Contains(t, accountOf(t, rb), "also called by SMS, ntfy")
	assert.Equal(t, "+44 7700 900123", cs[0].Phone, "people can call it, too")
	assert.Equal(t, "ana@example.com", cs[0].Email)
	assert.Equal(t, []string{"e-mail 10m0s [] false", "phone 5m0s [] false", "SMS 0s [P7] false"}, rules(cs[1]))
	assert.Equal(t, "ben@example.com", cs[1].Email)
	assert.Equal(t, "+44 7700 900124", cs[1].Phone)
	assert.Empty(t, rules(cs[2]), "a number without its country is one for people")
	assert.Equal(t, "555 0102", cs[2].Phone)

	var bare int
	for _, a := range rb.Destinations {
		if a.Bare {
			bare++
			assert.Equal(t, "+447700900123", a.To.Reveal())
		}
	}
	assert.Equal(t, 1, bare)
	var told []string
	for _, f := range rb.Findings {
		told = append(told, f.What)
		assert.NotContains(t, f.What, "ntfy.sh/ana", "the address of a topic is as good as a password")
	}
	all := strings.Join(told, "\n")
	assert.Contains(t, all, "how contact DevOps Lead is reached by pushover is not understood")
	assert.Contains(t, all, "names a severity that the runbook does not have: P7")
	assert.Len(t, told, 2, all)
}

func TestMethodsThatAreNotSetUpAreLeftOut(t *testing.T) {
	rb := read(t, "# Runbook\n\n## Contacts\n\n### On-Call\n- Email: ana@example.com\n- Phone: +44 7700 900123\n- ntfy: https://ntfy.sh/ana-8f3k, after 5 minutes\n")
	p := WithMethods(rb.Policy, rb.Destinations, func(a incident.Address) bool { return a.Kind == incident.Push }, false)
	require.Len(t, p.Contacts[0].Methods, 1)
	assert.True(t, p.Methods)
	assert.Len(t, rb.Policy.Contacts[0].Methods, 2, "the runbook itself stays as it is")
	quick := p.Faster(60)
	assert.Equal(t, 5*time.Second, quick.Contacts[0].Methods[0].Rule.After.D)
	none := WithMethods(rb.Policy, rb.Destinations, func(incident.Address) bool { return false }, false)
	assert.False(t, none.Methods, "nobody is looked for")
}
