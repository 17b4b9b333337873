package incident

import (
	"slices"
	"time"
)

// UnarchiveChannel opens the archived channel of a closed incident again.
type UnarchiveChannel struct {
	Ref
}

// Kind names the effect.
func (UnarchiveChannel) Kind() string { return "unarchive_channel" }

// Reopen takes the incident up again: its clocks run on, and whoever reopens
// counts as having acknowledged. A snooze ends, and a closed one's channel is taken out of the archive.
func Reopen(inc Incident, by Person, why string, now time.Time) (Change, error) {
	if inc.Status.Live() {
		return Change{}, &Refusal{Reason: NotOver, Verb: "reopen", Status: inc.Status}
	}
	e := begin(inc, now)
	e.Incident.Status = Investigating
	e.Incident.ResolvedBy, e.Incident.ResolvedAt = "", time.Time{}
	e.Incident.EndedBy, e.Incident.EndedAt = "", time.Time{}
	e.Incident.Plan.Snoozed = time.Time{}
	if inc.Status == Closed && inc.ChannelID != "" {
		e.do(UnarchiveChannel{inc.Ref()})
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

// ChannelReturned records that the channel of a reopened incident is out of the
// archive: what could not be shown and said there meanwhile is now, and trouble, by
// which it was said to be given up, is over.
func ChannelReturned(inc Incident, trouble string, now time.Time) (Change, error) {
	e := begin(inc, now)
	delete(e.Incident.Troubles, trouble)
	e.do(Speak{inc.Ref()}, Invite{Ref: inc.Ref(), People: slices.Concat(inc.Responders, inc.Joined)})
	for _, s := range []Surface{Card, StepMessage, Topic, ReminderMessage} {
		e.do(Show{inc.Ref(), s, inc.Revision})
	}
	return e.done()
}
