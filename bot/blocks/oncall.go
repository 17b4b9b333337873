package blocks

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"mayday/incident"
	"mayday/oncall"
)

// Turn is whose turn it is as one contact of the runbook.
type Turn struct {
	Contact incident.Contact
	// Now are those on call by the contact's calendar, until Until, and Next is who follows; none when it does not say.
	Now   []oncall.Shift
	Until time.Time
	Next  *oncall.Shift
	// ReadAt is when the calendar was read last, zero when never, and Problem why it could not be read since.
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

// words say who has a turn, until when, who is next, and from where that is known.
func (t Turn) words(now time.Time) string {
	if t.Contact.Roster == "" {
		return joined(" · ", line(cmp.Or(t.Contact.Name, t.Contact.Email, t.Contact.Slack, "nobody is named"), 100), line(t.Contact.Hours, 60), "always, by the runbook")
	}
	var who []string
	for _, s := range t.Now {
		who = append(who, line(s.Person.Title(), 60))
	}
	said := strings.Join(who, ", ")
	if said == "" {
		said = "nobody by the calendar"
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
		next = "then " + line(t.Next.Person.Title(), 60) + " from " + moment(t.Next.From)
	}
	return joined(" · ", said, until, next, t.age(now))
}

// age says how old that is, when the calendar could not be read or was not for long.
func (t Turn) age(now time.Time) string {
	switch {
	case t.ReadAt.IsZero() && t.Problem != "":
		return ":warning: the calendar cannot be read: " + line(t.Problem, 150)
	case t.ReadAt.IsZero():
		return "the calendar was not read yet"
	case t.Problem != "":
		return ":warning: as of " + took(now.Sub(t.ReadAt)) + " ago: " + line(t.Problem, 150)
	case oncall.Old(t.ReadAt, now):
		return ":warning: as of " + took(now.Sub(t.ReadAt)) + " ago"
	}
	return ""
}

// TurnUnsure says why it is not sure whose turn it is as a contact, and who is called then; named says whether the runbook
// itself names somebody. It is plain text, which whoever shows it escapes, and empty when it is sure.
func TurnUnsure(d oncall.Doubt, named bool) string {
	var why []string
	switch {
	case d.Unread && d.Problem != "":
		why = append(why, "its calendar cannot be read: "+d.Problem)
	case d.Unread:
		why = append(why, "its calendar was not read yet")
	case d.Nobody:
		why = append(why, "its calendar names nobody now")
	case len(d.Missing) > 0:
		var names []string
		for _, p := range d.Missing {
			names = append(names, p.Title())
		}
		why = append(why, "no account in this workspace is that of "+strings.Join(names, ", "))
	}
	if d.Age > 0 {
		old := "its calendar was read " + incident.For(d.Age) + " ago"
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
