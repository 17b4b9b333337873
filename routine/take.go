package routine

import "time"

// Take puts a person on a round: they are reminded of it, and nobody else. Whoever takes it later takes it over.
func Take(r Routine, round Round, by Person, now time.Time) (Change, error) {
	const verb = "take the round"
	if round.Over() {
		return Change{}, &Refusal{Reason: Over, Verb: verb, At: round.ClosedAt}
	}
	if round.On == by {
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by}
	}
	e := begin(r, round, now)
	e.Round.On = by
	return e.done()
}
