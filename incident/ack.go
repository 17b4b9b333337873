package incident

import (
	"time"
)

// Acknowledge stops the response clock. Whoever acknowledges leads until
// somebody else takes the lead.
func Acknowledge(inc Incident, by Person, now time.Time) (Change, error) {
	if inc.Acknowledged() {
		return Change{}, &Refusal{Reason: Already, Verb: "acknowledge", By: inc.AcknowledgedBy, At: inc.AcknowledgedAt}
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("acknowledge")
	}
	e := begin(inc, now)
	e.acknowledge(by)
	return e.done()
}

func (e *edit) acknowledge(by Person) {
	inc := &e.Incident
	inc.AcknowledgedBy, inc.AcknowledgedAt = by, e.now
	if inc.Status == Open {
		inc.Status = Investigating
	}
	leads := ""
	if inc.Roles[Lead] == "" {
		inc.Roles[Lead] = by
		leads = string(Lead)
	}
	e.involve(by)
	e.clearReminder(ClockRespond)
	e.planEscalation()
	due := inc.Plan.Due[ClockRespond]
	e.record(Event{Kind: EventAcknowledged, By: by, To: leads, Due: due, Aloud: true})
}
