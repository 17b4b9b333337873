package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sixHours is an outage that began when the incident was declared.
func sixHours() Outage { return Outage{From: t0, To: t0.Add(6 * time.Hour)} }

// without has an incident live through an outage in which every page is tried in vain and every clock fires.
func without(t *testing.T, inc Incident, o Outage) Incident {
	t.Helper()
	for {
		inc = tried(t, inc)
		ts := inc.Timers()
		if len(ts) == 0 || ts[0].Due.After(o.To) {
			return inc
		}
		c, err := Fire(inc, ts[0], ts[0].Due)
		require.NoError(t, err)
		inc = c.Incident
	}
}

func TestAfterAnOutageEachIsCalledOnce(t *testing.T) {
	o := sixHours()
	inc := without(t, declared(t, "P0"), o)
	require.Greater(t, len(inc.Pages), 20, "the ladder went on")
	c, err := SlackBack(inc, o, true, o.To)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventSlackBack}, kindsOf(c.Events))
	assert.True(t, c.Events[0].Aloud)
	assert.Equal(t, o, c.Incident.SlackOutage)

	still := map[int]int{}
	for i, p := range c.Incident.Pages {
		if p.Failed == "" {
			still[p.Contact]++
			assert.Zero(t, p.OverdueAt, "it goes out now")
			assert.Equal(t, Try{At: o.To}, c.Incident.Tries[i])
		}
	}
	assert.Equal(t, map[int]int{0: 1, 1: 1, 2: 1}, still)
	assert.Len(t, c.Incident.StillCalled(), 3)
	due, ok := c.Incident.Deadline(ClockPageCheck)
	assert.True(t, ok)
	assert.Equal(t, o.To.Add(pageWithin), due, "each has its two minutes anew")
	for _, a := range c.Incident.Alerts {
		assert.NotZero(t, a.Over, "nothing is said any more of pages that go out now: %v", a.Kind)
	}
	assert.Empty(t, c.Incident.Unreached())

	again, err := SlackBack(c.Incident, o, true, o.To)
	require.NoError(t, err)
	assert.True(t, again.Empty(), "recorded once")
}

func TestAfterAnOutageNobodyIsCalledToWhatIsAnswered(t *testing.T) {
	o := sixHours()
	acked, err := Acknowledge(declared(t, "P0"), "ben@example.com", t0.Add(time.Minute))
	require.NoError(t, err)
	c, err := SlackBack(without(t, acked.Incident, o), o, true, o.To)
	require.NoError(t, err)
	assert.Empty(t, c.Incident.StillCalled())
	for i := range c.Incident.Pages {
		assert.Empty(t, c.Incident.Tries[i], "nothing is tried anew")
	}

	over, err := Resolve(acked.Incident, ben, "restarted", t0.Add(time.Hour))
	require.NoError(t, err)
	c, err = SlackBack(over.Incident, o, true, o.To)
	require.NoError(t, err)
	assert.Empty(t, c.Incident.StillCalled())
	c, err = ChannelOpened(c.Incident, "C1", "inc-42", o.To.Add(time.Second))
	require.NoError(t, err)
	for _, fx := range c.Effects {
		if in, ok := fx.(Invite); ok {
			assert.Empty(t, in.Contacts, "nobody is called to what is over")
			assert.NotContains(t, in.People, chidi)
			assert.Contains(t, in.People, ben)
		}
	}
}

func TestRemindersThatNobodySawDoNotCount(t *testing.T) {
	o := sixHours()
	acked, err := Acknowledge(declared(t, "P0"), ben, t0.Add(time.Minute))
	require.NoError(t, err)
	inc := without(t, acked.Incident, o)
	require.Greater(t, inc.Reminder.Times, 2)
	c, err := SlackBack(inc, o, true, o.To)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Incident.Reminder.Times)
	assert.False(t, c.Incident.Reminder.Direct())
	assert.Greater(t, inc.Reminder.Times, 2, "the incident that it was given is as it was")
}

func TestAShortOutageIsSaidWhereSomethingHappened(t *testing.T) {
	inc := declared(t, "P1")
	short := Outage{From: t0.Add(time.Hour), To: t0.Add(time.Hour + time.Minute)}
	c, err := SlackBack(inc, short, false, short.To)
	require.NoError(t, err)
	assert.True(t, c.Empty())
	c, err = SlackBack(inc, short, true, short.To)
	require.NoError(t, err)
	assert.False(t, c.Empty())
	long := Outage{From: t0.Add(time.Hour), To: t0.Add(2 * time.Hour)}
	c, err = SlackBack(inc, long, false, long.To)
	require.NoError(t, err)
	assert.False(t, c.Empty(), "who waited wants to know why")
}

func TestAnUpdateThatANewerOneOvertookIsOld(t *testing.T) {
	o := Outage{From: t0.Add(time.Hour), To: t0.Add(7 * time.Hour)}
	first, err := Announce(declared(t, "P1"), ana, "looking", 0, t0.Add(2*time.Hour))
	require.NoError(t, err)
	second, err := Announce(first.Incident, ana, "rolled back", 0, t0.Add(3*time.Hour))
	require.NoError(t, err)
	back, err := SlackBack(second.Incident, o, true, o.To)
	require.NoError(t, err)
	assert.True(t, back.Incident.UpdateOvertaken(first.Events[0]))
	assert.False(t, back.Incident.UpdateOvertaken(second.Events[0]))
	assert.False(t, second.Incident.UpdateOvertaken(first.Events[0]), "Slack was there")
	later, err := Announce(back.Incident, ana, "all is well", 0, o.To.Add(time.Hour))
	require.NoError(t, err)
	assert.False(t, later.Incident.UpdateOvertaken(later.Events[0]))
	over, err := Resolve(back.Incident, ana, "", o.To.Add(time.Hour))
	require.NoError(t, err)
	assert.True(t, over.Incident.UpdateOvertaken(second.Events[0]))
}
