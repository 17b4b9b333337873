package incident

import "time"

// FilePostmortem drafts the post-mortem and files it.
type FilePostmortem struct {
	Ref
	// Revision of the resolve that asked for it.
	Revision int `json:"revision"`
}

// Kind names the effect.
func (FilePostmortem) Kind() string { return "file_postmortem" }

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
	e := begin(inc, now)
	e.works(EventPostmortemFailed, "")
	if inc.PostmortemURL == link && inc.PostmortemNumber == number {
		return e.done() // filed again
	}
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
	e.alert("")
	return e.done()
}
