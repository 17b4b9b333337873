package blocks

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
	"mayday/tally"
)

// digestView is a Monday that has everything to tell.
func digestView(all map[string]incident.Incident) DigestView {
	before := 1180.0
	number := tally.Number{Query: "credits/total", Now: tally.Point{Day: "2026-03-08", Value: 1240}, Before: &before}
	for i := range 30 {
		number.Points = append(number.Points, tally.Point{Day: routine.Day("2026-02-07").Add(i), Value: 1000 + float64(i*8)})
	}
	return DigestView{
		Day: "2026-03-09", Zone: time.UTC, Now: after(60), Name: calledBy, Calls: map[incident.Person]bool{ben: true},
		Morning: tally.Morning{
			Open:       []incident.Incident{all["busy"], all["opened"]},
			Night:      []tally.Interruption{{Incident: all["busy"], At: after(1), Calls: 2}},
			Checklists: []string{"Morning", "Weekly"},
			Overdue: []tally.Overdue{
				{Incident: all["busy"], Action: incident.Action{Text: "alert on <5xx> | now", Owner: ben}, URL: "https://github.com/acme/site/issues/8", Due: after(50)},
				{Incident: all["resolved"], Action: incident.Action{Text: "tell support"}, URL: "https://github.com/acme/site/issues/9", Due: after(50)},
				{Incident: all["resolved"], URL: "https://github.com/acme/site/issues/7", Due: after(40)},
			},
		},
		Week: &DigestSpan{First: "2026-03-02",
			Now: tally.Span{Incidents: 3, Severities: []tally.Count{{Name: "P0", N: 1}, {Name: "P1", N: 2}}, Median: 42 * time.Minute,
				Clocks: []tally.Kept{{Name: "response", Kept: 3, Of: 3}, {Name: "resolution", Kept: 1, Of: 2}}, Opened: 4, Closed: 2,
				Repeated: []tally.Count{{Name: "Payment Failures", N: 3}}, Skipped: tally.Count{Name: "Site Down: look at <the> page", N: 2},
				Checklists: []tally.Kept{{Name: "Morning", Kept: 4, Of: 5}}},
			Before: tally.Span{Incidents: 1, Severities: []tally.Count{{Name: "P1", N: 1}}, Median: time.Hour, Clocks: []tally.Kept{{Name: "response", Kept: 1, Of: 1}}}},
		Weeks:   []tally.Bar{{Week: "2026-02-23", Severities: []tally.Count{{Name: "P1", N: 1}}}, {Week: "2026-03-02", Severities: []tally.Count{{Name: "P0", N: 1}, {Name: "P1", N: 2}}}},
		Numbers: []tally.Number{number, {Query: "users/new", Points: []tally.Point{{Day: "2026-03-08", Value: 0.5}}, Now: tally.Point{Day: "2026-03-08", Value: 0.5}}},
		Titles:  map[string]string{"credits/total": "Total credits"},
	}
}

