package incident

import "time"

// handoverWithin is how long whoever is asked to take over has to answer. After it the one who asked is told.
const handoverWithin = 10 * time.Minute

// Handover is that whoever leads asked somebody to take over.
type Handover struct {
	By   Person    `json:"by"`
	To   Person    `json:"to"`
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"`
	// Due is when whoever asked is told that there was no answer.
	Due    time.Time      `json:"due"`
	Answer HandoverAnswer `json:"answer,omitempty"`
	// AnsweredAt is when the answer was given, or nobody waited for it any more.
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// HandoverAnswer is what became of a handover.
type HandoverAnswer string

// What may become of it. Whoever did not answer in time may still accept, unless it was withdrawn.
const (
	HandoverWaits      HandoverAnswer = ""
	HandoverAccepted   HandoverAnswer = "accepted"
	HandoverDeclined   HandoverAnswer = "declined"
	HandoverUnanswered HandoverAnswer = "unanswered"
	// HandoverWithdrawn: somebody else was asked, somebody else leads, or the incident is over.
	HandoverWithdrawn HandoverAnswer = "withdrawn"
)

// Asks reports whether whoever was asked may still answer.
func (h Handover) Asks() bool { return h.Answer == HandoverWaits || h.Answer == HandoverUnanswered }

// ShowHandover draws the direct message to whoever was asked by Handovers[N], and tells the one who asked what came of it.
type ShowHandover struct {
	Ref
	N int `json:"n"`
}

// Kind names the effect.
func (ShowHandover) Kind() string { return "show_handover" }

// AskHandover asks somebody privately to take the lead. Only who leads does so; until the other accepts they lead on. Who is asked while another
// is, is asked instead.
func AskHandover(inc Incident, by, to Person, note string, now time.Time) (Change, error) {
	const verb = "hand over"
	h, waits := inc.handover()
	switch lead := inc.Roles[Lead]; {
	case !inc.Status.Live():
		return Change{}, inc.over(verb)
	case lead == to:
		return Change{}, &Refusal{Reason: Already, Verb: "take a role", By: to, Word: string(Lead)}
	case lead != by:
		return Change{}, &Refusal{Reason: NotLead, Verb: verb, By: lead}
	case waits && inc.Handovers[h].To == to && inc.Handovers[h].Answer == HandoverWaits:
		return Change{}, &Refusal{Reason: Already, Verb: verb, By: by, At: inc.Handovers[h].At}
	}
	e := begin(inc, now)
	if waits {
		e.answerHandover(h, HandoverWithdrawn)
	}
	e.Incident.Handovers = append(e.Incident.Handovers, Handover{By: by, To: to, Note: Line(note, MaxText), At: e.now, Due: e.now.Add(handoverWithin)})
	e.involve(to)
	e.record(Event{Kind: EventHandoverAsked, By: by, Whom: to, Note: Line(note, MaxText)})
	e.do(ShowHandover{e.Incident.Ref(), len(e.Incident.Handovers) - 1})
	return e.done()
}

// AcceptHandover gives the lead to whoever was asked by Handovers[n].
func AcceptHandover(inc Incident, by Person, n int, now time.Time) (Change, error) {
	if err := inc.mayAnswer(by, n, "accept the handover"); err != nil {
		return Change{}, err
	}
	e := begin(inc, now)
	e.answerHandover(n, HandoverAccepted)
	e.Incident.Roles[Lead] = by
	e.involve(by)
	e.record(Event{Kind: EventHandedOver, By: by, Whom: inc.Handovers[n].By, To: string(Lead), Aloud: true})
	e.bringIn(by)
	return e.done()
}

// DeclineHandover says that whoever was asked by Handovers[n] does not take over.
func DeclineHandover(inc Incident, by Person, n int, now time.Time) (Change, error) {
	if err := inc.mayAnswer(by, n, "decline the handover"); err != nil {
		return Change{}, err
	}
	e := begin(inc, now)
	e.answerHandover(n, HandoverDeclined)
	e.record(Event{Kind: EventHandoverDeclined, By: by, Whom: inc.Handovers[n].By})
	return e.done()
}

// mayAnswer refuses an answer that is nobody's to give any more.
func (inc Incident) mayAnswer(by Person, n int, verb string) error {
	switch {
	case n < 0 || n >= len(inc.Handovers) || inc.Handovers[n].To != by:
		return &Refusal{Reason: NotAsked, Verb: verb}
	case !inc.Status.Live():
		return inc.over(verb)
	case inc.Handovers[n].Asks() && inc.Roles[Lead] == inc.Handovers[n].By:
		return nil
	case inc.Handovers[n].Asks(), inc.Handovers[n].Answer == HandoverWithdrawn:
		return &Refusal{Reason: NotAsked, Verb: verb, By: inc.Roles[Lead]}
	}
	return &Refusal{Reason: Already, Verb: verb, By: by, At: inc.Handovers[n].AnsweredAt}
}

// handover is the index of the newest when it may still be answered.
func (inc Incident) handover() (n int, ok bool) {
	n = len(inc.Handovers) - 1
	return n, n >= 0 && inc.Handovers[n].Asks()
}

// handoverDue is when whoever asked is told that there was no answer.
func (inc Incident) handoverDue() (time.Time, bool) {
	n, ok := inc.handover()
	if !ok || inc.Handovers[n].Answer != HandoverWaits {
		return time.Time{}, false
	}
	return inc.Handovers[n].Due, true
}

// answerHandover writes down what became of one, and has both people see it.
func (e *edit) answerHandover(n int, a HandoverAnswer) {
	h := &e.Incident.Handovers[n]
	h.Answer, h.AnsweredAt = a, e.now
	e.do(ShowHandover{e.Incident.Ref(), n})
}

// remindOfHandover notes that nobody answered in time.
func (e *edit) remindOfHandover(late time.Duration) {
	n, _ := e.Incident.handover()
	h := e.Incident.Handovers[n]
	e.answerHandover(n, HandoverUnanswered)
	e.record(Event{Kind: EventHandoverUnanswered, By: h.By, Whom: h.To, Late: late})
}

// withdrawHandover takes a handover back that has no sense any more: the incident is over, or somebody else leads.
func (e *edit) withdrawHandover() {
	if n, ok := e.Incident.handover(); ok && (!e.Incident.Status.Live() || e.Incident.Roles[Lead] != e.Incident.Handovers[n].By) {
		e.answerHandover(n, HandoverWithdrawn)
	}
}
