package outline

import (
	"strings"
)

// hideComments takes the comments out of the text that go on over several
// lines, so that what stands in them is read as nothing else. A comment that
// tells the reader something is kept on its first line; one that is never
// closed is text.
func (d *Document) hideComments(s source) {
	var fences tracker
	for i := 0; i < len(s.lines); i++ {
		line := s.lines[i]
		if fences.code(line) {
			continue
		}
		at := openComment(line)
		if at < 0 {
			continue
		}
		if !closed(s.lines[i+1:]) {
			d.problem(s.no[i], "the comment that begins here is never closed, so it is read as text", `end it with "-->"`)
			s.lines[i] = line[:at] + "&lt;" + line[at+1:]
			continue
		}
		i = s.hide(i, at) - 1 // what follows the comment may begin another
	}
}

// closed: a comment that is open before the lines ends in them, before another begins.
func closed(lines []string) bool {
	for _, s := range lines {
		end, begin := strings.Index(s, "-->"), strings.Index(s, "<!--")
		if end >= 0 || begin >= 0 {
			return end >= 0 && (begin < 0 || end < begin)
		}
	}
	return false
}

// openComment is where a comment begins that the line does not close, -1 without one.
func openComment(s string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], "<!--")
		if i < 0 {
			return -1
		}
		at += i
		if strings.Count(s[:at], "`")%2 == 1 { // in a code span
			at += 4
			continue
		}
		end := strings.Index(s[at:], "-->")
		if end < 0 {
			return at
		}
		at += end + 3
	}
}

// hide blanks a comment from a byte of line i on and returns its last line.
func (s source) hide(i, at int) int {
	text := s.lines[i][at:]
	before := s.lines[i][:at]
	j := i + 1
	for ; ; j++ {
		inner, after, ok := strings.Cut(s.lines[j], "-->")
		if !ok {
			if len(text) < 1000 {
				text += " " + strings.TrimSpace(s.lines[j])
			}
			s.lines[j] = ""
			continue
		}
		text += " " + strings.TrimSpace(inner) + " -->"
		s.lines[j] = after
		break
	}
	s.lines[i] = before
	if _, ok := directiveOf(text, 0); ok {
		s.lines[i] += oneLine(text)
	}
	return j
}

// mendLines rewrites what CommonMark reads in a way that nobody means: headings
// without a space, footnotes that look like definitions of links, and code
// between shortcodes.
func mendLines(s source) {
	tight := tightHeadings(s.lines)
	var fences tracker
	for i, line := range s.lines {
		if fences.code(line) || line == "" {
			continue
		}
		if at := strings.Index(line, "[^"); at >= 0 && !hasWords(line[:at]) {
			line = line[:at] + `\` + line[at:]
			s.lines[i] = line
		}
		switch line[0] {
		case '#':
			if tight(line) {
				n := len(line) - len(strings.TrimLeft(line, "#"))
				s.lines[i] = line[:n] + " " + line[n:]
			}
		case '{':
			if s.highlight(i) {
				fences.open = fenceOf(s.lines[i])
			}
		}
	}
}

// tightHeadings finds out whether the file writes headings without a space
// ("##标题"), and returns which of its lines are some. One "#word" alone may be
// the name of a channel.
func tightHeadings(lines []string) func(string) bool {
	deep, plain := 0, 0
	for _, s := range lines {
		switch n := tightLevel(s); {
		case n > 1:
			deep++
		case n == 1 && startsWide(s[1:]):
			plain++
		}
	}
	return func(s string) bool {
		switch n := tightLevel(s); {
		case n == 0:
			return false
		case n > 1:
			return deep > 1 || startsWide(s[n:])
		case startsWide(s[1:]):
			return deep > 0 || plain > 1
		}
		return deep > 1 && s[1] >= 'A' && s[1] <= 'Z'
	}
}

// tightLevel is the level of a heading without a space, 0 for other lines.
func tightLevel(s string) int {
	if s == "" || s[0] != '#' {
		return 0
	}
	n := len(s) - len(strings.TrimLeft(s, "#"))
	if n > 6 || n == len(s) || s[n] < 0x80 && !isAlnum(s[n]) && s[n] != '*' && s[n] != '`' {
		return 0
	}
	return n
}

func startsWide(s string) bool {
	for _, c := range s {
		return wide(c)
	}
	return false
}

// highlight makes a fence of the code between "{% highlight bash %}" and its end.
func (s source) highlight(i int) bool {
	const most = 500
	open := strings.TrimSpace(s.lines[i])
	if !strings.Contains(open, "highlight") {
		return false
	}
	ms := shortcodeMarks(open)
	if len(ms) != 1 || ms[0].kind != markOpen || ms[0].name != "highlight" {
		return false
	}
	for j := i + 1; j < len(s.lines) && j < i+most; j++ {
		if !strings.Contains(s.lines[j], "highlight") || !strings.Contains(s.lines[j], "end") && !strings.Contains(s.lines[j], "/") {
			continue
		}
		if end := shortcodeMarks(strings.TrimSpace(s.lines[j])); len(end) == 1 && end[0].kind == markClose && end[0].name == "highlight" {
			_, lang, _ := strings.Cut(open, "highlight")
			lang = strings.Trim(strings.SplitN(strings.TrimSpace(lang)+" ", " ", 2)[0], "%}>{\"'")
			s.lines[i], s.lines[j] = "````"+lang, "````"
			return true
		}
	}
	return false
}
