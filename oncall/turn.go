package oncall

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// staleAfter is how old what a calendar says may be before that is said. It is asked every five minutes.
const staleAfter = 15 * time.Minute

// Kept is what is known of a source.
//
// With a calendar of overrides, that alone counts while it has a shift, and what is known is as old as the older of both.
type Kept struct {
	// Shifts are what it said when it was read last.
	Shifts Roster
	// ReadAt is when that was; zero when it never was.
	ReadAt time.Time
	// Problem is why the last reading failed; empty when it did not.
	Problem string
	// Over is what is known of the calendar of overrides; nil without one.
	Over *Kept
	// Handed are the shifts that were handed over in Slack, and Gave whose each was, at the same index; the zero value where that
	// is not known. Whoever took one over is called in the place of who gave it, beside those who share the shift; where that is
	// nobody's any more, it alone counts.
	Handed Roster
	Gave   []Person
}

// First are the shifts of those who are called at a moment.
func (k Kept) First(at time.Time) []Shift {
	now := k.said(at)
	for _, i := range k.taken(at) {
		took, gave := k.Handed[i], Person{}
		if i < len(k.Gave) {
			gave = k.Gave[i]
		}
		others := slices.DeleteFunc(slices.Clone(now), func(s Shift) bool { return s.Person == gave || s.Person == took.Person })
		if gave == (Person{}) || !slices.ContainsFunc(now, func(s Shift) bool { return s.Person == gave }) {
			others = nil
		}
		now = append([]Shift{took}, others...)
	}
	return now
}

// taken are the indices of those of Handed that hold at a moment, in the order in which they were taken.
func (k Kept) taken(at time.Time) (list []int) {
	for i, s := range k.Handed {
		if s.holds(at) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return k.Handed[a].From.Compare(k.Handed[b].From) })
	return list
}

// said are the shifts of those whom the source, or its overrides, name at a moment.
func (k Kept) said(at time.Time) []Shift {
	if k.Over != nil {
		if now := k.Over.Shifts.First(at); len(now) > 0 {
			return now
		}
	}
	return k.Shifts.First(at)
}

// Until is when others are called, or nobody is; zero when that is not known.
func (k Kept) Until(at time.Time) time.Time {
	for t, now := range k.after(at) {
		if !same(now, k.First(at)) {
			return t
		}
	}
	return time.Time{}
}

// Next is the shift of whoever is called after a moment and is not at it, from when they are; false when that is not known.
func (k Kept) Next(at time.Time) (Shift, bool) {
	for t, now := range k.after(at) {
		if len(now) > 0 && !same(now, k.First(at)) {
			return Shift{now[0].Person, t, now[0].Until}, true
		}
	}
	return Shift{}, false
}

// after gives who is called at each moment after one at which a shift begins or ends, in their order.
func (k Kept) after(at time.Time) iter.Seq2[time.Time, []Shift] {
	var moments []time.Time
	all := slices.Concat(k.Shifts, k.Handed)
	if k.Over != nil {
		all = slices.Concat(all, k.Over.Shifts)
	}
	for _, s := range all {
		moments = append(moments, s.From, s.Until)
	}
	slices.SortFunc(moments, time.Time.Compare)
	return func(yield func(time.Time, []Shift) bool) {
		for _, t := range moments {
			if t.After(at) && t.Before(Forever) && !yield(t, k.First(t)) {
				return
			}
		}
	}
}

// same reports whether the same people have a turn.
func same(a, b []Shift) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(s Shift) bool {
		return !slices.ContainsFunc(b, func(o Shift) bool { return o.Person == s.Person })
	})
}

// Read is when all of it was read last, zero when a part never was, and why a part could not be read since.
func (k Kept) Read() (at time.Time, problem string) {
	if o := k.Over; o != nil && (o.ReadAt.Before(k.ReadAt) || k.Problem == "" && o.Problem != "") {
		return earlier(k.ReadAt, o.ReadAt), cmp.Or(o.Problem, k.Problem)
	}
	return k.ReadAt, k.Problem
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Doubt is why it is not sure whose turn it is. Nothing is set when it is.
type Doubt struct {
	// Source is what says whose turn it is, as Source.Title has it; empty for its calendar.
	Source string
	// Unread: the calendar was never read. Nobody: it names nobody now.
	Unread, Nobody bool
	// Missing are those whom it names and who have no account.
	Missing []Person
	// Age is how old what it says is; 0 when that is not worth a word.
	Age time.Duration
	// Problem is why it could not be read, ever or since; empty when nobody knows.
	Problem string
	// Instead: the calendar leads to nobody, so that whoever the runbook itself names is called.
	Instead bool
}

// Sure reports whether nothing is in doubt.
func (d Doubt) Sure() bool {
	return !d.Unread && !d.Nobody && !d.Instead && len(d.Missing) == 0 && d.Age == 0
}

// Called decides who is called at a moment: the accounts of those whose turn it is. account has those that were found.
func (k Kept) Called(account map[Person]string, now time.Time) (who []string, d Doubt) {
	turn := k.First(now)
	readAt, problem := k.Read()
	handed := func(s Shift) bool { return slices.Contains(k.Handed, s) }
	if len(turn) > 0 && !slices.ContainsFunc(turn, func(s Shift) bool { return !handed(s) }) {
		readAt, problem = now, "" // that is known for sure
	}
	for _, s := range turn {
		switch found, ok := account[s.Person]; {
		case !ok:
			d.Missing = append(d.Missing, s.Person)
		case !slices.Contains(who, found):
			who = append(who, found)
		}
	}
	d.Unread, d.Instead = readAt.IsZero(), len(who) == 0
	d.Nobody = !d.Unread && len(turn) == 0
	if Old(readAt, now) {
		d.Age = now.Sub(readAt)
	}
	if d.Unread || d.Age > 0 {
		d.Problem = problem
	}
	return who, d
}

// Old reports whether a calendar was read so long ago that it is worth a word; one that never was is not old.
func Old(readAt, now time.Time) bool { return !readAt.IsZero() && now.Sub(readAt) > staleAfter }
