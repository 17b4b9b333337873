package reading

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// wide reports whether a letter belongs to a script that is written without
// spaces, or with words that change their ends (Korean).
func wide(c rune) bool {
	return c >= 0x3040 && c <= 0x30FF || c >= 0x3400 && c <= 0x9FFF || c >= 0xAC00 && c <= 0xD7AF || c == '々' || c == 'ー' || c >= 0xF900 && c <= 0xFAFF
}

func unspaced(s string) bool { return strings.ContainsFunc(s, wide) }

// accents maps Latin letters with marks to those without.
var accents = func() map[rune]rune {
	m := map[rune]rune{'ł': 'l', 'ø': 'o', 'đ': 'd', 'ı': 'i', 'æ': 'a', 'œ': 'o'}
	for c := rune(0xC0); c < 0x250; c++ {
		if d := []rune(norm.NFD.String(string(c))); len(d) > 1 && d[0] < 0x80 {
			m[c] = d[0]
		}
	}
	return m
}()

// elided is where an article that lost its vowel begins at the end of a text,
// "l" of "l'incident" and "dell" of "dell'allarme"; -1 when none stands there.
func elided(s string) int {
	at := strings.LastIndexByte(s, ' ') + 1
	switch s[at:] {
	case "l", "d", "qu", "n", "s", "dell", "all", "nell", "sull", "dall":
		return at
	}
	return -1
}

// fold brings a text into the form in which words are compared: lower case,
// without accents, punctuation as spaces, apostrophes left out.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := true
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '\'' || c == '’':
			if cut := elided(b.String()); cut >= 0 {
				kept := b.String()[:cut]
				b.Reset()
				b.WriteString(kept)
				space = true
			}
			continue
		case c < 0x80:
			if !space {
				b.WriteByte(' ')
				space = true
			}
			continue
		case c == 'ß':
			b.WriteString("ss")
			space = false
			continue
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			c = unicode.ToLower(c)
			if plain, ok := accents[c]; ok {
				c = plain
			} else if c >= 0xFF01 && c <= 0xFF5E {
				c = unicode.ToLower(c - 0xFEE0)
			} else if unicode.Is(unicode.Mn, c) && c < 0x370 {
				continue
			}
		default:
			if !space {
				b.WriteByte(' ')
				space = true
			}
			continue
		}
		b.WriteRune(c)
		space = false
	}
	return strings.TrimRight(b.String(), " ")
}
