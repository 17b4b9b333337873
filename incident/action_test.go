package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// followUps are the actions whose issues a change asks for.
func followUps(c Change) (list []int) {
	for _, fx := range c.Effects {
		if f, ok := fx.(FileFollowUp); ok {
			list = append(list, f.Action)
		}
	}
	return list
}

// lessons are those that a change passes on.
func lessons(c Change) (list []int) {
	for _, fx := range c.Effects {
		if l, ok := fx.(TeachRunbook); ok {
			list = append(list, l.Lesson)
		}
	}
	return list
}

func TestWhatThePostmortemPassesOn(t *testing.T) {
	inc := declared(t, "P0")
	inc.Actions = []Action{{Text: "not filed"}, {Text: "not linked", Number: 5}, {Text: "done", Number: 6, Linked: true}}
	inc.Lessons = []Lesson{{Text: "not told"}, {Text: "not proposed", Told: true}, {Text: "done", Told: true, Proposed: "https://g/9"}}
	issue := first(PostmortemIssue(inc, 7, "https://g/7", t0))
	assert.Equal(t, []int{0, 1}, followUps(issue))
	assert.Equal(t, []int{0, 1}, lessons(issue))
	file := first(PostmortemFiled(inc, "https://slack/f", t0))
	assert.Equal(t, []int{0}, followUps(file), "to a file nothing can be linked")

	again := first(PostmortemIssue(issue.Incident, 7, "https://g/7", t0))
	assert.True(t, again.Empty(), "filed again")
	assert.Equal(t, 8, first(PostmortemIssue(issue.Incident, 8, "https://g/7", t0)).Incident.PostmortemNumber)
	assert.Equal(t, "https://g/8", first(PostmortemIssue(issue.Incident, 7, "https://g/8", t0)).Incident.PostmortemURL, "it was transferred")
}

func TestWhatAFiledFollowUpBringsAbout(t *testing.T) {
	inc := declared(t, "P0")
	inc.Actions = []Action{{Text: "a"}, {Text: "b"}}
	filed := first(ActionFiled(inc, 0, 5, "https://g/5", false, t0))
	assert.Empty(t, followUps(filed), "there is nothing to link it to")
	assert.Zero(t, effectKinds(filed.Effects)["file_postmortem"])
	inc.PostmortemNumber = 7
	filed = first(ActionFiled(inc, 0, 5, "https://g/5", false, t0))
	assert.Equal(t, []int{0}, followUps(filed), "the post-mortem came meanwhile")
	assert.Equal(t, 1, effectKinds(filed.Effects)["file_postmortem"], "and names it")
	assert.Empty(t, followUps(first(ActionFiled(inc, 0, 5, "https://g/5", true, t0))))
	linked := first(ActionFiled(filed.Incident, 0, 5, "https://g/5", true, t0))
	assert.True(t, linked.Incident.Actions[0].Linked)
	assert.Empty(t, linked.Events, "it was filed before")
	assert.True(t, first(ActionFiled(linked.Incident, 0, 5, "https://g/5", true, t0)).Empty())
}

func TestThatFollowUpsCannotBeFiledIsSoUntilAllAre(t *testing.T) {
	inc := declared(t, "P0")
	inc.Actions = []Action{{Text: "a"}, {Text: "b"}}
	c := first(GaveUp(inc, TroubleFollowUp, "no right", t0))
	said := c.Events[0].Seq
	over := func(inc Incident) bool {
		a, ok := inc.Alert(said)
		require.True(t, ok)
		return !a.Over.IsZero()
	}
	one := first(ActionFiled(c.Incident, 0, 5, "https://g/5", true, t0))
	assert.False(t, over(one.Incident), "the other one is missing")
	assert.Zero(t, one.Incident.Ended())
	both := first(ActionFiled(one.Incident, 1, 6, "https://g/6", true, t0))
	assert.True(t, over(both.Incident))
	assert.Equal(t, 1, both.Incident.Ended())
	assert.True(t, shows(both, AskingMessages), "what was said in the channel is drawn as over")
	_, ok := both.Incident.Alert(said + 1)
	assert.False(t, ok, "another event told none")

	one.Incident.ChannelID = ""
	assert.False(t, shows(first(ActionFiled(one.Incident, 1, 6, "https://g/6", true, t0)), AskingMessages), "nothing stands anywhere")
}

func TestALessonMayNameTheStepThatItIsAbout(t *testing.T) {
	inc := first(Resolve(declared(t, "P0"), ana, "fixed", t0)).Incident
	c := first(Learn(inc, ana, StepRef{Playbook: "site-down"}, "look at the pool first", t0))
	assert.Zero(t, c.Incident.Lessons[0].Step)
	assert.Empty(t, c.Events[0].Text)
	c = first(Learn(inc, ana, StepRef{Playbook: "site-down", Number: 2}, "look at the pool first", t0))
	assert.Equal(t, 2, c.Incident.Lessons[0].Step)
	assert.Equal(t, "Check the logs", c.Events[0].Text)

	told := first(LessonTold(c.Incident, 0, true, "", t0))
	assert.True(t, told.Silent)
	assert.Empty(t, told.Events)
	assert.True(t, first(LessonTold(told.Incident, 0, true, "", t0)).Empty(), "told once")
	proposed := first(LessonTold(told.Incident, 0, true, "https://g/9", t0))
	assert.Equal(t, []EventKind{EventRunbookProposed}, kinds(proposed.Events))
}
