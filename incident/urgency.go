package incident

import (
	"cmp"
	"slices"
)

// WaitsFor reports whether an incident that goes on waits for somebody: they were paged
// and nobody has acknowledged yet, or they hold a role in it.
func (inc Incident) WaitsFor(who Person) bool {
	if who == "" || !inc.Status.Live() {
		return false
	}
	for _, holder := range inc.Roles {
		if holder == who {
			return true
		}
	}
	_, declined := inc.Declined[who]
	return !inc.Acknowledged() && !declined && slices.ContainsFunc(inc.Pages, func(p Page) bool { return p.Person == who })
}

// ByUrgency sorts incidents for somebody: first what goes on, of that what waits for them,
// then the gravest, of those what is overdue, then the oldest. The rank of a severity is
// that of each incident's own runbook.
func ByUrgency(list []Incident, who Person) {
	rank := func(inc Incident) int {
		if r := inc.Policy.Rank(inc.Severity); r >= 0 {
			return r
		}
		return len(inc.Policy.Severities)
	}
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b Incident) int {
		return cmp.Or(first(a.Status.Live(), b.Status.Live()), first(a.WaitsFor(who), b.WaitsFor(who)),
			cmp.Compare(rank(a), rank(b)), first(a.late(), b.late()), a.DeclaredAt.Compare(b.DeclaredAt))
	})
}

// late reports whether anything that the clocks ask for is missed.
func (inc Incident) late() bool {
	return slices.ContainsFunc([]Clock{ClockRespond, ClockUpdate, ClockResolve}, func(c Clock) bool {
		_, late := inc.Overdue(c)
		return late
	})
}
