package incident

import (
	"slices"
	"time"
)

// fireEscalation pages the next contact, or the first where that waited for the
// morning or the end of a snooze; once somebody acknowledged it only says whom the
// runbook would call now, and does not page.
func (e *edit) fireEscalation(due time.Time, late time.Duration) {
	if e.Incident.Plan.Rung < 0 && !e.Incident.Acknowledged() {
		e.callOnCall()
		return
	}
	e.escalated(due)
	if e.Incident.Acknowledged() {
		ev := Event{Kind: EventEscalationDue, Clock: ClockEscalate, Due: due, Late: late, Aloud: true}
		if c, ok := e.Incident.Next(e.now); ok {
			ev.Contact = c.Title()
		}
		e.record(ev)
		return
	}
	e.pageNext(Escalated, "", "")
}

// escalated remembers when the escalation that is made now was due, and arms the
// next one while nobody has acknowledged. Only an escalation moves the next: who is
// called for other reasons, or in somebody's place, puts none off.
func (e *edit) escalated(due time.Time) {
	inc := &e.Incident
	inc.Plan.Breached[ClockEscalate] = due
	if !inc.Acknowledged() && inc.Rung().Escalate.Set {
		inc.Plan.Due[ClockEscalate] = e.awake(inc.after(e.now, inc.repeat()))
	}
}

// pageNext calls the next contact of the ladder, which begins a round.
func (e *edit) pageNext(why PageReason, by Person, note string) {
	e.callNext(Page{Why: why, By: by, Note: note}, len(e.before.Pages))
}

// pageInstead calls the next contact at once in the place of that of a page, who
// could not be reached.
func (e *edit) pageInstead(page int) {
	e.callNext(Page{Why: Unreachable}, min(page, e.Incident.round()))
}

// callNext pages the next contact of the ladder. After the last contact the ladder begins again. Contacts that mayday cannot
// find are passed over aloud. Whoever stands in for one, or is next when a person
// asks, is called whatever the age of the incident, but nobody stands in who was
// called in this round already: in Pages[round:].
func (e *edit) callNext(p Page, round int) {
	inc := &e.Incident
	instead := p.Why.inPlace()
	for _, i := range inc.ladder() {
		if instead && called(inc.Pages[round:], i) || !inc.admits(i, e.now, instead || p.Why == Requested) {
			continue
		}
		inc.Plan.Rung = i
		c := inc.Policy.Contacts[i]
		if c.Reachable() {
			p.Contact = i
			e.page(p)
			return
		}
		e.record(Event{Kind: EventPageFailed, Contact: c.Title(), Phone: c.Phone, Text: "no e-mail address and no Slack name in the runbook", Aloud: true})
		instead = true
	}
	if !p.Why.inPlace() || !somebodyCalled(inc.Pages[round:]) {
		e.alarm(Event{Kind: EventNobodyToPage, Aloud: true})
		e.alert("")
	}
}

// ladder lists the contacts in the order in which they come now: those after
// the one called last, then from the top.
func (inc Incident) ladder() []int {
	n := len(inc.Policy.Contacts)
	order := make([]int, n)
	for k := range n {
		order[k] = (inc.Plan.Rung + 1 + k) % n
	}
	return order
}

// inPlace reports whether somebody is called in the place of one who does not come.
func (why PageReason) inPlace() bool { return why == Unreachable || why == Declined }

// round is the index of the page with which the newest step of the ladder began:
// all after it are calls in somebody's place, or were asked for by hand. 0 when no
// step was made.
func (inc Incident) round() int {
	first := 0
	for i, p := range inc.Pages {
		if !p.Why.inPlace() && p.Why != Requested && (i == 0 || !p.At.Equal(inc.Pages[first].At)) {
			first = i
		}
	}
	return first
}

// called reports whether a contact is among the pages, with or without success.
func called(pages []Page, contact int) bool {
	return slices.ContainsFunc(pages, func(p Page) bool { return p.Contact == contact })
}

// somebodyCalled reports whether any of the pages arrived or still may.
func somebodyCalled(pages []Page) bool {
	return slices.ContainsFunc(pages, func(p Page) bool {
		return !p.DeliveredAt.IsZero() || p.Failed == "" && p.OverdueAt.IsZero()
	})
}

// Next is the contact that a page of the next one would call now; false when nobody is left.
func (inc Incident) Next(now time.Time) (Contact, bool) {
	for _, i := range inc.ladder() {
		if c := inc.Policy.Contacts[i]; c.Reachable() && inc.admits(i, now, false) {
			return c, true
		}
	}
	return Contact{}, false
}

// admits applies a contact's own rule. The first contact is on call and always
// admits. A severity that escalates immediately calls everybody, so that the
// rule's age does not count for it, nor for who stands in for somebody missing.
func (inc Incident) admits(i int, now time.Time, anyAge bool) bool {
	r, s := inc.Policy.Contacts[i].Rule, inc.Rung()
	if i == 0 {
		return true
	}
	if len(r.Only) > 0 && !slices.Contains(r.Only, s.Label) {
		return false
	}
	immediate := s.Escalate.Set && s.Escalate.D == 0
	return anyAge || immediate || !r.After.Set || !now.Before(inc.DeclaredAt.Add(r.After.D))
}

// page calls somebody, at once: the message gets the link to the incident's channel
// when there is one.
func (e *edit) page(p Page) {
	p.At, p.Due = e.now, e.due
	e.Incident.Pages = append(e.Incident.Pages, p)
	e.involve(p.Person)
	e.record(Event{Kind: EventPaged, By: p.By, Whom: p.Person, Contact: e.Incident.ContactTitle(p), Text: string(p.Why), Note: p.Note, Due: e.due, Late: e.lateBy, Aloud: true})
	e.sendPage(len(e.Incident.Pages) - 1)
	switch {
	case p.Contact < 0:
		e.bringIn(p.Person)
	case e.Incident.ChannelID != "":
		e.do(Invite{Ref: e.Incident.Ref(), Contacts: []int{p.Contact}, At: e.now})
	}
}

// sendPage asks for the direct messages of a page, once.
func (e *edit) sendPage(page int) {
	p := &e.Incident.Pages[page]
	if !p.SentAt.IsZero() || !p.DeliveredAt.IsZero() || p.Failed != "" {
		return
	}
	p.SentAt = e.now
	e.do(SendPage{e.Incident.Ref(), page})
	if e.Incident.Policy.Methods {
		e.do(FindMethods{e.Incident.Ref(), page})
	}
}
