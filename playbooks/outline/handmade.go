package outline

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// handStyle is a way in which people make lists by hand.
type handStyle int

const (
	noStyle handStyle = iota
	boxStyle
	bulletStyle
	dashStyle   // "– ", which a sentence may begin with as well
	circleStyle // ①
	parenStyle  // （1）, (1)
	countStyle  // 1）, 1、 and "1." before a letter without spaces
	letterStyle // a), A.
)

// handMark is the marker of an item made by hand.
type handMark struct {
	style  handStyle
	number int    // 0 in lists without numbers
	size   int    // bytes of the marker and the spaces behind it
	mark   string // as Markdown writes it
}

var boxSigns = []struct{ sign, mark string }{
	{"[ ] ", "[ ] "}, {"[x] ", "[x] "}, {"[X] ", "[x] "}, {"[] ", "[ ] "}, {"☐", "[ ] "}, {"☑", "[x] "}, {"□", "[ ] "},
}

// boxSign is the box at the beginning of s as Markdown writes it, and its bytes.
func boxSign(s string) (mark string, size int) {
	if s == "" || s[0] != '[' && s[0] != 0xe2 {
		return "", 0
	}
	for _, b := range boxSigns {
		if rest, ok := strings.CutPrefix(s, b.sign); ok {
			if rest = strings.TrimLeft(rest, " \t"); rest != "" {
				return b.mark, len(s) - len(rest)
			}
		}
	}
	return "", 0
}

// handMarkOf reads the marker at the beginning of s; its style is noStyle when there is none.
func handMarkOf(s string) handMark {
	m := handMark{}
	switch c := s[0]; {
	case c < 0x80 && c != '[' && c != '(' && !isAlnum(c):
		return m
	case c == '[' || c == 0xe2:
		if mark, n := boxSign(s); n > 0 {
			return handMark{style: boxStyle, size: n, mark: "- " + mark}
		}
	}
	r, size := utf8.DecodeRuneInString(s)
	rest := s[size:]
	switch {
	case r == '•' || r == '‣' || r == '・' || r == '●' || r == '○' || r == '◦' || r == '▪':
		m = handMark{style: bulletStyle, size: size}
	case r == '–' || r == '—':
		if strings.HasPrefix(rest, " ") {
			m = handMark{style: dashStyle, size: size}
		}
	case r >= '①' && r <= '⑳':
		m = handMark{style: circleStyle, number: int(r-'①') + 1, size: size}
	case r == '(' || r == '（':
		m = inParens(rest, size)
	default:
		m = counted(s)
	}
	if m.style == noStyle {
		return m
	}
	after := strings.TrimLeft(s[m.size:], " \t")
	if after == "" {
		return handMark{}
	}
	m.size = len(s) - len(after)
	switch { // another sign for each style keeps lists apart
	case m.number > 0:
		m.mark = strconv.Itoa(m.number) + ". "
	case m.style == dashStyle:
		m.mark = "+ "
	default:
		m.mark = "* "
	}
	return m
}

// inParens reads "1）" or "a) " after an opening parenthesis of some bytes.
func inParens(s string, opening int) handMark {
	number, n := digits(s)
	style := parenStyle
	if n == 0 && len(s) > 0 {
		if number = letter(s[0]); number > 0 {
			n, style = 1, letterStyle
		}
	}
	if n == 0 {
		return handMark{}
	}
	switch {
	case strings.HasPrefix(s[n:], "）"):
		return handMark{style: style, number: number, size: opening + n + len("）")}
	case strings.HasPrefix(s[n:], ") "):
		return handMark{style: style, number: number, size: opening + n + 1}
	}
	return handMark{}
}

// counted reads "1）", "1、", "1.检查", "a) " and "A. ".
func counted(s string) handMark {
	if number, n := digits(s); n > 0 {
		rest := s[n:]
		next, size := utf8.DecodeRuneInString(rest)
		after, _ := utf8.DecodeRuneInString(rest[size:])
		digit := after >= '0' && after <= '9' || after >= '０' && after <= '９'
		switch {
		case next == '）', next == '、' && !digit, next == '．' && !digit, next == '.' && wide(after) && after != '　':
			return handMark{style: countStyle, number: number, size: n + size}
		}
		return handMark{}
	}
	if number := letter(s[0]); number > 0 && len(s) > 2 && (s[1] == ')' || s[1] == '.') && s[2] == ' ' {
		return handMark{style: letterStyle, number: number, size: 2}
	}
	return handMark{}
}

// digits is the number of up to three digits, wide ones too, at the beginning of s.
func digits(s string) (number, size int) {
	for i, c := range s {
		switch {
		case c >= '0' && c <= '9':
			number = number*10 + int(c-'0')
		case c >= '０' && c <= '９':
			number = number*10 + int(c-'０')
		default:
			return number, i
		}
		if number > 999 {
			return 0, 0
		}
	}
	return number, len(s)
}

// letter is the place of an ASCII letter in the alphabet, 0 for others.
func letter(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 1
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 1
	}
	return 0
}

// handmade reports whether the marker m at line i, column indent, makes a list.
// Signs that stand nowhere else always do; others when every line of the
// paragraph from here on begins so and the numbers count.
func (n *nester) handmade(i, indent int, m handMark) bool {
	switch m.style {
	case noStyle:
		return false
	case boxStyle, bulletStyle, circleStyle:
		return true
	}
	known := &n.hand[m.style]
	switch {
	case i < known.list:
		return true
	case i < known.none, n.text && !endsInColon(n.in.lines[i-1]) && !ended(n.in.lines[i-1]):
		return false
	}
	count, end, ok := n.countFrom(i, indent, m)
	goesOn := m.number > 1 && n.last.made == m.style && n.last.number == m.number-1
	if !ok || count < 2 && !goesOn && (m.style != countStyle || m.number > 1) {
		known.none = end
		return false
	}
	known.list = end
	return true
}

// countFrom counts the items of the style of m from line i on, up to the line
// end. It is not ok when a line of the same paragraph is no item.
func (n *nester) countFrom(i, indent int, m handMark) (count, end int, ok bool) {
	last, j := m.number-1, i
	for ; j < len(n.in.lines); j++ {
		s := n.in.lines[j]
		rest := strings.TrimLeft(s, " \t")
		if rest == "" && m.style == dashStyle {
			break
		}
		if rest == "" {
			continue
		}
		at := columns(s[:len(s)-len(rest)])
		next := handMarkOf(rest)
		switch {
		case at > indent && next.style != m.style, at == indent && next.style != m.style && next.number > 0 && m.number > 0:
			continue
		case next.style == m.style && at == indent && (next.number == 0 || next.number == last+1):
			count, last = count+1, next.number
			continue
		case next.style == m.style && next.number == 1: // another list
			return count, j, true
		}
		begins := j == 0 || strings.TrimSpace(n.in.lines[j-1]) == "" || rest[0] == '#' || fenceOf(s).mark != ""
		return count, j, begins
	}
	return count, j, true
}
