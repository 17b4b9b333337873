package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/lazyregexp"
)

// MethodKind is how somebody is reached besides Slack.
type MethodKind string

// The kinds of contact methods.
const (
	SMS     MethodKind = "sms"
	Call    MethodKind = "call"
	Push    MethodKind = "push"
	Email   MethodKind = "email"
	Webhook MethodKind = "webhook"
)

// The services of a push.
const (
	Ntfy     = "ntfy"
	Pushover = "pushover"
)

// Method is a contact method of one person: how they are reached besides Slack, and when.
// Where to is not kept on the row: Key names it, see Address.
type Method struct {
	Kind MethodKind `json:"kind"`
	// Service of a push: Ntfy or Pushover.
	Service string     `json:"service,omitempty"`
	Key     string     `json:"key"`
	Rule    MethodRule `json:"rule,omitzero"`
	// Person whose method it is, where that is known.
	Person Person `json:"person,omitempty"`
}

// MethodRule is when a method is used. The zero value is the default: at once for the most severe severity
// when the person may be asleep, else once half of the time to the next escalation is gone.
type MethodRule struct {
	// After is how long after the page.
	After Span `json:"after,omitzero"`
	// Only lists severities as people write them; empty admits all.
	Only []string `json:"only,omitempty"`
	// Nights: only outside of working hours where the person is, or in their do-not-disturb.
	Nights bool `json:"nights,omitempty"`
}

// Set reports whether somebody wrote a rule.
func (r MethodRule) Set() bool { return r.After.Set || len(r.Only) > 0 || r.Nights }

// Label names the method as people do: "SMS", "phone", "ntfy", "e-mail".
func (m Method) Label() string {
	switch m.Kind {
	case SMS:
		return "SMS"
	case Call:
		return "phone"
	case Email:
		return "e-mail"
	case Push:
		if m.Service == Pushover {
			return "Pushover"
		}
		return "ntfy"
	}
	return string(m.Kind)
}

// MethodWays are who hands messages over, for all methods: what hangs at one of them must not hold up another.
var MethodWays = []string{wayTelephone, Pushover, Ntfy, string(Email), string(Webhook)}

// wayTelephone is the way of texts and calls, which are one service's.
const wayTelephone = "telephone"

// Way is which of MethodWays a method takes.
func (m Method) Way() string {
	switch m.Kind {
	case SMS, Call:
		return wayTelephone
	case Push:
		if m.Service == Pushover {
			return Pushover
		}
		return Ntfy
	}
	return string(m.Kind)
}

// Answers reports whether the service of a method is to be asked what became of a message.
func (m Method) Answers() bool { return Answers(m.Way()) }

// Answers reports whether the service of a way is to be asked what became of a message.
func Answers(way string) bool { return way == wayTelephone || way == Pushover }

// Address is where a method leads to.
type Address struct {
	Method
	// To is a number in E.164, an address of e-mail, of a topic or of a webhook, or a user key of Pushover.
	To Destination
	// Bare: a telephone number without a rule, which people call by hand, too.
	Bare bool
}

// Destination is a number or an address of a person, or a secret one. It prints as nothing that helps anybody.
type Destination string

// String hides it.
func (Destination) String() string { return "[redacted]" }

// GoString hides it.
func (Destination) GoString() string { return "[redacted]" }

// MarshalText hides it.
func (Destination) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// Reveal is the destination itself, to send to.
func (d Destination) Reveal() string { return string(d) }

