package incident

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsWrongWithATurnIsSaidOnceAPage(t *testing.T) {
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Policy: ladder(0, 0, 0), By: ana}, t0)
	require.NoError(t, err)
	inc := c.Incident
	require.NotEmpty(t, inc.Pages)
	c, err = TurnUnsure(inc, 0, "its calendar names nobody now", t0)
	require.NoError(t, err)
	require.Len(t, c.Events, 1)
	assert.Equal(t, EventTurnUnsure, c.Events[0].Kind)
	assert.True(t, c.Events[0].Aloud)
	assert.Contains(t, c.Events[0].Sentence(plain), "its calendar names nobody now")
	again, err := TurnUnsure(c.Incident, 0, "its calendar names nobody now", t0)
	require.NoError(t, err)
	assert.Empty(t, again.Events)
	beyond, err := TurnUnsure(inc, 99, "x", t0)
	require.NoError(t, err)
	assert.Empty(t, beyond.Events)
}

func TestAContactOfACalendarIsCalledByItsRole(t *testing.T) {
	assert.Equal(t, "On-call (Ana Ruiz)", Contact{Role: "On-call", Name: "Ana Ruiz"}.Title())
	assert.Equal(t, "On-call", Contact{Role: "On-call", Name: "Ana Ruiz", Roster: "k"}.Title(), "somebody else may have the shift")
	assert.Equal(t, "Ana Ruiz", Contact{Name: "Ana Ruiz", Roster: "k"}.Title())
}
