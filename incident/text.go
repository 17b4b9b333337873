package incident

import (
	"strconv"
	"strings"
	"unicode"
)

// Longest texts that mayday keeps, in characters. They leave room for Slack's
// own limits (3,000 characters a text object, 250 a topic) after escaping.
const (
	MaxTitle = 120
	MaxText  = 2000
)

// Line makes one clean line of what a person typed: control characters and
// bidirectional overrides dropped, white space folded, at most limit characters
// with an ellipsis when something was cut.
func Line(s string, limit int) string {
	return cut(strings.Join(strings.Fields(strings.Map(printable, s)), " "), limit)
}

// Paragraph is like Line but keeps line breaks, no more than two in a row.
func Paragraph(s string, limit int) string {
	var lines []string
	blank := false
	for _, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		l = strings.TrimRight(strings.Map(printable, l), " \t")
		if l == "" && (blank || len(lines) == 0) {
			continue
		}
		blank = l == ""
		lines = append(lines, l)
	}
	return cut(strings.TrimSpace(strings.Join(lines, "\n")), limit)
}

func printable(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case r == unicode.ReplacementChar, unicode.IsControl(r):
		return -1
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return -1
	}
	return r
}

// cut keeps at most limit characters, of which an ellipsis is the last when
// something is missing. limit is at least 1.
func cut(s string, limit int) string {
	n, room := 0, 0
	for i := range s {
		if n == limit-1 {
			room = i
		}
		if n == limit {
			return strings.TrimRight(s[:room], " ") + "…"
		}
		n++
	}
	return s
}

// Slug makes "site-down" of "Site Down!" and "ueberlastung" of "Überlastung": lower
// case letters and digits of ASCII with single dashes between. Letters of other
// alphabets are written in Latin ones; what cannot be, as Chinese, ends a word.
func Slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range transliterate(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			dash = false
			continue
		}
		dash = true
	}
	return b.String()
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
