package tally

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
	"mayday/routine"
)

// monday is the first day of the week that is counted.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func policy() incident.Policy {
	span := func(d time.Duration) incident.Span { return incident.Span{Set: true, D: d} }
	return incident.Policy{Severities: []incident.Severity{
		{Label: "P0", Respond: span(15 * time.Minute), FixWithin: span(4 * time.Hour)}, {Label: "P1", Respond: span(time.Hour)}, {Label: "P2"},
	}}
}

// one is an incident of site-down that was declared some hours after Monday began.
func one(hours float64, severity string, change ...func(*incident.Incident)) incident.Incident {
	inc := incident.Incident{ID: int64(hours * 100), Title: "x", Severity: severity, Status: incident.Open, Policy: policy(), DeclaredAt: monday.Add(time.Duration(hours * float64(time.Hour))),
		Walks: []incident.Walk{{Playbook: incident.Playbook{Slug: "site-down", Title: "Site Down", Steps: []incident.Step{{Text: "look"}, {Text: "roll back"}}}, Marks: map[int]incident.Mark{}}},
		Plan:  incident.Plan{Breached: map[incident.Clock]time.Time{}}}
	for _, c := range change {
		c(&inc)
	}
	return inc
}

func resolvedAfter(d time.Duration) func(*incident.Incident) {
	return func(inc *incident.Incident) {
		inc.Status, inc.ResolvedAt, inc.AcknowledgedAt = incident.Resolved, inc.DeclaredAt.Add(d), inc.DeclaredAt.Add(time.Minute)
	}
}

func breached(c incident.Clock) func(*incident.Incident) {
	return func(inc *incident.Incident) { inc.Plan.Breached[c] = inc.DeclaredAt }
}

func skips(inc *incident.Incident) {
	inc.Walks[0].Marks[1] = incident.Mark{State: incident.StepSkipped}
}
func drill(inc *incident.Incident)    { inc.Drill = true }
func private(inc *incident.Incident)  { inc.Private = true }
func mistaken(inc *incident.Incident) { inc.Status = incident.Cancelled }

func TestAWeek(t *testing.T) {
	all := []incident.Incident{
		one(-24*20, "P0"), // three weeks before: the same scenario
		one(-1, "P2"),
		one(0, "P1", resolvedAfter(30*time.Minute), skips),
		one(30, "P0", resolvedAfter(5*time.Hour), breached(incident.ClockResolve), skips, func(inc *incident.Incident) {
			inc.Actions = []incident.Action{{Text: "alert", At: inc.DeclaredAt}, {Text: "later", At: monday.AddDate(0, 0, 7)}}
		}),
		one(50, "P0", breached(incident.ClockRespond)),
		one(60, "P0", func(inc *incident.Incident) { inc.Walks[0].Playbook.Slug = incident.GenericSlug }),
		one(24*7, "P0"), // the next Monday
		one(3, "P0", drill, skips), one(4, "P0", private, skips), one(5, "P0", mistaken, skips),
	}
	round := func(day int, left bool, over bool) routine.Round {
		r := routine.Round{Name: "Morning", BegunAt: monday.AddDate(0, 0, day), Lines: []routine.Line{{State: routine.Done}, {State: routine.Done}}}
		if left {
			r.Lines[1].State = routine.Open
		}
		if over {
			r.ClosedAt = r.BegunAt.AddDate(0, 0, 1)
		}
		return r
	}
	rounds := []routine.Round{round(0, false, true), round(1, true, true), round(2, false, false), round(3, true, false), round(8, false, true)}
	closed := []time.Time{monday.Add(-time.Hour), monday.Add(time.Hour), {}}
	s := Between(Record{all, rounds, closed}, monday, monday.AddDate(0, 0, 7))
	assert.Equal(t, Span{
		Incidents: 4, Severities: []Count{{"P0", 3}, {"P1", 1}}, Median: 165 * time.Minute,
		Clocks: []Kept{{"response", 2, 3}, {"resolution", 0, 1}},
		Opened: 1, Closed: 1,
		Repeated:   []Count{{"Site Down", 5}},
		Skipped:    Count{"Site Down: roll back", 2},
		Checklists: []Kept{{"Morning", 2, 3}},
	}, s)
	assert.False(t, s.Empty())
	assert.True(t, Between(Record{all, rounds, closed}, monday.AddDate(1, 0, 0), monday.AddDate(1, 0, 7)).Empty())
	bars := Weeks(all, "2026-03-02", 4, func(d routine.Day) time.Time { return d.At(0, time.UTC) })
	assert.Equal(t, []Bar{{"2026-02-09", []Count{{"P0", 1}}}, {"2026-02-16", nil}, {"2026-02-23", []Count{{"P2", 1}}}, {"2026-03-02", []Count{{"P0", 3}, {"P1", 1}}}}, bars)
}

