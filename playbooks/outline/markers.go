package outline

import (
	"strings"
)

// containerMark is the length of the quote or list marker that opens s, 0 without one.
func containerMark(s string) int {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	if i < len(s) && s[i] == '>' {
		return i + 1
	}
	if n := listMark(s[i:]); n > 0 && i+n < len(s) {
		return i + n + 1
	}
	return 0
}

// listMark is the length of the list marker that opens s ("-", "1."), which a
// space or the end of the line follows; 0 without one.
func listMark(s string) int {
	i := 0
	if s == "" {
		return 0
	}
	switch c := s[0]; {
	case c == '-' || c == '*' || c == '+':
		i = 1
	case c >= '0' && c <= '9':
		for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == len(s) || s[i] != '.' && s[i] != ')' {
			return 0
		}
		i++
	default:
		return 0
	}
	if i < len(s) && s[i] != ' ' && s[i] != '\t' {
		return 0
	}
	return i
}

// delimiterRow: the line parts the head of a table from its rows.
func delimiterRow(s string) bool {
	return strings.IndexByte(s, '|') >= 0 && strings.IndexByte(s, '-') >= 0 && strings.Trim(s, "|-: \t") == ""
}

// hashes is the level of a heading that s opens, 0 without one.
func hashes(s string) int {
	k := len(s) - len(strings.TrimLeft(s, "#"))
	if k == 0 || k > 6 || k < len(s) && s[k] != ' ' && s[k] != '\t' {
		return 0
	}
	return k
}

// markdownMarker reads a list marker of CommonMark; words is what follows it.
func markdownMarker(indent int, s string) (it openItem, words string, ok bool) {
	k := listMark(s)
	if k == 0 {
		return openItem{}, "", false
	}
	it = openItem{indent: indent, delim: s[k-1]}
	if k > 1 || s[0] >= '0' && s[0] <= '9' {
		it.ordered = true
		for _, c := range s[:k-1] {
			it.number = it.number*10 + int(c-'0')
		}
	}
	pad := k
	for pad < len(s) && (s[pad] == ' ' || s[pad] == '\t') {
		pad++
	}
	width := columns(strings.Repeat(" ", (indent+k)%4)+s[k:pad]) - (indent+k)%4
	if width > 4 || pad == len(s) {
		width = 1
	}
	it.body = indent + k + width
	it.least = it.body
	if it.ordered {
		it.least = min(it.body, indent+2)
	}
	return it, s[pad:], true
}

// marker reads the list marker at the beginning of rest: one of CommonMark, or
// one made by hand, for which mark is how CommonMark writes it.
func (n *nester) marker(i, indent int, rest string) (it openItem, mark, words string, ok bool) {
	if thematic(rest) {
		return openItem{}, "", "", false
	}
	if it, words, ok := markdownMarker(indent, rest); ok {
		mark := rest[:len(rest)-len(words)]
		if box, size := boxSign(words); size > 0 {
			words = box + words[size:]
		}
		return it, mark, words, true
	}
	m := handMarkOf(rest)
	if m.style == noStyle || fenceOf(rest[m.size:]).mark != "" || !n.handmade(i, indent, m) {
		return openItem{}, "", "", false
	}
	mark, words = m.mark, rest[m.size:]
	if m.style == boxStyle {
		mark, words = "- ", m.mark[2:]+words
	}
	return openItem{indent: indent, body: indent + len(mark), least: indent + 1, ordered: m.number > 0, number: m.number, delim: '.', made: m.style}, mark, words, true
}

// thematic: the line is a rule, "* * *".
func thematic(s string) bool {
	c := s[0]
	if c != '-' && c != '*' && c != '_' {
		return false
	}
	count := 0
	for i := range len(s) {
		switch s[i] {
		case c:
			count++
		case ' ', '\t':
		default:
			return false
		}
	}
	return count >= 3
}
