package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tuesdayNight is out of business hours; wednesday is when they begin again.
var (
	tuesdayNight = time.Date(2026, 3, 3, 22, 0, 0, 0, time.UTC)
	wednesday    = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
)

func atNight(t *testing.T, p Policy) Incident {
	t.Helper()
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P3", Playbook: siteDown(), Policy: p, By: ana}, tuesdayNight)
	require.NoError(t, err)
	require.Empty(t, c.Incident.Pages, "nobody is woken for a P3")
	return c.Incident
}

func changed(t *testing.T, inc Incident, severity string, at time.Time) Change {
	t.Helper()
	c, err := ChangeSeverity(inc, ana, severity, "", at)
	require.NoError(t, err)
	return c
}

func titles(inc Incident, pages []Page) []string {
	var who []string
	for _, p := range pages {
		who = append(who, inc.ContactTitle(p)+" "+string(p.Why))
	}
	return who
}

func TestWhoWaitsForTheMorningIsCalledWhenTheSeverityIsRaised(t *testing.T) {
	bare := matrix()
	bare.Severities[2] = Severity{Label: "P2"}
	for _, tt := range []struct {
		severity string
		policy   Policy
		want     []string
		next     time.Duration
	}{
		{"P0", matrix(), []string{"On-Call Engineer (Ana) on_call", "DevOps Lead (Ben) escalated"}, 16 * time.Minute},
		{"P1", matrix(), []string{"On-Call Engineer (Ana) on_call"}, 30 * time.Minute},
		{"P2", matrix(), []string{"On-Call Engineer (Ana) on_call"}, 2 * time.Hour},
		{"P2", bare, []string{"On-Call Engineer (Ana) on_call"}, 0},
	} {
		t.Run(tt.severity, func(t *testing.T) {
			c := changed(t, atNight(t, tt.policy), tt.severity, tuesdayNight.Add(time.Minute))
			assert.Equal(t, tt.want, titles(c.Incident, c.Incident.Pages))
			due, armed := c.Incident.Plan.Due[ClockEscalate]
			assert.Equal(t, tt.next > 0, armed)
			if armed {
				assert.Equal(t, tuesdayNight.Add(tt.next), due)
			}
		})
	}
}

func TestAnotherSeverityOfBusinessHoursStillWaitsForTheMorning(t *testing.T) {
	p := matrix()
	p.Severities = append(p.Severities, Severity{Label: "P4", BusinessHours: true})
	c := changed(t, atNight(t, p), "P4", tuesdayNight.Add(time.Minute))
	assert.Empty(t, c.Incident.Pages)
	assert.Equal(t, wednesday, c.Incident.Plan.Due[ClockEscalate], "though a P4 has no escalation of its own")
	called, err := Fire(c.Incident, Timer{ClockEscalate, wednesday}, wednesday)
	require.NoError(t, err)
	assert.Equal(t, []string{"On-Call Engineer (Ana) on_call"}, titles(called.Incident, called.Incident.Pages))

	acked, err := Acknowledge(atNight(t, matrix()), ben, tuesdayNight.Add(time.Minute))
	require.NoError(t, err)
	raised := changed(t, acked.Incident, "P0", tuesdayNight.Add(2*time.Minute))
	assert.Empty(t, raised.Incident.Pages, "somebody is at it")

	p.Contacts = nil
	nobody, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P3", Playbook: siteDown(), Policy: p, By: ana}, tuesdayNight)
	require.NoError(t, err)
	raised = changed(t, nobody.Incident, "P0", tuesdayNight.Add(time.Minute))
	assert.Equal(t, []EventKind{EventSeverityChanged}, kinds(raised.Events), "that there is nobody was said at the declaration")
}

func TestInTheSecondRoundTooTheNextIsCalledAtOnce(t *testing.T) {
	inc, _ := pass(t, declared(t, "P0"), t0.Add(30*time.Minute))
	require.Len(t, inc.Pages, 4)
	inc.Pages[3].DeliveredAt = time.Time{}
	at := t0.Add(30*time.Minute + time.Second)
	var evs []Event
	for i := 3; i < len(inc.Pages); i++ {
		require.Less(t, i, 10, "a round ends")
		c, err := PageFailed(inc, i, "this account is deactivated", at)
		require.NoError(t, err)
		inc, evs = c.Incident, append(evs, c.Events...)
	}
	assert.Equal(t, []string{"DevOps Lead (Ben) unreachable", "CTO (Chidi) unreachable"}, titles(inc, inc.Pages[4:]))
	assert.Equal(t, EventNobodyToPage, evs[len(evs)-1].Kind, "all three failed in this round, whatever the first one did")
}

