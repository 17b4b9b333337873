package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fire carries out the soonest clock at the moment when it is due.
func fire(t *testing.T, inc Incident) (Change, Timer) {
	t.Helper()
	ts := inc.Timers()
	require.NotEmpty(t, ts)
	c, err := Fire(inc, ts[0], ts[0].Due)
	require.NoError(t, err)
	return c, ts[0]
}

func TestAPageThatDoesNotArriveIsSaidAloudAndTheNextIsCalled(t *testing.T) {
	c, timer := fire(t, declared(t, "P0"))
	assert.Equal(t, Timer{ClockPageCheck, t0.Add(2 * time.Minute)}, timer)
	assert.Equal(t, []EventKind{EventPageOverdue, EventPageOverdue, EventPaged}, kinds(c.Events))
	assert.Equal(t, 2, effectKinds(c.Effects)["alarm"], "the announce channel hears of both")
	assert.Equal(t, "Could not page On-Call Engineer (Ana) within two minutes, phone +1 555 0100", c.Events[0].Sentence(plain))
	assert.Equal(t, "CTO (Chidi)", c.Events[2].Contact)
	assert.Len(t, c.Incident.Unreached(), 2)

	again, err := Fire(c.Incident, timer, timer.Due)
	require.NoError(t, err)
	assert.True(t, again.Empty(), "said once")

	failed, err := PageFailed(c.Incident, 0, "Slack did not answer for too long", t0.Add(3*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventPageFailed}, kinds(failed.Events), "the next was called already")
	assert.False(t, failed.Events[0].Aloud)

	late, err := PageDelivered(c.Incident, 1, []Person{ben}, t0.Add(3*time.Minute))
	require.NoError(t, err)
	assert.True(t, late.Events[0].Aloud, "good news after bad news")
	assert.Len(t, late.Incident.Unreached(), 1)

	acked, err := Acknowledge(c.Incident, ben, t0.Add(3*time.Minute))
	require.NoError(t, err)
	assert.Empty(t, acked.Incident.Unreached())
	_, waits := acked.Incident.Deadline(ClockPageCheck)
	assert.False(t, waits)
}

func TestPagesDoNotWaitForAChannelForEver(t *testing.T) {
	c, err := Declare(Ref{Incident: 42}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	assert.Zero(t, effectKinds(c.Effects)["send_page"])
	overdue, _ := fire(t, c.Incident)
	assert.Equal(t, 3, effectKinds(overdue.Effects)["send_page"], "the two that waited, and the one that is called now")
	opened, err := ChannelOpened(overdue.Incident, "C1", "inc-42", t0.Add(3*time.Minute))
	require.NoError(t, err)
	assert.Zero(t, effectKinds(opened.Effects)["send_page"], "each is sent once")
}

func TestAPageThatSomebodyAskedForIsMissedAfterTheAcknowledgementToo(t *testing.T) {
	acked, err := Acknowledge(delivered(t, declared(t, "P1"), t0), ben, t0)
	require.NoError(t, err)
	asked, err := PagePerson(acked.Incident, ben, chidi, "please look", t0)
	require.NoError(t, err)
	overdue, timer := fire(t, asked.Incident)
	assert.Equal(t, ClockPageCheck, timer.Clock)
	assert.Equal(t, []EventKind{EventPageOverdue}, kinds(overdue.Events), "nobody else is called")
}

func TestWithoutAnybodyLeftItSaysSo(t *testing.T) {
	inc := declared(t, "P0")
	var evs []Event
	for range 3 {
		c, timer := fire(t, inc)
		require.Equal(t, ClockPageCheck, timer.Clock)
		inc, evs = c.Incident, append(evs, c.Events...)
		if len(evs) > 0 && evs[len(evs)-1].Kind == EventNobodyToPage {
			break
		}
	}
	assert.Equal(t, EventNobodyToPage, evs[len(evs)-1].Kind)
	assert.Len(t, inc.Unreached(), 3)
}

func TestAPrivateIncidentIsNotToldInTheAnnounceChannel(t *testing.T) {
	c, err := Declare(Ref{Incident: 42}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana, Private: true}, t0)
	require.NoError(t, err)
	overdue, _ := fire(t, c.Incident)
	assert.Zero(t, effectKinds(overdue.Effects)["alarm"])
}

func TestAUserGroupIsInvolvedWhole(t *testing.T) {
	c, err := PageDelivered(declared(t, "P0"), 0, []Person{ben, chidi}, t0)
	require.NoError(t, err)
	assert.Subset(t, c.Incident.Responders, []Person{ben, chidi})
	assert.Equal(t, ben, c.Incident.Pages[0].Person)
}
