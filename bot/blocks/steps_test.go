package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestTheListOfWhatIsOverAsksForNothing: each command that it could name would be refused.
func TestTheListOfWhatIsOverAsksForNothing(t *testing.T) {
	for name, inc := range states(t) {
		list := string(readable(t, Steps(inc)))
		if w := inc.Walk(); len(w.Playbook.Steps) > 0 && !inc.Status.Live() {
			assert.NotContains(t, list, "/incident", name)
			assert.NotContains(t, list, "▶", name)
		}
	}
}

// However long a playbook is, each row of buttons of its list stands below its own step,
// the one to do now has them first, and the whole rides on an acknowledgement.
func TestTheListOfStepsHasButtonsAsFarAsThereIsRoom(t *testing.T) {
	for _, n := range []int{1, 4, 12, 40, 200} {
		for _, words := range []int{3, 60} {
			inc := states(t)["acknowledged"]
			w := inc.Walks[0]
			w.Playbook.Steps = slices.Repeat(w.Playbook.Steps, n)[:n]
			for i := range w.Playbook.Steps {
				w.Playbook.Steps[i].Text = fmt.Sprintf("Look %d %s", i, strings.Repeat("further ", words))
				w.Playbook.Steps[i].Heading = fmt.Sprintf("Part %d", i/2)
			}
			w.Marks = map[int]incident.Mark{}
			for i := range n / 3 {
				w.Marks[i] = incident.Mark{State: incident.StepDone, By: ana, At: after(5)}
			}
			inc.Walks = []incident.Walk{w}
			m := Steps(inc)
			assert.LessOrEqual(t, len(m.Blocks), maxBlocks)
			assert.Less(t, size(m), maxReplyBytes)
			rows := 0
			for i, b := range m.Blocks {
				if b, ok := b.(*slack.ActionBlock); ok {
					done := b.Elements.ElementSet[0].(*slack.ButtonBlockElement)
					target, err := ParseTarget(done.Value)
					require.NoError(t, err)
					if rows == 0 {
						assert.Equal(t, n/3+1, target.Step)
						assert.Equal(t, slack.StylePrimary, done.Style)
					}
					above, ok := m.Blocks[i-1].(*slack.SectionBlock)
					require.True(t, ok)
					assert.Contains(t, above.Text.Text, fmt.Sprintf(" %d. Look %d", target.Step, target.Step-1))
					assert.True(t, InList(target))
					rows++
				}
			}
			assert.Positive(t, rows, "%d steps of %d words", n, words)
			assert.LessOrEqual(t, rows, mostButtoned)
		}
	}
}
