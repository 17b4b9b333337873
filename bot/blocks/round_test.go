package blocks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
)

// calledBy is what the people of these tests are called.
func calledBy(p incident.Person) string {
	return map[incident.Person]string{ana: "Ana Ruiz", ben: "Ben Okafor"}[p]
}

// rounds are rounds in every state, by name.
func rounds() map[string]routine.Round {
	none := 0.0
	ask := routine.Ask{Kind: routine.AskQuery, Name: "payments/failed", Title: "Failed payments", Expect: routine.Expectation{Words: "0 rows", Rows: true, Low: &none, High: &none}, Decides: true}
	page := routine.Ask{Kind: routine.AskStatus, Title: "Tollgate status", URL: "https://status.tollgate.test"}
	begun := routine.Round{
		Ref: routine.Ref{Routine: "morning", Period: "2026-03-03"}, Name: "Morning", Day: "2026-03-03", Due: start, BegunAt: start, Revision: 1,
		Lines: []routine.Line{
			{Item: routine.Item{Text: "Read the error tracker", Links: []routine.Link{{Name: "Snag", URL: "https://snag.test"}}}},
			{Item: routine.Item{Text: "No payment failed", Asks: []routine.Ask{ask}}, Answers: []routine.Answer{{Text: "3 rows", Verdict: routine.Wrong, At: start}}, State: routine.Problem, At: start, InARow: 3},
			{Item: routine.Item{Text: "Suppliers are fine", Asks: []routine.Ask{page}}, Answers: []routine.Answer{{Text: "All Systems Operational", Verdict: routine.Fine, At: start}}},
			{Item: routine.Item{Text: "Orders are there", Asks: []routine.Ask{ask}}, Answers: []routine.Answer{{Text: "no rows", Verdict: routine.Fine, At: start}}, State: routine.Done, At: start},
		},
	}
	with := func(change func(*routine.Round)) routine.Round {
		r := begun
		r.Lines = slices.Clone(r.Lines)
		change(&r)
		return r
	}
	later := start.Add(time.Hour)
	return map[string]routine.Round{
		"begun": begun,
		"late":  with(func(r *routine.Round) { r.Late, r.Missed = true, 2 }),
		"worked": with(func(r *routine.Round) {
			r.On, r.Notes = ana, []routine.Note{{By: ben, At: later, Text: "the queue is <empty> & fine"}, {By: ana, At: later, Text: "see", Line: 1}}
			r.Lines[0].State, r.Lines[0].By, r.Lines[0].At = routine.Done, ana, later
			r.Lines[1].Why, r.Lines[1].By, r.Lines[1].Then, r.Lines[1].Issue, r.Lines[1].IssueURL = "since six", ben, routine.ThenIssue, 7, "https://github.com/acme/site/issues/7"
			r.Lines[2].State, r.Lines[2].By, r.Lines[2].Why = routine.Skipped, ben, "they are in maintenance"
		}),
		"declared": with(func(r *routine.Round) {
			r.Lines[1].Then, r.Lines[1].By, r.Lines[1].Incident = routine.ThenDeclare, ana, 42
			r.Lines[0].State, r.Lines[0].Then, r.Lines[0].By, r.Lines[0].Failed = routine.Problem, routine.ThenNote, ana, "No issue was filed: no GitHub repository is set up"
		}),
		"closed": with(func(r *routine.Round) { r.ClosedAt = later }),
		"gone":   with(func(r *routine.Round) { r.ClosedAt, r.Gone = later, true }),
		"quiet":  with(func(r *routine.Round) { r.Lines = r.Lines[3:] }),
		"silent": with(func(r *routine.Round) {
			r.Lines[3].State, r.Lines[3].Answers = routine.Open, []routine.Answer{{Text: "The database does not answer.", Verdict: routine.Silent, At: start}}
		}),
		"long": with(func(r *routine.Round) { r.Lines = slices.Repeat(r.Lines, 12) }),
	}
}

// said is all that a message says, as it is sent.
func said(t *testing.T, m Message) string {
	raw, err := json.Marshal(m.Blocks)
	require.NoError(t, err)
	return m.Text + string(raw)
}

// TestARoundMentionsNobody: a message about what people did calls none of them; the reminder calls one.
func TestARoundMentionsNobody(t *testing.T) {
	for name, r := range rounds() {
		m := Round(r, calledBy)
		assert.NotContains(t, said(t, m), "<@", name)
	}
	assert.Equal(t, 1, strings.Count(RoundReminder(rounds()["begun"], ana).Text, "<@"+ana+">"))
}

// TestARoundWithNothingToDoIsALine: all that mayday found out alone, and fine.
func TestARoundWithNothingToDoIsALine(t *testing.T) {
	m := Round(rounds()["quiet"], calledBy)
	assert.Len(t, m.Blocks, 1)
	assert.NotContains(t, said(t, m), "\\n")
}

func TestTheRoundOfAClick(t *testing.T) {
	r := rounds()["begun"]
	ref, ok := aboutRound(r, 2).RoundOf()
	assert.True(t, ok)
	assert.Equal(t, r.Ref, ref)
	back, err := ParseTarget(aboutRound(r, 2).String())
	assert.NoError(t, err)
	assert.Equal(t, aboutRound(r, 2), back)
	for _, wrong := range []Target{{}, {Incident: 7, Playbook: "morning", Name: "2026-03-03"}, {Playbook: "morning", Name: "tomorrow"}, {Name: "2026-03-03"}} {
		_, ok := wrong.RoundOf()
		assert.False(t, ok, "%+v", wrong)
	}
}
