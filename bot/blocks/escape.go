package blocks

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"mayday/incident"
	"mayday/lazyregexp"
)

var (
	address   = lazyregexp.New("https?://[^\\s<>|\"'`]+")
	broadcast = lazyregexp.New(`(?i)(^|[^A-Za-z0-9])@(here|channel|everyone|group)\b`)
	personID  = lazyregexp.New(`^[UW][A-Z0-9]+$`)
	groupID   = lazyregexp.New(`^S[A-Z0-9]+$`)
	channelID = lazyregexp.New(`^[CGD][A-Z0-9]+$`)

	// Slack: exactly these three, ampersand first.
	entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// wordJoiner is invisible and keeps "@here" from being one word to Slack's parser.
const wordJoiner = "\u2060"

// Escape makes what somebody wrote safe to stand in Slack markup and in a
// fallback text: control characters dropped, &, < and > as entities, "@here" and
// its like broken up, marks of formatting without a partner as signs that look like
// them. Web addresses become links, because a verbatim text object
// does not turn them into any. At most 3,000 characters before escaping.
func Escape(s string) string {
	s = incident.Paragraph(s, maxFallback)
	var b strings.Builder
	for {
		at := address.FindStringIndex(s)
		if at == nil {
			break
		}
		found := strings.TrimRight(s[at[0]:at[1]], ".,;:!?)]}*_~")
		b.WriteString(harmless(s[:at[0]]))
		if clean, ok := webAddress(found); ok {
			b.WriteString("<" + entities.Replace(clean) + ">")
		} else {
			b.WriteString(harmless(found))
		}
		s = s[at[0]+len(found):]
	}
	b.WriteString(harmless(s))
	return paired(b.String())
}

func harmless(s string) string {
	return entities.Replace(broadcast.ReplaceAllString(s, "$1@"+wordJoiner+"$2"))
}

// line escapes one line of at most limit characters before escaping. A block of code in it becomes a span.
func line(s string, limit int) string {
	return Escape(incident.Line(strings.ReplaceAll(s, fence, "`"), limit))
}

// code writes one line as code; backticks, which would end it, are left out.
func code(s string) string {
	return "`" + harmless(incident.Line(strings.ReplaceAll(s, "`", ""), maxNote)) + "`"
}

// call mentions somebody, or a user group, which notifies them: for whom is called to act, and for nobody
// else. Anything that is no id is only text.
func call(p incident.Person) string {
	switch {
	case personID.MatchString(p):
		return "<@" + p + ">"
	case groupID.MatchString(p):
		return "<!subteam^" + p + ">"
	case p == "":
		return "mayday"
	}
	return line(p, 80)
}

// named is what somebody is called who did something or is spoken of: plain words, which
// notify nobody. Who has no name on the row is mentioned: the workers leave nobody so in
// what they post, and a private answer notifies nobody else.
func named(inc incident.Incident, p incident.Person) string {
	if n := inc.Names[p]; n != "" {
		return paired(harmless(incident.Line(n, maxName)))
	}
	return call(p)
}

// channel links a channel by id; empty when there is none.
func channel(id string) string {
	if channelID.MatchString(id) {
		return "<#" + id + ">"
	}
	return ""
}

// moment writes a time that every reader sees in their own zone: "15:25 today". It stands after
// a comma as well as after "by", "since", "until" or "due", and so begins with a figure, as near does.
func moment(t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return date(t, "{time} {date_short_pretty}")
}

// near writes a time of day, and how far it is from now in each reader's words. It begins
// with a figure, because Slack begins what stands for a date with a capital letter.
func near(t, now time.Time) string {
	return date(t, timeOfDay(t, now)+", {ago}")
}

// clock writes a time of day, with the day where it is not about now.
func clock(t, now time.Time) string {
	return date(t, timeOfDay(t, now))
}

// timeOfDay is the form of a time of day, with the day where it is not about now.
func timeOfDay(t, now time.Time) string {
	if t.Sub(now).Abs() > 18*time.Hour {
		return "{date_num} {time}"
	}
	return "{time}"
}

// date writes a time in a form of Slack's, and in UTC for whoever cannot show that.
func date(t time.Time, form string) string {
	return fmt.Sprintf("<!date^%d^%s|%s>", t.Unix(), form, t.UTC().Format("2006-01-02 15:04 UTC"))
}

// timeOnly writes a time of day in each reader's own zone.
func timeOnly(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{time}|%s>", t.Unix(), t.UTC().Format("15:04 UTC"))
}

// voice writes an event's sentence as Slack markup.
func voice(inc incident.Incident) incident.Voice {
	return incident.Voice{Person: func(p incident.Person) string { return named(inc, p) }, Call: call, Text: Escape, Code: code, Time: moment}
}

// webAddress cleans an address so that it can stand in a link or on a button;
// false when it is none with http, https or mailto.
func webAddress(raw string) (string, bool) {
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if err != nil || !utf8.ValidString(raw) || utf8.RuneCountInString(raw) > maxURL {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return "", false
		}
	case "mailto":
		if strings.TrimSpace(u.Opaque) == "" {
			return "", false
		}
	default:
		return "", false
	}
	clean := strings.NewReplacer(" ", "%20", "|", "%7C", "<", "%3C", ">", "%3E", "\"", "%22", "`", "%60").Replace(raw)
	return clean, utf8.RuneCountInString(clean) <= maxURL
}

// link writes a link with a label; only the label when the address is no good.
func link(raw, label string) string {
	label = incident.Line(strings.NewReplacer("|", " ", "<", " ", ">", " ", "*", lookalikes['*'], "~", lookalikes['~'], "`", lookalikes['`']).Replace(label), 150)
	clean, ok := webAddress(raw)
	switch {
	case !ok:
		return Escape(label)
	case label == "":
		return "<" + entities.Replace(clean) + ">"
	}
	return "<" + entities.Replace(clean) + "|" + entities.Replace(label) + ">"
}

// shorten cuts markup to limit characters with an ellipsis, never inside an
// entity or a <token>.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, n := 0, 0
	for end < len(s) {
		unit := unitOf(s[end:])
		n += utf8.RuneCountInString(unit)
		if n > limit-1 {
			break
		}
		end += len(unit)
	}
	return paired(strings.TrimRight(s[:end], " \n")) + "…"
}

// unitOf is what may not be cut at the start of s: a token, an entity or a character.
func unitOf(s string) string {
	shut := map[byte]byte{'<': '>', '&': ';'}[s[0]]
	if shut != 0 {
		if i := strings.IndexByte(s, shut); i > 0 {
			return s[:i+1]
		}
	}
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
