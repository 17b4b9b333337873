package incident

import (
	"slices"
	"time"
)

// TroubleFollowUp is what GaveUp is told of when the issue of a follow-up cannot be made.
const TroubleFollowUp = "file the follow-up"

// FileFollowUp makes the issue of Actions[Action] and links it to the post-mortem
// once that has an issue too.
type FileFollowUp struct {
	Ref
	Action int `json:"action"`
}

// Kind names the effect.
func (FileFollowUp) Kind() string { return "file_follow_up" }

// AddAction records a follow-up without a due date. It is possible after the incident too.
func AddAction(inc Incident, by, owner Person, text string, now time.Time) (Change, error) {
	return AddActionDue(inc, by, owner, text, time.Time{}, now)
}

// AddActionDue records a follow-up that is to be done by due, the end of a day;
// zero for no date. A day that is over is refused.
func AddActionDue(inc Incident, by, owner Person, text string, due, now time.Time) (Change, error) {
	text = Line(text, MaxText)
	if text == "" {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "action", Word: "what has to be done"}
	}
	if !due.IsZero() && due.Before(now) {
		return Change{}, &Refusal{Reason: NeedsText, Verb: "action", Word: "a day that is not over yet"}
	}
	e := begin(inc, now)
	e.Incident.Actions = append(e.Incident.Actions, Action{Text: text, Owner: owner, By: by, At: e.now, Due: due.UTC()})
	a := e.Incident.Actions[len(inc.Actions)]
	e.record(Event{Kind: EventActionAdded, By: by, Whom: owner, Text: text, Due: a.Due, Note: inc.DueDay(a), Aloud: true})
	e.fileFollowUp(len(inc.Actions))
	return e.done()
}

// DueDay writes the day by which a follow-up is to be done, in the team's zone;
// empty without one.
func (inc Incident) DueDay(a Action) string {
	if a.Due.IsZero() {
		return ""
	}
	return a.Due.In(inc.Policy.Hours.Location()).Format("Monday, 2 January 2006")
}

// EndOfDay is the last second of the day of t in its own zone, moved by whole days.
func EndOfDay(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 23, 59, 59, 0, t.Location())
}

// fileFollowUp asks for the issue of an action. What is private stays in Slack.
func (e *edit) fileFollowUp(i int) {
	if !e.Incident.Private {
		e.do(FileFollowUp{e.Incident.Ref(), i})
	}
}

// fileFollowUps asks for every issue that is missing or not linked yet.
func (e *edit) fileFollowUps() {
	for i, a := range e.Incident.Actions {
		if a.Number == 0 || (!a.Linked && e.Incident.PostmortemNumber > 0) {
			e.fileFollowUp(i)
		}
	}
}

// ActionFiled records the issue of a follow-up, and whether it is linked to the
// post-mortem, which is then brought up to date.
func ActionFiled(inc Incident, index, number int, url string, linked bool, now time.Time) (Change, error) {
	if index < 0 || index >= len(inc.Actions) {
		return Change{Incident: inc}, nil
	}
	a := inc.Actions[index]
	if a.Number == number && a.Linked == linked {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.Actions[index].Number, e.Incident.Actions[index].URL, e.Incident.Actions[index].Linked = number, url, linked
	e.Silent = true
	delete(e.Incident.Troubles, TroubleFollowUp)
	if !slices.ContainsFunc(e.Incident.Actions, func(a Action) bool { return a.Number == 0 }) {
		e.works(EventGaveUp, TroubleFollowUp)
	}
	if a.Number != number {
		e.record(Event{Kind: EventActionFiled, Text: a.Text, Link: url})
		if inc.PostmortemNumber > 0 {
			e.do(FilePostmortem{inc.Ref(), e.Incident.Revision})
		}
	}
	// The post-mortem may have come between the reading and this.
	if !linked && inc.PostmortemNumber > 0 {
		e.fileFollowUp(index)
	}
	return e.done()
}
