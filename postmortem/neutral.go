package postmortem

import (
	"strings"
	"unicode/utf8"

	"mayday/incident"
	"mayday/lazyregexp"
)

// space has no width. GitHub looks for @names and #numbers in the rendered
// text, so a backslash does not stop them; a character between does.
const space = "\u200b"

// unlimited is for texts whose length was bounded when they were stored.
const unlimited = 1 << 20

var (
	// markup is Slack's: <@U1>, <#C1|name>, <!channel>, <https://a|words>.
	markup = lazyregexp.New(`<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>`)
	person = lazyregexp.New(`^[UW][A-Z0-9]{2,}$`)
	// address is what may stay a live link.
	address = lazyregexp.New("(?i)\\bhttps?://[^\\s<>\"`|\\\\^{}\\x00-\\x20\\x{200b}]+")
	// domain is what follows the "@" of an e-mail address.
	domain  = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]+`)
	unslack = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// plain resolves Slack markup to words. The result is not fit for Markdown yet.
func (d *draft) plain(s string) string {
	s = markup.ReplaceAllStringFunc(s, func(m string) string {
		p := markup.FindStringSubmatch(m)
		return d.word(m, p[1], p[2], p[3])
	})
	return unslack.Replace(s)
}

func (d *draft) word(whole, sigil, target, label string) string {
	switch sigil {
	case "@":
		if !person.MatchString(target) {
			return whole
		}
		if n := d.name(target); n != target || label == "" {
			return n
		}
		return label
	case "#":
		if label == "" {
			return "#" + target
		}
		return "#" + label
	case "!":
		return announcement(whole, target, label)
	}
	switch {
	case strings.HasPrefix(target, "mailto:"), strings.HasPrefix(target, "tel:"):
		if label != "" {
			return label
		}
		return target[strings.IndexByte(target, ':')+1:]
	case !strings.Contains(target, "://"):
		return whole
	case label == "" || label == target:
		return target
	}
	return label + " (" + target + ")"
}

// announcement resolves <!channel>, <!subteam^S1|@ops> and <!date^…|words>.
func announcement(whole, target, label string) string {
	kind, _, _ := strings.Cut(target, "^")
	switch kind {
	case "channel", "here", "everyone":
		return "@" + kind
	case "subteam", "date":
		if label != "" {
			return label
		}
		return target
	}
	return whole
}

// line makes one line of Markdown of what somebody wrote in Slack.
func (d *draft) line(s string) string { return quiet(incident.Line(d.plain(s), unlimited)) }

// block makes Markdown of text with line breaks; with says how a break is written.
func (d *draft) block(s, with string) string {
	lines := strings.Split(incident.Paragraph(s, unlimited), "\n")
	for i, l := range lines {
		lines[i] = quiet(strings.TrimSpace(l))
	}
	return strings.Join(lines, with)
}

// paragraph is block for text that stands by itself.
func (d *draft) paragraph(s string) string { return d.block(d.plain(s), "\n") }

// quietTitle makes a title, which GitHub shows as plain text.
func (d *draft) quietTitle(s string) string {
	s = incident.Line(d.plain(s), unlimited)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if (s[i] == '@' && alnum(s, i+1)) || (s[i] == '#' && alnum(s, i+1)) {
			b.WriteString(space)
		}
	}
	return b.String()
}

// quiet makes one line of plain text into Markdown that shows exactly that text:
// no formatting, no HTML, no mention, no reference, no commit. A full http(s)
// address stays a link.
func quiet(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	rest := s
	for rest != "" {
		at := address.FindStringIndex(rest)
		if at == nil {
			escape(&b, rest, b.Len() == 0)
			break
		}
		escape(&b, rest[:at[0]], b.Len() == 0)
		link := trimAddress(rest[at[0]:at[1]])
		b.WriteString("<" + link + ">")
		rest = rest[at[0]+len(link):]
	}
	return b.String()
}

// trimAddress leaves out the punctuation of the sentence around an address.
func trimAddress(s string) string {
	for {
		t := strings.TrimRight(s, ".,;:!?'*_~]")
		if strings.HasSuffix(t, ")") && strings.Count(t, ")") > strings.Count(t, "(") {
			t = strings.TrimSuffix(t, ")")
		}
		if t == s {
			return s
		}
		s = t
	}
}

// escape writes text without addresses. start says that it begins a line.
func escape(b *strings.Builder, s string, start bool) {
	for i := 0; i < len(s); {
		if n := wordLen(s[i:]); n > 0 {
			escapeWord(b, s, i, n, start && i == 0)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		escapeRune(b, s, i, r, start && i == 0)
		i += n
	}
}

func escapeWord(b *strings.Builder, s string, i, n int, start bool) {
	w := s[i : i+n]
	switch {
	case hash(w):
		b.WriteString("`" + w + "`")
	case strings.EqualFold(w, "gh") && strings.HasPrefix(s[i+n:], "-") && alnum(s, i+n+1):
		b.WriteString(w + space)
	case strings.EqualFold(w, "www") && strings.HasPrefix(s[i+n:], "."):
		// GitHub would link half of it and look at the rest anew.
		b.WriteString(w + `\`)
	case start && digits(w) && i+n < len(s) && (s[i+n] == '.' || s[i+n] == ')'):
		// A number with a dot would begin a list.
		b.WriteString(w + `\`)
	default:
		b.WriteString(w)
	}
}

func escapeRune(b *strings.Builder, s string, i int, r rune, start bool) {
	switch r {
	case '\\', '*', '_', '[', ']', '|', '~':
		b.WriteByte('\\')
		b.WriteRune(r)
	case '`':
		b.WriteString("&#96;")
	case '$':
		// GitHub reads formulas between dollars before it reads Markdown.
		b.WriteString("&#36;")
	case '<':
		b.WriteString("&lt;")
	case '>':
		b.WriteString("&gt;")
	case '&':
		b.WriteString("&amp;")
	case '#':
		b.WriteString(`\#`)
		if alnum(s, i+1) {
			b.WriteString(space)
		}
	case '@':
		b.WriteByte('@')
		if alnum(s, i+1) && !mailbox(s, i) {
			b.WriteString(space)
		}
	case ':':
		// An address that is none of ours: "ftp://…", "1http://…".
		if strings.HasPrefix(s[i:], "://") {
			b.WriteByte('\\')
		}
		b.WriteByte(':')
	case '-', '+', '=':
		if start {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	default:
		b.WriteRune(r)
	}
}

