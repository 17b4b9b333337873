package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alone declares an incident with a severity of its own.
func alone(t *testing.T, s Severity, at time.Time, contacts ...Contact) Incident {
	t.Helper()
	s.Label = "P0"
	p := matrix()
	p.Severities[0], p.Contacts = s, contacts
	return first(Declare(Ref{Incident: 7}, Declaration{Severity: "P0", Playbook: siteDown(), Policy: p, By: ana}, at)).Incident
}

func TestWhoHasToRespondAtOnceIsNotRemindedHalfway(t *testing.T) {
	inc := alone(t, Severity{Respond: Within(0), BusinessHours: true}, tuesdayNight)
	_, respond := inc.Plan.Due[ClockRespond]
	_, half := inc.Plan.Due[ClockRespondHalf]
	assert.Equal(t, []bool{true, false}, []bool{respond, half}, "both would come at the opening")
}

func TestAnUpdateThatIsDueAtOnceIsAskedForOnce(t *testing.T) {
	_, evs := pass(t, alone(t, Severity{UpdateEvery: Within(0)}, t0), t0.Add(time.Hour))
	assert.Equal(t, []EventKind{EventUpdateReminded}, kinds(evs))
}

func TestAnUpdateWithoutATimeFollowsTheSeverity(t *testing.T) {
	inc := declared(t, "P0")
	assert.Equal(t, t0.Add(30*time.Minute), first(Announce(inc, ana, "looking", 0, t0)).Events[0].Due)
	assert.Equal(t, t0.Add(time.Minute), first(Announce(inc, ana, "looking", time.Minute, t0)).Events[0].Due)
}

// Somebody said when the next update comes: that a snooze ends, which plans every clock anew, does not make it due sooner.
func TestAPromisedUpdateHoldsUnlessTheSeverityIsRaised(t *testing.T) {
	inc := first(Announce(declared(t, "P1"), ana, "a part is on its way", 5*time.Hour, t0)).Incident
	inc = first(Snooze(inc, ana, 15*time.Minute, "known", t0)).Incident
	assert.Equal(t, t0.Add(5*time.Hour), first(Unsnooze(inc, ana, t0.Add(time.Minute))).Incident.Plan.Due[ClockUpdate])
	assert.Equal(t, t0.Add(5*time.Hour), first(ChangeSeverity(inc, ana, "P2", "", t0.Add(time.Minute))).Incident.Plan.Due[ClockUpdate], "nor that it is lowered")
	assert.Equal(t, t0.Add(30*time.Minute), first(ChangeSeverity(inc, ana, "P0", "", t0.Add(time.Minute))).Incident.Plan.Due[ClockUpdate])
}

func TestWhoIsCalledByHandPutsNoEscalationOff(t *testing.T) {
	inc := first(PageContact(declared(t, "P1"), ana, 2, "", t0.Add(20*time.Minute))).Incident
	lower := first(ChangeSeverity(inc, ana, "P2", "", t0.Add(21*time.Minute))).Incident
	assert.Equal(t, t0.Add(2*time.Hour), lower.Plan.Due[ClockEscalate], "it counts from the declaration")
}

func TestTheOnlyContactIsCalledOnce(t *testing.T) {
	inc := alone(t, Severity{Escalate: Within(0)}, t0, matrix().Contacts[0])
	assert.Len(t, inc.Pages, 1, "there is nobody to escalate to in the same moment")
	assert.Equal(t, t0.Add(defaultRepeatFloor), inc.Plan.Due[ClockEscalate])
	later := alone(t, Severity{Escalate: Within(time.Hour)}, t0, matrix().Contacts...)
	assert.Len(t, later.Pages, 1)
	assert.Equal(t, t0.Add(time.Hour), later.Plan.Due[ClockEscalate])
	never := alone(t, Severity{}, t0, matrix().Contacts...)
	assert.Len(t, never.Pages, 1)
	assert.NotContains(t, never.Plan.Due, ClockEscalate)
}

