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
	outdentComponents(s)
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
