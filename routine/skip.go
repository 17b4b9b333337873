package routine

import "time"

// Skip leaves an item out of this round, and says why.
func Skip(r Routine, round Round, by Person, number int, why string, now time.Time) (Change, error) {
	const verb = "skip it"
	return mark(r, round, by, number, verb, now, func(l *Line) error {
		if l.State == Done || l.State == Skipped {
			return already(verb, *l)
		}
		if why = tidy(why, maxLine); why == "" {
			return &Refusal{Reason: NeedsText, Verb: verb}
		}
		l.State, l.Why = Skipped, why
		return nil
	})
}
