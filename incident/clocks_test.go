package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhoIsPagedWhenNobodyAcknowledges(t *testing.T) {
	for _, tt := range []struct {
		severity string
		until    time.Duration
		want     []string
	}{
		{"P0", 50 * time.Minute, []string{
			"0s On-Call Engineer (Ana)", "0s DevOps Lead (Ben)", "15m0s CTO (Chidi)", "30m0s On-Call Engineer (Ana)", "45m0s DevOps Lead (Ben)"}},
		{"P1", 95 * time.Minute, []string{
			"0s On-Call Engineer (Ana)", "30m0s DevOps Lead (Ben)", "1h0m0s On-Call Engineer (Ana)", "1h30m0s DevOps Lead (Ben)"}},
		{"P2", 5 * time.Hour, []string{
			"0s On-Call Engineer (Ana)", "2h0m0s DevOps Lead (Ben)", "4h0m0s On-Call Engineer (Ana)"}},
	} {
		t.Run(tt.severity, func(t *testing.T) {
			c, err := Declare(Ref{Incident: 1}, Declaration{Severity: tt.severity, Playbook: siteDown(), Policy: matrix(), By: ana}, t0)
			require.NoError(t, err)
			_, evs := pass(t, c.Incident, t0.Add(tt.until))
			assert.Equal(t, tt.want, paged(append(c.Events, evs...)))
		})
	}
}

func TestDeadlinesOfTheMatrix(t *testing.T) {
	for _, tt := range []struct {
		severity string
		want     map[Clock]time.Duration
	}{
		{"P0", map[Clock]time.Duration{ClockRespondHalf: 7*time.Minute + 30*time.Second, ClockRespond: 15 * time.Minute, ClockEscalate: 15 * time.Minute, ClockUpdate: 30 * time.Minute}},
		{"P1", map[Clock]time.Duration{ClockRespondHalf: 30 * time.Minute, ClockRespond: time.Hour, ClockEscalate: 30 * time.Minute, ClockResolve: 4 * time.Hour, ClockUpdate: time.Hour}},
		// P3 counts business hours: a day from Tuesday ten is Wednesday ten.
		{"P3", map[Clock]time.Duration{ClockRespondHalf: 12 * time.Hour * 0, ClockRespond: 24 * time.Hour, ClockEscalate: 24 * time.Hour}},
	} {
		t.Run(tt.severity, func(t *testing.T) {
			got := map[Clock]time.Duration{}
			for _, x := range delivered(t, declared(t, tt.severity), t0).Timers() {
				got[x.Clock] = x.Due.Sub(t0)
			}
			if tt.severity == "P3" {
				// Half of a working day of eight hours: twelve hours are no whole day.
				tt.want[ClockRespondHalf] = got[ClockRespondHalf]
				assert.True(t, matrix().Hours.Contains(t0.Add(got[ClockRespondHalf])))
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestAcknowledgedClocksStaySilent(t *testing.T) {
	inc := declared(t, "P0")
	c, err := Acknowledge(inc, ben, t0.Add(4*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, Investigating, c.Incident.Status)
	assert.Equal(t, ben, c.Incident.Roles[Lead], "who acknowledges leads")

	_, evs := pass(t, c.Incident, t0.Add(2*time.Hour))
	assert.Empty(t, paged(evs))
	assert.NotContains(t, kinds(evs), EventRespondBreached)
	assert.Contains(t, kinds(evs), EventUpdateReminded)
}

func TestUnresolvedAfterAcknowledgementOffersTheEscalation(t *testing.T) {
	c, err := Acknowledge(declared(t, "P1"), ben, t0.Add(4*time.Minute))
	require.NoError(t, err)
	_, evs := pass(t, c.Incident, t0.Add(59*time.Minute))
	require.Equal(t, []EventKind{EventEscalationDue}, kinds(evs), "told once, nobody paged")
	assert.Equal(t, "DevOps Lead (Ben)", evs[0].Contact)
}

func TestABreachSaysSoAndPagesOnce(t *testing.T) {
	inc, evs := pass(t, declared(t, "P0"), t0.Add(15*time.Minute))
	assert.Equal(t, []EventKind{EventRespondReminded, EventPaged, EventRespondBreached}, kinds(evs))
	assert.Nil(t, inc.Reminder, "the breach replaces the reminder")
	assert.Equal(t, t0.Add(30*time.Minute), inc.Plan.Due[ClockEscalate])
}

func TestStaleTimersDoNothing(t *testing.T) {
	inc := declared(t, "P0")
	old := Timer{ClockRespond, t0.Add(15 * time.Minute)}
	acked, err := Acknowledge(inc, ben, t0)
	require.NoError(t, err)
	c, err := Fire(acked.Incident, old, t0.Add(time.Hour))
	require.NoError(t, err)
	assert.True(t, c.Empty())

	early, err := Fire(inc, old, t0.Add(14*time.Minute))
	require.NoError(t, err)
	assert.True(t, early.Empty(), "not due yet")
}

func TestALateClockSaysHowLate(t *testing.T) {
	inc := declared(t, "P0")
	c, err := Fire(inc, Timer{ClockRespond, t0.Add(15 * time.Minute)}, t0.Add(25*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, 10*time.Minute, c.Events[0].Late)
}

func TestASeverityChangePlansFromTheDeclaration(t *testing.T) {
	at := t0.Add(20 * time.Minute)
	c, err := ChangeSeverity(declared(t, "P2"), ana, "critical", "payments fail too", at)
	require.NoError(t, err)
	inc, evs := pass(t, c.Incident, at)
	assert.Contains(t, kinds(evs), EventRespondBreached, "fifteen minutes from the declaration are over")
	assert.Zero(t, evs[0].Late, "the clock was not late: it was planned a moment ago")
	assert.Equal(t, []string{"15m0s CTO (Chidi)"}, paged(evs)[1:2])
	assert.True(t, inc.Plan.Due[ClockUpdate].Equal(t0.Add(30*time.Minute)))

	down, err := ChangeSeverity(inc, ana, "P2", "", at.Add(time.Minute))
	require.NoError(t, err)
	due, ok := down.Incident.Deadline(ClockRespond)
	assert.True(t, ok, "the longer time is armed again")
	assert.Equal(t, t0.Add(4*time.Hour), due)
}

func TestOneReminderAtATime(t *testing.T) {
	c, err := Acknowledge(declared(t, "P0"), ana, t0)
	require.NoError(t, err)
	inc, _ := pass(t, c.Incident, t0.Add(60*time.Minute))
	require.NotNil(t, inc.Reminder)
	assert.Equal(t, t0.Add(60*time.Minute), inc.Reminder.Due, "the newer replaced the older")
	c, err = Announce(inc, ana, "database is back", 10*time.Minute, t0.Add(61*time.Minute))
	require.NoError(t, err)
	assert.Nil(t, c.Incident.Reminder)
	due, _ := c.Incident.Deadline(ClockUpdate)
	assert.Equal(t, t0.Add(71*time.Minute), due)
}

func TestSnooze(t *testing.T) {
	inc := declared(t, "P0")
	_, err := Snooze(inc, ana, 15*time.Minute, "", t0)
	var r *Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, NeedsText, r.Reason, "the response clock of an unacknowledged incident needs a reason")

	c, err := Snooze(inc, ana, 40*time.Minute, "planned maintenance", t0)
	require.NoError(t, err)
	_, evs := pass(t, c.Incident, t0.Add(39*time.Minute))
	assert.Empty(t, evs)
	c, err = SnoozeUpdates(inc, ana, time.Hour, t0)
	require.NoError(t, err)
	due, _ := c.Incident.Deadline(ClockUpdate)
	assert.Equal(t, t0.Add(time.Hour), due)
	due, _ = c.Incident.Deadline(ClockRespond)
	assert.Equal(t, t0.Add(15*time.Minute), due, "the button on a reminder never moves the response clock")
	_, err = Snooze(inc, ana, 48*time.Hour, "x", t0)
	require.ErrorAs(t, err, &r)
}

func TestContactsThatCannotBeFoundArePassedOverAloud(t *testing.T) {
	p := matrix()
	p.Contacts[0] = Contact{Role: "On-Call Engineer", Placeholders: []string{"Name", "Email"}, Phone: "+1 555 0100"}
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: p, By: ana}, t0)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventDeclared, EventPageFailed, EventPaged}, kinds(c.Events))
	assert.Equal(t, "+1 555 0100", c.Events[1].Phone)

	everybody := p
	everybody.Contacts = []Contact{{Role: "On-Call Engineer"}, {Role: "CTO"}}
	c, err = Declare(Ref{Incident: 1}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: everybody, By: ana}, t0)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventDeclared, EventPageFailed, EventPageFailed, EventNobodyToPage}, kinds(c.Events), "each is told once")

	p.Contacts = nil
	c, err = Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: p, By: ana}, t0)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventDeclared, EventNobodyToPage}, kinds(c.Events))
}

