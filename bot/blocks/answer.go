package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Declared is the private answer to a declaration that was recorded just now.
func Declared(inc incident.Incident) Message {
	text := fmt.Sprintf("%s is opening. Its channel %s will appear in a moment, and you will be in it.", naming(inc), line(inc.NameForChannel(), 80))
	facts := joined(" · ", title(inc), playbookName(inc), private(inc))
	return reply(text, section(fmt.Sprintf("%s *%s is opening.* Its channel %s will appear in a moment, and you will be in it.", dot(inc), naming(inc), code(inc.NameForChannel()))),
		small(facts),
		row(danger(button(ActionCancel, about(inc), "Cancel"))))
}

// DeclaredAgain answers a declaration that was recorded before: a repeated delivery, or a second click.
func DeclaredAgain(inc incident.Incident) Message {
	where := channel(inc.ChannelID)
	if where == "" {
		where = "its channel is being made"
	}
	text := fmt.Sprintf("%s is declared already: %s.", naming(inc), where)
	return reply(text, section(dot(inc)+" "+text))
}

func playbookName(inc incident.Incident) string {
	w := inc.Walk()
	if w == nil || w.Playbook.Title == "" {
		return ""
	}
	return "playbook " + line(w.Playbook.Title, 80) + ", " + count(len(w.Playbook.Steps), "step")
}

func private(inc incident.Incident) string {
	if inc.Private {
		return "private"
	}
	return ""
}

// Problem tells somebody what did not work and what to do instead. Both are
// plain text and are escaped here; next may be empty.
func Problem(what, next string) Message {
	return reply(joined(" ", Escape(what), Escape(next)), section(Escape(what)), small(Escape(next)))
}

// NotRecorded is the answer while the database is down: nothing happened, and
// whom to call. It needs nothing but what is kept in memory.
func NotRecorded(contacts []incident.Contact) Message {
	return withoutDatabase("This was not recorded: mayday's database does not answer.",
		"Try again in a minute; mayday goes on by itself when the database is back.", contacts)
}

// NotConfirmed is the answer when the database went away in the very moment of
// recording: to repeat it blindly may do it twice.
func NotConfirmed(contacts []incident.Contact) Message {
	return withoutDatabase("It is not confirmed that this was recorded: mayday's database stopped answering.",
		"Look in a minute, with `/incident list`, before you repeat it.", contacts)
}

// What a form says under its field while the database is down. One that is sent
// again is a new request, so that the second does not ask for that.
const (
	FormNotRecorded  = "Not recorded: mayday's database does not answer. Keep this form open and send it again in a minute."
	FormNotConfirmed = "Not confirmed: mayday's database stopped answering while this was recorded. Look in the incident's channel before you send it again: it may be there."
)

func withoutDatabase(sorry, next string, contacts []incident.Contact) Message {
	blocks := []slack.Block{section(":warning: *"+sorry+"*", callWords(contacts))}
	text := sorry + " " + callWords(contacts)
	for i, c := range contacts {
		if i == 10 {
			break
		}
		blocks = append(blocks, section(contactLine(i, c)))
		text += " " + joined(", ", line(c.Title(), 100), line(c.Phone, 40)) + "."
	}
	return reply(text, append(blocks, small(next))...)
}

func callWords(contacts []incident.Contact) string {
	if len(contacts) == 0 {
		return "Call your team; the runbook names no contacts."
	}
	return "Call somebody now:"
}

// contactLine is one contact with every way to reach them. It is for private
// replies only, in which a mention notifies nobody.
func contactLine(i int, c incident.Contact) string {
	mail := ""
	if c.Email != "" {
		mail = link("mailto:"+c.Email, c.Email)
	}
	handle := mentionContact(c)
	if handle == "" {
		handle = line(c.Slack, 60)
	}
	return joined(" · ", fmt.Sprintf("%d. *%s*", i+1, line(c.Title(), 100)), line(c.Phone, 60), mail, handle, line(c.Hours, 60), line(c.Rule.Text, 100))
}

// Choices asks which scenario was meant, the three best as buttons. about goes
// with every button with its Playbook set to the slug, so that about.Name can
// carry the words of a declaration that waits for the answer; such a declaration
// may also go on without a scenario: then Playbook is empty.
func Choices(words string, about Target, matches ...incident.Playbook) Message {
	if len(matches) == 0 {
		return Problem(fmt.Sprintf("No scenario is called %q.", incident.Line(words, 80)), "All of them: `/incident runbook`.")
	}
	text := fmt.Sprintf("Which scenario is meant by “%s”?", line(words, 80))
	spoken := text
	var elements []slack.BlockElement
	for i, pb := range matches {
		if i == 3 {
			break
		}
		about.Playbook = pb.Slug
		elements = append(elements, button(fmt.Sprintf("%s:%d", ActionChoose, i+1), about, pb.Title))
		spoken += " " + line(pb.Title, 80) + "?"
	}
	if about.Incident == 0 {
		about.Playbook = ""
		elements = append(elements, button(fmt.Sprintf("%s:%d", ActionChoose, len(elements)+1), about, "None of these"))
	}
	return reply(spoken, section(text), row(elements...))
}

// Doubted asks whether a line that begins with a severity declares an incident or
// was meant to be a command. label is the severity, words what follows it; about
// goes with the button, with the declaration in its Name.
func Doubted(label, words string, about Target) Message {
	text := fmt.Sprintf("“%s %s” may mean two things, so nobody was paged.", line(label, 40), line(words, 200))
	meant := "If you meant a command: " + command(incident.Line(words, 100)) + ", in the incident's channel or with its number."
	if first, _, _ := strings.Cut(words, " "); strings.HasPrefix(first, "#") {
		meant = "If you meant to change an incident's severity: " + command("sev "+incident.Line(first, 60)+" "+strings.ToLower(label)) + "."
	}
	declare := button(ActionChoose+":1", about, "Declare "+label)
	return reply(text+" "+meant, section(text, meant), row(primary(declare)))
}