func TestWhoIsPagedIsBroughtIntoTheChannel(t *testing.T) {
	invites := func(c Change) (list []Invite) {
		for _, fx := range c.Effects {
			if in, ok := fx.(Invite); ok {
				list = append(list, in)
			}
		}
		return list
	}
	inc := declared(t, "P1")
	assert.Equal(t, []Invite{{Ref: inc.Ref(), People: []Person{chidi}, At: t0}}, invites(first(PagePerson(inc, ana, chidi, "", t0))))
	assert.Equal(t, []Invite{{Ref: inc.Ref(), Contacts: []int{0}, At: t0}}, invites(first(PageContact(inc, ana, 0, "", t0))))
	raised := first(ChangeSeverity(inc, ana, "P0", "", t0))
	assert.Contains(t, invites(raised), Invite{Ref: inc.Ref(), Contacts: []int{1, 2}, At: t0}, "whom the graver severity admits")
	inc.ChannelID = ""
	assert.Empty(t, invites(first(PagePerson(inc, ana, chidi, "", t0))))
	assert.Empty(t, invites(first(ChangeSeverity(inc, ana, "P0", "", t0))), "there is no channel yet")
}

func TestOnlyAReminderOfAnUpdateSaysThatItIsOverdue(t *testing.T) {
	inc := declared(t, "P0")
	half := t0.Add(450 * time.Second)
	inc = first(Fire(inc, Timer{ClockRespondHalf, half}, half)).Incident
	require.NotNil(t, inc.Reminder)
	_, overdue := inc.Overdue(ClockUpdate)
	assert.False(t, overdue, "it asks for a response")
	acked := first(Acknowledge(inc, ben, half)).Incident
	due := acked.Plan.Due[ClockUpdate]
	acked = first(Fire(acked, Timer{ClockUpdate, due}, due)).Incident
	since, overdue := acked.Overdue(ClockUpdate)
	assert.True(t, overdue)
	assert.Equal(t, due, since)
}

func TestWhereAReopenedIncidentsChannelIs(t *testing.T) {
	inc := first(Resolve(declared(t, "P0"), ana, "", t0)).Incident
	assert.Empty(t, first(Reopen(inc, ana, "", t0)).Incident.Away, "its channel was left as it is")
	closed := first(Close(inc, ana, t0)).Incident
	assert.Equal(t, Archived, first(Reopen(closed, ana, "", t0)).Incident.Away)
	closed.Away = Removed
	assert.Equal(t, Removed, first(Reopen(closed, ana, "", t0)).Incident.Away, "what is known of it stays")
}

func TestWhatCanBeEdited(t *testing.T) {
	for _, c := range []struct {
		inc  Incident
		want bool
	}{
		{Incident{}, true}, {Incident{Private: true}, true}, {Incident{Away: Removed}, true},
		{Incident{Away: Removed, Private: true}, false}, {Incident{Away: Archived}, false},
	} {
		assert.Equal(t, c.want, c.inc.Editable(), "%+v", c.inc.Away)
	}
}

func TestAPostmortemIsToldAloudOnlyWhereTheChannelIsOpen(t *testing.T) {
	inc := declared(t, "P0")
	inc.PostmortemNumber, inc.Review = 7, Review{AskedAt: t0, CloseDue: t0.Add(time.Hour)}
	for status, aloud := range map[Status]bool{Resolved: true, Closed: false, Cancelled: false} {
		inc.Status = status
		assert.Equal(t, aloud, first(PostmortemReviewed(inc, ReviewPostmortem{inc.Ref(), t0}, false, true, t0)).Events[0].Aloud, status)
		assert.Equal(t, aloud, first(ReviewFailed(inc, "gone", t0)).Events[0].Aloud, status)
	}
}

func TestATeamAroundTheClockIsRemindedInOfficeHours(t *testing.T) {
	p := matrix()
	p.Hours = Hours{Zone: "UTC"}
	inc := Incident{Policy: p}
	assert.Equal(t, t0.Add(23*time.Hour), inc.morning(t0), "nine the next day")
	assert.Equal(t, t0.Add(23*time.Hour), inc.office().Next(t0.Add(7*time.Hour)), "and closed from five")
}

func TestTheNamelessAreThoseWhoTookPartAndHaveNoName(t *testing.T) {
	inc := first(AddAction(declared(t, "P0"), ben, "", "alert earlier", t0)).Incident
	inc.Names = map[Person]string{ana: "Ana Ruiz"}
	assert.Equal(t, []Person{ben}, inc.Nameless(), "nobody is no person")
}
