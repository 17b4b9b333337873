package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
