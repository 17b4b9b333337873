package incident

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withQueries is an open incident whose playbook asks the database twice.
func withQueries(t *testing.T) (Incident, Change) {
	t.Helper()
	pb := Playbook{Slug: "db", Title: "Database", Steps: []Step{
		{Text: "Look"},
		{Text: "Room left", Query: &Query{Name: "db/room-left", Title: "Room left", SQL: "select 1"}},
		{Text: "Blocked", Query: &Query{Name: "db/blocked", Title: "Blocked", SQL: "select 2"}},
		{Text: "Room left again", Query: &Query{Name: "db/room-left", Title: "Room left", SQL: "select 1"}},
	}}
	c, err := Declare(Ref{Incident: 7}, Declaration{Title: "slow", Severity: "P1", Playbook: pb, Policy: matrix(), By: ana}, t0)
	require.NoError(t, err)
	opened, err := ChannelOpened(c.Incident, "C1", "inc-7", t0)
	require.NoError(t, err)
	return opened.Incident, opened
}

func queriesOf(c Change) (list []RunQueries) {
	for _, fx := range c.Effects {
		if q, ok := fx.(RunQueries); ok {
			list = append(list, q)
		}
	}
	return list
}

func TestThePlaybooksQueriesRunAtTheOpeningAndAtTheEnd(t *testing.T) {
	inc, opened := withQueries(t)
	first := queriesOf(opened)
	require.Len(t, first, 1, "one effect for all of them")
	assert.Equal(t, Snapshot, first[0].Why)
	assert.Empty(t, first[0].By)
	assert.Equal(t, []QueryRun{
		{Name: "db/room-left", Title: "Room left", SQL: "select 1", Playbook: "db", Step: 2},
		{Name: "db/blocked", Title: "Blocked", SQL: "select 2", Playbook: "db", Step: 3},
	}, first[0].Queries, "each once")
	assert.NotContains(t, first[0].String(), "select", "no statement in a log")

	resolved, err := Resolve(inc, ana, "", t0.Add(time.Hour))
	require.NoError(t, err)
	last := queriesOf(resolved)
	require.Len(t, last, 1)
	assert.Equal(t, Afterwards, last[0].Why)
	assert.Equal(t, first[0].Queries, last[0].Queries)
	_, wants := resolved.Effects[0].(RunQueries)
	assert.True(t, wants, "before the post-mortem, which waits for them")

	other := Playbook{Slug: "other", Title: "Other", Steps: []Step{{Text: "q", Query: &Query{Name: "other/q", SQL: "select 3"}}}}
	switched, err := SwitchPlaybook(inc, ana, other, t0)
	require.NoError(t, err)
	require.Len(t, queriesOf(switched), 1, "what is taken up later has its snapshot too")
	assert.Equal(t, "other/q", queriesOf(switched)[0].Queries[0].Name)
	back, err := SwitchPlaybook(switched.Incident, ana, inc.Walks[0].Playbook, t0)
	require.NoError(t, err)
	assert.Empty(t, queriesOf(back), "once for each playbook")

	none, err := ChannelOpened(Incident{ID: 1, Policy: matrix(), Severity: "P3", Walks: []Walk{{}}}, "C2", "x", t0)
	require.NoError(t, err)
	assert.Empty(t, queriesOf(none), "no queries, no effect")
}

func TestAskingLeavesTheRowAsItIs(t *testing.T) {
	inc, _ := withQueries(t)
	c, err := AskQueries(inc, ben, AskedAll, inc.Queries(), t0)
	require.NoError(t, err)
	assert.False(t, c.Empty(), "an effect is to be stored")
	assert.Empty(t, c.Events)
	assert.Equal(t, inc.Revision, c.Incident.Revision)
	_, err = AskQueries(inc, ben, AskedAll, nil, t0)
	assert.Equal(t, NoQueries, reasonOf(t, err))
}

