package postmortem

import (
	"fmt"
	"strings"
	"time"

	"mayday/incident"
)

// figure is one row of the table: a target of the matrix and what came of it.
type figure struct {
	what   string
	target incident.Span
	clock  incident.Clock
	// at is when it happened; zero when it did not.
	at time.Time
	// upkeep: it concerns the incident while it goes on, and nothing is missed
	// when the incident ended first.
	upkeep bool
}

func (d *draft) figures() string {
	inc, s := d.inc, d.inc.Rung()
	rows := []figure{
		{what: "Acknowledged", target: s.Respond, clock: incident.ClockRespond, at: inc.AcknowledgedAt},
		{what: "First update", target: s.UpdateEvery, clock: incident.ClockUpdate, at: d.firstUpdate(), upkeep: true},
		{what: "Resolved", target: s.FixWithin, clock: incident.ClockResolve, at: inc.ResolvedAt},
	}
	var b strings.Builder
	b.WriteString("| | Target | Actual | |\n|---|---|---|---|\n")
	fmt.Fprintf(&b, "| Declared | | %s | |\n", quiet(d.moment(inc.DeclaredAt)))
	for _, f := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.what, d.target(f), d.actual(f), d.verdict(f))
	}
	for _, n := range d.figureNotes() {
		b.WriteString("\n" + n + "\n")
	}
	for _, f := range rows {
		// The yardstick was another one when the clock ran out.
		if at, told := inc.Plan.Breached[f.clock]; told && d.verdict(f) == "kept" {
			fmt.Fprintf(&b, "\n%s: told as missed on %s, under the severity of that time.\n", f.what, quiet(d.moment(at)))
		}
	}
	return strings.TrimSpace(b.String())
}

func (d *draft) firstUpdate() time.Time {
	for _, ev := range d.evs {
		if ev.Kind == incident.EventUpdated {
			return ev.At
		}
	}
	return time.Time{}
}

func (d *draft) target(f figure) string {
	switch {
	case !f.target.Set:
		return "none"
	case f.target.D == 0:
		return "at once"
	}
	t := "within " + span(f.target.D)
	if d.inc.Rung().BusinessHours {
		t += " of business hours"
	}
	return t
}

func (d *draft) actual(f figure) string {
	if f.at.IsZero() {
		return "not done"
	}
	return "after " + span(f.at.Sub(d.inc.DeclaredAt))
}

// deadline is when a target counted from the declaration runs out.
func (d *draft) deadline(f figure) time.Time {
	if d.inc.Rung().BusinessHours {
		return d.inc.Policy.Hours.AddDays(d.inc.DeclaredAt, f.target.D)
	}
	return d.inc.DeclaredAt.Add(f.target.D)
}

func (d *draft) verdict(f figure) string {
	if !f.target.Set {
		return ""
	}
	due := d.deadline(f)
	if f.at.IsZero() {
		if d.endedBefore(due) && f.upkeep {
			return "not needed"
		}
		if d.lastKnown().After(due) {
			return "**missed**"
		}
		return "not yet due"
	}
	// Nobody acknowledges within the same second; an immediate target is one of the minute.
	if f.target.D == 0 {
		due = due.Add(time.Minute)
	}
	if f.at.After(due) {
		return "**missed** by " + span(f.at.Sub(due))
	}
	return "kept"
}

func (d *draft) endedBefore(due time.Time) bool {
	end := d.end()
	return !end.IsZero() && !end.After(due)
}

func (d *draft) end() time.Time {
	if !d.inc.ResolvedAt.IsZero() {
		return d.inc.ResolvedAt
	}
	return d.inc.EndedAt
}

// lastKnown is the newest moment that the draft knows of; drafting has no clock.
func (d *draft) lastKnown() time.Time {
	last := d.inc.DeclaredAt
	if n := len(d.evs); n > 0 {
		last = d.evs[n-1].At
	}
	if end := d.end(); !end.IsZero() {
		last = end
	}
	return last
}

// figureNotes say what the table cannot: that the yardstick changed, that
// reminders were snoozed, that the incident was reopened.
func (d *draft) figureNotes() []string {
	var notes []string
	first, snoozed, reopened := "", 0, 0
	for _, ev := range d.evs {
		switch ev.Kind {
		case incident.EventSeverityChanged:
			if first == "" {
				first = ev.From
			}
		case incident.EventSnoozed:
			snoozed++
		case incident.EventReopened:
			reopened++
		}
	}
	if first != "" {
		notes = append(notes, fmt.Sprintf("Measured against %s, the severity at the end; it was declared as %s.", quiet(d.inc.Severity), quiet(first)))
	}
	if snoozed > 0 {
		notes = append(notes, fmt.Sprintf("Reminders were snoozed %s; the targets are those of the matrix all the same.", times(snoozed)))
	}
	if reopened > 0 {
		notes = append(notes, fmt.Sprintf("The incident was reopened %s; what counts is the last resolution.", times(reopened)))
	}
	return notes
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
