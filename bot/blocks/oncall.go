package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"mayday/incident"
	"mayday/oncall"
	"mayday/tally"
)

// Turn is whose turn it is as one contact of the runbook.
type Turn struct {
	Contact incident.Contact
	// Source is what says whose turn it is.
	Source oncall.Source
	// Now are those on call by it, until Until, and Next is who follows; none when it does not say.
	Now   []oncall.Shift
	Until time.Time
	Next  *oncall.Shift
	// Handed: those on call took the shift over from who had it.
	Handed bool
	// Strangers are those of the shifts who have no account.
	Strangers []oncall.Stranger
	// ReadAt is when it was read last, zero when never, and Problem why it could not be read since.
	ReadAt  time.Time
	Problem string
}

// OnCall says who is called now, in the order in which they are called. Nobody is mentioned: who looks calls nobody.
func OnCall(turns []Turn, now time.Time) Message {
	if len(turns) == 0 {
		return reply("Nobody is on call.", section("The runbook names no contacts, so nobody is called."))
	}
	var lines []string
	for i, t := range turns {
		lines = append(lines, fmt.Sprintf("%d. %s · %s", i+1, strong(line(cmp.Or(t.Contact.Role, t.Contact.Name), 100)), t.words(now)))
	}
	shown := linePages(lines)[0]
	more := ""
	if n := len(lines) - len(shown); n > 0 {
		more = fmt.Sprintf("%d more are not shown; all stand in %s", n, command("contacts"))
	}
	return reply("Who is on call now.", append(paragraphs(shown), small(more))...)
}

// Shifts says who is on call until when, in plain text for operators.
func Shifts(now []oncall.Shift, until time.Time) string {
	var who []string
	for _, s := range now {
		who = append(who, s.Person.Title())
	}
	said := strings.Join(who, ", ")
	if !until.IsZero() {
		said += until.UTC().Format(" until Mon 2 Jan 15:04 UTC")
	}
	return incident.Line(said, 200)
}

// words say who has a turn, until when, who is next, and from where that is known.
func (t Turn) words(now time.Time) string {
	if t.Contact.Roster == "" {
		return joined(" · ", line(cmp.Or(t.Contact.Name, t.Contact.Email, t.Contact.Slack, "nobody is named"), 100), line(t.Contact.Hours, 60), "always, by the runbook")
	}
	var who []string
	for _, s := range t.Now {
		who = append(who, t.who(s.Person))
	}
	said, from := strings.Join(who, ", "), "by "+line(t.Source.Title(), 100)
	if t.Handed {
		from = "handed over in Slack"
	}
	if said == "" {
		said, from = "nobody "+from, ""
		if instead := cmp.Or(t.Contact.Email, t.Contact.Slack); instead != "" {
			said += ", so " + line(cmp.Or(t.Contact.Name, instead), 60) + " is called"
		}
	}
	until := ""
	if len(who) > 0 && !t.Until.IsZero() {
		until = "until " + moment(t.Until)
	}
	next := ""
	if t.Next != nil {
		next = "then " + t.who(t.Next.Person) + " from " + moment(t.Next.From)
	}
	return joined(" · ", said, until, next, from, t.age(now))
}

// who names a person, with a warning where Slack knows nobody of that name or address.
func (t Turn) who(p oncall.Person) string {
	name := line(p.Title(), 60)
	if i := slices.IndexFunc(t.Strangers, func(s oncall.Stranger) bool { return s.Person == p }); i >= 0 {
		name += " (:warning: " + line(t.Strangers[i].Why, 150) + ")"
	}
	return name
}

// StrangersTold says to the operators who is on call and has no account that could be called. It mentions nobody.
func StrangersTold(c incident.Contact, source oncall.Source, list []oncall.Stranger) Message {
	role := line(cmp.Or(c.Role, c.Name), 60)
	lines := []string{fmt.Sprintf(":warning: On call as %s by %s, and not reachable in Slack:", strong(role), line(source.Title(), 100))}
	for _, s := range list {
		lines = append(lines, fmt.Sprintf("• %s, from %s: %s", line(s.Person.Title(), 60), moment(s.From), line(s.Why, 150)))
	}
	instead := "nobody"
	if named := cmp.Or(c.Email, c.Slack); named != "" {
		instead = line(cmp.Or(c.Name, named), 60)
	}
	return message(fmt.Sprintf("%s on call as %s cannot be reached in Slack.", counted(len(list), "person", "people"), role), append(paragraphs(linePages(lines)[0]),
		small("In their place whoever shares the shift is called, and otherwise "+instead+". Correct the address where the shift is written, or ask for an account; "+command("oncall")+" shows who is called."))...)
}

// age says how old that is, when the calendar could not be read or was not for long.
func (t Turn) age(now time.Time) string {
	source := line(t.Source.Title(), 100)
	switch {
	case t.ReadAt.IsZero() && t.Problem != "":
		return ":warning: " + source + " cannot be read: " + line(t.Problem, 200)
	case t.ReadAt.IsZero():
		return source + " was not read yet"
	case t.Problem != "":
		return ":warning: as of " + took(now.Sub(t.ReadAt)) + " ago: " + line(t.Problem, 200)
	case oncall.Old(t.ReadAt, now):
		return ":warning: as of " + took(now.Sub(t.ReadAt)) + " ago"
	}
	return ""
}

