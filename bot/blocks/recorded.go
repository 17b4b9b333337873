package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/lazyregexp"
)

// Recorded is the short private answer to a command that changed something. The
// zero Message when all of it is seen in the channel where it was typed.
func Recorded(c incident.Change, where string) Message {
	inc, here := c.Incident, where == c.Incident.ChannelID
	mute := unheard(inc)
	var told []string
	for _, ev := range c.Events {
		if !here || mute != "" || !seen(inc, ev) {
			told = append(told, sentence(inc, ev))
		}
	}
	if len(told) == 0 && len(c.Events) > 0 {
		return Message{}
	}
	text := "Recorded."
	if len(told) > 0 {
		text = strings.Join(told, ". ") + "."
	}
	next := ""
	if marks(c.Events) || !here && inc.ChannelID != "" && kind(c.Events, incident.EventAcknowledged) {
		next = nextWords(inc)
	}
	if !here && inc.ChannelID != "" {
		text = naming(inc) + " " + channel(inc.ChannelID) + ": " + text
	}
	var muted slack.Block
	if mute != "" {
		muted = section(":mute: " + mute)
	}
	return reply(joined(" ", text, mute, next), section(":white_check_mark: "+text), muted, small(next))
}

// seen reports whether the incident's channel shows an event: it is told there, or
// stands in the message of the step to do now.
func seen(inc incident.Incident, ev incident.Event) bool {
	w := inc.Walk()
	switch {
	case ev.Aloud:
		return true
	case w == nil || ev.To != w.Playbook.Slug:
		return false
	}
	switch ev.Kind {
	case incident.EventStepDone, incident.EventStepSkipped, incident.EventStepBlocked:
		return lastMarked(*w) == ev.Step-1
	case incident.EventStepUndone, incident.EventStepAssigned:
		return w.Current() == ev.Step-1
	}
	return false
}

// kind reports whether something of a kind happened.
func kind(evs []incident.Event, k incident.EventKind) bool {
	return slices.ContainsFunc(evs, func(ev incident.Event) bool { return ev.Kind == k })
}

// marks reports whether a step was marked, so that the next one is of interest.
func marks(evs []incident.Event) bool {
	for _, ev := range evs {
		switch ev.Kind {
		case incident.EventStepDone, incident.EventStepSkipped, incident.EventStepBlocked, incident.EventStepUndone, incident.EventPlaybookSwitched:
			return true
		}
	}
	return false
}

func nextWords(inc incident.Incident) string {
	w := inc.Walk()
	i := w.Current()
	if i < 0 {
		return "That was the last step. To end the incident: " + command("resolve <summary>")
	}
	return fmt.Sprintf("Next: step %d/%d · %s", i+1, len(w.Playbook.Steps), line(w.Playbook.Steps[i].Text, 200))
}

// tokens are what Slack puts between angle brackets: people, channels, groups,
// broadcasts, dates and links (docs.slack.dev: formatting message text). Other
// angle brackets are somebody's own: a < 2 and b > 3.
var tokens = lazyregexp.New(`<(?:([@#!])([A-Z][A-Z0-9]+|here|channel|everyone|subteam\^[A-Z0-9]+|date\^[^<>|]*)|([a-zA-Z][a-zA-Z0-9+.\-]*:[^<>|\s]*))(?:\|([^<>]*))?>`)

// slackEscapes are all that Slack escapes.
var slackEscapes = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// Unescape gives the plain words of a message as Slack delivers it: tokens
// become what a person reads, and entities characters again. People stay
// "@U012AB", which pings nobody. A text that Slack did not escape, which a bare
// angle bracket or ampersand gives away, keeps what looks like an entity.
func Unescape(s string) string {
	raw := unescaped(tokens.ReplaceAllString(s, ""))
	s = tokens.ReplaceAllStringFunc(s, func(tok string) string {
		m := tokens.FindStringSubmatch(tok)
		sigil, name, link, label := m[1], m[2], m[3], m[4]
		switch {
		case (sigil == "#" || sigil == "@") && label != "":
			return sigil + label
		case label != "":
			return label
		case sigil == "!":
			return "@" + name
		}
		return sigil + name + link
	})
	if raw {
		return s
	}
	return slackEscapes.Replace(s)
}

// unescaped says whether a text holds a sign that Slack would have escaped.
func unescaped(s string) bool {
	if strings.ContainsAny(s, "<>") {
		return true
	}
	for i := strings.IndexByte(s, '&'); i >= 0; {
		rest := s[i:]
		if !strings.HasPrefix(rest, "&amp;") && !strings.HasPrefix(rest, "&lt;") && !strings.HasPrefix(rest, "&gt;") {
			return true
		}
		next := strings.IndexByte(rest[1:], '&')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return false
}

// RefusedPlain is Refused for places that show no markup, such as the line
// under a field of a form.
func RefusedPlain(inc incident.Incident, r *incident.Refusal) string {
	return Plain(Refused(inc, r))
}

// Plain is an answer for where nothing is read as markup: below a field of a form.
func Plain(escaped string) string { return strings.NewReplacer("`", "").Replace(Unescape(escaped)) }
