package incident

import (
	"slices"
	"time"
)

// SendPage delivers Pages[Page] to the contact by direct message.
type SendPage struct {
	Ref
	Page int `json:"page"`
}

// Kind names the effect.
func (SendPage) Kind() string { return "send_page" }

// PageNext pages the next contact because somebody asked for it.
func PageNext(inc Incident, by Person, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("page")
	}
	if _, ok := inc.Next(now); !ok {
		return Change{}, &Refusal{Reason: NobodyLeft, Verb: "page"}
	}
	e := begin(inc, now)
	e.pageNext(Requested, by, Line(why, MaxText))
	return e.done()
}

// PageNextOnce is PageNext for a button that was drawn when the incident had
// so many pages: a second click finds more of them and is refused.
func PageNextOnce(inc Incident, by Person, pages int, now time.Time) (Change, error) {
	if n := len(inc.Pages); inc.Status.Live() && n > pages {
		last := inc.Pages[n-1]
		return Change{}, &Refusal{Reason: Already, Verb: "page", By: last.By, At: last.At, Word: inc.ContactTitle(last)}
	}
	return PageNext(inc, by, "", now)
}

// PagePerson pages somebody by name.
func PagePerson(inc Incident, by, whom Person, why string, now time.Time) (Change, error) {
	return PageThese(inc, by, []Page{{Contact: -1, Person: whom}}, why, now)
}

// PageContact pages one contact of the runbook by its index, whatever its rule says.
func PageContact(inc Incident, by Person, contact int, why string, now time.Time) (Change, error) {
	return PageThese(inc, by, []Page{{Contact: contact}}, why, now)
}

// PageThese pages several at once, of whom each Page says only the contact by its
// index, or -1 and the person. Nobody is paged twice.
func PageThese(inc Incident, by Person, who []Page, why string, now time.Time) (Change, error) {
	if !inc.Status.Live() {
		return Change{}, inc.over("page")
	}
	if len(who) == 0 || slices.ContainsFunc(who, func(p Page) bool { return p.Contact >= len(inc.Policy.Contacts) || p.Contact < 0 && p.Person == "" }) {
		return Change{}, &Refusal{Reason: NobodyLeft, Verb: "page"}
	}
	e := begin(inc, now)
	for i, p := range who {
		same := func(q Page) bool { return q.Contact == p.Contact && q.Person == p.Person }
		if !slices.ContainsFunc(who[:i], same) {
			e.page(Page{Contact: p.Contact, Person: p.Person, Why: Requested, By: by, Note: Line(why, MaxText)})
		}
	}
	return e.done()
}

// PageLeaves records that Pages[page] is about to be sent to somebody, who takes part from then on: they may answer before
// it is recorded that it was delivered, which takes long where nobody hears Slack's answer.
func PageLeaves(inc Incident, page int, who Person, now time.Time) (Change, error) {
	e := begin(inc, now)
	if page >= 0 && page < len(inc.Pages) && inc.Pages[page].Failed == "" {
		e.involve(who)
		e.Silent = len(e.Incident.Responders) > len(inc.Responders)
	}
	return e.done()
}

// PageDelivered records that the direct messages of Pages[page] stand in Slack
// and who the contact turned out to be: one person, or those of a user group. It
// is aloud when it was said before that the page did not arrive. Those of a group
// who are reached later are added without a second event.
func PageDelivered(inc Incident, page int, who []Person, now time.Time) (Change, error) {
	if len(who) == 0 || page < 0 || page >= len(inc.Pages) {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	if !inc.Pages[page].DeliveredAt.IsZero() {
		e.joinPaged(who)
		return e.done()
	}
	p := &e.Incident.Pages[page]
	p.Person, p.DeliveredAt = who[0], e.now
	for _, one := range who {
		e.involve(one)
	}
	e.record(Event{Kind: EventPageDelivered, Whom: p.Person, Contact: e.Incident.ContactTitle(*p), Aloud: !p.OverdueAt.IsZero()})
	return e.done()
}

// joinPaged adds people to a page that arrived at somebody already. Their messages
// ask for nothing any more when it was answered meanwhile.
func (e *edit) joinPaged(who []Person) {
	before := len(e.Incident.Responders)
	for _, one := range who {
		e.involve(one)
	}
	e.Silent = len(e.Incident.Responders) > before
	if e.Incident.answered() {
		e.do(Show{Ref: e.Incident.Ref(), Surface: PageMessages, Revision: e.Incident.Revision})
	}
}

// PageFailed records that Pages[page] cannot be delivered and why, in words for
// people, and pages the next contact at once while nobody has acknowledged. Both
// happened already when the page was overdue.
func PageFailed(inc Incident, page int, why string, now time.Time) (Change, error) {
	if page < 0 || page >= len(inc.Pages) || inc.Pages[page].Failed != "" || !inc.Pages[page].DeliveredAt.IsZero() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	p := &e.Incident.Pages[page]
	p.Failed, p.FailedAt = Line(why, MaxText), e.now
	ev := Event{Kind: EventPageFailed, Whom: p.Person, Contact: e.Incident.ContactTitle(*p), Phone: e.Incident.Phone(*p), Text: p.Failed, Aloud: true}
	if !inc.Status.Live() || !p.OverdueAt.IsZero() {
		ev.Aloud = p.OverdueAt.IsZero()
		e.record(ev)
		return e.done()
	}
	e.alarmOfPage(page, ev)
	if !inc.Acknowledged() && p.Contact >= 0 {
		e.pageInstead(page)
	}
	return e.done()
}
