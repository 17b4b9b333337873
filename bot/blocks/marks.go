package blocks

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Slack has no escape for the marks of bold, italic, struck and code (docs.slack.dev: formatting message text), and a
// mark that stands alone pairs with the next one of its line, which may be mayday's. So a pair that somebody wrote is
// theirs, and a mark without a partner is written as a sign that looks like it.
var lookalikes = map[byte]string{'*': "∗", '_': "＿", '~': "∼", '`': "‘"}

const fence = "```"

// paired gives escaped markup in which every mark that Slack would read has its partner. What stands in
// code and in <tokens> is not touched.
func paired(s string) string {
	if !strings.ContainsAny(s, "*_~`") {
		return s
	}
	parts := strings.Split(s, fence)
	if len(parts)%2 == 0 { // the last fence opens what nothing closes
		last := len(parts) - 1
		parts[last-1] += strings.Repeat(lookalikes['`'], len(fence)) + parts[last]
		parts = parts[:last]
	}
	for i := 0; i < len(parts); i += 2 {
		lines := strings.Split(parts[i], "\n")
		for j, l := range lines {
			lines[j] = pairedLine(l)
		}
		parts[i] = strings.Join(lines, "\n")
	}
	return strings.Join(parts, fence)
}

func pairedLine(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		end := i + 1
		switch {
		case c == '<':
			end = i + len(unitOf(s[i:]))
		case c == '`':
			if n := strings.IndexByte(s[i+1:], '`'); n > 0 {
				end = i + n + 2
				break
			}
			b.WriteString(lookalikes[c])
			i++
			continue
		case lookalikes[c] != "":
			if shut := closing(s, i); shut > 0 {
				b.WriteByte(c)
				b.WriteString(pairedLine(s[i+1 : shut]))
				b.WriteByte(c)
				i = shut + 1
				continue
			}
			if opens(s, i) || closes(s, i) {
				b.WriteString(lookalikes[c])
				i++
				continue
			}
		}
		b.WriteString(s[i:end])
		i = end
	}
	return b.String()
}

// closing is where the mark at i is closed, 0 when it is not: marks count at the borders of words only, and never in
// code or in a token.
func closing(s string, i int) int {
	if !opens(s, i) {
		return 0
	}
	for j := i + 1; j < len(s); j++ {
		switch c := s[j]; {
		case c == '<':
			j += len(unitOf(s[j:])) - 1
		case c == '`':
			if n := strings.IndexByte(s[j+1:], '`'); n >= 0 {
				j += n + 1
			}
		case c == s[i] && j > i+1 && closes(s, j):
			return j
		}
	}
	return 0
}

// opens reports whether the mark at i may begin something. What comes after the end is not known: it may.
func opens(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, size := utf8.DecodeRuneInString(s[i+1:])
	return !ofWord(before) && (size == 0 || !unicode.IsSpace(after) && after != rune(s[i]))
}

// closes reports whether the mark at i may end something. What comes before the beginning is not known: it may.
func closes(s string, i int) bool {
	before, size := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return !ofWord(after) && (size == 0 || !unicode.IsSpace(before))
}

// ofWord reports whether a character is of a word; none, which is RuneError, is not.
func ofWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// strong writes an escaped line in bold. One that has signs of its own for that, or code,
// stays as it is: Slack would end the bold there.
func strong(escaped string) string {
	if escaped == "" || strings.ContainsAny(escaped, "*`") {
		return escaped
	}
	return "*" + escaped + "*"
}

// struck writes escaped markup as what is not so any more.
func struck(escaped string) string {
	lines := strings.Split(escaped, "\n")
	for i, l := range lines {
		if l != "" && !strings.Contains(l, "~") {
			lines[i] = "~" + l + "~"
		}
	}
	return strings.Join(lines, "\n")
}