// TestNothingPrivateAndNoDrill: whatever is counted, neither a drill nor a private incident changes it.
func TestNothingPrivateAndNoDrill(t *testing.T) {
	page := func(inc *incident.Incident) {
		inc.Pages = []incident.Page{{At: inc.DeclaredAt, DeliveredAt: inc.DeclaredAt, Person: "U0ANA"}}
	}
	office := incident.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour}
	cal := routine.Calendar{Off: []routine.Day{"2026-03-04"}}
	from, to := monday, monday.AddDate(0, 0, 5)
	all := []incident.Incident{one(3, "P1", page), one(10, "P0", page), one(24*2+12, "P2", page), one(200, "P0", page)}
	for _, hidden := range []func(*incident.Incident){drill, private, mistaken} {
		all = append(all, one(3, "P0", page, hidden))
	}
	night := Night(all, office, cal, from, to)
	if assert.Len(t, night, 2) {
		assert.Equal(t, "P1", night[0].Incident.Severity, "at three in the morning")
		assert.Equal(t, "P2", night[1].Incident.Severity, "at noon of a holiday")
	}
	live := Live(all)
	if assert.Len(t, live, 4) {
		assert.Equal(t, []string{"P0", "P0", "P1", "P2"}, []string{live[0].Severity, live[1].Severity, live[2].Severity, live[3].Severity})
	}
}

// TestOnlyWhatReachedSomebodyInterrupted: a page that nobody got, or got after breakfast, woke nobody at night.
func TestOnlyWhatReachedSomebodyInterrupted(t *testing.T) {
	office := incident.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour}
	night := func(do func(*incident.Incident)) []Interruption {
		return Night([]incident.Incident{one(3, "P1", do)}, office, routine.Calendar{}, monday, monday.AddDate(0, 0, 1))
	}
	paged := func(delivered time.Duration) func(*incident.Incident) {
		return func(inc *incident.Incident) {
			inc.Pages = []incident.Page{{At: inc.DeclaredAt}}
			if delivered > 0 {
				inc.Pages[0].DeliveredAt = inc.DeclaredAt.Add(delivered)
			}
		}
	}
	assert.Empty(t, night(paged(0)), "nobody got it")
	assert.Empty(t, night(paged(7*time.Hour)), "it arrived in office hours")
	assert.Len(t, night(paged(time.Minute)), 1)
	by := night(func(inc *incident.Incident) {
		paged(7 * time.Hour)(inc)
		inc.Reaches = map[int]incident.Reach{0: {Attempts: map[int]incident.Attempt{0: {AskedAt: inc.DeclaredAt}, 1: {SentAt: inc.DeclaredAt.Add(time.Minute)}}}}
	})
	if assert.Len(t, by, 1, "by telephone") {
		assert.Equal(t, monday.Add(3*time.Hour+time.Minute), by[0].At)
		assert.Equal(t, 1, by[0].Calls)
	}
}

func TestOverdueByOwner(t *testing.T) {
	work := func(owner incident.Person, day int) Overdue {
		return Overdue{Action: incident.Action{Text: "x", Owner: owner}, Due: monday.AddDate(0, 0, day)}
	}
	m := Morning{Overdue: ByOwner([]Overdue{work("", 1), work("U0BEN", 3), work("U0ANA", 5), work("U0ANA", 2), {Incident: incident.Incident{Roles: map[incident.Role]incident.Person{incident.Lead: "U0CHIDI"}}}})}
	assert.Equal(t, []incident.Person{"U0ANA", "U0BEN", "U0CHIDI"}, m.Owners())
	assert.Equal(t, monday.AddDate(0, 0, 2), m.Overdue[0].Due)
	assert.Empty(t, m.Overdue[4].Owner())
}