func digests(all map[string]incident.Incident, ms map[string]Message) {
	keep := func(name string, v DigestView) {
		m, details := Digest(v)
		ms[name] = m
		for i, d := range details {
			ms[fmt.Sprintf("%s-%d", name, i+1)] = d.Message
		}
	}
	v := digestView(all)
	keep("digest-monday", v)
	v.Month, v.Week, v.Day = &DigestSpan{First: "2026-02-01", Before: tally.Span{Incidents: 2}}, nil, "2026-03-02"
	v.Month.Now.Opened = 1
	v.Month.Shares = []tally.Share{{Person: ben, Hours: tally.Hours{Working: 2, Evening: 1, Night: 3}}, {Person: ana, Hours: tally.Hours{Working: 4}}}
	v.Month.SharesBefore = []tally.Share{{Person: ana, Hours: tally.Hours{Working: 4, Night: 1}}}
	keep("digest-month", v)
	v = DigestView{Day: "2026-03-10", Zone: time.UTC, Now: after(60), Name: calledBy}
	v.Morning.Checklists = []string{"Morning"}
	keep("digest-checklist", v)
	keep("digest-unasked", DigestView{Day: "2026-03-10", Zone: time.UTC, Now: after(60), Name: calledBy, Unasked: true})
	v = digestView(all)
	v.Morning.Overdue = slices.Repeat(v.Morning.Overdue, 60)
	v.Morning.Open = slices.Repeat(v.Morning.Open, 20)
	keep("digest-long", v)
	d := routine.Digest{Revision: 1, Next: after(600), Muted: map[string]time.Time{ben: after(1)}}
	ms["digest-state"], ms["digest-state-muted"], ms["digest-state-off"] = DigestState(d, ana), DigestState(d, ben), DigestState(routine.Digest{Revision: 2}, ana)

	n := digestView(all).Numbers[0]
	ms["trend"], ms["trend-none"], ms["trend-one"] = Trend("Total credits", "credits/total", n.Points), Trend("Total credits", "credits/total", nil), Trend("Total credits", "credits/total", n.Points[:1])
	ms["trend-words"] = Uncharted(ms["trend"])
	ms["trends"], ms["trends-none"] = TrendList(digestView(all).Numbers, map[string]string{}), TrendList(nil, nil)
	rb := runbook()
	ms["queries"], ms["queries-off"] = Queries(rb, "", 1), Queries(rb, "No database is set up.", 1)
	ms["query-runs"], ms["query-runs-private"] = QueryRuns("Total users", false), QueryRuns("Total users", true)
	ms["query-answer"] = QueryAnswer(Answer{Title: "Total users", By: ana, Grid: grid(1, 1), Rows: "1 row", Columns: 1, Took: time.Millisecond}, "Ana Ruiz")
	rb.Tools, rb.Access = []string{"psql", "curl"}, []string{"Berth: admin of the shop"}
	ms["access"] = Access(rb)
	news := routine.Newcomer{Person: ana}
	for i := range 12 {
		news.Needs = append(news.Needs, routine.Need{Text: fmt.Sprintf("thing %d", i), Links: []routine.Link{{Name: "Berth", URL: "https://berth.example.com"}}})
	}
	news.Needs[2].DoneAt = after(1)
	ms["access-list"], ms["access-complete"] = AccessList(news), AccessComplete(news, "Ana <Ruiz>")
	for i := range news.Needs {
		news.Needs[i].DoneAt = after(1)
	}
	ms["access-list-done"] = AccessList(news)
}

func TestNothingIsSaidWhenThereIsNothing(t *testing.T) {
	m, details := Digest(DigestView{Day: "2026-03-09", Zone: time.UTC, Week: &DigestSpan{First: "2026-03-02"}, Numbers: []tally.Number{{}}})
	assert.Empty(t, m)
	assert.Empty(t, details)
}

// TestADetailKeepsItsName whatever stands before it: an attempt that comes again finds by it what stands already.
func TestADetailKeepsItsName(t *testing.T) {
	named := func(v DigestView) map[string]Message {
		_, details := Digest(v)
		all := map[string]Message{}
		for _, d := range details {
			all[d.Name] = d.Message
		}
		require.Len(t, all, len(details))
		return all
	}
	v := digestView(states(t))
	before := named(v)
	require.Contains(t, before, "overdue")
	v.Morning.Overdue = nil
	after := named(v)
	assert.NotContains(t, after, "overdue")
	assert.NotEmpty(t, after)
	for name, m := range after {
		assert.Equal(t, before[name], m)
	}
}

// TestADigestMentionsWhomItMay: those alone, once, and everybody else by name.
func TestADigestMentionsWhomItMay(t *testing.T) {
	v := digestView(states(t))
	m, details := Digest(v)
	assert.Contains(t, everythingOf(t, m), "<@"+ben+">")
	for _, d := range details {
		assert.NotContains(t, everythingOf(t, d.Message), "<@")
	}
	v.Calls = nil
	m, _ = Digest(v)
	assert.NotContains(t, everythingOf(t, m), "<@")
	assert.Contains(t, everythingOf(t, m), calledBy(ben))
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 7: "7", 1240: "1,240", -1234567: "-1,234,567", 0.25: "0.25", 12345.678: "12,346", 1.0 / 3: "0.3333", 999: "999"} {
		assert.Equal(t, want, Figure(v))
	}
}
