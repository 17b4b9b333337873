package incident

import "time"

// Declaration is what somebody asked for.
type Declaration struct {
	Title string
	// Severity is a label of Policy. Empty takes the playbook's usual one, or the
	// middle of the policy's list when there is none: better asked down than not declared.
	Severity string
	Playbook Playbook
	Policy   Policy
	By       Person
	Private  bool
	Drill    bool
	// Alert is the offer that it is declared for; nil when a person noticed something.
	Alert *Offer
}

// Declare opens an incident: it plans the clocks of the severity, calls the
// contact on call and, where the severity escalates immediately, the next one.
// A policy without severities is refused with UnknownSeverity. ref is given by the
// store: the next number, and a UID that no incident has.
func Declare(ref Ref, d Declaration, now time.Time) (Change, error) {
	label := d.Severity
	if label == "" {
		label = d.Policy.Usual(d.Playbook)
	}
	s, ok := d.Policy.Find(label)
	if !ok {
		return Change{}, &Refusal{Reason: UnknownSeverity, Verb: "declare", Word: label, Choices: d.Policy.Labels()}
	}
	e := begin(Incident{}, now)
	title := Line(d.Title, MaxTitle)
	if title == "" {
		title = d.Playbook.Title
	}
	if title == "" {
		title = "Untitled incident"
	}
	inc := &e.Incident
	inc.ID, inc.UID, inc.Title, inc.Severity, inc.Status = ref.Incident, ref.UID, title, s.Label, Open
	inc.Private, inc.Drill, inc.Policy = d.Private, d.Drill, d.Policy
	inc.Walks = []Walk{{Playbook: d.Playbook, Marks: map[int]Mark{}}}
	inc.DeclaredBy, inc.DeclaredAt = d.By, e.now
	inc.Plan.Rung = -1
	e.involve(d.By)
	e.plan()
	if d.Alert != nil {
		e.detect(d.Alert.Since)
		e.record(d.Alert.alerted(""))
	}
	e.record(Event{Kind: EventDeclared, By: d.By, To: s.Label, Text: title, Note: d.Playbook.Title})
	e.callFirst()
	e.do(CreateChannel{ref, inc.NameForChannel()})
	return e.done()
}

// callFirst pages whoever is on call. Out of hours, a severity that is handled
// in business hours waits for the next opening, and so does a snooze for its end.
func (e *edit) callFirst() {
	inc := &e.Incident
	if len(inc.Policy.Contacts) == 0 {
		e.alarm(Event{Kind: EventNobodyToPage, Aloud: true})
		e.alert("")
		return
	}
	if at := e.awake(inc.after(e.now, 0)); at.After(e.now) {
		inc.Plan.Due[ClockEscalate] = at
		return
	}
	e.callOnCall()
}

// callOnCall pages whoever is on call and, where the severity escalates
// immediately, the next one. Where this first call was put off, to the morning or
// the end of a snooze, the time to escalate counts from it.
func (e *edit) callOnCall() {
	inc := &e.Incident
	e.pageNext(OnCall, "", "")
	s := inc.Rung().Escalate
	if !s.Set {
		return
	}
	if s.D > 0 {
		if _, planned := inc.Plan.Due[ClockEscalate]; !planned {
			inc.Plan.Due[ClockEscalate] = e.awake(inc.after(e.now, s.D))
		}
		return
	}
	e.escalated(e.now)
	// When nobody could be called, trying again in the same breath says it twice.
	if len(inc.Pages) > len(e.before.Pages) && len(inc.Policy.Contacts) > 1 {
		e.pageNext(Escalated, "", "")
	}
}
