package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheMarkMadeLastIsTakenBackWhereverItStands(t *testing.T) {
	inc := declared(t, "P0")
	r := refused(t, second(UndoStep(inc, ana, StepRef{}, t0)))
	assert.Equal(t, NothingToUndo, r.Reason)
	assert.Empty(t, r.Word, "no step is meant")
	assert.Equal(t, "2", refused(t, second(UndoStep(inc, ana, StepRef{Number: 2}, t0))).Word)

	inc = first(MarkStep(inc, ana, StepRef{Number: 2}, StepDone, "", t0)).Incident
	inc = first(MarkStep(inc, ana, StepRef{Number: 1}, StepDone, "", t0.Add(time.Minute))).Incident
	assert.Equal(t, 1, first(UndoStep(inc, ana, StepRef{}, t0.Add(time.Hour))).Events[0].Step)
	inc = first(MarkStep(inc, ana, StepRef{Number: 3}, StepDone, "", t0.Add(30*time.Second))).Incident
	assert.Equal(t, 1, first(UndoStep(inc, ana, StepRef{}, t0.Add(time.Hour))).Events[0].Step, "by the time, not by the order")
}

func TestAStepOfAPlaybookThatIsNotWalkedNow(t *testing.T) {
	inc := declared(t, "P0")
	inc = first(SwitchPlaybook(inc, ana, Playbook{Slug: "db", Title: "Database", Steps: []Step{{Text: "Count connections"}}}, t0)).Incident
	c := first(MarkStep(inc, ana, StepRef{Playbook: "site-down", Number: 3}, StepDone, "", t0))
	assert.Equal(t, "Roll back", c.Events[0].Text)
	c = first(MarkStep(inc, ana, StepRef{Number: 1}, StepDone, "", t0))
	assert.Equal(t, "Count connections", c.Events[0].Text)
	r := refused(t, second(MarkStep(inc, ana, StepRef{Number: 2}, StepDone, "", t0)))
	assert.Equal(t, NoSuchStep, r.Reason, "the other playbook has more")
	assert.Equal(t, []string{"1"}, r.Choices)
}

func TestWhichMarksAreSaidAloud(t *testing.T) {
	inc := declared(t, "P0")
	for state, aloud := range map[StepState]bool{StepDone: false, StepSkipped: false, StepBlocked: true} {
		assert.Equal(t, aloud, first(MarkStep(inc, ana, StepRef{Number: 1}, state, "why", t0)).Events[0].Aloud, state)
	}
	other := first(AssignStep(inc, ana, ben, StepRef{Number: 1}, t0))
	assert.True(t, other.Events[0].Aloud)
	assert.Equal(t, 1, effectKinds(other.Effects)["invite"])
	self := first(AssignStep(inc, ana, ana, StepRef{Number: 1}, t0))
	assert.False(t, self.Events[0].Aloud, "who takes a step says nothing new to anybody")
	assert.Zero(t, effectKinds(self.Effects)["invite"])
}

func TestTheStepMessageMovesOnlyWhenItIsFarAbove(t *testing.T) {
	inc := declared(t, "P0")
	assert.True(t, first(AskSteps(inc, FarAbove)).Empty())
	assert.False(t, first(AskSteps(inc, FarAbove+1)).Empty())
}

func TestAPlaybookThatIsAddedBringsItsMarks(t *testing.T) {
	db := Playbook{Slug: "db", Title: "Database", Steps: []Step{{Text: "Count connections", Code: &Code{Text: "select 1"}}, {Text: "Check the logs"}}}
	inc := first(SwitchPlaybook(declared(t, "P0"), ana, db, t0)).Incident
	inc = first(MarkStep(inc, ana, StepRef{Number: 1}, StepDone, "", t0)).Incident
	inc = first(SwitchPlaybook(inc, ana, siteDown(), t0)).Incident
	inc = first(AddPlaybook(inc, ben, db, t0)).Incident
	assert.Len(t, inc.Walk().Playbook.Steps, 4, "it has one of the two already")
	assert.Equal(t, StepDone, inc.Walk().Marks[3].State)
	assert.Equal(t, Already, reasonOf(t, second(AddPlaybook(inc, ben, db, t0))))

	db.Slug, db.Steps[0].Code = "db-2", &Code{Text: "select 2"}
	assert.Len(t, first(AddPlaybook(inc, ben, db, t0)).Incident.Walk().Playbook.Steps, 5, "the same words with other code are another step")
	queue, mail := Playbook{Slug: "q", Title: "Queue", Steps: []Step{{Text: "x"}}}, Playbook{Slug: "m", Title: "Mail", Steps: []Step{{Text: "y"}}}
	inc = first(AddPlaybook(first(AddPlaybook(inc, ben, queue, t0)).Incident, ben, mail, t0)).Incident
	assert.Equal(t, "Site Down, with Database, Queue and Mail", inc.Walk().Title())
}

func TestOfBlockedStepsTheFirstComesFirst(t *testing.T) {
	assert.Equal(t, 0, walkOf(StepBlocked, StepDone, StepBlocked).Current())
	assert.Equal(t, 1, walkOf(StepDone, StepBlocked, StepBlocked).Current())
}
