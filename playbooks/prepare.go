package playbooks

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds on what is read of one file. They are far above what people write and
// keep any bytes from costing more than a second or two.
const (
	maxFileBytes = 6 << 20
	maxLines     = 300_000
	maxLineBytes = 16 << 10
	// maxDepth is how many quote and list markers one line may open.
	maxDepth = 24
	// maxColumns is how many columns a table may have.
	maxColumns = 64
	// maxParts is how many list items, blocks, rows and paragraphs are kept.
	maxParts = 200_000
	// maxIndent is the deepest indentation that still nests a list.
	maxIndent = 120
)

// prepared is a text that is safe to parse: valid UTF-8, "\n" line ends, no
// byte order mark, no front matter, every fence closed.
type prepared struct {
	lines []string
	// lineOf is the line number in the file for each line.
	lineOf []int
	// front is the text of the front matter, frontLine where it begins.
	front     string
	frontLine int
}

// prepare cleans the bytes of one file and reports what it had to change.
func (r *reader) prepare(d *document, raw []byte) prepared {
	if len(raw) > maxFileBytes {
		raw = raw[:maxFileBytes]
		r.problem(d, 0, fmt.Sprintf("the file is longer than %d MB; the rest is not read", maxFileBytes>>20), "split it into one file a scenario")
	}
	raw = r.decode(d, raw)
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	lines := strings.Split(string(raw), "\n")
	if len(lines) > maxLines {
		r.problem(d, maxLines, fmt.Sprintf("the file has more than %d lines; the rest is not read", maxLines), "split it into one file a scenario")
		lines = lines[:maxLines]
	}
	d.lines = len(lines)
	p := prepared{}
	start := p.cutFrontMatter(r, d, lines)
	numbers := make([]int, 0, len(lines))
	for i := range lines {
		numbers = append(numbers, i+1)
		if i < start {
			lines[i] = ""
			continue
		}
		lines[i] = r.boundLine(d, i+1, lines[i])
	}
	d.text = lines
	p.lines, p.lineOf = r.closeFences(d, lines, numbers)
	return p
}

