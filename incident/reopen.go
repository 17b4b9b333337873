package incident

import "time"

// UnarchiveChannel is what a release before this one asks for when a closed incident
// is taken up again; it is carried out as LookAtChannel.
type UnarchiveChannel struct {
	Ref
}

// Kind names the effect.
func (UnarchiveChannel) Kind() string { return "unarchive_channel" }

// Reopen takes the incident up again: its clocks run on, and whoever reopens
// counts as having acknowledged. A snooze ends. The channel of a closed one is in the
// archive, from which only people take it: until then what is said waits.
func Reopen(inc Incident, by Person, why string, now time.Time) (Change, error) {
	if inc.Status.Live() {
		return Change{}, &Refusal{Reason: NotOver, Verb: "reopen", Status: inc.Status}
	}
	e := begin(inc, now)
	e.Incident.Status = Investigating
	e.Incident.ResolvedBy, e.Incident.ResolvedAt = "", time.Time{}
	e.Incident.EndedBy, e.Incident.EndedAt = "", time.Time{}
	e.Incident.Plan.Snoozed = time.Time{}
	if inc.ChannelID != "" && (inc.Status == Closed || inc.Away != "") {
		if inc.Away == "" {
			e.Incident.Away = Archived // mayday archived it; should it not have come to that, the look finds out
		}
		e.do(LookAtChannel{Ref: inc.Ref()})
	}
	e.record(Event{Kind: EventReopened, By: by, From: string(inc.Status), Note: Line(why, MaxText), Aloud: true})
	if !inc.Acknowledged() {
		e.acknowledge(by)
	}
	e.plan()
	delete(e.Incident.Plan.Due, ClockEscalate)
	if s := inc.Rung().UpdateEvery; s.Set {
		e.Incident.Plan.Due[ClockUpdate] = inc.after(e.now, s.D)
	}
	e.walked = true
	e.involve(by)
	return e.done()
}
