package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// People who were named directly have no contact to tell them apart by.
func TestPeopleWhoWereNamedAreToldApart(t *testing.T) {
	named := func(who Person) Page { return Page{Contact: -1, Person: who, Why: Requested, At: t0} }
	byContact := func(n int, who Person) Page { return Page{Contact: n, Person: who, At: t0} }
	for name, c := range map[string]struct {
		pages []Page
		want  []int // those that still stand
	}{
		"two people":                         {[]Page{named(ana), named(ben)}, []int{0, 1}},
		"one of them twice":                  {[]Page{named(ana), named(ben), named(ana)}, []int{1, 2}},
		"a contact twice":                    {[]Page{byContact(0, ""), byContact(1, ""), byContact(0, "")}, []int{1, 2}},
		"a contact who is another now":       {[]Page{byContact(0, ana), byContact(0, ben)}, []int{1}},
		"another contact who is also named":  {[]Page{byContact(1, ana), named(ana)}, []int{0, 1}},
		"two contacts who are not known yet": {[]Page{byContact(0, ""), byContact(1, "")}, []int{0, 1}},
	} {
		inc := declared(t, "P1")
		inc.Pages = c.pages
		var want, failed []Page
		for _, i := range c.want {
			want = append(want, c.pages[i])
		}
		assert.Equal(t, want, inc.StillCalled(), name)
		inc.Pages = nil
		for _, p := range c.pages {
			p.Failed = "gone"
			inc.Pages = append(inc.Pages, p)
		}
		for _, i := range c.want {
			failed = append(failed, inc.Pages[i])
		}
		assert.Equal(t, failed, inc.Unreached(), "%s: in vain", name)
	}
}

// Of pages that are missed in the same moment it is the first whose place is taken: nobody who was called since is called again.
func TestWhoIsMissedTogetherIsReplacedOnce(t *testing.T) {
	p := matrix()
	p.Contacts = p.Contacts[:2]
	inc := first(Declare(Ref{Incident: 7}, Declaration{Severity: "P1", Playbook: siteDown(), Policy: p, By: ana}, t0)).Incident
	half := t0.Add(30 * time.Minute)
	inc = first(Fire(inc, Timer{ClockEscalate, half}, half)).Incident
	require.Len(t, inc.Pages, 2)
	for i := range inc.Pages {
		inc = first(PageTried(inc, i, half, half.Add(time.Second))).Incident
	}
	due := half.Add(pageWithin)
	c := first(Fire(inc, Timer{ClockPageCheck, due}, due))
	assert.Equal(t, []EventKind{EventPageOverdue, EventPageOverdue}, kinds(c.Events)[:2])
	assert.NotContains(t, kinds(c.Events), EventPaged, "both were called already")
}

func TestAnAlertOfAPageThatTheRowDoesNotHold(t *testing.T) {
	inc := declared(t, "P0")
	inc.Pages = inc.Pages[:1]
	for _, about := range []string{"1", "2", "x", ""} {
		end, _ := inc.pageEnds(Alert{About: about})
		assert.Empty(t, end, about)
		end, _ = first(Acknowledge(inc, ben, t0)).Incident.pageEnds(Alert{About: about})
		assert.Equal(t, EndAcknowledged, end, about)
	}
}

func TestThatTheChannelIsLostIsSoUntilItIsBack(t *testing.T) {
	a := Alert{Kind: EventChannelLost}
	end, _ := Incident{Away: Archived}.ends(a)
	assert.Empty(t, end)
	end, _ = Incident{}.ends(a)
	assert.Equal(t, EndBack, end)
}

func TestWhatWasSaidBeforeAnOutageStands(t *testing.T) {
	inc := first(Fire(declared(t, "P1"), Timer{ClockPageCheck, t0.Add(pageWithin)}, t0.Add(pageWithin))).Incident
	require.Len(t, inc.Alerts, 1)
	said := inc.Alerts[0].Seq
	for after, over := range map[int]bool{said: false, said - 1: true} {
		o := Outage{From: t0.Add(time.Hour), To: t0.Add(2 * time.Hour), After: after}
		back := first(SlackBack(inc, o, true, o.To)).Incident
		assert.Equal(t, over, !back.Alerts[0].Over.IsZero(), "Slack heard of what happened up to %d, and it was %d", after, said)
	}
}

func TestAPageIsSparedOnce(t *testing.T) {
	inc := first(MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}}, Rest{}, t0)).Incident
	c := first(MethodSpared(inc, 0, 0, "called often enough", t0))
	assert.Equal(t, []EventKind{EventMethodSpared}, kinds(c.Events))
	assert.True(t, first(MethodSpared(c.Incident, 0, 0, "called often enough", t0)).Empty())
	sent := first(MethodSent(inc, 0, 0, "", t0)).Incident
	assert.True(t, first(MethodSpared(sent, 0, 0, "called often enough", t0)).Empty(), "it went out")
}

func TestWhoAnswersWithoutANameLeadsNothing(t *testing.T) {
	inc := first(MethodsFound(declared(t, "P0"), 0, []Method{{Kind: SMS, Key: "a"}}, Rest{}, t0)).Incident
	c := first(AnsweredBy(inc, 0, 0, MethodAnswer{}, t0))
	assert.Equal(t, "@On-Call Engineer (Ana) acknowledged by SMS", c.Events[0].Sentence(plain))
}

func TestWhoWritesAFollowUpTakesPart(t *testing.T) {
	inc := declared(t, "P1")
	inc.Actions = []Action{{By: ben, At: t0}}
	assert.True(t, inc.takesPart(ben, t0))
	assert.False(t, inc.takesPart(ben, t0.Add(tick)), "that was before")
	assert.False(t, inc.takesPart(chidi, t0))
}

func TestWhoWasAskedToTakeOverIsShownThat(t *testing.T) {
	c := first(AskHandover(first(Acknowledge(declared(t, "P1"), ana, t0)).Incident, ana, ben, "", t0))
	assert.True(t, drawsHandover(c, 0))
	again := first(AskHandover(c.Incident, ana, chidi, "", t0))
	assert.True(t, drawsHandover(again, 0), "it is withdrawn")
	assert.True(t, drawsHandover(again, 1))
}
