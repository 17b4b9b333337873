package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// led is an incident that Ana leads and asked Ben to lead.
func led(t *testing.T) Incident {
	t.Helper()
	inc := declared(t, "P1")
	c, err := Acknowledge(inc, ana, t0.Add(time.Minute))
	require.NoError(t, err)
	c, err = AskHandover(c.Incident, ana, ben, "it is quiet", t0.Add(2*time.Minute))
	require.NoError(t, err)
	return c.Incident
}

// drawsHandover reports whether a change draws the message of a handover anew.
func drawsHandover(c Change, n int) bool {
	for _, fx := range c.Effects {
		if s, ok := fx.(ShowHandover); ok && s.N == n {
			return true
		}
	}
	return false
}

func TestWhoAsksLeadsUntilTheOtherAccepts(t *testing.T) {
	inc := led(t)
	assert.Equal(t, ana, inc.Roles[Lead])
	due, ok := inc.Deadline(ClockHandover)
	require.True(t, ok)
	assert.Equal(t, t0.Add(12*time.Minute), due)
	c, err := Fire(inc, Timer{ClockHandover, due}, due)
	require.NoError(t, err)
	assert.True(t, drawsHandover(c, 0))
	assert.Equal(t, ana, c.Incident.Roles[Lead])
	assert.Equal(t, HandoverUnanswered, c.Incident.Handovers[0].Answer)
	_, ok = c.Incident.Deadline(ClockHandover)
	assert.False(t, ok, "it is said once")
	stale, err := Fire(c.Incident, Timer{ClockHandover, due}, due.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, stale.Empty())

	late, err := AcceptHandover(c.Incident, ben, 0, due.Add(time.Hour))
	require.NoError(t, err, "better late than never")
	assert.Equal(t, ben, late.Incident.Roles[Lead])
	require.Len(t, late.Events, 1)
	assert.True(t, late.Events[0].Aloud)
	assert.Empty(t, inc.Handovers[0].Answer, "the row before is as it was")
}

func TestAHandoverThatHasNoSenseAnyMoreIsWithdrawn(t *testing.T) {
	for name, change := range map[string]func(inc Incident, now time.Time) (Change, error){
		"another leads":    func(inc Incident, now time.Time) (Change, error) { return TakeRole(inc, chidi, chidi, "lead", now) },
		"it is over":       func(inc Incident, now time.Time) (Change, error) { return Resolve(inc, ana, "done", now) },
		"it was none":      func(inc Incident, now time.Time) (Change, error) { return Cancel(inc, ana, "none", now) },
		"another is asked": func(inc Incident, now time.Time) (Change, error) { return AskHandover(inc, ana, chidi, "", now) },
	} {
		inc := led(t)
		c, err := change(inc, t0.Add(5*time.Minute))
		require.NoError(t, err, name)
		assert.Equal(t, HandoverWithdrawn, c.Incident.Handovers[0].Answer, name)
		assert.True(t, drawsHandover(c, 0), name)
		_, err = AcceptHandover(c.Incident, ben, 0, t0.Add(6*time.Minute))
		var refused *Refusal
		require.ErrorAs(t, err, &refused, name)
		_, ok := c.Incident.Deadline(ClockHandover)
		assert.Equal(t, name == "another is asked", ok, name)
	}
	inc := led(t)
	c, err := TakeRole(inc, ben, ben, "scribe", t0.Add(5*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, HandoverWaits, c.Incident.Handovers[0].Answer, "any other change leaves it")
}

func TestOnlyWhoLeadsHandsOver(t *testing.T) {
	inc := led(t)
	for name, c := range map[string]struct {
		by, to Person
		want   Reason
	}{
		"who does not lead": {ben, chidi, NotLead}, "to whoever leads": {ben, ana, Already}, "twice the same": {ana, ben, Already},
	} {
		_, err := AskHandover(inc, c.by, c.to, "", t0.Add(3*time.Minute))
		var refused *Refusal
		require.ErrorAs(t, err, &refused, name)
		assert.Equal(t, c.want, refused.Reason, name)
	}
	_, err := AskHandover(declared(t, "P1"), ana, ben, "", t0)
	var refused *Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, NotLead, refused.Reason, "nobody leads")
	_, err = DeclineHandover(inc, chidi, 0, t0.Add(3*time.Minute))
	require.ErrorAs(t, err, &refused)
	_, err = DeclineHandover(inc, ben, 4, t0.Add(3*time.Minute))
	require.ErrorAs(t, err, &refused)
}

// Who declines from their conversation with mayday is not brought into the channel.
func TestWhoDeclinesAHandoverIsNotBroughtIn(t *testing.T) {
	inc := led(t)
	inc.ChannelID = "C1"
	c, err := DeclineHandover(inc, ben, 0, t0.Add(3*time.Minute))
	require.NoError(t, err)
	out := FromOutside(inc, c, ben, "D1", t0.Add(3*time.Minute))
	for _, fx := range out.Effects {
		assert.NotEqual(t, "invite", fx.Kind())
	}
}

// A replica of the release before gives the lead to somebody else and knows of no handover to take back.
func TestNobodyTakesTheLeadFromSomebodyWhoDidNotAsk(t *testing.T) {
	acked, err := Acknowledge(declared(t, "P0"), ana, t0)
	require.NoError(t, err)
	asked, err := AskHandover(acked.Incident, ana, ben, "", t0)
	require.NoError(t, err)
	inc := asked.Incident
	inc.Roles = map[Role]Person{Lead: chidi}
	_, err = AcceptHandover(inc, ben, 0, t0.Add(time.Minute))
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, NotAsked, r.Reason)
	assert.Equal(t, chidi, r.By)
}
