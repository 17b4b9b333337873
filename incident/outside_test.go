package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSomebodyOfAnotherWorkspaceAnswersFromThePageToo(t *testing.T) {
	inc := declared(t, "P0")
	inc.Responders = append(inc.Responders, "U0FOREIGN")
	for _, s := range []Standing{Guest, Foreign} {
		require.NoError(t, Access{}.Admit(inc, Caller{ID: "U0FOREIGN", Standing: s, Channel: "D1"}, Acting), s)
		require.Error(t, Access{}.Admit(inc, Caller{ID: "U0OTHER", Standing: s, Channel: "D1"}, Acting), s)
	}
	require.Error(t, Access{ActFrom: ActInside}.Admit(inc, Caller{ID: "U0FOREIGN", Standing: Member, Channel: "D1"}, Acting), "a member can go there")
}

func TestWhoMayAskAQueryOutsideOfIncidents(t *testing.T) {
	contacts := matrix().Contacts
	for name, c := range map[string]struct {
		caller    Caller
		operators bool
		setting   string
		want      Reason
	}{
		"a member among operators": {Caller{ID: chidi, Standing: Member}, true, SQLContacts, ""},
		"a member elsewhere":       {Caller{ID: chidi, Standing: Member}, false, SQLContacts, NotAllowed},
		"where all members may":    {Caller{ID: chidi, Standing: Member}, false, SQLMembers, ""},
		"who is listed":            {Caller{ID: chidi, Standing: Member}, false, chidi, ""},
		"a guest among operators":  {Caller{ID: chidi, Standing: Guest}, true, SQLMembers, NotForGuests},
	} {
		err := Access{}.AdmitQuery(c.caller, c.operators, c.setting, contacts)
		if c.want == "" {
			assert.NoError(t, err, name)
			continue
		}
		assert.Equal(t, c.want, reasonOf(t, err), name)
	}
}

func TestWhatHappensWithoutItsQueriesSaysSo(t *testing.T) {
	for kind, told := range map[EventKind]bool{EventPlaybookSwitched: true, EventPlaybookAdded: true, EventResolved: true, EventNoted: false} {
		c := Change{Events: []Event{{Kind: kind}}, Effects: []Effect{RunQueries{}, Speak{}}}
		left := WithoutQueries(c)
		assert.Equal(t, []Effect{Speak{}}, left.Effects)
		assert.Equal(t, told, left.Events[0].Note == QueriesLeft, kind)
		assert.Empty(t, c.Events[0].Note, "what it was given is as it was")
		c.Effects = []Effect{Speak{}}
		assert.Empty(t, WithoutQueries(c).Events[0].Note, "there were none")
	}
}

func TestWhatAddressesThatNobodyCanReadAdd(t *testing.T) {
	good := ProbeResult{OK: true, Probe: Probe{Name: "a.test"}, Summary: "200 OK"}
	bad := ProbeResult{Probe: Probe{Name: "b.test"}, Summary: "502"}
	unread := ProbeResult{Unread: true, Probe: Probe{Name: "c.test"}, Summary: "no known status page"}
	assert.Equal(t, "1 of 2 fine; of c.test nobody can read how they are", outcome([]ProbeResult{good, unread}))
	assert.Equal(t, "1 of 3 fine; of c.test, c.test nobody can read how they are", outcome([]ProbeResult{unread, good, unread}))
	assert.Equal(t, "c.test: no known status page", outcome([]ProbeResult{unread}))
	assert.Equal(t, "1 of 2 not fine: b.test: 502", outcome([]ProbeResult{unread, bad}))
}

func TestWhichStepHasNothingToCheck(t *testing.T) {
	has := func(s Step) bool { return s.Probe != nil }
	inc := declared(t, "P0")
	assert.Equal(t, "2", refused(t, second(AskProbes(inc, ana, StepRef{Number: 2}, has, t0))).Word)
	inc.Walks[0].Playbook.Steps = nil
	assert.Equal(t, NoSteps, refused(t, second(AskProbes(inc, ana, StepRef{}, has, t0))).Reason)
	inc = declared(t, "P0")
	for n := range 3 {
		inc = first(MarkStep(inc, ana, StepRef{Number: n + 1}, StepDone, "", t0)).Incident
	}
	r := refused(t, second(AskProbes(inc, ana, StepRef{}, has, t0)))
	assert.Equal(t, NoProbes, r.Reason)
	assert.Empty(t, r.Word, "there is no step to do")
}

func TestASingleAddedStepIsNoDetectionByItsTitle(t *testing.T) {
	w := Walk{Playbook: siteDown(), Marks: map[int]Mark{}}
	w.take(Playbook{Slug: "a", Title: "Alerts are late", Steps: []Step{probeStep(PhaseImmediate, "")}}, nil)
	w.Added = []Added{{Slug: "a", Title: "Alerts are late", From: 4, To: 4}}
	assert.False(t, w.ofDetection(3))
	w.Playbook.Steps[3].Heading = "Alerts are late › Symptoms"
	assert.True(t, w.ofDetection(3))

	w = Walk{Playbook: siteDown(), Marks: map[int]Mark{}, Added: []Added{{Slug: "a", Title: "DB", From: 4, To: 4}, {Slug: "b", Title: "DB alerts are late", From: 5, To: 5}}}
	w.take(Playbook{Slug: "a", Title: "DB", Steps: []Step{probeStep(PhaseImmediate, "")}}, nil)
	w.take(Playbook{Slug: "b", Title: "DB alerts are late", Steps: []Step{{Text: "another", Probe: &Probe{}}}}, nil)
	assert.False(t, w.ofDetection(4), "the title of the one before is no part of its heading")
}

func TestWhenCustomersLag(t *testing.T) {
	stands := Post{Notice: Notice{Status: PublicInvestigating}, PublishedAt: t0}
	over := stands
	over.Status = PublicResolved
	for name, c := range map[string]struct {
		status Status
		posts  []Post
		want   bool
	}{
		"it goes on":             {Monitoring, []Post{stands}, false},
		"it is over":             {Resolved, []Post{stands}, true},
		"they were told":         {Resolved, []Post{stands, over}, false},
		"they are told just now": {Resolved, []Post{stands, {Notice: over.Notice}}, false},
		"they were told nothing": {Resolved, nil, false},
	} {
		inc := Incident{Status: c.status, Publication: Publication{ID: "p1", Posts: c.posts}}
		assert.Equal(t, c.want, inc.CustomersLag(), name)
	}
}

func TestAnIssueThatWasDeletedIsMadeAnewOnce(t *testing.T) {
	inc := first(TrackingOpened(declared(t, "P0"), 7, "https://g/7", "x", nil, t0)).Incident
	assert.Equal(t, EventTracked, first(TrackingOpened(declared(t, "P0"), 7, "https://g/7", "x", nil, t0)).Events[0].Kind)
	_, ok := TrackingDeleted(inc, 8, t0)
	assert.False(t, ok, "another issue")
	_, ok = TrackingDeleted(declared(t, "P0"), 0, t0)
	assert.False(t, ok, "there is none")
	c, ok := TrackingDeleted(inc, 7, t0)
	require.True(t, ok)
	assert.True(t, c.Silent)
	assert.Zero(t, c.Incident.Track.Number)
	assert.Equal(t, 7, c.Incident.Track.Replaced)
	anew := first(TrackingOpened(c.Incident, 9, "https://g/9", "x", nil, t0.Add(time.Minute)))
	assert.Equal(t, EventIssueReplaced, anew.Events[0].Kind)
	_, ok = TrackingDeleted(anew.Incident, 9, t0)
	assert.False(t, ok, "who deletes the second one wants none")
}
