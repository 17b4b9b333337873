package incident

import (
	"slices"
	"strconv"
	"time"
)

// Alert is something wrong that people were told. Once it is so no longer, what they
// were told says that as well.
type Alert struct {
	// Seq of the event that told it, and its kind.
	Seq  int       `json:"seq"`
	Kind EventKind `json:"kind"`
	// About is the index of a page, a role, or what mayday gave up on; empty where the kind says all.
	About string `json:"about,omitempty"`
	// Over is when it was found to be so no longer; zero while it stands.
	Over time.Time `json:"over,omitzero"`
	// End says why, and By who did it, if anybody did.
	End AlertEnd `json:"end,omitempty"`
	By  Person   `json:"by,omitempty"`
}

// AlertEnd is why an alert is so no longer.
type AlertEnd string

// Why an alert is so no longer.
const (
	EndBack         AlertEnd = "back"         // the channel hears mayday
	EndArrived      AlertEnd = "arrived"      // the page did
	EndAcknowledged AlertEnd = "acknowledged" // somebody answered
	EndTaken        AlertEnd = "taken"        // the role
	EndWorks        AlertEnd = "works"        // what mayday gave up on
	EndOver         AlertEnd = "over"         // the incident
)

// endsUnsaid are the alerts whose end nothing else tells in the incident's channel.
var endsUnsaid = map[EventKind]bool{EventGaveUp: true, EventTrackingFailed: true, EventPostmortemFailed: true, EventRoleLost: true}

// Alert is the alert that an event told; false when it told none, or a release before
// alerts were remembered did.
func (inc Incident) Alert(seq int) (Alert, bool) {
	i := slices.IndexFunc(inc.Alerts, func(a Alert) bool { return a.Seq == seq })
	if i < 0 {
		return Alert{}, false
	}
	return inc.Alerts[i], true
}

// Ended is how many alerts are over.
func (inc Incident) Ended() (n int) {
	for _, a := range inc.Alerts {
		if !a.Over.IsZero() {
			n++
		}
	}
	return n
}

// Sentence says since when, and why, an alert is so no longer. Empty while it stands.
func (a Alert) Sentence(v Voice) string {
	when := ""
	if !a.Over.IsZero() {
		when = v.Time(a.Over)
	}
	switch a.End {
	case EndBack:
		return "mayday can write in the channel again (since " + when + ")"
	case EndArrived:
		return "The page arrived, " + when
	case EndAcknowledged:
		return v.Person(a.By) + " acknowledged, " + when
	case EndTaken:
		return v.Person(a.By) + " has been " + v.Text(a.About) + " since " + when
	case EndWorks:
		return "It works again since " + when
	case EndSlackBack:
		return "Slack takes messages again since " + when
	case EndOver:
		return "The incident has been over since " + when
	}
	return ""
}

// alert remembers that the event recorded last tells something that may end.
func (e *edit) alert(about string) {
	ev := e.Events[len(e.Events)-1]
	e.Incident.Alerts = append(e.Incident.Alerts, Alert{Seq: ev.Seq, Kind: ev.Kind, About: about})
}

// alarmOfPage is alarm for what is wrong with Pages[page].
func (e *edit) alarmOfPage(page int, ev Event) {
	e.alarm(ev)
	e.alert(strconv.Itoa(page))
}

// ease ends the alerts that the row says are so no longer.
func (e *edit) ease() {
	for i, a := range e.Incident.Alerts {
		if !a.Over.IsZero() {
			continue
		}
		if end, by := e.Incident.ends(a); end != "" {
			e.endAlert(i, end, by)
		}
	}
}

// works ends the alerts of a kind because what they were about was done after all.
func (e *edit) works(kind EventKind, about string) {
	for i, a := range e.Incident.Alerts {
		if a.Over.IsZero() && a.Kind == kind && a.About == about {
			e.endAlert(i, EndWorks, "")
		}
	}
}

func (e *edit) endAlert(i int, end AlertEnd, by Person) {
	a := &e.Incident.Alerts[i]
	a.Over, a.End, a.By = e.now, end, by
	e.Silent = true
	e.do(TakeBack{e.Incident.Ref(), a.Seq})
	if e.Incident.ChannelID != "" && endsUnsaid[a.Kind] {
		e.do(Show{Ref: e.Incident.Ref(), Surface: AskingMessages, Revision: e.Incident.Revision})
	}
}

// ends says why an alert is so no longer as far as the row tells; "" while it stands, or
// only whoever tries again can know.
func (inc Incident) ends(a Alert) (end AlertEnd, by Person) {
	switch a.Kind {
	case EventChannelLost:
		if inc.Away == "" {
			return EndBack, ""
		}
	case EventRoleLost:
		if who := inc.Roles[Role(a.About)]; who != "" {
			return EndTaken, who
		}
		return inc.endsWithIt()
	case EventPageFailed, EventPageOverdue, EventPageWaits:
		return inc.pageEnds(a)
	case EventNobodyToPage:
		if inc.Acknowledged() {
			return EndAcknowledged, inc.AcknowledgedBy
		}
		return inc.endsWithIt()
	}
	return "", ""
}

// pageEnds is ends for an alert about a page. Who was asked for by name is awaited
// although somebody else acknowledged.
func (inc Incident) pageEnds(a Alert) (end AlertEnd, by Person) {
	i, err := strconv.Atoi(a.About)
	if err == nil && i < len(inc.Pages) {
		p := inc.Pages[i]
		switch {
		case !p.DeliveredAt.IsZero():
			return EndArrived, ""
		case p.Why == Requested:
			return inc.endsWithIt()
		}
	}
	if inc.Acknowledged() {
		return EndAcknowledged, inc.AcknowledgedBy
	}
	return inc.endsWithIt()
}

func (inc Incident) endsWithIt() (AlertEnd, Person) {
	if inc.Status.Live() {
		return "", ""
	}
	return EndOver, ""
}
