package playbooks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// A long prose runbook: matrix, procedures, eight scenarios with comment-titled
// blocks, checklists, dashboards, statistics queries, contacts with placeholders.
func TestProseRunbookIsReadExactly(t *testing.T) {
	r, err := ReadPath("testdata/prose.md")
	require.NoError(t, err)

	require.Equal(t, []string{"P0", "P1", "P2", "P3"}, labelsOf(r))
	p := r.Policy.Severities
	assert.Equal(t, []string{"Critical", "High", "Medium", "Low"}, []string{p[0].Name, p[1].Name, p[2].Name, p[3].Name})
	day := 24 * time.Hour
	for i, want := range []struct{ respond, escalate, fix, update incident.Span }{
		{incident.Within(15 * time.Minute), incident.Within(0), incident.Span{}, incident.Within(30 * time.Minute)},
		{incident.Within(time.Hour), incident.Within(30 * time.Minute), incident.Within(4 * time.Hour), incident.Within(time.Hour)},
		{incident.Within(4 * time.Hour), incident.Within(2 * time.Hour), incident.Within(day), incident.Within(4 * time.Hour)},
		{incident.Within(day), incident.Within(day), incident.Span{}, incident.Span{}},
	} {
		assert.Equal(t, want.respond, p[i].Respond, p[i].Label)
		assert.Equal(t, want.escalate, p[i].Escalate, p[i].Label)
		assert.Equal(t, want.fix, p[i].FixWithin, p[i].Label)
		assert.Equal(t, want.update, p[i].UpdateEvery, p[i].Label)
	}
	assert.Equal(t, []int{5, 4, 3, 3}, []int{len(p[0].Procedures), len(p[1].Procedures), len(p[2].Procedures), len(p[3].Procedures)})
	assert.Equal(t, incident.FullPostmortem, p[0].Postmortem)
	assert.Equal(t, incident.ReviewRequired, p[1].Postmortem)
	assert.True(t, p[0].Communicate)
	assert.True(t, p[3].BusinessHours)
	assert.False(t, p[0].BusinessHours)

	var signs, steps, run, byHand, prevention, afterwards []int
	for _, s := range r.Scenarios {
		signs, steps = append(signs, len(s.Signs)), append(steps, len(s.Steps))
		prevention, afterwards = append(prevention, len(s.Prevention)), append(afterwards, len(s.Afterwards))
		q, h := 0, 0
		for _, st := range s.Steps {
			q += boolInt(st.Query != nil)
			h += boolInt(st.ByHand != "")
		}
		run, byHand = append(run, q), append(byHand, h)
	}
	assert.Equal(t, []int{3, 3, 3, 4, 3, 3, 3, 3}, signs)
	assert.Equal(t, []int{11, 16, 8, 15, 12, 11, 14, 12}, steps)
	assert.Equal(t, []int{0, 2, 3, 0, 5, 0, 4, 1}, run)
	assert.Equal(t, []int{0, 0, 1, 0, 2, 0, 0, 1}, byHand)
	assert.Equal(t, []int{0, 0, 4, 0, 0, 0, 0, 0}, prevention)
	assert.Equal(t, []int{4, 0, 0, 0, 0, 0, 0, 0}, afterwards)
	assert.Equal(t, []string{"P0", "P1"}, r.Scenarios[2].Severities)

	first := r.Scenarios[0].Steps[0]
	assert.Equal(t, incident.PhaseImmediate, first.Phase)
	assert.Equal(t, &incident.Probe{Kind: incident.ProbeHTTP, Name: "depot.grocer.dev", URL: "https://depot.grocer.dev"}, first.Probe)
	require.Len(t, Probes(r.Scenarios[0].Steps[3]), 3, "a step that names three status pages checks all of them")

	require.Len(t, r.Checklists, 3)
	for i, every := range []string{"daily", "weekly", "monthly"} {
		assert.Equal(t, every, r.Checklists[i].Every)
		assert.Len(t, r.Checklists[i].Items, 6)
	}
	assert.Len(t, r.Dashboards, 4)
	for _, d := range r.Dashboards {
		assert.Len(t, d.Checks, 4, d.Name)
	}
	assert.Len(t, r.StatusPages, 5, "four of their own and one under external contacts")
	assert.Len(t, r.External, 4)
	assert.Len(t, r.Queries, 29)
	assert.Len(t, r.Tools, 6)
	assert.Len(t, r.Access, 5)

	c := r.Policy.Contacts
	require.Len(t, c, 3)
	assert.Equal(t, []string{"name", "phone", "email"}, c[0].Placeholders)
	assert.Equal(t, "24/7", c[0].Hours)
	assert.Equal(t, incident.Within(30*time.Minute), c[1].Rule.After)
	assert.Equal(t, []string{"P0"}, c[2].Rule.Only)
	assert.Empty(t, c[0].Email, "a placeholder is never an address")
	assert.Len(t, r.Missing(), 1)
}

func TestVersionsFollowTheText(t *testing.T) {
	text := DefaultText()
	read := func(s string) *Runbook { return readText(t, s) }
	a, b := read(text), read(text+"\nA further sentence.\n")
	assert.NotEqual(t, a.Version, b.Version)
	assert.Equal(t, a.Scenarios[0].Version, b.Scenarios[0].Version, "a scenario's version is that of its own lines")
}
