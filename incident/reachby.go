package incident

import (
	"slices"
	"time"
)

// ReachBy calls the person of Pages[Page] by Reaches[Page].Methods[Method].
type ReachBy struct {
	Ref
	Page   int `json:"page"`
	Method int `json:"method"`
	// Way is the method's.
	Way string `json:"way"`
	// Due is when that was to begin.
	Due time.Time `json:"due"`
}

// Kind names the effect.
func (ReachBy) Kind() string { return "reach_by" }

// Attempt is what is known of a call by a method.
type Attempt struct {
	// AskedAt is when it was called for, and Due when that was to be.
	AskedAt time.Time `json:"asked_at"`
	Due     time.Time `json:"due"`
	// SentAt is when its service took it, DeliveredAt when it said that it arrived.
	SentAt      time.Time `json:"sent_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	// UnclearAt is when they were told that their answer is not understood.
	UnclearAt time.Time `json:"unclear_at,omitzero"`
	// Failed says why it did not arrive, and will not.
	Failed string `json:"failed,omitempty"`
}

// reachDue calls people by the methods whose time has come.
func (e *edit) reachDue() {
	inc := &e.Incident
	for page := range inc.Pages {
		for m := range inc.Reaches[page].Methods {
			due, ok := inc.methodDue(page, m)
			if !ok || due.After(e.now) {
				continue
			}
			e.attempt(page, m, func(a *Attempt) { a.AskedAt, a.Due = e.now, due })
			e.do(ReachBy{Ref: inc.Ref(), Page: page, Method: m, Way: inc.Reaches[page].Methods[m].Way(), Due: due})
		}
	}
}

// attempt changes what is known of one.
func (e *edit) attempt(page, m int, change func(*Attempt)) {
	r := e.Incident.Reaches[page]
	r.Attempts = writable(r.Attempts)
	a := r.Attempts[m]
	change(&a)
	r.Attempts[m] = a
	e.Incident.Reaches[page] = r
	e.Silent = true
}

// Attempted is a call by a method, with the page and the method that it is of; false when there is none. Only a page of the row has methods.
func (inc Incident) Attempted(page, m int) (p Page, by Method, a Attempt, ok bool) {
	r := inc.Reaches[page]
	if m < 0 || m >= len(r.Methods) {
		return p, by, a, false
	}
	a, ok = r.Attempts[m]
	return inc.Pages[page], r.Methods[m], a, ok
}

// MethodSent records that the service of a method took a message. doubt, in words for people, says what is not certain of that.
func MethodSent(inc Incident, page, m int, doubt string, now time.Time) (Change, error) {
	return methodSent(inc, page, m, Event{Note: Line(doubt, MaxText)}, now)
}

// MethodUnknown records aloud that nobody will know whether a service took a message, and why, in words for people. What
// somebody answers to it is heard as if it had. Once somebody answered, nobody has to hear of it.
func MethodUnknown(inc Incident, page, m int, why string, now time.Time) (Change, error) {
	return methodSent(inc, page, m, Event{Text: Line(why, MaxText), Aloud: !inc.PageAnswered(page)}, now)
}

func methodSent(inc Incident, page, m int, ev Event, now time.Time) (Change, error) {
	p, by, a, ok := inc.Attempted(page, m)
	if !ok || !a.SentAt.IsZero() || a.Failed != "" {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.attempt(page, m, func(a *Attempt) { a.SentAt = e.now })
	ev.Kind, ev.Whom, ev.Contact, ev.From, ev.Due = EventMethodSent, inc.whose(p, by), inc.ContactTitle(p), by.Label(), a.Due
	if ev.Text != "" {
		ev.Phone = inc.Phone(p)
	}
	e.record(ev)
	if Answers(by.Way()) {
		e.do(PollMethod{Ref: inc.Ref(), Page: page, Method: m, Way: by.Way()})
	}
	return e.done()
}

// MethodDelivered records that a service says that a message arrived, or that the telephone was taken off the hook.
func MethodDelivered(inc Incident, page, m int, now time.Time) (Change, error) {
	p, by, a, ok := inc.Attempted(page, m)
	if !ok || !a.DeliveredAt.IsZero() || a.Failed != "" {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	e.attempt(page, m, func(a *Attempt) { a.DeliveredAt = e.now })
	e.record(Event{Kind: EventMethodDelivered, Whom: inc.whose(p, by), Contact: inc.ContactTitle(p), From: by.Label()})
	return e.done()
}

// MethodFailed records aloud that somebody could not be reached by a method, and why, in words for people that say
// what to do. Once somebody answered, nobody has to hear of it.
func MethodFailed(inc Incident, page, m int, why string, now time.Time) (Change, error) {
	p, by, a, ok := inc.Attempted(page, m)
	if !ok || a.Failed != "" {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	why = Line(why, MaxText)
	e.attempt(page, m, func(a *Attempt) { a.Failed = why })
	e.record(Event{Kind: EventMethodFailed, Whom: inc.whose(p, by), Contact: inc.ContactTitle(p), Phone: inc.Phone(p), From: by.Label(), Text: why,
		Aloud: !inc.PageAnswered(page)})
	return e.done()
}

// MethodSpared records that somebody was not called by a method, and why: they are called enough.
func MethodSpared(inc Incident, page, m int, why string, now time.Time) (Change, error) {
	p, by, a, ok := inc.Attempted(page, m)
	if !ok || a.Failed != "" || !a.SentAt.IsZero() {
		return Change{Incident: inc}, nil
	}
	e := begin(inc, now)
	why = Line(why, MaxText)
	e.attempt(page, m, func(a *Attempt) { a.Failed = why })
	e.record(Event{Kind: EventMethodSpared, Whom: inc.whose(p, by), Contact: inc.ContactTitle(p), From: by.Label(), Text: why})
	return e.done()
}

// whose is the person of a method.
func (inc Incident) whose(p Page, by Method) Person {
	if by.Person != "" {
		return by.Person
	}
	return p.Person
}

// MethodAnswer is what somebody answered who was called by a method.
type MethodAnswer struct {
	// By is who; empty when that is not known.
	By Person
	// Decline: they cannot come. Otherwise they acknowledge.
	Decline bool
	// Shown: they see what happened so far where they answered, and need not be told.
	Shown bool
}

// AnsweredBy carries out what somebody answered to Pages[page] by a method: it acknowledges, or when somebody else did
// before, says that they are on the way; a decline pages the next. Where it is not known who answered, it is the contact
// whose method it is.
func AnsweredBy(inc Incident, page, m int, a MethodAnswer, now time.Time) (Change, error) {
	p, method, _, ok := inc.Attempted(page, m)
	if !ok {
		return Change{}, &Refusal{Reason: NotPaged, Verb: "acknowledge"}
	}
	by, decline := a.By, a.Decline
	if by == "" {
		by = inc.whose(p, method)
	}
	if p.Person == "" && by != "" { // Slack did not take the page yet, which is when that is recorded
		inc.Pages = slices.Clone(inc.Pages)
		inc.Pages[page].Person = by
	}
	var c Change
	var err error
	switch {
	case decline && by == "":
		c, err = declines(inc, inc.ContactTitle(p), now)
	case decline:
		c, err = Decline(inc, by, "", now)
	case inc.Acknowledged() && inc.AcknowledgedBy != by && by != "":
		c, err = OnMyWay(inc, by, now)
	case by == "":
		c, err = acknowledgeUnknown(inc, inc.ContactTitle(p), now)
	default:
		c, err = Acknowledge(inc, by, now)
	}
	if err != nil {
		return c, err
	}
	for i, ev := range c.Events {
		if ev.Kind == EventAcknowledged || ev.Kind == EventDeclined || ev.Kind == EventOnMyWay {
			c.Events[i].From = method.Label()
		}
	}
	if !decline && !a.Shown && Answers(method.Way()) {
		c.Effects = append(c.Effects, TellAnswered{Ref: inc.Ref(), Page: page, Method: m, Way: method.Way()})
	}
	return c, nil
}

// acknowledgeUnknown is Acknowledge by somebody of whom only the contact is known, as which they were called: nobody
// leads by that, and there is no account to let in.
func acknowledgeUnknown(inc Incident, contact string, now time.Time) (Change, error) {
	c, err := Acknowledge(inc, contact, now)
	if err != nil {
		return c, err
	}
	if c.Incident.Roles[Lead] == contact {
		delete(c.Incident.Roles, Lead)
	}
	c.Incident.Responders = slices.DeleteFunc(c.Incident.Responders, func(p Person) bool { return p == contact })
	for i, ev := range c.Events {
		if ev.Kind == EventAcknowledged {
			c.Events[i].To = ""
		}
	}
	return c, nil
}

// PageAnswered reports whether a page asks for nothing any more: it was answered, or the incident is over. Of one that
// somebody asked for after the acknowledgement that is the answer of whoever is called.
func (inc Incident) PageAnswered(page int) bool {
	p := inc.Pages[page]
	switch {
	case !inc.Status.Live():
		return true
	case p.Why != Requested || !inc.Acknowledged() || inc.AcknowledgedAt.After(p.At):
		return inc.Acknowledged() || inc.declinedPage(p)
	}
	people := []Person{p.Person}
	for _, m := range inc.Reaches[page].Methods {
		people = append(people, m.Person)
	}
	return slices.ContainsFunc(people, func(who Person) bool { return who != "" && inc.takesPart(who, p.At) })
}

// takesPart reports whether somebody answered, or does something in the incident since a moment, as far as the row tells:
// who helps without a word of it need not be called again.
func (inc Incident) takesPart(who Person, since time.Time) bool {
	said := func(at time.Time) bool { return !at.IsZero() && !at.Before(since) }
	if said(inc.Coming[who]) || said(inc.Declined[who]) || who == inc.AcknowledgedBy || inc.LastUpdate.By == who && !inc.LastUpdate.At.Before(since) {
		return true
	}
	for _, holder := range inc.Roles {
		if holder == who {
			return true
		}
	}
	for _, w := range inc.Walks {
		for _, m := range w.Marks {
			if m.By == who && !m.At.Before(since) {
				return true
			}
		}
	}
	return slices.ContainsFunc(inc.Actions, func(a Action) bool { return a.By == who && !a.At.Before(since) })
}

// declinedPage reports whether whoever a page calls said that they cannot come.
func (inc Incident) declinedPage(p Page) bool {
	who := p.Person
	if who == "" && p.Contact >= 0 {
		who = inc.ContactTitle(p)
	}
	at := inc.Declined[who]
	return who != "" && !at.IsZero() && !at.Before(p.At)
}
