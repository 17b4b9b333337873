package incident

import "time"

// Announce publishes an update. next, when set, is the time until the next one;
// otherwise the severity's cadence counts.
func Announce(inc Incident, by Person, text string, next time.Duration, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("update")
	}
	text = Paragraph(text, MaxText)
	if text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "update", Word: "what is known now"}
	}
	e := begin(inc, now)
	e.Incident.LastUpdate = Update{By: by, At: e.now, Text: text}
	every := inc.Rung().UpdateEvery
	if next > 0 {
		every = Within(next)
	}
	delete(e.Incident.Plan.Due, ClockUpdate)
	e.Incident.Plan.UpdatesSnoozed = time.Time{}
	var due time.Time
	if every.Set {
		due = inc.after(e.now, every.D)
		if next <= 0 {
			due = e.awake(due)
		}
		e.Incident.Plan.Due[ClockUpdate] = due
	}
	e.clearReminder(ClockUpdate)
	e.involve(by)
	e.record(Event{Kind: EventUpdated, By: by, Text: text, Due: due, Aloud: true})
	if !inc.Private {
		e.do(PassOnUpdate{e.Incident.Ref(), e.Incident.Revision})
	}
	return e.done()
}

// PassOnUpdate tells those who follow the announcement's thread of the update Seq.
type PassOnUpdate struct {
	Ref
	Seq int `json:"seq"`
}

// Kind names the effect.
func (PassOnUpdate) Kind() string { return "pass_on_update" }