func TestAnOverduePageOfTheSecondRoundIsFollowedByTheNext(t *testing.T) {
	inc, _ := pass(t, declared(t, "P1"), t0.Add(time.Hour-time.Second))
	c, err := Fire(inc, Timer{ClockEscalate, t0.Add(time.Hour)}, t0.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []string{"On-Call Engineer (Ana) escalated"}, titles(inc, c.Incident.Pages[2:]))
	overdue, err := Fire(tried(t, c.Incident), Timer{ClockPageCheck, t0.Add(62 * time.Minute)}, t0.Add(62*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []string{"DevOps Lead (Ben) unreachable"}, titles(inc, overdue.Incident.Pages[3:]))
}

// Somebody who was paged by hand before the ladder went on, and fails after it,
// is not called in their own place.
func TestWhoFailedIsNotCalledInTheirOwnPlace(t *testing.T) {
	inc := delivered(t, declared(t, "P1"), t0)
	asked, err := PageContact(inc, ben, 0, "", t0.Add(29*time.Minute))
	require.NoError(t, err)
	stepped, err := Fire(asked.Incident, Timer{ClockEscalate, t0.Add(30 * time.Minute)}, t0.Add(30*time.Minute))
	require.NoError(t, err)
	require.Equal(t, 1, stepped.Incident.Pages[2].Contact)
	failed, err := PageFailed(stepped.Incident, 1, "gone", t0.Add(30*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventPageFailed}, kinds(failed.Events), "the page to Ben is on its way")
}

func TestAPageThatArrivedLateCounts(t *testing.T) {
	overdue, timer := fire(t, tried(t, declared(t, "P1")))
	require.Equal(t, ClockPageCheck, timer.Clock)
	late, err := PageDelivered(overdue.Incident, 0, []Person{ana}, t0.Add(3*time.Minute))
	require.NoError(t, err)
	failed, err := PageFailed(late.Incident, 1, "gone", t0.Add(3*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventPageFailed}, kinds(failed.Events), "somebody was reached after all")
}

func TestAPageByHandAtNightDoesNotPutOffTheMorning(t *testing.T) {
	c, err := PageContact(atNight(t, matrix()), ana, 1, "", tuesdayNight)
	require.NoError(t, err)
	overdue, timer := fire(t, tried(t, c.Incident))
	require.Equal(t, ClockPageCheck, timer.Clock)
	assert.Equal(t, []string{"On-Call Engineer (Ana) unreachable"}, titles(c.Incident, overdue.Incident.Pages[1:]))
	assert.Equal(t, wednesday, overdue.Incident.Plan.Due[ClockEscalate])
}

func TestAContactWithoutAnAddressHasTheNextOneCalledInEveryRound(t *testing.T) {
	p := matrix()
	p.Contacts[1] = Contact{Role: "DevOps Lead", Placeholders: []string{"Email"}}
	c, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: p, By: ana}, t0)
	require.NoError(t, err)
	_, evs := pass(t, c.Incident, t0.Add(30*time.Minute))
	assert.Equal(t, []string{"30m0s On-Call Engineer (Ana)"}, paged(evs))
	assert.NotContains(t, kinds(evs), EventNobodyToPage)

	c, err = Declare(Ref{Incident: 1}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: Policy{Severities: p.Severities, Contacts: p.Contacts[:2]}, By: ana}, t0)
	require.NoError(t, err)
	assert.Len(t, c.Incident.Pages, 1, "not twice in the same breath")
}

