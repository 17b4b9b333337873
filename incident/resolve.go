package incident

import (
	"slices"
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
	e.runAll(Afterwards)
	if inc.Rung().Postmortem != NoPostmortem {
		e.do(FilePostmortem{inc.Ref(), e.Incident.Revision})
	}
	return e.done()
}

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

// Cancel ends an incident that was none.
func Cancel(inc Incident, by Person, why string, now time.Time) (Change, error) {
	if inc.Status == Cancelled {
		return Change{}, &Refusal{Reason: Already, Verb: "cancel", By: inc.EndedBy, At: inc.EndedAt}
	}
	if !inc.Status.Live() {
		return Change{}, inc.over("cancel")
	}
	why = Line(why, MaxText)
	if why == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "cancel", Word: "why it is no incident"}
	}
	e := begin(inc, now)
	e.end(Cancelled, by)
	e.record(Event{Kind: EventCancelled, By: by, Note: why, Aloud: true})
	return e.done()
}

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

// RequestPostmortem asks for the post-mortem again, or for one that the
// severity does not demand. While the incident goes on it tries again what GitHub
// refused, if there is anything.
func RequestPostmortem(inc Incident, by Person, now time.Time) (Change, error) {
	e := begin(inc, now)
	_, unfiled := inc.Troubles[TroubleFollowUp]
	if inc.Status.Live() && (inc.Track.Failed != "" || unfiled) {
		e.record(Event{Kind: EventGitHubRetried, By: by})
		e.trackAgain()
		e.fileFollowUps()
		return e.done()
	}
	if inc.Status.Live() {
		return Change{}, &Refusal{Reason: NotOver, Verb: "write the post-mortem", Status: inc.Status}
	}
	e.record(Event{Kind: EventPostmortemRequested, By: by})
	e.Incident.PostmortemFailed = ""
	e.trackAgain()
	e.fileFollowUps()
	e.teachAll()
	if inc.Review.Next.IsZero() && !inc.Review.Done {
		e.planReview()
	}
	e.do(FilePostmortem{inc.Ref(), e.Incident.Revision})
	return e.done()
}

// PostmortemFiled records where the post-mortem is: a file in the channel.
func PostmortemFiled(inc Incident, link string, now time.Time) (Change, error) {
	return PostmortemIssue(inc, 0, link, now)
}

// PostmortemIssue records the issue of the post-mortem, below which the
// follow-ups are linked.
func PostmortemIssue(inc Incident, number int, link string, now time.Time) (Change, error) {
	if inc.PostmortemURL == link && inc.PostmortemNumber == number {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.PostmortemURL, e.Incident.PostmortemNumber, e.Incident.PostmortemFailed = link, number, ""
	e.planReview()
	e.fileFollowUps()
	e.teachAll()
	e.record(Event{Kind: EventPostmortemFiled, Link: link, Aloud: true})
	return e.done()
}

// PostmortemFailed records that the post-mortem could not be filed, and why, in
// words for people. The same failure of the same request changes nothing: it was
// recorded, and only the answer to that was lost.
func PostmortemFailed(inc Incident, why string, now time.Time) (Change, error) {
	why = Line(why, MaxText)
	if inc.PostmortemFailed == why {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.PostmortemFailed = why
	e.record(Event{Kind: EventPostmortemFailed, Text: why, Aloud: true})
	return e.done()
}