func TestWhoMayRunWhat(t *testing.T) {
	inc, _ := withQueries(t)
	const stranger = "U0STRANGER"
	contacts := []Contact{{Role: "DBA", Email: "Dora@example.com"}, {Role: "On call", Slack: "S0ONCALL"}, {Role: "CTO", Slack: "<@U0CTO1>"}, {Role: "Handle", Slack: "@dora"}, {}}
	closed, drill := inc, inc
	closed.Status, closed.EndedBy = Closed, ana
	drill.Drill = true
	for name, c := range map[string]struct {
		inc     Incident
		by      Caller
		setting string
		want    Reason
	}{
		"a contact by address":          {inc, Caller{ID: stranger, Email: "dora@EXAMPLE.com"}, "", ""},
		"a contact by id":               {inc, Caller{ID: "U0CTO1"}, "", ""},
		"a contact by group":            {inc, Caller{ID: stranger, Groups: []string{"S0ONCALL"}}, SQLContacts, ""},
		"a handle proves nothing":       {inc, Caller{ID: "dora"}, "", NotAllowed},
		"no address, no contact":        {inc, Caller{ID: stranger}, "", NotAllowed},
		"who declared is no contact":    {inc, Caller{ID: ana}, "", NotAllowed},
		"a responder":                   {inc, Caller{ID: ana}, SQLResponders, ""},
		"a responder of a drill":        {drill, Caller{ID: ana}, SQLResponders, NotAllowed},
		"a contact in a drill":          {drill, Caller{ID: "U0CTO1"}, SQLResponders, ""},
		"no responder":                  {inc, Caller{ID: stranger}, SQLResponders, NotAllowed},
		"a member":                      {inc, Caller{ID: stranger}, SQLMembers, ""},
		"a member elsewhere":            {inc, Caller{ID: stranger, Channel: "C2"}, SQLMembers, NotHere},
		"a responder elsewhere":         {inc, Caller{ID: ana, Channel: "D1"}, SQLResponders, NotHere},
		"off":                           {inc, Caller{ID: "U0CTO1"}, SQLOff, NotAllowed},
		"named":                         {inc, Caller{ID: stranger}, "U0OTHER, U0STRANGER", ""},
		"a contact not named":           {inc, Caller{ID: "U0CTO1"}, "U0OTHER", NotAllowed},
		"a contact or named":            {inc, Caller{ID: "U0CTO1"}, "contacts,U0OTHER", ""},
		"in a group":                    {inc, Caller{ID: stranger, Groups: []string{"S0DBA"}}, "U0OTHER,S0DBA", ""},
		"in another group":              {inc, Caller{ID: stranger, Groups: []string{"S0OTHER"}}, "S0DBA", NotAllowed},
		"a guest who is named":          {inc, Caller{ID: "U0CTO1", Standing: Guest}, "members,U0CTO", NotForGuests},
		"a foreign person with address": {inc, Caller{ID: stranger, Email: "dora@example.com", Standing: Foreign}, "", NotForGuests},
		"a bot":                         {inc, Caller{ID: "U0CTO1", Standing: Machine}, SQLMembers, NotForGuests},
		"nobody knows":                  {inc, Caller{ID: "U0CTO1", Standing: "?"}, SQLMembers, NotKnown},
		"a closed incident":             {closed, Caller{ID: ana}, SQLMembers, Over},
		"an incident without room":      {Incident{Status: Open, Responders: []Person{ana}}, Caller{ID: ana}, SQLMembers, NotHere},
		"empty person, empty group":     {inc, Caller{}, "U0OTHER,,S0X", NotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			switch c.by.Standing {
			case "":
				c.by.Standing = Member
			case "?":
				c.by.Standing = Unknown
			}
			if c.by.Channel == "" {
				c.by.Channel = "C1"
			}
			err := MaySQL(c.inc, c.by, c.setting, contacts)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, c.want, reasonOf(t, err))
		})
	}
	require.NoError(t, MayRun(inc, true), "named queries are for everybody in the channel")
	assert.Equal(t, NotHere, reasonOf(t, MayRun(inc, false)))
}

func reasonOf(t *testing.T, err error) Reason {
	t.Helper()
	var r *Refusal
	require.True(t, errors.As(err, &r), "a refusal, not %v", err)
	return r.Reason
}

func TestARunStandsOnTheTimeline(t *testing.T) {
	inc, opened := withQueries(t)
	fx := queriesOf(opened)[0]
	for _, c := range []struct {
		why  QueryReason
		n    int
		want string
	}{
		{Snapshot, 2, "Snapshot of 2 queries: 2 answered"},
		{Afterwards, 2, "Then and now, 2 queries: 2 answered"},
		{Differences, 2, "@ben compared with the snapshot, 2 queries: 2 answered"},
		{AskedAll, 2, "@ben ran the playbook's queries, 2 queries: 2 answered"},
		{Asked, 1, "@ben ran the query Room left: 2 answered"},
		{AdHoc, 1, "@ben ran `Room left`: 2 answered"},
	} {
		run := fx
		run.Why, run.By, run.Queries = c.why, ben, fx.Queries[:c.n]
		got, err := QueriesRan(inc, run, "2 answered", "f00", t0)
		require.NoError(t, err)
		require.Len(t, got.Events, 1)
		assert.Equal(t, c.want, got.Events[0].Sentence(Voice{Person: func(p Person) string { return "@ben" }, Text: plain.Text, Code: plain.Code, Time: plain.Time}))
		assert.False(t, got.Events[0].Aloud, "its message is the result itself")
	}
	got, err := QueryRefused(inc, ben, "delete from users", "it writes.", t0)
	require.NoError(t, err)
	assert.Contains(t, got.Events[0].Sentence(plain), "was refused to run `delete from users`: it writes.")
}
