package blocks

import (
	"slices"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// Problem tells somebody what did not work and what to do instead. Both are
// plain text and are escaped here; next may be empty.
func Problem(what, next string) Message {
	return reply(joined(" ", Escape(what), Escape(next)), section(Escape(what)), small(Escape(next)))
}

// LeftOut adds to an answer, or says alone, what of a command mayday did not do: a
// sentence in plain text.
func LeftOut(m Message, sentence string) Message {
	sentence = Escape(sentence)
	return reply(joined(" ", m.Text, sentence+"."), append(slices.Clone(m.Blocks), small(":warning: "+sentence))...)
}

// NotRecorded is the answer while the database is down: nothing happened, and
// whom to call. It needs nothing but what is kept in memory.
func NotRecorded(contacts []incident.Contact) Message {
	return withoutDatabase("Nothing was recorded: mayday's database does not answer.",
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
