package routine

import (
	"maps"
	"strings"
	"time"
	"unicode"
)

// Change is what a decision returns: the rows as they are now, and what to do. One that is Empty stores nothing.
type Change struct {
	Routine Routine
	// Round is the one that the decision was about, and Closed the one that it ended, if any.
	Round  Round
	Closed *Round
	// Readings are numbers to keep for comparison.
	Readings []Reading
	Effects  []Effect
	changed  bool
}

// Empty reports whether nothing changed and nothing is to be done.
func (c Change) Empty() bool { return !c.changed && len(c.Effects) == 0 }

// Reading is what a query of one number answered on a day.
type Reading struct {
	Query string
	Day   Day
	Value float64
}

// edit builds a Change on copies of the rows.
type edit struct {
	Change
	now time.Time
}

func begin(r Routine, round Round, now time.Time) *edit {
	r.InARow = maps.Clone(r.InARow)
	return &edit{Change: Change{Routine: r, Round: round.clone()}, now: now.UTC()}
}

// today is the team's date.
func (e *edit) today() Day {
	return DayOf(e.Routine.Pace.team(e.now).In(e.Routine.Calendar.Location()))
}

// done closes the edit: the clocks follow from the round, and what shows it is drawn anew.
func (e *edit) done() (Change, error) {
	e.changed = true
	e.Routine.Revision++
	if e.Round.Period == "" {
		return e.Change, nil
	}
	e.Round.Revision++
	if e.Round.Period == e.Routine.Last && (e.Round.Over() || !e.Round.RemindedAt.IsZero() || len(e.Round.Left()) == 0) {
		e.Routine.Remind = time.Time{}
	}
	if !e.Round.Asking {
		e.Effects = append(e.Effects, Show{e.Round.Ref, e.Round.Revision})
	}
	return e.Change, nil
}

// involve remembers who goes through the round.
func (e *edit) involve(p Person) {
	if e.Round.On == "" {
		e.Round.On = p
	}
}

// line finds an item of a round that goes on, by its number from 1.
func (e *edit) line(verb string, n int) (*Line, error) {
	if e.Round.Over() {
		return nil, &Refusal{Reason: Over, Verb: verb, At: e.Round.ClosedAt}
	}
	if n < 1 || n > len(e.Round.Lines) {
		return nil, &Refusal{Reason: NoSuchItem, Verb: verb}
	}
	return &e.Round.Lines[n-1], nil
}

// Longest texts that are kept, in characters.
const (
	MaxText = 2000
	maxLine = 300
)

// tidy makes one clean line of what a person typed.
func tidy(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}

// Reason is why a decision was refused.
type Reason string

// Why a decision may be refused.
const (
	// Already: somebody settled the item; By and At say who and when, State how.
	Already Reason = "already"
	// Over: the round is closed, since At.
	Over Reason = "over"
	// NoSuchItem: the round has no item of that number.
	NoSuchItem Reason = "no_such_item"
	// NeedsText: something has to be said.
	NeedsText Reason = "needs_text"
)

// Refusal is the error of a verb that does not apply. It changes nothing.
type Refusal struct {
	Reason Reason
	// Verb is the word on the button.
	Verb  string
	By    Person
	At    time.Time
	State LineState
}

// Error names the reason for operators; people get a rendered sentence.
func (r *Refusal) Error() string { return "refused to " + r.Verb + ": " + string(r.Reason) }
