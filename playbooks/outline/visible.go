package outline

import (
	"strings"
	"unicode"
)

// visible drops what does not show from one line (controls, zero-width
// characters, soft hyphens, marks that reorder text) and makes every kind of
// space a space. Joiners stay where emoji and scripts need them.
func visible(s string) string {
	if plainASCII(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	var before rune
	for _, c := range s {
		switch {
		case c == '\t':
			out.WriteByte('\t')
		case c == 0:
			out.WriteRune('\ufffd')
		case c == 0x85 || c == 0x2028 || c == 0x2029 || c >= 0x80 && c != 0x3000 && unicode.IsSpace(c):
			out.WriteByte(' ')
		case c < ' ' || c >= 0x7f && c < 0xa0, c == 0x200b, c == 0x2060, c == 0xfeff, c == 0xad,
			c >= 0x200e && c <= 0x200f, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
		case (c == 0x200c || c == 0x200d) && !joins(before):
		default:
			out.WriteRune(c)
		}
		before = c
	}
	return out.String()
}

// plainASCII: nothing in s can be invisible.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// joins: a zero-width joiner or non-joiner after c changes how c is drawn, as in
// emoji made of several and in Arabic, Persian and the scripts of India.
func joins(c rune) bool {
	return c >= 0x1f000 || c >= 0x2190 && c <= 0x2bff || c == 0xfe0f ||
		c >= 0x0600 && c < 0x1100 && unicode.IsOneOf([]*unicode.RangeTable{unicode.L, unicode.M}, c)
}

// oneLine folds white space into single spaces.
func oneLine(s string) string {
	if tidy(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// tidy: s is ASCII without anything that oneLine would change.
func tidy(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// wide: c is a letter or sign of Chinese, Japanese or Korean, between which a
// line break is no space. Korean is written with spaces and is left out.
func wide(c rune) bool {
	return c >= 0x3000 && c <= 0x30ff || c >= 0x31f0 && c <= 0x31ff || c >= 0x3400 && c <= 0x9fff ||
		c >= 0xf900 && c <= 0xfaff || c >= 0xff00 && c <= 0xff60 || c >= 0x20000 && c <= 0x3ffff
}

// ornament is what headings carry beside words: emoji, symbols, variation selectors, bullets.
func ornament(c rune) bool {
	if c < 0x80 {
		return c == '*' || c == '^' || c == '`'
	}
	return unicode.Is(unicode.So, c) || unicode.Is(unicode.Sk, c) || c >= 0xfe00 && c <= 0xfe0f ||
		c == 0x200d || c == '•' || c == '→'
}

// onlyOrnament: s holds no words. A digit in front of the sign of a key is an emoji.
func onlyOrnament(s string) bool {
	for i, c := range s {
		key := c >= '0' && c <= '9' && (strings.HasPrefix(s[i+1:], "\ufe0f") || strings.HasPrefix(s[i+1:], "\u20e3"))
		if !ornament(c) && !unicode.IsSpace(c) && !key && c != 0x20e3 {
			return false
		}
	}
	return true
}

// hasWords: s holds a letter or a digit.
func hasWords(s string) bool {
	for _, c := range s {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			return true
		}
	}
	return false
}
