package incident

import "time"

// ArchiveChannel archives the channel of a closed or cancelled incident.
type ArchiveChannel struct {
	Ref
}

// Kind names the effect.
func (ArchiveChannel) Kind() string { return "archive_channel" }

// Close puts a resolved incident away and archives its channel.
func Close(inc Incident, by Person, now time.Time) (Change, error) {
	if inc.Status == Closed {
		return Change{}, &Refusal{Reason: Already, Verb: "close", By: inc.EndedBy, At: inc.EndedAt}
	}
	if inc.Status.Live() {
		return Change{}, &Refusal{Reason: NotOver, Verb: "close", Status: inc.Status}
	}
	e := begin(inc, now)
	e.end(Closed, by)
	e.record(Event{Kind: EventClosed, By: by, Aloud: true})
	e.do(ArchiveChannel{inc.Ref()})
	return e.done()
}

func (e *edit) end(s Status, by Person) {
	e.Incident.Status = s
	e.Incident.EndedBy, e.Incident.EndedAt = by, e.now
	e.clearReminder()
	e.walked = true
}
