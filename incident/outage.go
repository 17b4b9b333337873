package incident

import "time"

// worthSaying is how long Slack must have been away for a channel in which nothing happened meanwhile to hear of it.
const worthSaying = 5 * time.Minute

// Outage is a time in which mayday could say nothing in Slack.
type Outage struct {
	// From is when the first call stayed without an answer, and To when Slack answered again.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// After is the number of the last event of which Slack may have heard before it; 0 when the incident was declared in it.
	After int `json:"after,omitempty"`
	// Stopped says that Slack was not asked: no mayday ran that could have said anything.
	Stopped bool `json:"stopped,omitempty"`
}

// BeforeOutage is how long before an outage something may have happened that Slack was to hear of, and did not.
const BeforeOutage = time.Minute

// Holds reports whether Slack may not have heard of what happened at a moment until the outage was over.
func (o Outage) Holds(t time.Time) bool {
	return !o.To.IsZero() && !t.Before(o.From.Add(-BeforeOutage)) && !t.After(o.To)
}

// EndSlackBack ends what was said of pages that Slack did not take: they go out now.
const EndSlackBack AlertEnd = "slack_back"

// overtakenPage is why a page is not sent that a newer one for the same contact stands for.
func (o Outage) overtakenPage() string {
	if o.Stopped {
		return "mayday did not run; a later page stands for it"
	}
	return "Slack was away; a later page stands for it"
}

// SlackBack records that Slack was away, and answers again since now. Those who are still called are called once, by the
// newest of their pages, and have two minutes from now until that counts as overdue; reminders that nobody could see do not
// count as asked before. untold says that something waits to be told in the channel: what happened meanwhile is told
// together with this event, up to it. A short outage in which nothing happened changes nothing, and neither does one that is
// recorded already.
func SlackBack(inc Incident, o Outage, untold bool, now time.Time) (Change, error) {
	long := o.To.Sub(o.From) >= worthSaying
	if !o.To.After(inc.SlackOutage.To) || !untold && !long {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.Incident.SlackOutage = o
	e.callAgain()
	if r := e.Incident.Reminder; r != nil && o.Holds(r.At) {
		r.Times = 1
	}
	e.record(Event{Kind: EventSlackBack, Due: o.From, Stopped: o.Stopped, Aloud: true})
	return e.done()
}

// callAgain begins anew with the pages that Slack did not take.
func (e *edit) callAgain() {
	inc := &e.Incident
	again := false
	for i := range inc.Pages {
		p := &inc.Pages[i]
		switch {
		case !p.DeliveredAt.IsZero() || p.Failed != "" || inc.answeredPage(*p):
		case inc.calledSince(i):
			p.Failed = inc.SlackOutage.overtakenPage()
		default:
			again = true
			p.OverdueAt = time.Time{}
			inc.Tries[i] = Try{At: e.now}
		}
	}
	newest := true // of those that say that nobody can be called
	for i := len(inc.Alerts) - 1; i >= 0; i-- {
		a := &inc.Alerts[i]
		if a.Seq <= inc.SlackOutage.After || !a.Over.IsZero() {
			continue
		}
		switch a.Kind {
		case EventPageOverdue, EventPageWaits:
			a.Over, a.End = e.now, EndSlackBack
		case EventNobodyToPage:
			if again || !newest {
				a.Over, a.End = e.now, EndSlackBack
			}
			newest = false
		}
	}
}

// answeredPage reports whether a page asks for nothing any more.
func (inc Incident) answeredPage(p Page) bool {
	return !inc.Status.Live() || inc.Acknowledged() && p.Why != Requested
}

// calledSince reports whether a later page calls whom Pages[i] calls, and may still arrive or did.
func (inc Incident) calledSince(i int) bool {
	p := inc.Pages[i]
	for _, later := range inc.Pages[i+1:] {
		if later.Failed == "" && later.Contact == p.Contact && (p.Contact >= 0 || later.Person == p.Person) {
			return true
		}
	}
	return false
}

// StillCalled are the newest pages of those who are called and have not answered, oldest first. Empty once somebody
// acknowledged, or when the incident is over.
func (inc Incident) StillCalled() []Page {
	if inc.answered() {
		return nil
	}
	var list []Page
	for i, p := range inc.Pages {
		if p.Failed == "" && !inc.calledSince(i) && !inc.declinedPage(p) {
			list = append(list, p)
		}
	}
	return list
}

// UpdateOvertaken reports whether an update is not worth telling any more: Slack was away when it was made, and a newer one, the
// end of the incident or its first announcement says more.
func (inc Incident) UpdateOvertaken(ev Event) bool {
	o := inc.SlackOutage
	return o.Holds(ev.At) && (ev.At.Before(inc.LastUpdate.At) || !inc.Status.Live() || o.Holds(inc.DeclaredAt))
}

// tookPart are those who did something, each at least once; who was only called is not among them.
func (inc Incident) tookPart() []Person {
	people := []Person{inc.DeclaredBy, inc.AcknowledgedBy, inc.ResolvedBy, inc.EndedBy, inc.LastUpdate.By, inc.CommunicatedBy}
	for _, r := range Roles {
		people = append(people, inc.Roles[r])
	}
	return append(people, inc.Joined...)
}