func TestChecklistsOfToday(t *testing.T) {
	at := monday.Add(9 * time.Hour)
	lists := map[string]routine.Routine{
		"morning": {Checklist: routine.Checklist{Name: "Morning"}, Next: at.AddDate(0, 0, 1)}, // has begun
		"weekly":  {Checklist: routine.Checklist{Name: "Weekly"}, Next: at},                   // begins in this minute
		"done":    {Checklist: routine.Checklist{Name: "Done"}, Next: at.AddDate(0, 0, 1)},
		"monthly": {Checklist: routine.Checklist{Name: "Monthly"}},
	}
	newest := map[string]routine.Round{"morning": {Day: "2026-03-02", Lines: []routine.Line{{}}}, "done": {Day: "2026-03-02", Lines: []routine.Line{{State: routine.Done}}}}
	assert.Equal(t, []string{"Morning", "Weekly"}, DueToday(lists, newest, "2026-03-02", routine.DayOf))
}

func TestNumbers(t *testing.T) {
	readings := map[string]map[routine.Day]float64{
		"users/total":  {"2026-02-20": 1, "2026-02-28": 100, "2026-03-07": 110},
		"orders/today": {"2026-03-01": 10, "2026-03-08": 40, "2026-03-09": 7},
		"old":          {"2026-02-01": 3},
		"new":          {"2026-03-08": 3},
	}
	list := Numbers(readings, "2026-03-09")
	names := []string{}
	for _, n := range list {
		names = append(names, n.Query)
	}
	assert.Equal(t, []string{"orders/today", "users/total", "new"}, names, "what changed most is first, what is not asked any more is left out")
	assert.Equal(t, 40.0, list[0].Now.Value, "before the day that begins")
	assert.Equal(t, 10.0, *list[0].Before)
	assert.Equal(t, 100.0, *list[1].Before)
	assert.Nil(t, list[2].Before)

	var points []Point
	for i := range 50 {
		points = append(points, Point{routine.Day("2026-01-01").Add(i), float64(i)})
	}
	thin := Thinned(points, 20)
	assert.LessOrEqual(t, len(thin), 20)
	assert.Equal(t, points[49], thin[len(thin)-1], "the newest stays")
	assert.Equal(t, points[:5], Thinned(points[:5], 20))
}

// TestWhatGitHubIsAskedAfter: what is overdue comes first, and what needs no answer is left out.
func TestWhatGitHubIsAskedAfter(t *testing.T) {
	now := monday.AddDate(0, 0, 7)
	follow := func(number int, age, due time.Duration) func(*incident.Incident) {
		return func(inc *incident.Incident) {
			inc.Actions = append(inc.Actions, incident.Action{Text: "mend", Number: number, At: now.Add(-age), Due: now.Add(due)})
		}
	}
	review := func(number int, due time.Duration, done bool) func(*incident.Incident) {
		return func(inc *incident.Incident) {
			inc.PostmortemNumber, inc.Review = number, incident.Review{CloseDue: now.Add(due), Done: done}
		}
	}
	dayless := func(inc *incident.Incident) {
		inc.Actions = append(inc.Actions, incident.Action{Text: "some day", Number: 9, At: now.Add(-time.Hour)})
	}
	all := []incident.Incident{
		one(1, "P0", follow(1, time.Hour, time.Hour), follow(2, time.Hour, -time.Minute), follow(0, time.Hour, -time.Minute), dayless),
		one(2, "P0", review(3, -time.Minute, false), follow(4, 100*time.Hour, time.Hour), follow(5, 100*time.Hour, -time.Minute)),
		one(3, "P0", review(6, time.Minute, false)), one(4, "P0", review(7, -time.Minute, true)),
		one(5, "P0", follow(8, time.Hour, -time.Minute), private), one(6, "P0", review(8, -time.Minute, false), drill),
	}
	numbers := func(since time.Time) (list []int) {
		for _, o := range Work(all, now, since) {
			list = append(list, o.Issue())
		}
		return list
	}
	assert.Equal(t, []int{2, 3, 5}, numbers(time.Time{}))
	assert.Equal(t, []int{2, 3, 5, 1, 9}, numbers(now.Add(-50*time.Hour)))
}