var (
	methodLabel = lazyregexp.New(`(?i)^[\s*_]*(sms|text message|text|phone call|phone|call|voice|mobile|cell|tel|telephone|ntfy|pushover|push|e-?mail|webhook)\b[\s*_]*:?[\s*_]*`)
	e164        = lazyregexp.New(`^\+[1-9][0-9]{6,14}$`)
	numberShape = lazyregexp.New(`\+[0-9][0-9\s().\-/]{5,24}[0-9]`)
	urlShape    = lazyregexp.New(`https?://[^\s<>()|"'` + "`" + `,;]+`)
	mailShape   = lazyregexp.New(`(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	userKey     = lazyregexp.New(`\b[A-Za-z0-9]{30}\b`)
	webShape    = lazyregexp.New(`^(https?://[A-Za-z0-9.\-\[\]:]+)(/[^?#]*)?(\?[^#]*)?(?:#.*)?$`)
	topicPath   = lazyregexp.New(`^/[-_A-Za-z0-9]{1,64}$`)
	afterWords  = lazyregexp.New(`(?i)\bafter\s+(\d{1,4})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b`)
	atOnceWords = lazyregexp.New(`(?i)\b(?:at once|immediately|right away)\b`)
	nightWords  = lazyregexp.New(`(?i)\b(?:at nights?|nights?(?: and weekends)?|out of hours|outside (?:of )?working hours)(?: only)?\b`)
	onlyWords   = lazyregexp.New(`(?i)^(?:(?:only (?:for )?)?(.+?) only|only (?:for )?(.+)|((?:p|s|sev)-?\d(?:\s*(?:,|and|or|/|\+)\s*(?:p|s|sev)-?\d)*))$`)
	listWords   = lazyregexp.New(`(?i)\s*(?:,|/|\+|\band\b|\bor\b)\s*`)
)

// PhoneNumber makes a number in E.164 of one that begins with + and its country, however it is grouped:
// "+15550100123" of "+1 (555) 010-0123". False for anything else.
// Source: ITU-T E.164; Twilio takes numbers in this form (https://www.twilio.com/docs/glossary/what-e164).
func PhoneNumber(s string) (number string, ok bool) {
	number = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\u00a0().-/", r) {
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	return number, e164.MatchString(number)
}

// ReadMethod reads what somebody wrote of a contact method, with its kind in front: "SMS +44 7700 900123, P0 only, nights",
// "ntfy: https://ntfy.sh/ana-8f3k after 5 minutes", "Pushover: u…". wrong says what is not understood, without
// the destination; empty when all is. named says that the words begin with the name of a kind at all.
func ReadMethod(text string) (a Address, wrong string, named bool) {
	m := methodLabel.FindStringSubmatchIndex(text)
	if m == nil {
		return Address{}, "it does not begin with SMS, Phone, ntfy, Pushover, Email or Webhook", false
	}
	label, rest := strings.ToLower(text[m[2]:m[3]]), text[m[1]:]
	a, rest, wrong = destination(label, rest)
	if wrong != "" {
		return Address{}, wrong, true
	}
	var left string
	a.Rule, left = ReadMethodRule(rest)
	if left != "" {
		return Address{}, "its rule is not understood: " + Line(left, 60), true
	}
	sum := sha256.Sum256([]byte(string(a.Kind) + "\x00" + a.Service + "\x00" + string(a.To)))
	a.Key = hex.EncodeToString(sum[:6])
	return a, "", true
}

// destination finds where a method of a kind leads to; rest is what else stands there.
func destination(label, text string) (a Address, rest, wrong string) {
	take := func(shape *lazyregexp.Regexp) string {
		at := shape.FindStringIndex(text)
		if at == nil {
			return ""
		}
		rest = text[:at[0]] + " " + text[at[1]:]
		return text[at[0]:at[1]]
	}
	switch label {
	case "sms", "text", "text message", "phone call", "phone", "call", "voice", "mobile", "cell", "tel", "telephone":
		number, ok := PhoneNumber(take(numberShape))
		if !ok {
			return a, "", "it has no number with + and its country in front, as +44 7700 900123"
		}
		a.Kind, a.To = Call, Destination(number)
		if label == "sms" || strings.HasPrefix(label, "text") {
			a.Kind = SMS
		}
	case "pushover":
		a.Kind, a.Service, a.To = Push, Pushover, Destination(take(userKey))
		if a.To == "" {
			return a, "", "it has no user key of Pushover, which is 30 letters and digits"
		}
	case "email", "e-mail":
		a.Kind, a.To = Email, Destination(take(mailShape))
		if a.To == "" {
			return a, "", "it has no address"
		}
	case "webhook":
		base, path, query := webAddress(take(urlShape))
		if base == "" {
			return a, "", "it has no address that begins with https://"
		}
		a.Kind, a.To = Webhook, Destination(base+path+query)
	default: // ntfy, push
		base, path, query := webAddress(take(urlShape))
		if base == "" || !topicPath.MatchString(path) || query != "" {
			return a, "", "it has no address of a topic, as https://ntfy.sh/your-topic"
		}
		a.Kind, a.Service, a.To = Push, Ntfy, Destination(base+path)
	}
	return a, rest, ""
}

// webAddress takes an address of the web apart: scheme and host, path, query. All are empty for anything else, for one with a password too.
func webAddress(s string) (base, path, query string) {
	m := webShape.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	return m[1], m[2], m[3]
}

// ReadMethodRule reads "after 5 minutes", "P0 only", "nights", with commas between. left is what it does not understand.
func ReadMethodRule(text string) (r MethodRule, left string) {
	if m := afterWords.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // at most four digits
		unit := time.Minute
		switch strings.ToLower(m[2])[0] {
		case 's':
			unit = time.Second
		case 'h':
			unit = time.Hour
		}
		r.After = Within(time.Duration(n) * unit)
		text = strings.Replace(text, m[0], ",", 1)
	} else if m := atOnceWords.FindString(text); m != "" {
		r.After = Within(0)
		text = strings.Replace(text, m, ",", 1)
	}
	if m := nightWords.FindString(text); m != "" {
		r.Nights = true
		text = strings.Replace(text, m, ",", 1)
	}
	var rest []string
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",;()", c) }) {
		part = strings.Trim(part, " \t.:-–—*_")
		m := onlyWords.FindStringSubmatch(part)
		switch {
		case part == "" || strings.EqualFold(part, "and") || strings.EqualFold(part, "at"):
		case m != nil:
			for _, word := range listWords.Split(m[1]+m[2]+m[3], -1) {
				if word = strings.TrimSpace(word); word != "" && !slices.Contains(r.Only, word) {
					r.Only = append(r.Only, word)
				}
			}
		default:
			rest = append(rest, part)
		}
	}
	return r, strings.Join(rest, ", ")
}
