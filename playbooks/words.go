package playbooks

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mayday/lazyregexp"
)

func itoa(n int) string { return strconv.Itoa(n) }

// oneLine folds white space and drops what does not show: controls, zero-width
// characters and the marks that reorder text.
func oneLine(s string) string {
	if tidy(s) {
		return s
	}
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069, c == 0x200b, c == 0xfeff:
			return -1
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// tidy reports whether s is printable ASCII with single spaces inside.
func tidy(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// clip shortens s to at most n runes.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}

// ornament is what headings carry beside words: emoji, symbols, variation selectors, bullets.
func ornament(c rune) bool {
	if c < 0x80 {
		return c == '*' || c == '^' || c == '`'
	}
	return unicode.Is(unicode.So, c) || unicode.Is(unicode.Sk, c) || unicode.Is(unicode.Mn, c) && c >= 0xfe00 && c <= 0xfe0f ||
		c == 0x200d || c == '•' || c == '→' || c == '*'
}

var (
	shortcode = lazyregexp.New(`:[a-z0-9_+-]{2,40}:`)
	numbering = lazyregexp.New(`^(?:(?:\d{1,3}|[A-Za-z])[.)]|\d{1,3}(?:\.\d{1,3}){1,3}\.?|#\d{1,3}:?|\d{1,3}\s*[-–—:])\s+`)
)

// bare strips emoji, shortcodes and numbering from a heading or label.
func bare(s string) string {
	if strings.Count(s, ":") > 1 {
		s = shortcode.ReplaceAllString(s, " ")
	}
	if strings.ContainsFunc(s, ornament) {
		s = strings.Map(func(c rune) rune {
			if ornament(c) {
				return ' '
			}
			return c
		}, s)
	}
	s = oneLine(s)
	if len(s) > 2 && (s[0] == '#' || s[0] >= '0' && s[0] <= '9' || s[1] == '.' || s[1] == ')') {
		s = numbering.ReplaceAllString(s, "")
	}
	return strings.Trim(s, " :：-–—")
}

// plain is a heading or label in lower-case words, for comparison.
func plain(s string) string {
	s = strings.ToLower(bare(s))
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '\'' || c == '’':
			return -1
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			return c
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// slugOf makes a name for commands: "Users can't log in" becomes "users-cant-log-in".
func slugOf(s string) string {
	s = strings.ReplaceAll(plain(s), " ", "-")
	const longest = 60
	if utf8.RuneCountInString(s) > longest {
		runes := []rune(s)[:longest]
		s = string(runes)
		if i := strings.LastIndexByte(s, '-'); i > longest/2 {
			s = s[:i]
		}
	}
	return s
}

// andJoin writes "a, b and c".
func andJoin(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// hasWord reports whether any of the words stands in s, which is plain, as a
// whole word or sequence of words.
func hasWord(s string, words ...string) bool {
	s = " " + s + " "
	for _, w := range words {
		if strings.Contains(s, " "+w+" ") {
			return true
		}
	}
	return false
}

// sentence capitalises the first letter of s.
func sentence(s string) string {
	c, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(c)) + s[size:]
}