func TestASnoozeOutlivesALowerSeverity(t *testing.T) {
	c, err := Snooze(delivered(t, declared(t, "P0"), t0), ana, 4*time.Hour, "planned maintenance", t0)
	require.NoError(t, err)
	until := t0.Add(4 * time.Hour)
	lower := changed(t, c.Incident, "P1", t0.Add(2*time.Hour))
	inc, evs := pass(t, lower.Incident, until.Add(-time.Second))
	assert.Empty(t, evs)
	for _, clock := range []Clock{ClockRespond, ClockEscalate, ClockUpdate} {
		assert.Equal(t, until, inc.Plan.Due[clock], clock)
	}
	assert.NotContains(t, inc.Plan.Due, ClockRespondHalf)
	_, evs = pass(t, inc, until)
	assert.Subset(t, kinds(evs), []EventKind{EventRespondBreached, EventPaged, EventUpdateReminded})

	raised := changed(t, lower.Incident, "P0", t0.Add(2*time.Hour+time.Minute))
	assert.Zero(t, raised.Incident.Plan.Snoozed)
	assert.Contains(t, raised.Events[0].Sentence(plain), "the reminders are no longer snoozed")
	assert.NotContains(t, lower.Events[0].Sentence(plain), "snoozed")
	_, evs = pass(t, raised.Incident, t0.Add(2*time.Hour+time.Minute))
	assert.Subset(t, kinds(evs), []EventKind{EventRespondBreached, EventPaged, EventUpdateReminded}, "it is worse than when somebody said that it can wait")
}

func TestNothingElseCutsASnoozeShort(t *testing.T) {
	until := t0.Add(4 * time.Hour)
	c, err := Snooze(declared(t, "P0"), ana, 4*time.Hour, "planned maintenance", t0)
	require.NoError(t, err)
	overdue, timer := fire(t, c.Incident)
	require.Equal(t, ClockPageCheck, timer.Clock)
	assert.Equal(t, until, overdue.Incident.Plan.Due[ClockEscalate], "a page that does not arrive has the next called, and no more")
	told, err := Announce(c.Incident, ana, "the window is open", 0, t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, until, told.Incident.Plan.Due[ClockUpdate])
	told, err = Announce(c.Incident, ana, "the window is open", 20*time.Minute, t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, t0.Add(80*time.Minute), told.Incident.Plan.Due[ClockUpdate], "what somebody promised counts")

	again, err := Snooze(c.Incident, ana, time.Minute, "typed twice", t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, until, again.Incident.Plan.Snoozed)
	assert.Equal(t, until, again.Events[0].Due)

	night, err := Snooze(atNight(t, matrix()), ana, 24*time.Hour, "waits for the release", tuesdayNight)
	require.NoError(t, err)
	assert.Equal(t, wednesday.AddDate(0, 0, 1), night.Incident.Plan.Due[ClockEscalate], "a snooze that ends at night ends in the morning")

	over, err := Resolve(c.Incident, ana, "", t0.Add(time.Hour))
	require.NoError(t, err)
	again, err = Reopen(over.Incident, ana, "", t0.Add(2*time.Hour))
	require.NoError(t, err)
	assert.Zero(t, again.Incident.Plan.Snoozed, "taking it up again ends it")
}

func TestAReminderForAnUpdateIsNotRepeatedBecauseOfALowerSeverity(t *testing.T) {
	c, err := Acknowledge(declared(t, "P0"), ana, t0)
	require.NoError(t, err)
	inc, _ := pass(t, c.Incident, t0.Add(60*time.Minute))
	lower := changed(t, inc, "P1", t0.Add(61*time.Minute))
	assert.Equal(t, t0.Add(90*time.Minute), lower.Incident.Plan.Due[ClockUpdate], "it was reminded of a minute ago")
	quiet, err := SnoozeUpdates(inc, ana, 2*time.Hour, t0.Add(60*time.Minute))
	require.NoError(t, err)
	lower = changed(t, quiet.Incident, "P1", t0.Add(61*time.Minute))
	assert.Equal(t, t0.Add(3*time.Hour), lower.Incident.Plan.Due[ClockUpdate], "the button's snooze outlives it too")
}

func TestAnEscalationIsToldOnceAfterTheAcknowledgement(t *testing.T) {
	c, err := Acknowledge(declared(t, "P1"), ben, t0.Add(4*time.Minute))
	require.NoError(t, err)
	inc, evs := pass(t, c.Incident, t0.Add(31*time.Minute))
	require.Equal(t, []EventKind{EventEscalationDue}, kinds(evs))
	for i, severity := range []string{"P2", "P1", "P0", "P1"} {
		at := t0.Add(time.Duration(32+i) * time.Minute)
		inc, evs = pass(t, changed(t, inc, severity, at).Incident, at)
		assert.NotContains(t, kinds(evs), EventEscalationDue, severity)
	}

	raised := changed(t, c.Incident, "P0", t0.Add(10*time.Minute))
	inc, evs = pass(t, raised.Incident, t0.Add(11*time.Minute))
	assert.Contains(t, kinds(evs), EventEscalationDue, "a P0 escalates at once, and nobody was told so yet")
	_, evs = pass(t, changed(t, inc, "P1", t0.Add(40*time.Minute)).Incident, t0.Add(40*time.Minute))
	assert.NotContains(t, kinds(evs), EventEscalationDue)
}

