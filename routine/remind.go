package routine

import "time"

// SendReminder tells whoever is on a round, or else on call, what of it is left.
type SendReminder struct{ Ref }

// Kind names the effect.
func (SendReminder) Kind() string { return "remind_of_round" }

// remindUntil is how late a reminder may be: one that was due while mayday was down is not made up for at night.
const remindUntil = 3 * time.Hour

// Remind asks for the one reminder of a round, unless nothing of it is left, the next round is due, or its time is long
// over. A clock that is not due does nothing.
func Remind(r Routine, round Round, now time.Time) (Change, error) {
	if r.Remind.IsZero() || r.Remind.After(now) {
		return Change{Routine: r, Round: round}, nil
	}
	e := begin(r, round, now)
	e.Routine.Remind = time.Time{}
	if late := r.Pace.team(now).Sub(r.Pace.team(r.Remind)) > remindUntil; late || !r.Next.IsZero() && !r.Next.After(now) {
		e.changed = true // nobody sees a difference
		return e.Change, nil
	}
	if !round.Over() && round.RemindedAt.IsZero() && len(round.Left()) > 0 {
		e.Round.RemindedAt = e.now
		e.Effects = append(e.Effects, SendReminder{round.Ref})
	}
	return e.done()
}
