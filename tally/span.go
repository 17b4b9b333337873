package tally

import (
	"cmp"
	"slices"
	"time"

	"mayday/incident"
	"mayday/routine"
)

// Count is how often something was.
type Count struct {
	Name string
	N    int
}

// Kept is how often something was as it should be.
type Kept struct {
	Name     string
	Kept, Of int
}

// Span is how the time between two moments went.
type Span struct {
	Incidents int
	// Severities counts them, the gravest first, without those that had none.
	Severities []Count
	// Median time from the declaration to the resolution of those that were resolved; zero when none was.
	Median time.Duration
	// Clocks are the deadlines that were decided: "response" and "resolution".
	Clocks []Kept
	// Opened and Closed are follow-ups.
	Opened, Closed int
	// Repeated are scenarios that came more than once, the most frequent first.
	Repeated []Count
	// Skipped is the step that was skipped most often; N is 0 when none was skipped twice.
	Skipped Count
	// Checklists are the rounds that ended, by the names of their lists.
	Checklists []Kept
}

// Empty reports whether nothing happened.
func (s Span) Empty() bool {
	return s.Incidents+s.Opened+s.Closed+len(s.Checklists)+len(s.Repeated) == 0
}

// Record is what a span is counted from.
type Record struct {
	// Incidents as they are now; also those from before the span, for what repeats.
	Incidents []incident.Incident
	Rounds    []routine.Round
	// Closed are when follow-ups were closed.
	Closed []time.Time
}

// repeatedWithin is how far back a scenario may have come before, to be one that repeats.
const repeatedWithin = 28 * 24 * time.Hour

// Between counts what happened from one moment to another, the second one not included.
func Between(r Record, from, to time.Time) Span {
	var s Span
	severities, scenarios, recent, skipped := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	order := map[string]int{}
	response, resolution := Kept{Name: "response"}, Kept{Name: "resolution"}
	var took []time.Duration
	since := from
	if earlier := to.Add(-repeatedWithin); earlier.Before(since) {
		since = earlier
	}
	for _, inc := range r.Incidents {
		if !Counts(inc) {
			continue
		}
		for _, a := range inc.Actions {
			if within(a.At, from, to) {
				s.Opened++
			}
		}
		scenario := scenarioOf(inc)
		if scenario != "" && within(inc.DeclaredAt, since, to) {
			recent[scenario]++
		}
		if !within(inc.DeclaredAt, from, to) {
			continue
		}
		s.Incidents++
		severities[inc.Severity]++
		order[inc.Severity] = inc.Policy.Rank(inc.Severity)
		if scenario != "" {
			scenarios[scenario]++
		}
		response.add(deadline(inc, incident.ClockRespond, inc.Rung().Respond.Set, inc.Acknowledged()))
		resolution.add(deadline(inc, incident.ClockResolve, inc.Rung().FixWithin.Set, false))
		if !inc.ResolvedAt.IsZero() {
			took = append(took, inc.ResolvedAt.Sub(inc.DeclaredAt))
		}
		skippedSteps(inc, skipped)
	}
	for name, n := range severities {
		s.Severities = append(s.Severities, Count{name, n})
	}
	slices.SortFunc(s.Severities, func(a, b Count) int {
		return cmp.Or(cmp.Compare(order[a.Name], order[b.Name]), cmp.Compare(a.Name, b.Name))
	})
	for name := range scenarios {
		if recent[name] > 1 {
			s.Repeated = append(s.Repeated, Count{name, recent[name]})
		}
	}
	slices.SortFunc(s.Repeated, most)
	for name, n := range skipped {
		if c := (Count{name, n}); n > 1 && (s.Skipped.N == 0 || most(c, s.Skipped) < 0) {
			s.Skipped = c
		}
	}
	for _, at := range r.Closed {
		if within(at, from, to) {
			s.Closed++
		}
	}
	for _, k := range []Kept{response, resolution} {
		if k.Of > 0 {
			s.Clocks = append(s.Clocks, k)
		}
	}
	s.Median = median(took)
	s.Checklists = rounds(r.Rounds, from, to)
	return s
}

func most(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) }

// deadline says whether a clock was kept, and whether that is decided. stopped says that it ran no more.
func deadline(inc incident.Incident, c incident.Clock, set, stopped bool) (kept, decided bool) {
	_, breached := inc.Plan.Breached[c]
	return !breached, set && (breached || stopped || !inc.Status.Live())
}

func (k *Kept) add(kept, decided bool) {
	if !decided {
		return
	}
	k.Of++
	if kept {
		k.Kept++
	}
}

// scenarioOf is the title of the scenario that is walked; empty for the process of any incident.
func scenarioOf(inc incident.Incident) string {
	if w := inc.Walk(); w != nil && w.Playbook.Slug != incident.GenericSlug {
		return w.Playbook.Title
	}
	return ""
}

func skippedSteps(inc incident.Incident, counts map[string]int) {
	for _, w := range inc.Walks {
		for i, m := range w.Marks {
			if m.State == incident.StepSkipped && i >= 0 && i < len(w.Playbook.Steps) {
				counts[w.Playbook.Title+": "+w.Playbook.Steps[i].Text]++
			}
		}
	}
}

func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	if n := len(list); n%2 == 0 {
		return (list[n/2-1] + list[n/2]) / 2
	}
	return list[len(list)/2]
}

// rounds counts those that ended, or of which nothing is left.
func rounds(list []routine.Round, from, to time.Time) (out []Kept) {
	for _, r := range list {
		left := len(r.Left())
		if !within(r.BegunAt, from, to) || !r.Over() && left > 0 {
			continue
		}
		i := slices.IndexFunc(out, func(k Kept) bool { return k.Name == r.Name })
		if i < 0 {
			i = len(out)
			out = append(out, Kept{Name: r.Name})
		}
		out[i].add(left == 0, true)
	}
	slices.SortFunc(out, func(a, b Kept) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Bar is one week of a chart.
type Bar struct {
	// Week is its first day.
	Week       routine.Day
	Severities []Count
}

// Weeks counts incidents by week, the oldest first: those that begin on the given days, each as long as a week. starts
// gives the moment at which a day begins.
func Weeks(all []incident.Incident, last routine.Day, n int, starts func(routine.Day) time.Time) (bars []Bar) {
	for i := n - 1; i >= 0; i-- {
		day := last.Add(-7 * i)
		s := Between(Record{Incidents: all}, starts(day), starts(day.Add(7)))
		bars = append(bars, Bar{day, s.Severities})
	}
	return bars
}
