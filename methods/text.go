package methods

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"mayday/incident"
	"mayday/lazyregexp"
)

// Message is what somebody is told who is called. It holds no secret but Link.
type Message struct {
	// Key is the same for each attempt at a call, and no other call's: at most 64 of A-Z, a-z, 0-9, "_" and "-".
	Key      string
	Number   int64
	Severity string
	// Title is empty where it is not to be read on a locked screen.
	Title string
	// Others are whom else was called.
	Others []string
	Drill  bool
	// Test says that nothing is asked: somebody tries whether they are reached.
	Test bool
	// Link is the address of a page that acknowledges; empty without a public address.
	Link string
}

// Head says which incident it is: "P0 #42: checkout answers 500".
func (m Message) Head() string { return m.head(m.Title) }

func (m Message) head(title string) string {
	s := ""
	switch {
	case m.Test:
		return "A test by mayday: this is how you are called. Nothing is to be done."
	case m.Drill:
		s = "Drill. "
	}
	s += fmt.Sprintf("%s #%d", m.Severity, m.Number)
	if title != "" {
		s += ": " + title
	}
	return s
}

func (m Message) others() string {
	if len(m.Others) == 0 || m.Test {
		return ""
	}
	list := m.Others
	more := ""
	if len(list) > 3 {
		list, more = list[:3], fmt.Sprintf(" and %d more", len(list)-3)
	}
	return "Also called: " + strings.Join(list, ", ") + more + "."
}

// Long is the whole of it, on lines of its own.
func (m Message) Long() string {
	var parts []string
	for _, s := range []string{m.Head(), m.others()} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if m.Link != "" {
		parts = append(parts, "Acknowledge: "+m.Link)
	} else if !m.Test {
		parts = append(parts, "Acknowledge in Slack.")
	}
	return strings.Join(parts, "\n")
}

// names reports whether the words of a text that was sent name the same incident. Its other words change while it goes
// on: others are called, its severity is raised, it is called otherwise.
func (m Message) names(text string) bool {
	_, after, ok := strings.Cut(text, "#")
	digits := strings.IndexFunc(after, func(r rune) bool { return r < '0' || r > '9' })
	if digits >= 0 {
		after = after[:digits]
	}
	return ok && after == strconv.FormatInt(m.Number, 10)
}

const (
	// oneText and oneTextUCS2 are what one text holds, in characters of GSM-7, and in units of UTF-16 where one of its characters is not
	// in GSM-7. Source: https://www.twilio.com/docs/glossary/what-sms-character-limit
	oneText, oneTextUCS2 = 160, 70
)

// textBegins is how each text begins that asks for something.
const textBegins = "mayday: "

// SMS is all of it that one text holds: what is left out first are the others who were called, then the end of the title.
// People answer with the number of the incident.
func (m Message) SMS() string {
	title := plainer(m.Title)
	ask := fmt.Sprintf("Reply %d to acknowledge, no if you can't", m.Number)
	link := ""
	if m.Link != "" {
		link = ", or open " + m.Link
	}
	if m.Test {
		return m.Head()
	}
	compose := func(title, others, ask string) string {
		s := textBegins + m.head(title)
		if others != "" {
			s += ". " + others
		} else {
			s += "."
		}
		return s + " " + ask
	}
	for _, tail := range []struct{ others, ask string }{{m.others(), ask + link}, {"", ask + link}, {"", ask}} {
		if s := compose(title, tail.others, tail.ask); fits(s) {
			return s
		}
	}
	if link != "" && gsm(title) >= 0 && gsm(link) >= 0 {
		ask += link
	}
	for r := []rune(title); len(r) > 0; {
		r = r[:len(r)-1]
		if s := compose(strings.TrimRight(string(r), " ")+"..", "", ask); fits(s) {
			return s
		}
	}
	return compose("", "", fmt.Sprintf("Reply %d", m.Number))
}

// OneText cuts a text to what one holds.
func OneText(s string) string {
	s = plainer(incident.Line(s, oneText))
	if fits(s) {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && !fits(string(r)+"..") {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + ".."
}

func fits(s string) bool {
	if n := gsm(s); n >= 0 {
		return n <= oneText
	}
	return len(utf16.Encode([]rune(s))) <= oneTextUCS2
}

// gsmBasic are the characters of GSM-7, and gsmExtended those that count twice.
// Source: 3GPP TS 23.038, section 6.2.1.
const (
	gsmBasic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "^{}\\[~]|€"
)

// gsm is the length of a text in GSM-7; -1 when it holds characters that are not in it.
func gsm(s string) (n int) {
	for _, r := range s {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			n++
		case strings.ContainsRune(gsmExtended, r):
			n += 2
		default:
			return -1
		}
	}
	return n
}

var typewritten = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "…", "...", "\u00a0", " ", "→", "->", "`", "'")

