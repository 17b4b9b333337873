package routine

import "time"

// MarkDone marks an item as done. A problem that is solved is done too.
func MarkDone(r Routine, round Round, by Person, number int, now time.Time) (Change, error) {
	return mark(r, round, by, number, "mark it done", now, func(l *Line) error {
		if l.State == Done || l.State == Skipped {
			return already("mark it done", *l)
		}
		l.State = Done
		return nil
	})
}

// mark changes an item on behalf of a person.
func mark(r Routine, round Round, by Person, number int, verb string, now time.Time, do func(*Line) error) (Change, error) {
	e := begin(r, round, now)
	l, err := e.line(verb, number)
	if err != nil {
		return Change{}, err
	}
	if err := do(l); err != nil {
		return Change{}, err
	}
	l.By, l.At = by, e.now
	e.involve(by)
	return e.done()
}

func already(verb string, l Line) error {
	return &Refusal{Reason: Already, Verb: verb, By: l.By, At: l.At, State: l.State}
}