// decode strips byte order marks and makes the text valid UTF-8.
func (r *reader) decode(d *document, raw []byte) []byte {
	if b, ok := bytes.CutPrefix(raw, []byte("\xef\xbb\xbf")); ok {
		raw = b
	}
	little, big := bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff"))
	if little || big {
		r.notice(d, 1, "the file is UTF-16", "save it as UTF-8")
		units := make([]uint16, 0, len(raw)/2)
		for i := 2; i+1 < len(raw); i += 2 {
			lo, hi := raw[i], raw[i+1]
			if big {
				lo, hi = hi, lo
			}
			units = append(units, uint16(lo)|uint16(hi)<<8)
		}
		raw = []byte(string(utf16.Decode(units)))
	}
	if !utf8.Valid(raw) {
		at := 1
		for rest := raw; len(rest) > 0; {
			c, size := utf8.DecodeRune(rest)
			if c == utf8.RuneError && size == 1 {
				break
			}
			if c == '\n' {
				at++
			}
			rest = rest[size:]
		}
		r.notice(d, at, "the file holds bytes that are not UTF-8 (the first is here); they read as \ufffd", "save it as UTF-8")
		raw = bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	return bytes.ReplaceAll(raw, []byte{0}, []byte("\ufffd"))
}

// cutFrontMatter finds the YAML between two lines of "---" at the top and
// returns the number of lines that it takes.
func (p *prepared) cutFrontMatter(r *reader, d *document, lines []string) int {
	const longest = 200
	if len(lines) == 0 || (strings.TrimRight(lines[0], " \t") != "---" && strings.TrimRight(lines[0], " \t") != "+++") {
		return 0
	}
	fence := strings.TrimRight(lines[0], " \t")
	for i := 1; i < len(lines) && i < longest; i++ {
		end := strings.TrimRight(lines[i], " \t")
		if end != fence && (fence != "---" || end != "...") {
			continue
		}
		body := strings.Join(lines[1:i], "\n")
		if fence == "+++" {
			r.notice(d, 1, "front matter in TOML is not read", `write it as YAML between two lines of "---"`)
			return i + 1
		}
		if !strings.Contains(body, ":") {
			return 0
		}
		p.front, p.frontLine = body, 2
		return i + 1
	}
	return 0
}

var containerMark = regexp.MustCompile(`^[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])`)

// boundLine shortens a line that would nest or run without end.
func (r *reader) boundLine(d *document, no int, s string) string {
	if len(s) > maxLineBytes {
		r.problem(d, no, fmt.Sprintf("the line is longer than %d bytes; the rest is not read", maxLineBytes), "break it into several lines")
		s = strings.ToValidUTF8(s[:maxLineBytes], "")
	}
	if strings.Count(s, "|") > maxColumns {
		r.problem(d, no, fmt.Sprintf("the table row has more than %d columns; it is not read as a table", maxColumns), "write a narrower table")
		s = strings.ReplaceAll(s, "|", " ")
	}
	if len(s) > maxIndent {
		if indent := len(s) - len(strings.TrimLeft(s, " \t")); indent > maxIndent {
			r.notice(d, no, "the line is indented too far to nest", "indent it less")
			s = s[indent-maxIndent:]
		}
	}
	rest, depth := s, 0
	for {
		m := containerMark.FindString(rest)
		if m == "" {
			return s
		}
		if depth++; depth > maxDepth {
			break
		}
		rest = rest[len(m):]
	}
	r.problem(d, no, fmt.Sprintf("more than %d lists or quotes are nested in one line", maxDepth), "write it flatter")
	return strings.TrimLeft(rest, " \t>-*+.)0123456789")
}

var (
	fenceLine   = regexp.MustCompile("^([ \t>]*(?:(?:[-*+]|\\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^`\n]*)$")
	headingLine = regexp.MustCompile(`^#{2,6}[ \t]+\S`)
	labelLine   = regexp.MustCompile(`^\*\*[^*]+\*\*:?[ \t]*$`)
)

// fence is a line of backticks or tildes; the zero value is no fence.
type fence struct {
	mark string // "```"
	info string // the words behind it
	// width is how far the block is indented by the list that it stands in.
	width int
}

func fenceOf(s string) fence {
	if !strings.Contains(s, "```") && !strings.Contains(s, "~~~") {
		return fence{}
	}
	m := fenceLine.FindStringSubmatch(s)
	if m == nil {
		return fence{}
	}
	f := fence{mark: m[2], info: strings.TrimSpace(m[3])}
	if !strings.Contains(m[1], ">") {
		f.width = len(strings.ReplaceAll(m[1], "\t", "    "))
	}
	return f
}

// closes reports whether the line can end a block that mark opened.
func (f fence) closes(mark string) bool {
	return f.mark != "" && f.mark[0] == mark[0] && len(f.mark) >= len(mark) && f.info == ""
}

// closeFences ends a code block whose closing fence was forgotten where the
// text shows that it was: at the next heading or bold label before another
// fence opens, or before the end of the file. It returns the lines and the
// numbers that they have in the file.
func (r *reader) closeFences(d *document, lines []string, numbers []int) ([]string, []int) {
	out, outNo := make([]string, 0, len(lines)+1), make([]int, 0, len(lines)+1)
	open, mark, prose := -1, "", -1 // index in out of the opening fence, its fence, first line that reads as prose
	width := 0
	for i, s := range lines {
		if open >= 0 {
			s = indentTo(s, width)
		}
		f := fenceOf(s)
		switch {
		case open < 0 && f.mark != "":
			open, mark, prose, width = len(out), f.mark, -1, f.width
		case open >= 0 && f.closes(mark):
			open = -1
		case open >= 0 && f.mark == mark && prose >= 0:
			r.unclosed(d, outNo[open])
			out, outNo = insertFence(out, outNo, prose, mark)
			open, mark, prose, width = len(out), f.mark, -1, f.width
		case open >= 0 && prose < 0 && (headingLine.MatchString(lines[i]) || labelLine.MatchString(lines[i])):
			prose = len(out)
		}
		out, outNo = append(out, s), append(outNo, numbers[i])
	}
	if open >= 0 {
		r.unclosed(d, outNo[open])
		at := len(out)
		if prose >= 0 {
			at = prose
		}
		out, outNo = insertFence(out, outNo, at, mark)
	}
	return out, outNo
}

// indentTo indents a line of a code block in a list as far as the block:
// a line that hangs out would end the list, the block and all structure after it.
func indentTo(s string, width int) string {
	have := len(s) - len(strings.TrimLeft(s, " "))
	if width == 0 || have >= width || strings.TrimSpace(s) == "" || s[0] == '\t' {
		return s
	}
	return strings.Repeat(" ", width-have) + s
}

func (r *reader) unclosed(d *document, line int) {
	r.problem(d, line, "the code block that begins here is never closed", "end it with a line of ```")
}

func insertFence(lines []string, numbers []int, at int, mark string) ([]string, []int) {
	no := 1
	if at > 0 {
		no = numbers[at-1]
	}
	return slices.Insert(lines, at, mark), slices.Insert(numbers, at, no)
}
