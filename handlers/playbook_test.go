package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/playbooks"
)

func TestAPlaybookIsAddedOrTakenUp(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	own := len(inc.Walk().Playbook.Steps)
	slugs := func() (list []string) {
		for _, w := range l.state(inc.ID).Walks {
			list = append(list, w.Playbook.Slug)
		}
		return list
	}
	l.types("playbook ADD site-down", inc.ChannelID)
	assert.Equal(t, []string{"payment-failures"}, slugs(), "its steps come to those in hand")
	assert.Greater(t, len(l.state(inc.ID).Walk().Playbook.Steps), own)
	assert.Contains(t, l.types("playbook add site-down", inc.ChannelID).Text, "are in hand already")

	l.types("playbook Switch job-queue-stuck", inc.ChannelID)
	assert.Equal(t, "job-queue-stuck", l.state(inc.ID).Walk().Playbook.Slug)
	l.types("playbook site-down", inc.ChannelID)
	assert.Equal(t, []string{"payment-failures", "job-queue-stuck", "site-down"}, slugs())
	assert.Equal(t, "site-down", l.state(inc.ID).Walk().Playbook.Slug)

	none := &playbooks.Runbook{Policy: l.h.Runbook().Policy}
	l.h.Runbook = func() *playbooks.Runbook { return none }
	l.types("playbook payment-failures", inc.ChannelID)
	assert.Equal(t, "payment-failures", l.state(inc.ID).Walk().Playbook.Slug, "what is in hand stays, though the runbook has it no more")
	l.types("playbook Job Queue Stuck", inc.ChannelID)
	assert.Equal(t, "job-queue-stuck", l.state(inc.ID).Walk().Playbook.Slug)
	assert.Contains(t, l.types("playbook search-and-picture-issues", inc.ChannelID).Text, "has no scenario")
}

// TestAScenarioMayBeginLikeACommandAboutOne: its whole name comes before what a part of it may mean.
func TestAScenarioMayBeginLikeACommandAboutOne(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	rb := *l.h.Runbook()
	named := incident.Playbook{Slug: "switch-site-down", Title: "Switch site down", Severities: []string{"P1"}, Steps: []incident.Step{{Text: "Look at the standby"}}}
	rb.Scenarios = append([]incident.Playbook{named}, rb.Scenarios...)
	l.h.Runbook = func() *playbooks.Runbook { return &rb }
	l.types("playbook switch site-down", inc.ChannelID)
	assert.Equal(t, "switch-site-down", l.state(inc.ID).Walk().Playbook.Slug)
	l.types("playbook switch payment-failures", inc.ChannelID)
	assert.Equal(t, "payment-failures", l.state(inc.ID).Walk().Playbook.Slug)
}

func TestAScenarioThatIsNotThere(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	for typed, says := range map[string]string{
		"sit-down":           "The nearest: `site-down`",
		"the cards declined": "`payment-failures`",
		"add sit-down":       `no scenario "sit-down". The nearest: ` + "`site-down`",
		"switch":             "`/incident playbook switch site-down`",
		"Add":                "`/incident playbook add site-down`",
	} {
		assert.Contains(t, l.types("playbook "+typed, inc.ChannelID).Text, says, typed)
	}
	unlike := l.types("playbook xyzzyxyzzy", inc.ChannelID).Text
	assert.Contains(t, unlike, `no scenario "xyzzyxyzzy". `+"`/incident runbook` lists all scenarios.")
	assert.NotContains(t, unlike, "nearest")
	require.Equal(t, inc.Revision, l.state(inc.ID).Revision)
}
