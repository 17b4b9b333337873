package reading

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

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
func elided(s []byte) int {
	at := bytes.LastIndexByte(s, ' ') + 1
	switch string(s[at:]) {
	case "l", "d", "qu", "n", "s", "dell", "all", "nell", "sull", "dall":
		return at
	}
	return -1
}

// fold brings a text into the form in which words are compared: lower case,
// without accents, punctuation as spaces, apostrophes left out.
func fold(s string) string { return foldWords(s, 0) }

// foldWords folds the beginning of a text, up to so many words; 0 means all. In
// languages without spaces every letter is one.
func foldWords(s string, most int) string {
	var room [256]byte
	return string(appendFolded(room[:0], s, most))
}

// appendFolded appends what foldWords gives.
func appendFolded(before []byte, s string, most int) []byte {
	out, begin := before, len(before)
	space, inWord, words := true, false, 0
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '\'' || c == '’':
			if cut := elided(out[begin:]); cut >= 0 {
				out, space, inWord, words = out[:begin+cut], true, false, words-1
			}
			continue
		case c >= 0x80:
			if c = foldLetter(c); c == dropped {
				continue
			}
		default:
			c = ' '
		}
		if c == ' ' {
			if !space {
				out, space, inWord = append(out, ' '), true, false
			}
			continue
		}
		letter := c >= 0x80 && wide(c)
		if letter || !inWord {
			if words++; most > 0 && words > most {
				break
			}
		}
		space, inWord = false, !letter
		if c == 'ß' {
			out = append(out, "ss"...)
			continue
		}
		out = utf8.AppendRune(out, c)
	}
	for len(out) > begin && out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	return out
}

// dropped stands for a mark that is left out.
const dropped = -1

// foldLetter folds one character that is not ASCII: a space for what is no letter.
func foldLetter(c rune) rune {
	switch {
	case c == 'ß':
		return c
	case !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c):
		return ' '
	}
	c = unicode.ToLower(c)
	if plain, ok := accents[c]; ok {
		return plain
	}
	if c >= 0xFF01 && c <= 0xFF5E {
		return unicode.ToLower(c - 0xFEE0)
	}
	if c < 0x370 && unicode.Is(unicode.Mn, c) {
		return dropped
	}
	return c
}