// plainer writes with the characters of GSM-7 what can be written so without another meaning. What cannot stays as it is.
func plainer(s string) string {
	s = typewritten.Replace(s)
	var b strings.Builder
	for _, r := range s {
		if gsm(string(r)) >= 0 {
			b.WriteRune(r)
			continue
		}
		bare := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(string(r)))
		if gsm(bare) < 0 {
			return s
		}
		b.WriteString(bare)
	}
	return b.String()
}

var (
	replyNumber = lazyregexp.New(`#?\b(\d{1,9})\b`)
	ackWords    = lazyregexp.New(`^(?:ack|acknowledged?|ok|okay|k|yes|yep|yeah|y|on it|on my way|omw|coming|👍|✅)$`)
	noWords     = lazyregexp.New(`^(?:no|nope|n|can ?not|can'?t|cant|i can'?t|i cannot|decline|declined|busy|👎)$`)
)

// ReadReply reads what somebody wrote back: "ack", "ok", "yes" and the number of the incident acknowledge, "no" and "can't"
// decline. plain says that it names no incident, so that it answers the last message. ok is false for anything else, and
// for what names another incident.
func ReadReply(body string, number int64) (ack, plain, ok bool) {
	text := strings.ToLower(typewritten.Replace(body))
	plain = true
	for _, m := range replyNumber.FindAllStringSubmatch(text, 4) {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n != number {
			return false, false, false
		}
		plain = false
	}
	words := strings.Join(strings.Fields(strings.Trim(replyNumber.ReplaceAllString(text, " "), " .,!?:;#-")), " ")
	words = strings.Trim(words, " .,!?:;#-")
	switch {
	case words == "" && !plain, ackWords.MatchString(words):
		return true, plain, true
	case noWords.MatchString(words):
		return false, plain, true
	}
	return false, plain, false
}

// NamesIncident is the number of an incident that a text names; 0 when it names none.
func NamesIncident(body string) int64 {
	if m := replyNumber.FindStringSubmatch(body); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 64) // at most nine digits
		return n
	}
	return 0
}

// stopWords end all texts from a number to whoever texts one of them, and startWords undo that. Twilio keeps the list, and answers both itself.
// Source: https://help.twilio.com/articles/223134027 (Twilio support for opt-out keywords)
var (
	stopWords  = lazyregexp.New(`(?i)^\W*(?:stop|stop ?all|unsubscribe|cancel|end|quit|revoke|opt-?out)\W*$`)
	startWords = lazyregexp.New(`(?i)^\W*(?:start|unstop)\W*$`)
)

// NotUnderstood is the answer to a text that means nothing here. It does not begin as a call does, so that it is taken for none when one is looked for.
func NotUnderstood(number int64) string {
	return fmt.Sprintf("mayday did not understand that. Reply %d to acknowledge, no if you can't", number)
}

// TwiML is what a call says, twice. With a link the key 1 acknowledges.
// Source: https://www.twilio.com/docs/voice/twiml/gather
func (m Message) TwiML() string {
	said := "This is mayday. " + spoken(m.Head()) + ". " + spoken(m.others())
	if m.Test {
		return "<Response><Say>" + escaped(said) + "</Say></Response>"
	}
	if m.Link == "" {
		said += fmt.Sprintf(" Acknowledge in Slack, or answer the text message with %d.", m.Number)
		return `<Response><Say loop="2">` + escaped(said) + "</Say></Response>"
	}
	ask := escaped(said + " Press 1 to acknowledge.")
	return `<Response><Gather numDigits="1" timeout="8" method="POST" action="` + escaped(m.Link+"/call") + `"><Say loop="2">` + ask + "</Say></Gather><Say>Nothing was pressed. Acknowledge in Slack.</Say></Response>"
}

// spoken writes for a voice: the sign # is read as "number".
func spoken(s string) string { return incident.Line(strings.ReplaceAll(s, "#", "number "), 600) }

// escaped is text within XML.
func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
