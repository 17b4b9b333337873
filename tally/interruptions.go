package tally

import (
	"cmp"
	"slices"
	"time"

	"mayday/incident"
)

// Call is a message that paged somebody, of however many incidents it was. Drills call nobody in earnest and are none.
type Call struct {
	Person incident.Person
	At     time.Time
	// Private: of nothing but private incidents, of which only the one who was called hears.
	Private bool
}

// Hours are interruptions by the hour of somebody's own day.
type Hours struct {
	// Working is from 9 to 18, Evening from 18 to 23, and Night the rest, on every day of the week.
	Working, Evening, Night int
}

// Total counts them all.
func (h Hours) Total() int { return h.Working + h.Evening + h.Night }

// Plus adds others.
func (h Hours) Plus(o Hours) Hours {
	return Hours{h.Working + o.Working, h.Evening + o.Evening, h.Night + o.Night}
}

func (h *Hours) add(local time.Time) {
	switch hour := local.Hour(); {
	case hour >= 9 && hour < 18:
		h.Working++
	case hour >= 18 && hour < 23:
		h.Evening++
	default:
		h.Night++
	}
}

// Interrupted counts the calls of one person between two moments, in their time zone.
func Interrupted(calls []Call, who incident.Person, zone *time.Location, from, to time.Time) (h Hours) {
	for _, c := range calls {
		if c.Person == who && within(c.At, from, to) {
			h.add(c.At.In(zone))
		}
	}
	return h
}

// Share is how often one person was interrupted.
type Share struct {
	Person incident.Person
	Hours
}

// Shares counts the calls between two moments by person, those at night most often first, without those of private incidents. zone is that of
// each person.
func Shares(calls []Call, zone func(incident.Person) *time.Location, from, to time.Time) (shares []Share) {
	open := slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.Private || !within(c.At, from, to) })
	var people []incident.Person
	for _, c := range open {
		if !slices.Contains(people, c.Person) {
			people = append(people, c.Person)
		}
	}
	for _, p := range people {
		shares = append(shares, Share{p, Interrupted(open, p, zone(p), from, to)})
	}
	slices.SortFunc(shares, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Night, a.Night), cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Person, b.Person))
	})
	return shares
}