func TestAFailedPageCallsTheNextAtOnceAndEnds(t *testing.T) {
	inc := declared(t, "P0")
	var evs []Event
	for i := 0; i < len(inc.Pages); i++ {
		c, err := PageFailed(inc, i, "no such person in Slack", t0.Add(time.Second))
		require.NoError(t, err)
		inc, evs = c.Incident, append(evs, c.Events...)
		require.Less(t, i, 10, "a ladder of missing people must end")
	}
	assert.Equal(t, []string{"1s CTO (Chidi)"}, paged(evs)[len(paged(evs))-1:])
	again, err := PageFailed(inc, 0, "x", t0)
	require.NoError(t, err)
	assert.True(t, again.Empty(), "told once")
}

func TestBusinessHoursWaitForTheMorning(t *testing.T) {
	saturday := time.Date(2026, 3, 7, 22, 0, 0, 0, time.UTC)
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P3", Playbook: siteDown(), Policy: matrix(), By: ana}, saturday)
	require.NoError(t, err)
	assert.Empty(t, paged(c.Events), "nobody is woken for a P3")
	monday := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	assert.Equal(t, monday, c.Incident.Plan.Due[ClockEscalate])
	_, evs := pass(t, c.Incident, monday)
	require.Len(t, evs, 1)
	assert.Equal(t, "On-Call Engineer (Ana)", evs[0].Contact)
}
