package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shows reports whether a change draws a surface.
func shows(c Change, s Surface) bool {
	for _, fx := range c.Effects {
		if show, ok := fx.(Show); ok && show.Surface == s {
			return true
		}
	}
	return false
}

func TestAReminderThatIsNotAnsweredComesByDirectMessage(t *testing.T) {
	c, err := Declare(Ref{Incident: 7}, Declaration{Title: "x", Severity: "P0", Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	c, err = ChannelOpened(c.Incident, "C1", "inc-7", t0)
	require.NoError(t, err)
	c, err = Acknowledge(c.Incident, ben, t0)
	require.NoError(t, err)
	fire := func(inc Incident) Change {
		due := inc.Plan.Due[ClockUpdate]
		c, err := Fire(inc, Timer{ClockUpdate, due}, due)
		require.NoError(t, err)
		return c
	}
	first := fire(c.Incident)
	assert.False(t, shows(first, DirectReminder), "the first is a mention in the channel")
	second := fire(first.Incident)
	assert.Equal(t, 2, second.Incident.Reminder.Times)
	assert.True(t, shows(second, DirectReminder))
	assert.Equal(t, []Person{ben}, second.Incident.ToAct())

	told, err := Announce(second.Incident, ben, "rolled back", 0, second.Incident.Reminder.At.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, shows(told, DirectReminder), "it goes when it is answered")
	assert.Equal(t, 1, fire(told.Incident).Incident.Reminder.Times, "and begins anew")

	handed, err := TakeRole(second.Incident, ben, ana, "lead", t0.Add(2*time.Hour))
	require.NoError(t, err)
	assert.Equal(t, []Person{ana}, handed.Incident.ToAct(), "who leads goes first")
}

func TestWhoIsPagedHasToActUntilSomebodyAcknowledges(t *testing.T) {
	inc := Incident{Pages: []Page{{Person: ana}, {Contact: 1}, {Person: ben}, {Person: ana}}, Declined: map[Person]time.Time{ben: t0}}
	assert.Equal(t, []Person{ana}, inc.ToAct())
}

func TestAPageIsDrawnAnewWhenTheTimeToRespondChanges(t *testing.T) {
	c, err := Declare(Ref{Incident: 7}, Declaration{Title: "x", Severity: "P0", Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	c, err = ChangeSeverity(c.Incident, ana, "P1", "", t0.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, shows(c, PageMessages))
}
