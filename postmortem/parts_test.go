package postmortem

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestStepsAsTheyStood: of each playbook that has any, with what was added, and who was to do what is left.
func TestStepsAsTheyStood(t *testing.T) {
	steps := []incident.Step{{Text: "Look"}, {Text: "Roll back"}}
	inc := incident.Incident{DeclaredAt: t0, Walks: []incident.Walk{
		{Playbook: incident.Playbook{Title: "Empty"}},
		{Playbook: incident.Playbook{Title: "Site Down", Source: "runbook.md:57", Steps: steps}, Marks: map[int]incident.Mark{1: {Assignee: "UANA"}}, Added: []incident.Added{{Title: "Database #1", From: 2, To: 2}}},
		{Playbook: incident.Playbook{Title: "Later", Steps: steps[:1]}, Marks: map[int]incident.Mark{0: {State: incident.StepDone, By: "UBEN", At: t0, Note: "all green"}}},
	}}
	d := newDraft(inc, nil, options(t))
	assert.Equal(t, "**Site Down** (runbook.md:57): 0 of 2 done, 0 skipped, 0 blocked, 2 left\n\nAdded from Database \\#\u200b1: step 2.\n\n1. Look · _not done_\n2. Roll back · _not done_, assigned to Ana Ruiz\n\n"+
		"**Later**: 1 of 1 done, 0 skipped, 0 blocked, 0 left\n\n1. Look · **done** by Ben Okafor at "+d.dated(t0)+": all green", d.steps())
	assert.Equal(t, "The runbook had no steps for this incident.", newDraft(incident.Incident{}, nil, options(t)).steps())
}

func TestFollowUpsAsTheyStood(t *testing.T) {
	inc := incident.Incident{Policy: matrix(), Actions: []incident.Action{
		{Text: "Canary", Owner: "UBEN", Due: time.Date(2026, 3, 6, 22, 59, 59, 0, time.UTC), URL: "https://github.com/acme/shop/issues/9"}, {Text: "Alert on @pool"},
	}}
	assert.Equal(t, "- [ ] Canary · Ben Okafor · due Friday, 6 March 2026 · <https://github.com/acme/shop/issues/9>\n- [ ] Alert on @\u200bpool", newDraft(inc, nil, options(t)).followUps())
	assert.Equal(t, "None was recorded during the incident.", newDraft(incident.Incident{}, nil, options(t)).followUps())
}

func TestWhatWouldPreventItIsAskedOnce(t *testing.T) {
	inc := incident.Incident{Walks: []incident.Walk{{Playbook: incident.Playbook{Prevention: []string{"Alert", "", "Canary"}, Afterwards: []string{"Write"}}}, {Playbook: incident.Playbook{Prevention: []string{"Canary", "Alert"}}}}}
	assert.Equal(t, "- [ ] Alert\n- [ ] Canary\n- [ ] Write", newDraft(inc, nil, DraftOptions{}).prevention())
}

func TestAnswersAtBothEnds(t *testing.T) {
	for want, e := range map[string]Evidence{
		"**Q**\n\nThe same at declaration and at the end:\n\n```text\n1\n```":           {Title: "Q", Before: "1", After: "1"},
		"**Q**\n\nAt declaration:\n\n```text\n1\n```\n\nAt the end:\n\n```text\n2\n```": {Title: "Q", Before: "1", After: "2"},
		"**Q**\n\nAt declaration: not run\n\nAt the end: not run":                       {Title: "Q"},
		"**Q**\n\nAt declaration: not run\n\nAt the end:\n\n```text\n2\n```":            {Title: "Q", After: "2"},
	} {
		assert.Equal(t, want, newDraft(incident.Incident{}, nil, DraftOptions{Evidence: []Evidence{e}}).evidence())
	}
}

func TestNobodyWasPaged(t *testing.T) {
	d := newDraft(incident.Incident{Severity: "P3", Policy: matrix(), DeclaredAt: t0}, nil, options(t))
	assert.Contains(t, d.people(), "\nNobody was paged.")
	assert.NotContains(t, d.people(), "| Paged |")
}
