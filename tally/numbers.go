package tally

import (
	"cmp"
	"math"
	"slices"

	"mayday/routine"
)

// Point is a number of a day.
type Point struct {
	Day   routine.Day
	Value float64
}

// Number is a query of one number with what it answered lately.
type Number struct {
	Query string
	// Points in their order; days without an answer are left out. There is at least one.
	Points []Point
	// Now is the newest, and Before the newest of the seventh to thirteenth day before it; nil when there is none.
	Now    Point
	Before *float64
}

// Change is how far the number went, as a share of what it was; 0 when that is not known.
func (n Number) Change() float64 {
	if n.Before == nil {
		return 0
	}
	return (n.Now.Value - *n.Before) / max(math.Abs(*n.Before), 1)
}

// Numbers are those with an answer in the week that ends before a day, what changed most first. readings may reach
// further back.
func Numbers(readings map[string]map[routine.Day]float64, end routine.Day) (list []Number) {
	for query, days := range readings {
		points := Points(days, "", end.Add(-1))
		if len(points) == 0 || points[len(points)-1].Day < end.Add(-7) {
			continue
		}
		n := Number{Query: query, Points: points, Now: points[len(points)-1]}
		for _, p := range points {
			if v := p.Value; p.Day <= n.Now.Day.Add(-7) && p.Day > n.Now.Day.Add(-14) {
				n.Before = &v
			}
		}
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b Number) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Change()), math.Abs(a.Change())), cmp.Compare(a.Query, b.Query))
	})
	return list
}

// Points are the numbers from one day to another, both included, in their order.
func Points(days map[routine.Day]float64, from, to routine.Day) (points []Point) {
	for d, v := range days {
		if d >= from && d <= to {
			points = append(points, Point{d, v})
		}
	}
	slices.SortFunc(points, func(a, b Point) int { return cmp.Compare(a.Day, b.Day) })
	return points
}

// Thinned leaves at most most points, the newest of each stretch of days of the same length.
func Thinned(points []Point, most int) []Point {
	if len(points) <= most || most < 1 {
		return points
	}
	step := (len(points) + most - 1) / most
	var out []Point
	for i := (len(points) - 1) % step; i < len(points); i += step {
		out = append(out, points[i])
	}
	return out
}