// TurnUnsure says why it is not sure whose turn it is as a contact, and who is called then; named says whether the runbook
// itself names somebody. It is plain text, which whoever shows it escapes, and empty when it is sure.
func TurnUnsure(d oncall.Doubt, named bool) string {
	var why []string
	source := cmp.Or(d.Source, oncall.Source{}.Title())
	switch {
	case d.Unread && d.Problem != "":
		why = append(why, source+" cannot be read: "+d.Problem)
	case d.Unread:
		why = append(why, source+" was not read yet")
	case d.Nobody:
		why = append(why, source+" names nobody now")
	case len(d.Missing) > 0:
		var names []string
		for _, p := range d.Missing {
			names = append(names, p.Title())
		}
		why = append(why, "no account in this workspace is that of "+strings.Join(names, ", "))
	}
	if d.Age > 0 {
		old := source + " was read " + incident.For(d.Age) + " ago"
		if d.Problem != "" {
			old += " (" + d.Problem + ")"
		}
		why = append(why, old)
	}
	switch words := strings.Join(why, ", and "); {
	case d.Instead && named:
		return words + ". Who the runbook names is called."
	case d.Instead:
		return words + ", and the runbook names nobody in its place"
	default:
		return words
	}
}

// GroupSet is what became of a user group that is kept in step with who is on call.
type GroupSet struct {
	// Group is its handle or id, and Role whose turn it follows.
	Group, Role string
	// Now are the names of those in it, and Before of those who were.
	Now, Before []string
	// Until is when others are on call; zero when that is not known.
	Until time.Time
	// ByHand: somebody had changed it, without anybody else being on call. Refused is why it stays as it was; empty when it does not.
	ByHand  bool
	Refused string
}

// GroupTold is one line for the operators. It mentions nobody.
func GroupTold(g GroupSet) Message {
	list := func(names []string) string {
		short := make([]string, 0, len(names))
		for _, n := range names[:min(len(names), 10)] {
			short = append(short, line(n, 60))
		}
		if n := len(names) - len(short); n > 0 {
			short = append(short, fmt.Sprintf("%d more", n))
		}
		return cmp.Or(strings.Join(short, ", "), "nobody")
	}
	group, role, until := "The user group "+line(g.Group, 60), line(g.Role, 60), ""
	if !g.Until.IsZero() {
		until = ", until " + moment(g.Until)
	}
	text := fmt.Sprintf("%s is now %s, who is on call as %s%s. Before: %s.", group, list(g.Now), role, until, list(g.Before))
	switch {
	case g.Refused != "":
		text = fmt.Sprintf(":warning: %s stays as it was, and does not become %s, who is on call as %s: %s.", group, list(g.Now), role, line(g.Refused, 200))
	case g.ByHand:
		text = fmt.Sprintf("%s was changed by hand to %s. It follows who is on call as %s, so it is %s again%s. Somebody else for a while: an event in the calendar of overrides, or %s.",
			group, list(g.Before), role, list(g.Now), until, command("handover @name"))
	}
	return message(text, section(text))
}

// Mine is what somebody is told of themselves.
type Mine struct {
	// Turns are the shifts that they have now, and Endless the role of one of which nobody knows when it ends; empty for none.
	Turns   []oncall.Turn
	Endless string
	// Hours are how often they were called in so many Days, by the hour in Zone.
	Hours tally.Hours
	Days  int
	Zone  string
	// Arrived is when a test page arrived last; zero when none ever did.
	Arrived time.Time
}

// OnCallMe tells somebody what they are on call for, and how often they were called.
func OnCallMe(m Mine) Message {
	on := "You are not on call now by any calendar or schedule."
	switch {
	case len(m.Turns) > 0:
		on = "You are on call as " + turnWords(m.Turns) + "."
	case m.Endless != "":
		on = "You are on call as " + line(m.Endless, 60) + "."
	}
	text := fmt.Sprintf("In the last %d days you were not paged.", m.Days)
	if n := m.Hours.Total(); n > 0 {
		text = fmt.Sprintf("In the last %d days you were paged %s: %s.", m.Days, counted(n, "time", "times"), hoursWords(m.Hours))
	}
	test := "Whether pages reach you was never tried: " + command("test-page")
	if !m.Arrived.IsZero() {
		test = "A test page reached you last " + moment(m.Arrived)
	}
	return reply(joined(" ", on, text), section(on, text), small("Hours in "+line(m.Zone, 40)+", messages that paged you, drills left out", test))
}

// hoursWords are "3 in working hours (9–18), 1 in the evening (18–23), 2 at night".
func hoursWords(h tally.Hours) string {
	return fmt.Sprintf("%d in working hours (9–18), %d in the evening (18–23), %d at night", h.Working, h.Evening, h.Night)
}
