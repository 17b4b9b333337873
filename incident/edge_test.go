package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an incident answers about itself, at the edges.

func TestTheSeverityOfADeclarationThatNamesNone(t *testing.T) {
	p := matrix()
	for name, c := range map[string]struct {
		of   Declaration
		want string
	}{
		"the scenario's":                    {Declaration{Playbook: siteDown(), Policy: p}, "P0"},
		"the middle of four is the second":  {Declaration{Policy: p}, "P1"},
		"the middle of three is the second": {Declaration{Policy: Policy{Severities: p.Severities[:3]}}, "P1"},
		"of two it is the first":            {Declaration{Policy: Policy{Severities: p.Severities[:2]}}, "P0"},
		"of one it is the one":              {Declaration{Policy: Policy{Severities: p.Severities[3:]}}, "P3"},
		"of none it is none":                {Declaration{}, ""},
	} {
		assert.Equal(t, c.want, c.of.Policy.Usual(c.of.Playbook), name)
	}
	_, err := Declare(Ref{Incident: 1}, Declaration{Title: "x"}, t0)
	assert.Equal(t, UnknownSeverity, reasonOf(t, err))
	assert.Equal(t, []int{0, 3, -1}, []int{p.Rank("P0"), p.Rank("P3"), p.Rank("P9")})
}

func TestARefNamesOneIncident(t *testing.T) {
	inc := Ref{Incident: 7, UID: "aaaa"}
	assert.True(t, Ref{7, "aaaa"}.Means(inc))
	assert.True(t, Ref{7, ""}.Means(inc), "whoever typed a number knows no UID")
	assert.False(t, Ref{7, "bbbb"}.Means(inc))
	assert.False(t, Ref{8, "aaaa"}.Means(inc))
	assert.False(t, Ref{8, ""}.Means(inc))
}

func TestWhenCustomersHaveToBeTold(t *testing.T) {
	inc := declared(t, "P0")
	assert.True(t, inc.NeedsCommunication())
	told, cancelled, drill := inc, inc, inc
	told.CommunicatedAt, cancelled.Status, drill.Drill = t0, Cancelled, true
	assert.False(t, drill.NeedsCommunication(), "an exercise is no news for customers")
	assert.False(t, told.NeedsCommunication())
	assert.False(t, cancelled.NeedsCommunication())
	assert.False(t, declared(t, "P1").NeedsCommunication(), "the runbook does not ask for it")
}

func TestWhichQueriesAreToldTogether(t *testing.T) {
	for why, batch := range map[QueryReason]bool{Snapshot: true, Afterwards: true, AskedAll: true, Differences: true, Asked: false, AdHoc: false} {
		assert.Equal(t, batch, why.Batch(), why)
	}
	assert.Equal(t, "all of 2 queries for incident 7", RunQueries{Ref: Ref{Incident: 7}, Why: AskedAll, Queries: make([]QueryRun, 2)}.String())
}

func TestTroubleIsToldOnceAnHour(t *testing.T) {
	inc := declared(t, "P0")
	tell := func(after time.Duration) bool {
		c, err := GaveUp(inc, "set the topic", "no right", t0.Add(after))
		require.NoError(t, err)
		inc = c.Incident
		return len(c.Events) == 1 && c.Events[0].Aloud
	}
	assert.True(t, tell(0))
	assert.False(t, tell(time.Hour-time.Nanosecond))
	assert.True(t, tell(time.Hour))
	c, err := GaveUp(inc, "invite people", "no right", t0.Add(time.Hour))
	require.NoError(t, err)
	assert.Len(t, c.Events, 1, "another trouble is told")
}

func TestWhatAddressesAnsweredInOneLine(t *testing.T) {
	good, bad := ProbeResult{OK: true, Probe: Probe{Name: "a.test"}, Summary: "200 OK"}, ProbeResult{Probe: Probe{Name: "b.test"}, Summary: "502"}
	assert.Equal(t, "a.test: 200 OK", outcome([]ProbeResult{good}))
	assert.Equal(t, "b.test: 502", outcome([]ProbeResult{bad}))
	assert.Equal(t, "all 2 fine", outcome([]ProbeResult{good, good}))
	assert.Equal(t, "1 of 2 not fine: b.test: 502", outcome([]ProbeResult{good, bad}))
	assert.Equal(t, "2 of 2 not fine: b.test: 502; b.test: 502", outcome([]ProbeResult{bad, bad}))
	c, err := Probed(declared(t, "P0"), RunProbes{}, nil, t0)
	require.NoError(t, err)
	assert.True(t, c.Empty(), "nothing was asked")
}

func TestLinesArePrintableAndShort(t *testing.T) {
	for in, want := range map[string]string{
		"a\tb\nc\rd":                 "a b c d",
		"a\x00b\x1fc":                "abc",
		"\u202aa\u202e\u2066b\u2069": "ab",
		"\u2029a\u202f":              "a", // both are white space of other kinds
		"\u2065a\u206a":              "\u2065a\u206a",
		"a\xff\ufffdb":               "ab",
		"abcdefghij":                 "abcdefghij",
		"abcdefghijk":                "abcdefghi…",
		"abcdefgh jkl":               "abcdefgh…", // no space before the ellipsis
		"äöüäöüäöüä":                 "äöüäöüäöüä",
		"äöüäöüäöüäö":                "äöüäöüäöü…",
		"":                           "",
	} {
		assert.Equal(t, want, Line(in, 10), "%q", in)
	}
	assert.Equal(t, "a\n\nb\nc", Paragraph("\n\na  \n\n\n\nb\r\nc\n\n", 10))
	assert.Equal(t, "…", Line("ab", 1))
}

func TestTheTrackingIssueIsRecordedOnce(t *testing.T) {
	inc := declared(t, "P0")
	c, err := TrackingOpened(inc, 7, "https://g/7", "x", nil, t0)
	require.NoError(t, err)
	assert.Equal(t, 1, effectKinds(c.Effects)["add_bookmarks"])
	again, err := TrackingOpened(c.Incident, 7, "https://g/7", "x", nil, t0)
	require.NoError(t, err)
	assert.True(t, again.Empty())
	inc.ChannelID = ""
	c, err = TrackingOpened(inc, 7, "https://g/7", "x", nil, t0)
	require.NoError(t, err)
	assert.Zero(t, effectKinds(c.Effects)["add_bookmarks"], "there is no channel to put them on")
}
