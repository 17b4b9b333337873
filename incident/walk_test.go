package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// walkOf is a walk whose steps have these states.
func walkOf(states ...StepState) Walk {
	w := Walk{Marks: map[int]Mark{}}
	for i, s := range states {
		w.Playbook.Steps = append(w.Playbook.Steps, Step{Text: "x"})
		if s != "" {
			w.Marks[i] = Mark{State: s}
		}
	}
	return w
}

func TestWhereAWalkStands(t *testing.T) {
	const todo = StepState("")
	for name, c := range map[string]struct {
		w             Walk
		current, next int
	}{
		"without steps":             {walkOf(), -1, -1},
		"at the beginning":          {walkOf(todo, todo, todo), 0, 1},
		"in the middle":             {walkOf(StepDone, todo, todo), 1, 2},
		"a later one is done":       {walkOf(todo, StepSkipped, todo), 0, 2},
		"at the last":               {walkOf(StepDone, StepSkipped, todo), 2, -1},
		"only blocked are left":     {walkOf(StepDone, StepBlocked, StepBlocked), 1, -1},
		"a blocked one is left out": {walkOf(StepBlocked, todo, StepBlocked), 1, -1},
		"over":                      {walkOf(StepDone, StepSkipped), -1, -1},
	} {
		assert.Equal(t, c.current, c.w.Current(), name)
		assert.Equal(t, c.next, c.w.Next(), name)
	}
	done, skipped, blocked, all := walkOf(StepDone, StepDone, StepSkipped, StepBlocked, StepBlocked, StepBlocked, todo).Tally()
	assert.Equal(t, []int{2, 1, 3, 7}, []int{done, skipped, blocked, all})
	for _, inc := range []Incident{{}, {Active: -1, Walks: []Walk{walkOf()}}, {Active: 1, Walks: []Walk{walkOf()}}} {
		assert.Nil(t, inc.Walk())
	}
}

func TestAQueryOfTheStepToDoNow(t *testing.T) {
	w := walkOf(StepDone, "", "")
	w.Playbook.Slug = "site-down"
	inc := Incident{Status: Open, Walks: []Walk{w}}
	assert.True(t, inc.InCurrentStep(QueryRun{Playbook: "site-down", Step: 2}))
	assert.False(t, inc.InCurrentStep(QueryRun{Playbook: "site-down", Step: 3}))
	assert.False(t, inc.InCurrentStep(QueryRun{Playbook: "slow", Step: 2}))
	over := inc
	over.Status = Resolved
	assert.False(t, over.InCurrentStep(QueryRun{Playbook: "site-down", Step: 2}))
	ended := inc
	ended.Walks = []Walk{walkOf(StepDone)}
	ended.Walks[0].Playbook.Slug = "site-down"
	assert.False(t, ended.InCurrentStep(QueryRun{Playbook: "site-down"}), "a query of no step is in none, also when the walk is over")
	assert.False(t, Incident{Status: Open}.InCurrentStep(QueryRun{}))
}

func TestWhereAStepComesFrom(t *testing.T) {
	w := Walk{Playbook: Playbook{Title: "Site Down"}, Added: []Added{{Title: "Database", From: 5, To: 7}, {Title: "Mail", From: 8, To: 8}}}
	for step, want := range map[int]string{0: "Site Down", 4: "Site Down", 5: "Database", 7: "Database", 8: "Mail"} {
		assert.Equal(t, want, w.Part(step))
	}
}
