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

// tried is the incident after an attempt at every page that is awaited failed.
func tried(t *testing.T, inc Incident) Incident {
	t.Helper()
	for i, p := range inc.Pages {
		if inc.awaited(p) {
			c, err := PageTried(inc, i, p.At, p.At.Add(time.Second))
			require.NoError(t, err)
			inc = c.Incident
		}
	}
	return inc
}

func TestAPageThatDoesNotArriveIsSaidAloudAndTheNextIsCalled(t *testing.T) {
	c, timer := fire(t, tried(t, declared(t, "P0")))
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

// A page that waits for its turn at Slack was not tried: nobody knows that it does
// not arrive, and another one would wait behind it.
func TestOfAPageThatWasNotTriedItIsSaidThatItWaits(t *testing.T) {
	c, timer := fire(t, declared(t, "P1"))
	assert.Equal(t, Timer{ClockPageCheck, t0.Add(2 * time.Minute)}, timer)
	assert.Equal(t, []EventKind{EventPageWaits}, kinds(c.Events), "nobody else is called")
	assert.Equal(t, 1, effectKinds(c.Effects)["alarm"])
	assert.Equal(t, "Slack has not taken the page to On-Call Engineer (Ana) yet, after two minutes; it is sent as soon as Slack does, phone +1 555 0100", c.Events[0].Sentence(plain))
	assert.Empty(t, c.Incident.Unreached())
	_, waits := c.Incident.Deadline(ClockPageCheck)
	assert.False(t, waits, "it is said once")

	began := t0.Add(150 * time.Second)
	late, err := PageTried(c.Incident, 0, began, began.Add(time.Second))
	require.NoError(t, err)
	assert.True(t, late.Silent)
	assert.Empty(t, late.Events)
	overdue, timer := fire(t, late.Incident)
	assert.Equal(t, Timer{ClockPageCheck, began.Add(2 * time.Minute)}, timer, "two minutes count from the first attempt")
	assert.Equal(t, []EventKind{EventPageOverdue, EventPaged}, kinds(overdue.Events))

	again, err := PageTried(late.Incident, 0, began.Add(time.Minute), began.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, again.Empty(), "only the first attempt counts")
}

// A version before this one let pages wait for the channel.
func TestAPageThatWaitedForTheChannelIsSent(t *testing.T) {
	c, err := Declare(Ref{Incident: 42}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	for i := range c.Incident.Pages {
		c.Incident.Pages[i].SentAt = time.Time{}
	}
	opened, err := ChannelOpened(c.Incident, "C1", "inc-42", t0)
	require.NoError(t, err)
	assert.Equal(t, 2, effectKinds(opened.Effects)["send_page"])
}

func TestAPageThatSomebodyAskedForIsMissedAfterTheAcknowledgementToo(t *testing.T) {
	acked, err := Acknowledge(delivered(t, declared(t, "P1"), t0), ben, t0)
	require.NoError(t, err)
	asked, err := PagePerson(acked.Incident, ben, chidi, "please look", t0)
	require.NoError(t, err)
	overdue, timer := fire(t, tried(t, asked.Incident))
	assert.Equal(t, ClockPageCheck, timer.Clock)
	assert.Equal(t, []EventKind{EventPageOverdue}, kinds(overdue.Events), "nobody else is called")
}

func TestWithoutAnybodyLeftItSaysSo(t *testing.T) {
	inc := declared(t, "P0")
	var evs []Event
	for range 3 {
		c, timer := fire(t, tried(t, inc))
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
