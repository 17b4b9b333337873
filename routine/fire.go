package routine

import "time"

// Fire decides what a clock does that ran out. One that is stale does nothing.
func Fire(r Routine, round Round, t Timer, now time.Time) (Change, error) {
	if t.Clock == RemindClock {
		return Remind(r, round, now)
	}
	return Begin(r, round, now)
}
