package tally

import (
	"cmp"
	"slices"
	"time"

	"mayday/incident"
	"mayday/routine"
)

// Overdue is a piece of work, of which a digest tells when its day is over: a follow-up, or with an Action without text
// the post-mortem of the incident.
type Overdue struct {
	Incident incident.Incident
	Action   incident.Action
	URL      string
	Due      time.Time
}

// Owner is who has to do it; empty when nobody was named.
func (o Overdue) Owner() incident.Person {
	if o.Action.Text != "" {
		return o.Action.Owner
	}
	return o.Incident.Roles[incident.Lead]
}

// Issue is the number of its issue.
func (o Overdue) Issue() int {
	if o.Action.Text != "" {
		return o.Action.Number
	}
	return o.Incident.PostmortemNumber
}

// Work is what GitHub is to be asked after, of the incidents that count: what is overdue at a moment if it is still open,
// and then the other follow-ups from after since. The zero since leaves those out.
func Work(all []incident.Incident, at, since time.Time) []Overdue {
	var late, others []Overdue
	for _, inc := range all {
		if !Counts(inc) {
			continue
		}
		if r := inc.Review; inc.PostmortemNumber > 0 && !r.Done && past(r.CloseDue, at) {
			late = append(late, Overdue{Incident: inc, URL: inc.PostmortemURL, Due: r.CloseDue})
		}
		for _, a := range inc.Actions {
			o := Overdue{Incident: inc, Action: a, URL: a.URL, Due: a.Due}
			switch {
			case a.Number == 0:
			case past(a.Due, at):
				late = append(late, o)
			case !since.IsZero() && a.At.After(since):
				others = append(others, o)
			}
		}
	}
	return append(late, others...)
}

func past(due, at time.Time) bool { return !due.IsZero() && due.Before(at) }

// Interruption is an incident that called people outside of the team's hours.
type Interruption struct {
	Incident incident.Incident
	// At is the first call, and Calls how many there were.
	At    time.Time
	Calls int
}

// Morning is how things stand.
type Morning struct {
	// Open incidents, the gravest first.
	Open []incident.Incident
	// Night are the interruptions since the digest before, in their order.
	Night []Interruption
	// Overdue work, that of one owner together, the oldest first.
	Overdue []Overdue
	// Checklists are the names of those that are due today.
	Checklists []string
}

// Empty reports whether there is nothing to say.
func (m Morning) Empty() bool {
	return len(m.Open)+len(m.Night)+len(m.Overdue)+len(m.Checklists) == 0
}

// Owners are those who have overdue work, each once, in the order in which it is listed.
func (m Morning) Owners() (owners []incident.Person) {
	for _, o := range m.Overdue {
		if p := o.Owner(); p != "" && !slices.Contains(owners, p) {
			owners = append(owners, p)
		}
	}
	return owners
}

// Live are the open incidents that count, the gravest first, of one severity the oldest first.
func Live(all []incident.Incident) (open []incident.Incident) {
	for _, inc := range all {
		if Counts(inc) && inc.Status.Live() {
			open = append(open, inc)
		}
	}
	rank := func(inc incident.Incident) int {
		if r := inc.Policy.Rank(inc.Severity); r >= 0 {
			return r
		}
		return len(inc.Policy.Severities)
	}
	slices.SortStableFunc(open, func(a, b incident.Incident) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.DeclaredAt.Compare(b.DeclaredAt))
	})
	return open
}

// Night are the incidents that called somebody between two moments, outside of the team's hours or on a day off.
func Night(all []incident.Incident, hours incident.Hours, cal routine.Calendar, from, to time.Time) (night []Interruption) {
	for _, inc := range all {
		if !Counts(inc) {
			continue
		}
		i := Interruption{Incident: inc}
		for page := range inc.Pages {
			at, reached := reachedAt(inc, page)
			office := hours.Contains(at) && !cal.Holiday(routine.DayOf(at.In(cal.Location())))
			if !reached || !within(at, from, to) || office {
				continue
			}
			if i.Calls++; i.At.IsZero() || at.Before(i.At) {
				i.At = at
			}
		}
		if i.Calls > 0 {
			night = append(night, i)
		}
	}
	slices.SortStableFunc(night, func(a, b Interruption) int { return a.At.Compare(b.At) })
	return night
}

// reachedAt is when a page first reached somebody, by a message or by another method. One that reached nobody, because Slack
// was away or no mayday ran, interrupted nobody.
func reachedAt(inc incident.Incident, page int) (at time.Time, reached bool) {
	at = inc.Pages[page].DeliveredAt
	for _, a := range inc.Reaches[page].Attempts {
		if !a.SentAt.IsZero() && (at.IsZero() || a.SentAt.Before(at)) {
			at = a.SentAt
		}
	}
	return at, !at.IsZero()
}

// ByOwner sorts overdue work: that of one owner together, those first who have the most, nobody's last.
func ByOwner(list []Overdue) []Overdue {
	list = slices.Clone(list)
	many := map[incident.Person]int{}
	for _, o := range list {
		if o.Owner() != "" {
			many[o.Owner()]++
		}
	}
	slices.SortStableFunc(list, func(a, b Overdue) int {
		return cmp.Or(cmp.Compare(many[b.Owner()], many[a.Owner()]), cmp.Compare(a.Owner(), b.Owner()), a.Due.Compare(b.Due))
	})
	return list
}

// DueToday are the names of the checklists that have something left today: whose newest round is today's and goes on,
// or whose next one is today's. newest is the newest round of each, by the slug.
func DueToday(lists map[string]routine.Routine, newest map[string]routine.Round, today routine.Day, dayOf func(time.Time) routine.Day) (names []string) {
	for slug, r := range lists {
		round, begun := newest[slug]
		left := begun && round.Day == today && !round.Over() && len(round.Left()) > 0
		if left || !r.Next.IsZero() && dayOf(r.Next) == today {
			names = append(names, r.Checklist.Name)
		}
	}
	slices.Sort(names)
	return names
}
