package oncall

import (
	"slices"
	"time"
)

// staleAfter is how old what a calendar says may be before that is said. It is asked every five minutes.
const staleAfter = 15 * time.Minute

// Kept is what is known of a calendar.
type Kept struct {
	// Shifts are what it said when it was read last.
	Shifts Roster
	// ReadAt is when that was; zero when it never was.
	ReadAt time.Time
	// Problem is why the last reading failed; empty when it did not.
	Problem string
}

// Doubt is why it is not sure whose turn it is. Nothing is set when it is.
type Doubt struct {
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

// Called decides who is called at a moment: the accounts of those whose turn it is. account has those that were found.
func (k Kept) Called(account map[Person]string, now time.Time) (who []string, d Doubt) {
	turn := k.Shifts.First(now)
	for _, s := range turn {
		switch found, ok := account[s.Person]; {
		case !ok:
			d.Missing = append(d.Missing, s.Person)
		case !slices.Contains(who, found):
			who = append(who, found)
		}
	}
	d.Unread, d.Instead = k.ReadAt.IsZero(), len(who) == 0
	d.Nobody = !d.Unread && len(turn) == 0
	if Old(k.ReadAt, now) {
		d.Age = now.Sub(k.ReadAt)
	}
	if d.Unread || d.Age > 0 {
		d.Problem = k.Problem
	}
	return who, d
}

// Old reports whether a calendar was read so long ago that it is worth a word; one that never was is not old.
func Old(readAt, now time.Time) bool { return !readAt.IsZero() && now.Sub(readAt) > staleAfter }
