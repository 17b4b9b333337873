package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestHowAStepIsMarkedAndGiven: with its number before the word or behind it, or without one for the step in hand.
func TestHowAStepIsMarkedAndGiven(t *testing.T) {
	t.Parallel()
	l := newLodge(t, incident.Access{})
	inc := l.declare(nil)
	mark := func(n int) incident.Mark { return l.state(inc.ID).Walk().Marks[n-1] }
	for _, c := range []struct {
		text  string
		step  int
		state incident.StepState
		note  string
		given incident.Person
	}{
		{"step 3 done", 3, incident.StepDone, "", ""},
		{"step 3 undo", 3, "", "", ""},
		{"step skip 3 2 nodes are enough", 3, incident.StepSkipped, "2 nodes are enough", ""},
		{"undo", 3, "", "", ""},
		{"step blocked 3 no key", 3, incident.StepBlocked, "no key", ""},
		{"undo 3", 3, "", "", ""},
		{"step done", 1, incident.StepDone, "", ""},
		{"step 2 <@U0BEN01|ben>", 2, "", "", "U0BEN01"},
		{"step <@U0CHI01>", 2, "", "", "U0CHI01"},
		{"step 3 assign <@U0BEN01>", 3, "", "", "U0BEN01"},
		{"assign 3", 3, "", "", "U0ANA01"},
		{"assign 2 please", 2, "", "", "U0ANA01"},
	} {
		said := l.types(c.text, inc.ChannelID).Text
		m := mark(c.step)
		assert.Equal(t, []any{c.state, c.note, c.given}, []any{m.State, m.Note, m.Assignee}, "%s: %s", c.text, said)
	}
	assert.Contains(t, l.types("assign 2 @chi", inc.ChannelID).Text, "did not tell mayday whom you mean")
	assert.Equal(t, incident.Person("U0ANA01"), mark(2).Assignee)
}
