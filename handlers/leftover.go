package handlers

import (
	"slices"
	"strings"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// wordless are the verbs that take no words of their own.
var wordless = map[string]bool{"ack": true, "decline": true, "onmyway": true, "testpage": true, "private": true, "sent": true, "close": true, "export": true, "postmortem": true, "steps": true,
	"investigating": true, "identified": true, "monitoring": true, "list": true, "matrix": true, "doctor": true, "access": true}

// leftOver is what of a command its verb does nothing with; empty when all of it is
// understood. The other verbs take every word: as a reason, as a note, or to refuse it.
func leftOver(l line) string {
	verb, rest := l.verb, l.rest
	if wordless[verb] {
		return rest
	}
	words := strings.Fields(rest)
	switch verb {
	case "contacts", "dashboards", "statuspages":
		rest, _ = takePage(rest)
		return rest
	case "unmute":
		return strings.Join(words[min(1, len(words)):], " ")
	case "mute":
		if len(words) > 0 && strings.EqualFold(words[0], "end") {
			return strings.Join(words[min(2, len(words)):], " ")
		}
	case "undo":
		return besides(words)
	case "step":
		if i := slices.Index(words, "undo"); i >= 0 && i < 2 {
			return besides(append(words[:i:i], words[i+1:]...))
		}
	}
	return ""
}

// besides are the words after the number of a step.
func besides(words []string) string {
	if len(words) > 0 && isNumber(words[0]) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// without adds to an answer which words of the command were ignored.
func without(reply bot.Reply, words string) bot.Reply {
	if words = incident.Line(blocks.Unescape(words), 200); words == "" {
		return reply
	}
	return remark(reply, "Ignored: "+words)
}

// remark adds a sentence to an answer; empty adds none. A form that opens says nothing beside it.
func remark(reply bot.Reply, sentence string) bot.Reply {
	if sentence == "" || reply.After != nil && reply.Text == "" {
		return reply
	}
	m := blocks.LeftOut(blocks.Message{Text: reply.Text, Blocks: reply.Blocks}, sentence)
	reply.Text, reply.Blocks = m.Text, m.Blocks
	return reply
}

// fillers are small words around a name that say nothing by themselves.
var fillers = map[string]bool{"to": true, "for": true, "as": true, "the": true, "role": true, "is": true, "me": true, "myself": true, "now": true, "please": true, "and": true, "&": true}

// meaningful leaves out the fillers.
func meaningful(text string) string {
	words := strings.Fields(text)
	words = slices.DeleteFunc(words, func(w string) bool { return fillers[strings.ToLower(strings.Trim(w, ".,;!"))] })
	return strings.Join(words, " ")
}
