package postmortem

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
	"mayday/routine"
)

func TestTheFollowUpOfAnItemThatIsAProblem(t *testing.T) {
	round := routine.Round{Name: "Morning", Lines: []routine.Line{
		{Item: routine.Item{Text: "Backups ran", Asks: []routine.Ask{{Title: "Newest"}}}, Why: "the newest is old", By: "U0BEN", InARow: 2,
			Answers: []routine.Answer{{Text: "2 days"}, {Text: "asked by nothing"}}},
		{Item: routine.Item{Text: "Disk has room"}, InARow: 1},
	}}
	for _, n := range []int{0, 3} {
		assert.Empty(t, RoundProblem(round, n, "", DraftOptions{}).Body, "there is no item %d", n)
	}
	doc := RoundProblem(round, 1, "ben", DraftOptions{})
	assert.Equal(t, "the newest is old", doc.Title)
	assert.Equal(t, []string{"ben"}, doc.Assignees)
	assert.Contains(t, doc.Body, "Backups ran, reported by U0BEN.\n- Newest")
	assert.Contains(t, doc.Body, "\n- Newest: 2 days\n")
	assert.NotContains(t, doc.Body, "asked by nothing")
	assert.Contains(t, doc.Body, "for 2 rounds in a row")
	doc = RoundProblem(round, 2, "", DraftOptions{})
	assert.Equal(t, "Disk has room", doc.Title)
	assert.Empty(t, doc.Assignees)
	assert.NotContains(t, doc.Body, "reported by")
	assert.NotContains(t, doc.Body, "in a row")
}

func TestALessonNamesItsStepAndItsPlace(t *testing.T) {
	inc := incident.Incident{ID: 7, Walks: []incident.Walk{
		{Playbook: incident.Playbook{Slug: "db"}},
		{Playbook: incident.Playbook{Slug: "site-down", Steps: []incident.Step{{Text: "Look"}, {Text: "Roll back", Source: "runbook.md:57"}}}},
	}, Lessons: []incident.Lesson{
		{By: "U0BEN", Playbook: "site-down", Step: 2, Text: "say how"}, {Playbook: "site-down", Text: "of none"}, {Playbook: "site-down", Step: 3, Text: "of one that went"},
		{Playbook: "site-down", Step: 1, Text: "of one without a place"},
	}}
	o := DraftOptions{Zone: time.UTC}
	assert.Empty(t, Lesson(inc, -1, o))
	assert.Empty(t, Lesson(inc, 4, o))
	assert.Contains(t, Lesson(inc, 0, o), ", of step 2, Roll back:")
	assert.NotContains(t, Lesson(inc, 1, o), "of step")
	assert.NotContains(t, Lesson(inc, 2, o), "of step")
	edit := RunbookEdit(inc, 0, "docs/RUNBOOK.md", o)
	assert.Equal(t, 57, edit.Line)
	assert.Equal(t, "Roll back", edit.Near)
	assert.Contains(t, edit.Branch, "/lesson-1")
	assert.Zero(t, RunbookEdit(inc, 3, "docs/RUNBOOK.md", o).Line)
}
