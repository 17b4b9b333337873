package incident

import (
	"time"
)

// Resolve ends the incident's clocks and asks for the post-mortem that the
// severity demands. Resolving what nobody acknowledged acknowledges it.
func Resolve(inc Incident, by Person, summary string, now time.Time) (Change, error) {
	if inc.Status == Resolved {
		return Change{}, &Refusal{Reason: Already, Verb: "resolve", By: inc.ResolvedBy, At: inc.ResolvedAt}
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("resolve")
	}
	e := begin(inc, now)
	if !inc.Acknowledged() {
		e.acknowledge(by)
	}
	e.Incident.Status = Resolved
	e.Incident.ResolvedBy, e.Incident.ResolvedAt = by, e.now
	e.Incident.Summary = Paragraph(summary, MaxText)
	e.Incident.PostmortemFailed = ""
	e.planReview()
	e.clearReminder()
	e.involve(by)
	e.walked = true
	e.record(Event{Kind: EventResolved, By: by, Text: e.Incident.Summary, Aloud: true})
	e.runFrom(Afterwards, 0)
	if inc.Rung().Postmortem != NoPostmortem {
		e.do(FilePostmortem{inc.Ref(), e.Incident.Revision})
	}
	return e.done()
}
