package incident

import "strings"

// teller writes the parts of a sentence about one event.
type teller struct {
	ev Event
	v  Voice
}

func (t teller) by() string {
	if t.ev.By == "" {
		return "mayday"
	}
	return t.v.Person(t.ev.By)
}

func (t teller) whom() string {
	if t.ev.Whom == "" {
		return "somebody"
	}
	return t.v.Person(t.ev.Whom)
}

// toWhom calls the person that it was done to, unless that is who did it.
func (t teller) toWhom() string {
	if t.ev.Whom == "" || t.ev.Whom == t.ev.By {
		return t.whom()
	}
	return t.v.Call(t.ev.Whom)
}

// called names who was paged: the contact's title, and the person once known.
func (t teller) called() string { return t.contact(t.whom) }

// calls is called where the sentence itself is the call.
func (t teller) calls() string { return t.contact(t.toWhom) }

func (t teller) contact(who func() string) string {
	switch {
	case t.ev.Contact == "":
		return who()
	case t.ev.Whom == "":
		return t.v.Text(t.ev.Contact)
	}
	title, name := t.v.Text(t.ev.Contact), who()
	if strings.HasSuffix(title, "("+name+")") {
		return title
	}
	return title + " " + name
}

// calledBecause is why a clock calls somebody. Whose title says that they are on call needs no more.
func (t teller) calledBecause() string {
	title := strings.ToLower(t.ev.Contact)
	switch PageReason(t.ev.Text) {
	case OnCall:
		return t.when(!strings.Contains(title, "on-call") && !strings.Contains(title, "on call"), ", who is on call")
	case Escalated:
		return ", because the runbook escalates to them"
	case NoResponse:
		return ", because nobody acknowledged"
	case Unreachable:
		return ", because the person before could not be reached"
	case Declined:
		return ", because the person before cannot come"
	}
	return ""
}

// method says by which contact method something was done; empty for what was done in Slack.
func (t teller) method() string { return t.tail(" by ", t.ev.From) }

func (t teller) text() string { return t.v.Text(t.ev.Text) }

func (t teller) when(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

func (t teller) tail(before, s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return before + t.v.Text(s)
}
