package outline

import (
	"fmt"
	"strings"
)

// source is a text that is safe to parse: no front matter, no line without end,
// every fence closed. Line i stands at the line no[i] of the file.
type source struct {
	lines []string
	no    []int
}

// prepare makes the text that is parsed from the lines of the file.
func (d *Document) prepare() source {
	s := source{lines: make([]string, 0, len(d.Lines)+2), no: make([]int, 0, len(d.Lines)+2)}
	for i, text := range d.Lines {
		if i < d.FrontEnd {
			text = ""
		} else {
			text = d.bound(i+1, text)
		}
		s.lines, s.no = append(s.lines, text), append(s.no, i+1)
	}
	s = d.closeFences(s)
	d.hideComments(s)
	mendLines(s)
	return nestLists(s)
}

// bound shortens a line that would nest or run without end.
func (d *Document) bound(no int, s string) string {
	if len(s) > maxLineBytes {
		d.problem(no, fmt.Sprintf("the line is longer than %d bytes; the rest is not read", maxLineBytes), "break it into several lines")
		s = strings.ToValidUTF8(s[:maxLineBytes], "")
	}
	if len(s) > maxColumns && strings.Count(s, "|") > maxColumns {
		d.problem(no, fmt.Sprintf("the table row has more than %d columns; it is not read as a table", maxColumns), "write a narrower table")
		s = strings.ReplaceAll(s, "|", " ")
	}
	if len(s) > maxIndent {
		if indent := len(s) - len(strings.TrimLeft(s, " \t")); indent > maxIndent {
			d.notice(no, "the line is indented too far to nest", "indent it less")
			s = s[indent-maxIndent:]
		}
	}
	rest, depth := s, 0
	for {
		n := containerMark(rest)
		if n == 0 {
			return s
		}
		if depth++; depth > maxDepth {
			break
		}
		rest = rest[n:]
	}
	d.problem(no, fmt.Sprintf("more than %d lists or quotes are nested in one line", maxDepth), "write it flatter")
	return strings.TrimLeft(rest, " \t>-*+.)0123456789")
}

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
