package incident

import "time"

// pageWithin is how long a page may take to stand in Slack, counted from the first
// attempt. After it people are told to use the telephone, whether or not mayday still
// tries. It is also how long Slack may make a page wait before people are told that.
const pageWithin = 2 * time.Minute

// awaited reports whether somebody still counts on a page: it neither arrived
// nor failed, nothing was said of it yet, and nobody has answered meanwhile.
func (inc Incident) awaited(p Page) bool {
	return p.DeliveredAt.IsZero() && p.Failed == "" && p.OverdueAt.IsZero() && (p.Why == Requested || !inc.Acknowledged())
}

// pageCheck is when the first of the pages that are awaited is overdue, or has waited
// long enough that people have to know; false when none is. It follows from the pages
// alone, so that no other plan can lose it.
func (inc Incident) pageCheck() (due time.Time, ok bool) {
	for i, p := range inc.Pages {
		if !inc.awaited(p) {
			continue
		}
		at, looked := inc.lookAt(i)
		if looked && (!ok || at.Before(due)) {
			due, ok = at, true
		}
	}
	return due, ok
}

// lookAt is when it has to be looked at what became of Pages[i]: after the first
// attempt, or else after it was called for; false when it was said that it waits.
func (inc Incident) lookAt(i int) (at time.Time, ok bool) {
	try := inc.Tries[i]
	if !try.At.IsZero() {
		return try.At.Add(pageWithin), true
	}
	return inc.Pages[i].At.Add(pageWithin), try.WaitSaid.IsZero()
}

// PageTried records that an attempt at Pages[page] failed that began at some moment,
// and that it will be tried again. Only the first counts.
func PageTried(inc Incident, page int, began, now time.Time) (Change, error) {
	if page < 0 || page >= len(inc.Pages) || !inc.Tries[page].At.IsZero() || !inc.awaited(inc.Pages[page]) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	try := e.Incident.Tries[page]
	try.At = earlier(later(began, inc.Pages[page].At), e.now)
	e.Incident.Tries[page] = try
	e.Silent = true
	return e.done()
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
func (inc Incident) Phone(p Page) string { return inc.contact(p).Phone }

// sayOverdue says aloud of every page that was tried and did not arrive in time that
// it did not, and calls the next contact, who may be easier to reach. Of a page that
// was never tried it says that Slack has not taken it: another one would wait as well.
func (e *edit) sayOverdue(late time.Duration) {
	inc := &e.Incident
	missing := -1 // the first of those who are to be replaced
	for i := range inc.Pages {
		p := &inc.Pages[i]
		at, looked := inc.lookAt(i)
		if !inc.awaited(*p) || !looked || at.After(e.now) {
			continue
		}
		if try := inc.Tries[i]; try.At.IsZero() {
			try.WaitSaid = e.now
			inc.Tries[i] = try
			e.alarmOfPage(i, Event{Kind: EventPageWaits, Whom: p.Person, Contact: inc.ContactTitle(*p), Phone: inc.Phone(*p), Due: p.At, Late: late, Aloud: true})
			continue
		}
		p.OverdueAt = e.now
		if missing < 0 && p.Contact >= 0 && !inc.Acknowledged() {
			missing = i
		}
		e.alarmOfPage(i, Event{Kind: EventPageOverdue, Whom: p.Person, Contact: inc.ContactTitle(*p), Phone: inc.Phone(*p), Due: p.At, Late: late, Aloud: true})
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
		e.do(Alarm{Ref: e.Incident.Ref(), Seq: e.Incident.Revision})
	}
}
