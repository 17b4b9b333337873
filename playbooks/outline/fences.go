package outline

import (
	"slices"
	"strings"
)

// fence is a line of backticks or tildes; the zero value is no fence.
type fence struct {
	mark string // "```"
	info string // the words behind it
	// width is how far it is indented by the list that it stands in, 0 in a quote.
	width int
	// quoted: it stands in a quote; listed: behind a list marker.
	quoted, listed bool
}

// fenceOf reads the fence that opens or closes a code block in line s.
func fenceOf(s string) fence {
	at := 0
	for at < len(s) && (s[at] == ' ' || s[at] == '\t' || s[at] == '>') {
		at++
	}
	n := listMark(s[at:])
	listed := n > 0
	if listed {
		from := at + n
		for at = from; at < len(s) && (s[at] == ' ' || s[at] == '\t'); at++ {
		}
		if at-from > 4 {
			return fence{} // indented code
		}
	}
	n = at
	for n < len(s) && s[n] == s[at] && (s[n] == '`' || s[n] == '~') {
		n++
	}
	if n-at < 3 || strings.IndexByte(s[n:], '`') >= 0 {
		return fence{}
	}
	f := fence{mark: s[at:n], info: strings.TrimSpace(s[n:]), listed: listed, quoted: strings.IndexByte(s[:at], '>') >= 0}
	if !f.quoted {
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

// closes reports whether the line can end a block that the fence open began.
func (f fence) closes(open fence) bool {
	return f.mark != "" && f.mark[0] == open.mark[0] && len(f.mark) >= len(open.mark) && f.info == "" && !f.listed && f.quoted == open.quoted
}

// tracker follows code blocks from line to line.
type tracker struct{ open fence }

// code reports whether the next line is part of a code block, its fences included.
func (t *tracker) code(s string) bool {
	if t.open.mark != "" && (!t.open.quoted || strings.HasPrefix(strings.TrimLeft(s, " \t"), ">")) {
		if fenceOf(s).closes(t.open) {
			t.open = fence{}
		}
		return true
	}
	t.open = fenceOf(s)
	return t.open.mark != ""
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
	var open fence
	at, prose := -1, -1 // the opening fence and the first line that reads as prose, both in out
	definitions := 0
	for i, s := range in.lines {
		if at >= 0 && open.quoted && !strings.HasPrefix(strings.TrimLeft(s, " \t"), ">") {
			d.unclosed(out.no[at]) // the end of the quote ends it
			at = -1
		}
		if at >= 0 {
			s = indentTo(s, open.width)
		}
		f := fenceOf(s)
		switch {
		case at < 0 && f.mark != "":
			open, at, prose = f, len(out.lines), -1
		case at >= 0 && f.closes(open):
			at = -1
		case at >= 0 && f.mark == open.mark && prose >= 0:
			d.unclosed(out.no[at])
			out.insertFence(prose, open)
			open, at, prose = f, len(out.lines), -1
		case at >= 0 && prose < 0 && readsAsProse(in.lines[i]):
			prose = len(out.lines)
		}
		out.lines, out.no = append(out.lines, s), append(out.no, in.no[i])
		if at < 0 && isDefinition(s) {
			// An empty line changes nothing between definitions of links, and goldmark
			// needs time that grows with the square of those without one.
			if definitions++; definitions%mostDefinitions == 0 {
				out.lines, out.no = append(out.lines, ""), append(out.no, in.no[i])
			}
		} else {
			definitions = 0
		}
	}
	if at >= 0 {
		d.unclosed(out.no[at])
		if prose < 0 {
			prose = len(out.lines)
		}
		out.insertFence(prose, open)
	}
	return out
}

// mostDefinitions of links may follow one another without an empty line.
const mostDefinitions = 100

// isDefinition reports whether a line looks like "[name]: address".
func isDefinition(s string) bool {
	return len(s) > 4 && s[0] == '[' && strings.Contains(s, "]: ")
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

// insertFence closes the block that open began before the line at.
func (s *source) insertFence(at int, open fence) {
	if open.quoted {
		return // the end of the quote or of the file ends it
	}
	no := 1
	if at > 0 {
		no = s.no[at-1]
	}
	s.lines, s.no = slices.Insert(s.lines, at, strings.Repeat(" ", open.width)+open.mark), slices.Insert(s.no, at, no)
}
