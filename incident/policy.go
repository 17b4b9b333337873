package incident

import (
	"slices"
	"strings"
	"time"
)

// Policy is what the runbook says about time and people: the severities with
// their clocks and the ladder of contacts. It is copied into an incident when
// it is declared, so that an edit of the runbook never moves the ground under
// an open incident.
type Policy struct {
	// Severities, most severe first, as the document orders them.
	Severities []Severity `json:"severities"`
	// Contacts in the order in which they are to be called; the first is on call.
	Contacts []Contact `json:"contacts,omitempty"`
	// Hours are the business hours for severities that are handled in them only.
	Hours Hours `json:"hours"`
	// Tracked are the labels of the severities whose incidents get a tracking issue.
	Tracked []string `json:"tracked,omitempty"`
	// Methods: somebody can be reached besides Slack, so that each page finds out whether its people can.
	Methods bool `json:"methods,omitempty"`
	// RepeatFloor is the shortest time between two escalations. Default 15 minutes.
	RepeatFloor time.Duration `json:"repeat_floor,omitempty"`
}

// Severity is one row of the response matrix together with the sentences of
// its escalation procedure.
type Severity struct {
	// Label as the document writes it: "P0", "SEV1", "Critical".
	Label string `json:"label"`
	// Name is the word that explains the label: "Critical" for "P0 (Critical)". May be empty.
	Name string `json:"name,omitempty"`
	// Aliases are other spellings that people may type, in lower case: "sev0", "critical".
	Aliases []string `json:"aliases,omitempty"`
	// Respond is the time until somebody must have acknowledged.
	Respond Span `json:"respond"`
	// Escalate is the time until the next contact is paged. Set with zero means at once.
	Escalate Span `json:"escalate"`
	// FixWithin is the time until the incident must be resolved.
	FixWithin Span `json:"fix_within"`
	// UpdateEvery is the longest silence between two updates.
	UpdateEvery Span `json:"update_every"`
	// Postmortem says what has to be written afterwards.
	Postmortem Postmortem `json:"postmortem,omitempty"`
	// Communicate: customers have to be told.
	Communicate bool `json:"communicate,omitempty"`
	// BusinessHours: the clocks run only in Policy.Hours.
	BusinessHours bool `json:"business_hours,omitempty"`
	// Procedures are the sentences of the severity's own section, in order:
	// the generic playbook of an incident without a scenario.
	Procedures []string `json:"procedures,omitempty"`
	// Examples as the matrix gives them.
	Examples string `json:"examples,omitempty"`
}

// Span is a duration that a document may leave out. The zero value means
// "not given"; Set with a zero duration means "immediately".
type Span struct {
	Set bool          `json:"set,omitempty"`
	D   time.Duration `json:"d,omitempty"`
}

// Within makes a given Span.
func Within(d time.Duration) Span { return Span{Set: true, D: d} }

// Postmortem is what the runbook demands after an incident.
type Postmortem string

// What may be demanded afterwards. The zero value demands nothing.
const (
	NoPostmortem   Postmortem = ""
	ReviewRequired Postmortem = "review"
	FullPostmortem Postmortem = "full"
)

// Contact is somebody to call, from the runbook's internal contacts.
type Contact struct {
	// Role is the heading of the entry: "On-Call Engineer", "CTO".
	Role string `json:"role"`
	Name string `json:"name,omitempty"`
	// Email, Phone and Slack (a user id "U…", a group id "S…", or "@handle") as
	// written; empty when missing or still a placeholder.
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	Slack string `json:"slack,omitempty"`
	// Roster is the key of the calendar that says who it is now (oncall.Source); empty when it is who is named here.
	Roster string `json:"roster,omitempty"`
	// Overrides is the key of a calendar that wins over that one while it has a shift; empty for none.
	Overrides string `json:"overrides,omitempty"`
	// Hours as written, "24/7".
	Hours string `json:"hours,omitempty"`
	// Methods are how this contact is reached besides Slack.
	Methods []Method `json:"methods,omitempty"`
	// Rule says for which incidents this contact may be paged.
	Rule Rule `json:"rule"`
	// Placeholders are the fields that still hold a template's text, "[Name]".
	Placeholders []string `json:"placeholders,omitempty"`
	// Source is where the contact stands in the runbook, "runbook.md:12".
	Source string `json:"source,omitempty"`
}

// Reachable reports whether mayday has anything to find this contact in Slack by.
func (c Contact) Reachable() bool { return c.Email+c.Slack+c.Roster != "" }

