package incident

import "time"

// pageWithin is how long a page may take to stand in Slack. After it people are
// told to use the telephone, whether or not mayday still tries.
const pageWithin = 2 * time.Minute

// awaited reports whether somebody still counts on a page: it neither arrived
// nor failed, nothing was said of it yet, and nobody has answered meanwhile.
func (inc Incident) awaited(p Page) bool {
	return p.DeliveredAt.IsZero() && p.Failed == "" && p.OverdueAt.IsZero() && (p.Why == Requested || !inc.Acknowledged())
}

// pageCheck is when the oldest page that is awaited is overdue; false when none is.
// It follows from the pages alone, so that no other plan can lose it.
func (inc Incident) pageCheck() (due time.Time, ok bool) {
	for _, p := range inc.Pages {
		if at := p.At.Add(pageWithin); inc.awaited(p) && (!ok || at.Before(due)) {
			due, ok = at, true
		}
	}
	return due, ok
}

// Unreached lists the contacts and people who were paged in vain, each once, the
// newest last. It is empty once somebody acknowledged or the incident is over.
func (inc Incident) Unreached() []Page {
	if !inc.Status.Live() || inc.Acknowledged() {
		return nil
	}
	var out []Page
	for i, p := range inc.Pages {
		if (p.Failed == "" && p.OverdueAt.IsZero()) || !p.DeliveredAt.IsZero() {
			continue
		}
		last := true
		for _, later := range inc.Pages[i+1:] {
			last = last && (later.Contact != p.Contact || (p.Contact < 0 && later.Person != p.Person))
		}
		if last {
			out = append(out, p)
		}
	}
	return out
}

// Phone is the telephone number of a page's contact; empty when the runbook gives none.
func (inc Incident) Phone(p Page) string {
	if p.Contact < 0 || p.Contact >= len(inc.Policy.Contacts) {
		return ""
	}
	return inc.Policy.Contacts[p.Contact].Phone
}

// sayOverdue says aloud of every page that did not arrive in time that it did
// not, sends those that waited for a channel without it, and calls the next
// contact, who may be easier to reach.
func (e *edit) sayOverdue(late time.Duration) {
	inc := &e.Incident
	missing := -1 // the first of those who are to be replaced
	for i := range inc.Pages {
		p := &inc.Pages[i]
		if !inc.awaited(*p) || p.At.Add(pageWithin).After(e.now) {
			continue
		}
		p.OverdueAt = e.now
		if missing < 0 && p.Contact >= 0 && !inc.Acknowledged() {
			missing = i
		}
		e.alarm(Event{Kind: EventPageOverdue, Whom: p.Person, Contact: inc.ContactTitle(*p), Phone: inc.Phone(*p), Due: p.At, Late: late, Aloud: true})
	}
	if missing >= 0 {
		e.pageInstead(missing)
	}
	e.sendWaitingPages()
}

// alarm records an event that the announce channel has to hear of too.
func (e *edit) alarm(ev Event) {
	e.record(ev)
	if !e.Incident.Private {
		e.do(Alarm{e.Incident.Ref(), e.Incident.Revision})
	}
}