// mailbox reports whether the "@" at i belongs to an e-mail address, and to
// nothing more: GitHub links the address and looks at what follows anew, so
// that "a@b.cc@team" would hold a mention.
func mailbox(s string, i int) bool {
	if i == 0 || !alnum(s, i-1) {
		return false
	}
	name := s[len(strings.TrimRight(s[:i], letters)):i]
	before := strings.TrimRight(s[:i], letters+".+-")
	end := i + 1 + len(domain.FindString(s[i+1:]))
	after := end < len(s) && (alnum(s, end) || strings.IndexByte("@-_", s[end]) >= 0)
	// A name that is written as code is no part of an address any more.
	return !hash(name) && !strings.HasSuffix(before, "@") && end > i+1 && !after
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// wordLen is the length of the run of ASCII letters and digits at the start of s.
func wordLen(s string) int {
	n := 0
	for alnum(s, n) {
		n++
	}
	return n
}

func alnum(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	c := s[i]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// hash reports whether GitHub may take a word for a commit: 7 to 40 hexadecimal digits.
func hash(w string) bool {
	return len(w) >= 7 && len(w) <= 40 && strings.Trim(w, "0123456789abcdefABCDEF") == ""
}

func digits(w string) bool { return strings.Trim(w, "0123456789") == "" }

// fence shows text as it is, in a code block that the text cannot leave.
func fence(s string) string {
	longest, run := 2, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	bar := strings.Repeat("`", longest+1)
	// A line that looks like one of our own hidden markers must not become one.
	s = strings.ReplaceAll(s, "<!--", "<!"+space+"--")
	return bar + "text\n" + s + "\n" + bar
}

// keyOf makes a key fit to stand in an HTML comment.
func keyOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 128 && (alnum(string(r), 0) || strings.ContainsRune(":._/", r)) {
			return r
		}
		return '-'
	}, s)
	// Two dashes would end the comment.
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	return strings.Trim(s, "-")
}
