package outline

import (
	"slices"
	"strings"
)

// fence is a line of backticks or tildes; the zero value is no fence.
type fence struct {
	mark string // "```"
	info string // the words behind it
	// indent is how many bytes stand before it; width is how far it is indented
	// by the list that it stands in, 0 in a quote.
	indent, width int
}

// fenceOf reads the fence that opens or closes a code block in line s.
func fenceOf(s string) fence {
	at := 0
	for at < len(s) && (s[at] == ' ' || s[at] == '\t' || s[at] == '>') {
		at++
	}
	if n := listMark(s[at:]); n > 0 {
		for at += n; at < len(s) && (s[at] == ' ' || s[at] == '\t'); at++ {
		}
	}
	n := at
	for n < len(s) && s[n] == s[at] && (s[n] == '`' || s[n] == '~') {
		n++
	}
	if n-at < 3 || strings.IndexByte(s[n:], '`') >= 0 {
		return fence{}
	}
	f := fence{mark: s[at:n], info: strings.TrimSpace(s[n:]), indent: at}
	if strings.IndexByte(s[:at], '>') < 0 {
		f.width = columns(s[:at])
	}
	return f
}

// columns is how wide s is, with tab stops every four columns.
func columns(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] == '\t' {
			n += 4 - n%4
		} else {
			n++
		}
	}
	return n
}

// closes reports whether the line can end a block that mark opened.
func (f fence) closes(mark string) bool {
	return f.mark != "" && f.mark[0] == mark[0] && len(f.mark) >= len(mark) && f.info == ""
}

// readsAsProse: the line looks like a heading or a bold label, which code seldom does.
func readsAsProse(s string) bool {
	if strings.HasPrefix(s, "##") {
		rest := strings.TrimLeft(s, "#")
		return len(s)-len(rest) <= 6 && len(rest) > 1 && (rest[0] == ' ' || rest[0] == '\t')
	}
	if !strings.HasPrefix(s, "**") {
		return false
	}
	s = strings.TrimSuffix(strings.TrimRight(s, " \t"), ":")
	return len(s) > 4 && strings.HasSuffix(s, "**") && !strings.Contains(s[2:len(s)-2], "*")
}

// closeFences ends a code block whose closing fence was forgotten where the
// text shows that it was: at the next heading or bold label before another
// fence opens, or before the end of the file.
func (d *Document) closeFences(in source) source {
	out := source{lines: make([]string, 0, len(in.lines)+1), no: make([]int, 0, len(in.lines)+1)}
	open, prose, width, mark := -1, -1, 0, "" // the opening fence and the first line that reads as prose, both in out
	for i, s := range in.lines {
		if open >= 0 {
			s = indentTo(s, width)
		}
		f := fenceOf(s)
		switch {
		case open < 0 && f.mark != "":
			open, mark, prose, width = len(out.lines), f.mark, -1, f.width
		case open >= 0 && f.closes(mark):
			open = -1
		case open >= 0 && f.mark == mark && prose >= 0:
			d.unclosed(out.no[open])
			out.insertFence(prose, mark)
			open, mark, prose, width = len(out.lines), f.mark, -1, f.width
		case open >= 0 && prose < 0 && readsAsProse(in.lines[i]):
			prose = len(out.lines)
		}
		out.lines, out.no = append(out.lines, s), append(out.no, in.no[i])
	}
	if open >= 0 {
		d.unclosed(out.no[open])
		at := len(out.lines)
		if prose >= 0 {
			at = prose
		}
		out.insertFence(at, mark)
	}
	return out
}

// indentTo indents a line of a code block in a list as far as the block:
// a line that hangs out would end the list, the block and all structure after it.
func indentTo(s string, width int) string {
	if width == 0 || s == "" || s[0] == '\t' {
		return s
	}
	have := len(s) - len(strings.TrimLeft(s, " "))
	if have >= width || have == len(s) {
		return s
	}
	return strings.Repeat(" ", width-have) + s
}

func (d *Document) unclosed(line int) {
	d.problem(line, "the code block that begins here is never closed", "end it with a line of ```")
}

func (s *source) insertFence(at int, mark string) {
	no := 1
	if at > 0 {
		no = s.no[at-1]
	}
	s.lines, s.no = slices.Insert(s.lines, at, mark), slices.Insert(s.no, at, no)
}