// SlackID is the id of a person ("U…", "W…") or user group ("S…") that the runbook
// gives; empty when it gives a handle or nothing. "@SUPPORT" is a handle, though some ids look like it.
func (c Contact) SlackID() string {
	id := strings.Trim(c.Slack, "<@>! ")
	if !IsAccount(id) && !IsGroup(id) || MayBeName(id) && strings.HasPrefix(c.Slack, "@") {
		return ""
	}
	return id
}

// NamesNobody reports whether a contact says by a schedule or a user group alone who it is, so that no number in its lines is anybody's.
func (c Contact) NamesNobody() bool { return c.several() && c.Name == "" && c.Email == "" }

// several reports whether a contact may be more people than one: a user group, or those of a shift.
func (c Contact) several() bool {
	return strings.HasPrefix(c.SlackID(), "S") || c.Roster != "" || c.Email == "" && strings.HasPrefix(c.Slack, "@")
}

// Title names the contact for people: "DevOps Lead (Ben Okafor)". Who it is by a calendar is not who is named here.
func (c Contact) Title() string {
	if c.Name == "" || c.Roster != "" && c.Role != "" {
		return c.Role
	}
	if c.Role == "" {
		return c.Name
	}
	return c.Role + " (" + c.Name + ")"
}

// Rule is a contact's own escalation rule. The zero value admits everything.
type Rule struct {
	// Text as written: "After 30 minutes", "Critical issues only".
	Text string `json:"text,omitempty"`
	// After is the age that an incident must have, unless its severity escalates immediately.
	After Span `json:"after"`
	// Only lists the severity labels for which the contact may be paged; empty admits all.
	Only []string `json:"only,omitempty"`
}

// Usual is the label of the severity of a declaration that names none: the playbook's usual one, or else the middle
// of the list: better asked down than not declared. Empty when there is neither.
func (p Policy) Usual(pb Playbook) string {
	if len(pb.Severities) > 0 {
		return pb.Severities[0]
	}
	if n := len(p.Severities); n > 0 {
		return p.Severities[(n-1)/2].Label
	}
	return ""
}

// Find returns the severity that a person meant by word: a label, a name or an
// alias, in any case and with or without a dash ("sev-0", "SEV0", "critical").
func (p Policy) Find(word string) (Severity, bool) {
	w := squash(word)
	if w == "" {
		return Severity{}, false
	}
	for _, s := range p.Severities {
		if squash(s.Label) == w || (s.Name != "" && squash(s.Name) == w) {
			return s, true
		}
	}
	for _, s := range p.Severities {
		for _, a := range s.Aliases {
			if squash(a) == w {
				return s, true
			}
		}
	}
	return Severity{}, false
}

// Rank is the position of a severity, 0 for the most severe, -1 when unknown.
func (p Policy) Rank(label string) int {
	for i, s := range p.Severities {
		if strings.EqualFold(s.Label, label) {
			return i
		}
	}
	return -1
}

// Faster divides every duration of the policy by speed, for the demo: at 60 a
// clock of an hour takes a minute. A speed of 1 or less changes nothing.
func (p Policy) Faster(speed float64) Policy {
	if speed <= 1 {
		return p
	}
	quick := func(d time.Duration) time.Duration { return time.Duration(float64(d) / speed) }
	shorten := func(s Span) Span { s.D = quick(s.D); return s }
	q := p
	if q.RepeatFloor == 0 {
		q.RepeatFloor = defaultRepeatFloor
	}
	q.RepeatFloor = quick(q.RepeatFloor)
	q.Severities = make([]Severity, len(p.Severities))
	for i, s := range p.Severities {
		s.Respond, s.Escalate = shorten(s.Respond), shorten(s.Escalate)
		s.FixWithin, s.UpdateEvery = shorten(s.FixWithin), shorten(s.UpdateEvery)
		q.Severities[i] = s
	}
	q.Contacts = make([]Contact, len(p.Contacts))
	for i, c := range p.Contacts {
		c.Rule.After = shorten(c.Rule.After)
		c.Methods = slices.Clone(c.Methods)
		for k := range c.Methods {
			c.Methods[k].Rule.After = shorten(c.Methods[k].Rule.After)
		}
		q.Contacts[i] = c
	}
	return q
}

// Labels lists the severities, most severe first.
func (p Policy) Labels() []string {
	ls := make([]string, 0, len(p.Severities))
	for _, s := range p.Severities {
		ls = append(ls, s.Label)
	}
	return ls
}

// squash lowers a word and drops what people put into severity names at will.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '_', '.', '\t':
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}
