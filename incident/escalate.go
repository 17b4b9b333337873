package incident

import (
	"slices"
	"time"
)

// fireEscalation pages the next contact; once somebody acknowledged it only
// says whom the runbook would call now, and does not page.
func (e *edit) fireEscalation(due time.Time, late time.Duration) {
	if e.Incident.Acknowledged() {
		ev := Event{Kind: EventEscalationDue, Clock: ClockEscalate, Due: due, Late: late, Aloud: true}
		if i, ok := e.nextContact(); ok {
			ev.Contact = e.Incident.Policy.Contacts[i].Title()
		}
		e.record(ev)
		return
	}
	e.pageNext(Escalated, "", "")
}

// pageNext calls the next contact of the ladder and arms the one after it.
// Contacts that mayday cannot find are passed over aloud.
func (e *edit) pageNext(why PageReason, by Person, note string) {
	if why != Requested && !e.Incident.Acknowledged() && e.Incident.Rung().Escalate.Set {
		e.Incident.Plan.Due[ClockEscalate] = e.Incident.after(e.now, e.Incident.repeat())
	}
	for range e.Incident.Policy.Contacts {
		i, ok := e.nextContact()
		if !ok {
			break
		}
		e.Incident.Plan.Rung = i
		c := e.Incident.Policy.Contacts[i]
		if c.Reachable() {
			e.page(Page{Contact: i, Why: why, By: by, Note: note})
			return
		}
		e.record(Event{Kind: EventPageFailed, Contact: c.Title(), Phone: c.Phone, Text: "no e-mail address and no Slack name in the runbook", Aloud: true})
	}
	e.record(Event{Kind: EventNobodyToPage, Aloud: true})
}

// nextContact is the next rung of the ladder that admits the incident. After the
// last one the ladder begins again.
func (e *edit) nextContact() (int, bool) {
	n := len(e.Incident.Policy.Contacts)
	for k := 1; k <= n; k++ {
		i := (e.Incident.Plan.Rung + k) % n
		if e.Incident.admits(i, e.now) {
			return i, true
		}
	}
	return 0, false
}

// admits applies a contact's own rule. The first contact is on call and always
// admits. A severity that escalates immediately calls everybody, so that the
// rule's age does not count for it.
func (inc Incident) admits(i int, now time.Time) bool {
	r, s := inc.Policy.Contacts[i].Rule, inc.Rung()
	if i == 0 {
		return true
	}
	if len(r.Only) > 0 && !slices.Contains(r.Only, s.Label) {
		return false
	}
	immediate := s.Escalate.Set && s.Escalate.D == 0
	return immediate || !r.After.Set || !now.Before(inc.DeclaredAt.Add(r.After.D))
}

// page calls somebody. The message names the incident's channel, so before there
// is one it waits for ChannelOpened or ChannelFailed to send it.
func (e *edit) page(p Page) {
	p.At = e.now
	e.Incident.Pages = append(e.Incident.Pages, p)
	e.involve(p.Person)
	e.record(Event{Kind: EventPaged, By: p.By, Whom: p.Person, Contact: e.Incident.ContactTitle(p), Text: string(p.Why), Note: p.Note, Aloud: true})
	if e.Incident.ChannelID != "" || e.Incident.ChannelFailed != "" {
		e.do(SendPage{e.Incident.ID, len(e.Incident.Pages) - 1})
	}
}

// PageNext pages the next contact because somebody asked for it.
func PageNext(inc Incident, by Person, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("page")
	}
	e := begin(inc, now)
	if _, ok := e.nextContact(); !ok {
		return Change{}, &Refusal{Reason: NobodyLeft, Verb: "page"}
	}
	e.pageNext(Requested, by, Line(why, MaxText))
	return e.done()
}

// PagePerson pages somebody by name.
func PagePerson(inc Incident, by, whom Person, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("page")
	}
	e := begin(inc, now)
	e.page(Page{Contact: -1, Person: whom, Why: Requested, By: by, Note: Line(why, MaxText)})
	return e.done()
}

// PageContact pages one contact of the runbook by its index, whatever its rule says.
func PageContact(inc Incident, by Person, contact int, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("page")
	}
	if contact < 0 || contact >= len(inc.Policy.Contacts) {
		return Change{}, &Refusal{Reason: NobodyLeft, Verb: "page"}
	}
	e := begin(inc, now)
	e.page(Page{Contact: contact, Why: Requested, By: by, Note: Line(why, MaxText)})
	return e.done()
}

// PageDelivered records that the direct message of Pages[page] stands in Slack
// and whom the contact turned out to be.
func PageDelivered(inc Incident, page int, who Person, now time.Time) (Change, error) {
	if page < 0 || page >= len(inc.Pages) || !inc.Pages[page].DeliveredAt.IsZero() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	p := &e.Incident.Pages[page]
	p.Person, p.DeliveredAt = who, e.now
	e.involve(who)
	e.record(Event{Kind: EventPageDelivered, Whom: who, Contact: e.Incident.ContactTitle(*p)})
	return e.done()
}

// PageFailed records that Pages[page] cannot be delivered and why, in words for
// people, and pages the next contact at once while nobody has acknowledged.
func PageFailed(inc Incident, page int, why string, now time.Time) (Change, error) {
	if page < 0 || page >= len(inc.Pages) || inc.Pages[page].Failed != "" || !inc.Pages[page].DeliveredAt.IsZero() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	p := &e.Incident.Pages[page]
	p.Failed = Line(why, MaxText)
	ev := Event{Kind: EventPageFailed, Whom: p.Person, Contact: e.Incident.ContactTitle(*p), Text: p.Failed, Aloud: true}
	if p.Contact >= 0 {
		ev.Phone = e.Incident.Policy.Contacts[p.Contact].Phone
	}
	e.record(ev)
	if inc.Status.Live() && !inc.Acknowledged() && p.Contact >= 0 && e.anotherReachable() {
		e.pageNext(Unreachable, "", "")
	}
	return e.done()
}

// anotherReachable reports whether any admitted contact has not failed yet, so
// that a ladder of nobody but missing people ends instead of going round.
func (e *edit) anotherReachable() bool {
	for i, c := range e.Incident.Policy.Contacts {
		failed := slices.ContainsFunc(e.Incident.Pages, func(p Page) bool { return p.Contact == i && p.Failed != "" })
		if c.Reachable() && !failed && e.Incident.admits(i, e.now) {
			return true
		}
	}
	return false
}