func TestAnAcknowledgementKeepsTheFirstEscalation(t *testing.T) {
	acked, err := Acknowledge(atNight(t, matrix()), ben, tuesdayNight.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, wednesday.Add(8*time.Hour), acked.Incident.Plan.Due[ClockEscalate], "a working day from the declaration, though the first call was to come sooner")

	c, err := Snooze(declared(t, "P1"), ana, time.Hour, "planned", t0)
	require.NoError(t, err)
	acked, err = Acknowledge(c.Incident, ben, t0.Add(40*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, t0.Add(time.Hour), acked.Incident.Plan.Due[ClockEscalate])

	p := matrix()
	p.Contacts = p.Contacts[:1]
	alone, err := Declare(Ref{Incident: 1}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: p, By: ana}, t0)
	require.NoError(t, err)
	acked, err = Acknowledge(alone.Incident, ben, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.NotContains(t, acked.Incident.Plan.Due, ClockEscalate, "it was made at the declaration")
}

func TestAFailureIsRecordedOnce(t *testing.T) {
	at := t0.Add(time.Hour)
	over, err := Resolve(declared(t, "P0"), ben, "rolled back", at)
	require.NoError(t, err)
	failed, err := PostmortemFailed(over.Incident, "GitHub says no", at)
	require.NoError(t, err)
	noted, err := Note(failed.Incident, ana, "hm", at)
	require.NoError(t, err)
	again, err := PostmortemFailed(noted.Incident, "GitHub says no", at)
	require.NoError(t, err)
	assert.True(t, again.Empty(), "the commit was made, only its answer was lost")
	other, err := PostmortemFailed(noted.Incident, "Slack says no", at)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventPostmortemFailed}, kinds(other.Events))
	asked, err := RequestPostmortem(failed.Incident, ana, at)
	require.NoError(t, err)
	again, err = PostmortemFailed(asked.Incident, "GitHub says no", at)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventPostmortemFailed}, kinds(again.Events), "it was tried anew")
	reopened, err := Reopen(failed.Incident, ana, "", at)
	require.NoError(t, err)
	over, err = Resolve(reopened.Incident, ana, "", at)
	require.NoError(t, err)
	again, err = PostmortemFailed(over.Incident, "GitHub says no", at)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventPostmortemFailed}, kinds(again.Events), "so was this")
}

func TestAReviewThatFailedIsRecordedOnce(t *testing.T) {
	over, err := Resolve(declared(t, "P0"), ben, "rolled back", t0)
	require.NoError(t, err)
	filed, err := PostmortemIssue(over.Incident, 9, "https://github.com/a/b/issues/9", t0)
	require.NoError(t, err)
	asked, timer := fire(t, filed.Incident)
	require.Equal(t, ClockReview, timer.Clock)
	failed, err := ReviewFailed(asked.Incident, "GitHub says no", timer.Due)
	require.NoError(t, err)
	assert.Equal(t, []EventKind{EventGaveUp}, kinds(failed.Events))
	again, err := ReviewFailed(failed.Incident, "GitHub says no", timer.Due)
	require.NoError(t, err)
	assert.True(t, again.Empty())
}

func TestMoreOfAUserGroupMayBeReachedLater(t *testing.T) {
	first, err := PageDelivered(declared(t, "P0"), 0, []Person{ben}, t0)
	require.NoError(t, err)
	more, err := PageDelivered(first.Incident, 0, []Person{ben, chidi}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Empty(t, more.Events)
	assert.True(t, more.Silent)
	assert.Contains(t, more.Incident.Responders, chidi)
	assert.Equal(t, ben, more.Incident.Pages[0].Person)
	assert.Equal(t, t0, more.Incident.Pages[0].DeliveredAt)
	same, err := PageDelivered(more.Incident, 0, []Person{ben, chidi}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, same.Empty())

	acked, err := Acknowledge(first.Incident, ben, t0)
	require.NoError(t, err)
	late, err := PageDelivered(acked.Incident, 0, []Person{chidi}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []Effect{Show{Ref: acked.Incident.Ref(), Surface: PageMessages, Revision: acked.Incident.Revision}}, late.Effects, "a message that arrives after the answer loses its button")
}
