package routine

import (
	"slices"
	"time"
)

// Answered records what was answered to the Asks of a round: one list a line, in the order of its Asks. An item all of
// whose deciding answers are good is done, and one with a bad answer is a problem; what a person marked meanwhile stays.
// Numbers are kept for later comparison.
func Answered(r Routine, round Round, answers [][]Answer, now time.Time) (Change, error) {
	if !round.Asking || round.Over() {
		return Change{Routine: r, Round: round}, nil
	}
	e := begin(r, round, now)
	e.Round.Asking = false
	day := e.today()
	for i := range e.Round.Lines {
		l := &e.Round.Lines[i]
		if i >= len(answers) {
			break
		}
		l.Answers = slices.Clone(answers[i])
		for j, a := range l.Answers {
			if j < len(l.Asks) && a.Value != nil && l.Asks[j].Name != "" {
				e.Readings = append(e.Readings, Reading{Query: l.Asks[j].Name, Day: day, Value: *a.Value})
			}
		}
		if l.State != Open {
			continue
		}
		switch verdict(l.Item, l.Answers) {
		case Fine:
			l.State, l.At = Done, e.now
		case Wrong:
			l.State, l.At = Problem, e.now
			l.InARow = r.InARow[l.Text] + 1
		}
	}
	return e.done()
}

// verdict is what all answers together say of an item.
func verdict(it Item, answers []Answer) Verdict {
	decided, open := false, false
	for i, ask := range it.Asks {
		if !ask.Decides {
			continue
		}
		decided = true
		switch {
		case i >= len(answers) || answers[i].Verdict == Shown || answers[i].Verdict == Silent:
			open = true
		case answers[i].Verdict == Wrong:
			return Wrong
		}
	}
	if !decided || open {
		return Shown
	}
	return Fine
}
