package routine

import "time"

// CheckRunbook looks whether the runbook is still true: its date, contacts, addresses, queries and scenarios.
type CheckRunbook struct {
	// Month, by its first day, is the one whose turn it is; empty when somebody asks.
	Month Day `json:"month,omitempty"`
	// By is who asked, and Channel where.
	By      Person `json:"by,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// Kind names the effect.
func (CheckRunbook) Kind() string { return "check_runbook" }

// Of names no round: the effect belongs to none.
func (CheckRunbook) Of() Ref { return Ref{} }

// MonthOf is the month whose first working day's hour came last by a moment, and when the next one comes.
func MonthOf(cal Calendar, now time.Time) (month Day, next time.Time) {
	c := Cadence{Every: Monthly}
	p := c.periodOf(DayOf(now.In(cal.Location())))
	at, _ := c.due(p, cal) // a month always has one
	if at.After(now) {
		return c.periodOf(p.First.Add(-1)).First, at
	}
	next, _ = c.due(c.periodOf(p.End), cal)
	return p.First, next
}

// TurnOfMonth says whether a month's turn has come when another one was the last; one that is the first ever is only
// remembered, because a team that begins has just read its runbook.
func TurnOfMonth(last, month Day) (remember, check bool) {
	return month > last, last != "" && month > last
}
