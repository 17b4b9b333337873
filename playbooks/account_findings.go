package playbooks

import (
	"strings"
)

// columns is how wide text for a terminal is printed.
const columns = 100

// missing prints what an incident cannot be run without, and what to write.
func (a *account) missing() {
	missing := a.book.Missing()
	if len(missing) == 0 {
		return
	}
	a.line("")
	a.line("Missing to run an incident")
	for _, m := range missing {
		a.wrapped("  ", "  ", m)
		if fix := Supply(m); fix != "" {
			a.wrapped("    To mend it: ", "    ", fix)
		}
	}
}

// corrections prints the most useful ones in full and counts the others.
func (a *account) corrections() {
	list := a.book.Corrections()
	top := 0
	for top < len(list) && top < TopCorrections && !list[top].Fine {
		top++
	}
	a.line("")
	switch {
	case len(list) == 0:
		a.line("No findings: every list item, block and row is used.")
	case top == 0:
		a.line("Nothing to correct.")
	case top == 1:
		a.line("One correction")
	default:
		a.line("The %d most useful corrections", top)
	}
	for i, c := range list[:top] {
		a.wrapped(pad(itoa(i+1), 3)+". ", "     ", placeOf(c.Finding)+": "+c.What)
		if c.Fix != "" {
			a.wrapped("     To mend it: ", "     ", c.Fix)
		}
		if len(c.More) > 0 {
			a.wrapped("     ", "     ", itoa(len(c.More))+" more like it: "+places(c.More, 6))
		}
	}
	a.others(list[top:])
}

// others prints one line for each kind of finding that is not among the first.
func (a *account) others(list []Correction) {
	const most = 12
	if len(list) > 0 || len(a.book.Prose) > 0 {
		a.line("")
		a.line("Also noticed")
	}
	rest := 0
	for i, c := range list {
		if i >= most {
			rest += 1 + len(c.More)
			continue
		}
		what := c.What
		if len(c.More) > 0 {
			what = itoa(1+len(c.More)) + " × " + what
		}
		if c.Fine {
			what += " (" + c.Fix + ")"
		}
		a.wrapped("  ", "    ", what+": "+places(append([]Finding{c.Finding}, c.More...), 4))
	}
	if rest > 0 {
		a.line("  %s of other kinds: --json lists every one", count(rest, "finding"))
	}
	if n := len(a.book.Prose); n > 0 {
		a.wrapped("  ", "    ", "for readers only: "+count(n, "paragraph")+", "+firstPlaces(a.book.Prose, 4))
	}
}

// placeOf is where a finding is: "runbook.md:12-14".
func placeOf(f Finding) string {
	switch {
	case f.Line > 0 && f.End > f.Line:
		return f.File + ":" + itoa(f.Line) + "-" + itoa(f.End)
	case f.Line > 0:
		return f.File + ":" + itoa(f.Line)
	}
	return f.File
}

// places lists where findings are, at most so many; the file is named where it changes.
func places(list []Finding, most int) string {
	var out []string
	for _, f := range list {
		out = append(out, placeOf(f))
	}
	return firstPlaces(out, most)
}

// firstPlaces writes "a.md:3, a.md:9, b.md:1" as "a.md:3, 9, b.md:1 …".
func firstPlaces(list []string, most int) string {
	var out []string
	file := ""
	for _, p := range list[:min(most, len(list))] {
		at := strings.LastIndexByte(p, ':')
		if at > 0 && p[:at] == file {
			out = append(out, p[at+1:])
			continue
		}
		if at > 0 {
			file = p[:at]
		}
		out = append(out, p)
	}
	s := strings.Join(out, ", ")
	if len(list) > most {
		s += " …"
	}
	return s
}

// wrapped prints words within the columns of a terminal: after first on the first
// line, after next on the others.
func (a *account) wrapped(first, next, text string) {
	for i, l := range wrap(text, columns-max(width(first), width(next))) {
		if i == 0 {
			a.line("%s%s", first, l)
			continue
		}
		a.line("%s%s", next, l)
	}
}

// wrap breaks a text at spaces into lines of at most so many columns; a word
// that is longer stands alone.
func wrap(text string, most int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= most:
			line += " " + word
		default:
			out = append(out, line)
			line = word
		}
	}
	return append(out, line)
}

// width is how many columns a text takes in a terminal: letters of Chinese,
// Japanese and Korean take two.
func width(s string) int {
	n := 0
	for _, c := range s {
		n++
		if c >= 0x1100 && c <= 0x115F || c >= 0x2E80 && c <= 0xA4CF || c >= 0xAC00 && c <= 0xD7A3 || c >= 0xF900 && c <= 0xFAFF || c >= 0xFE30 && c <= 0xFE6F || c >= 0xFF00 && c <= 0xFF60 {
			n++
		}
	}
	return n
}

// pad puts spaces before a text.
func pad(s string, columns int) string { return strings.Repeat(" ", max(0, columns-width(s))) + s }

// column cuts a text to so many columns and fills it up with spaces.
func column(s string, columns int) string {
	if width(s) <= columns {
		return s + strings.Repeat(" ", columns-width(s))
	}
	n := 0
	for i, c := range s {
		if n += width(string(c)); n >= columns {
			return s[:i] + "…" + strings.Repeat(" ", columns-1-(n-width(string(c))))
		}
	}
	return s
}
