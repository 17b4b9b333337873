package outline

import (
	"strings"
	"unicode/utf8"
)

// longestLabel is the number of characters above which bold words are a sentence and no label.
const longestLabel = 100

// logical joins visual lines into logical ones: a soft break is a space, and a
// line that begins with a bold label and a colon begins another. A paragraph of
// nothing but fields keeps its lines.
func logical(vs []visual) []Line {
	var out []Line
	var text []byte // of the line that is being joined
	flush := func() {
		if len(out) > 0 {
			out[len(out)-1].finish(text)
		}
	}
	joins, fields := false, allFields(vs)
	for i, v := range vs {
		if i > 0 && joins && !fields && !v.labelled() {
			text = out[len(out)-1].add(text, v)
		} else {
			flush()
			out = append(out, v.line())
			text = append(text[:0], out[len(out)-1].Text...)
		}
		joins = !v.hard
	}
	flush()
	return out
}

// allFields: every one of several lines is a field, "Owner: the platform team",
// which a wrapped sentence never looks like.
func allFields(vs []visual) bool {
	const longest, words = 40, 4
	if len(vs) < 2 {
		return false
	}
	for _, v := range vs {
		s := strings.TrimSpace(v.whole())
		n := strings.Index(s, ": ")
		if n <= 0 || n > longest || s[0] >= 'a' && s[0] <= 'z' || len(strings.Fields(s[:n])) > words || strings.ContainsAny(s[:n], ".,;!?`") {
			return false
		}
	}
	return true
}

// finish gives the line its text and the addresses in it.
func (l *Line) finish(text []byte) {
	l.Text, l.Label = oneLine(string(text)), oneLine(l.Label)
	if w := l.Whole(); strings.IndexByte(w, '.') >= 0 || strings.Contains(w, "://") {
		l.Links = append(l.Links, FindLinks(w, l.Links)...)
	}
}

// labelled: the line begins with bold words and a colon.
func (v visual) labelled() bool {
	if !v.hasBold {
		return false
	}
	return endsInColon(v.bold) || startsWithColon(v.rest)
}

func startsWithColon(s string) bool {
	s = strings.TrimLeft(s, " \t")
	return strings.HasPrefix(s, ":") || strings.HasPrefix(s, "：")
}

// alone: the line is nothing but bold words, maybe with emoji, a colon and a note
// in brackets: "**Rollback** (5-15 minutes):".
func (v visual) alone() bool {
	rest := strings.Trim(strings.TrimSpace(v.rest), ":：")
	return v.hasBold && (onlyOrnament(rest) || bracketed(strings.TrimSpace(rest)))
}

// bracketed: the text is one short note in brackets and nothing else.
func bracketed(s string) bool {
	const longest = 60
	for _, pair := range []string{"()", "（）", "[]"} {
		opens, closes := pair[:len(pair)/2], pair[len(pair)/2:]
		if in, ok := strings.CutPrefix(s, opens); ok && len(s) <= longest && strings.HasSuffix(in, closes) {
			return !strings.Contains(strings.TrimSuffix(in, closes), closes)
		}
	}
	return false
}

// sentence: bold words that are a sentence and no label.
func sentence(bold string) bool {
	bold = strings.TrimSpace(bold)
	if bold == "" || utf8.RuneCountInString(bold) > longestLabel {
		return true
	}
	c, _ := utf8.DecodeLastRuneInString(bold)
	return c == '.' || c == '!' || c == '。' || c == '！'
}

// line makes a logical line of the first visual line of it.
func (v visual) line() Line {
	l := Line{No: v.no, End: v.end, Coded: v.coded, Links: v.links}
	rest := strings.TrimSpace(v.rest)
	if !v.hasBold {
		l.Text = v.rest
		return l
	}
	bold := strings.TrimSpace(v.bold)
	switch {
	case v.labelled():
		l.Label, l.Text = strings.TrimRight(bold, ":： "), strings.TrimLeft(rest, ":： ")
		l.Strong = l.Text == ""
	case rest == "" && !sentence(bold):
		l.Label, l.Strong = bold, true
	case strings.HasPrefix(rest, "- ") || strings.HasPrefix(rest, "– ") || strings.HasPrefix(rest, "— "):
		l.Label, l.Text = bold, strings.TrimLeft(rest, "-–— ")
	default:
		l.Text, l.Strong = v.whole(), true
	}
	return l
}

// whole is the line as one text.
func (v visual) whole() string {
	if !v.hasBold {
		return v.rest
	}
	return v.lead + v.bold + v.rest
}

// add continues the text of a logical line with another visual one.
func (l *Line) add(text []byte, v visual) []byte {
	more := strings.TrimLeft(v.whole(), " \t")
	l.Strong = l.Strong && l.Label == ""
	text = trimRight(text)
	if len(text) > 0 && spaced(text, []byte(more)) {
		text = append(text, ' ')
	}
	l.End, l.Coded = v.end, l.Coded || v.coded
	l.Links = append(l.Links, v.links...)
	return append(text, more...)
}

// spaced: a line break between two texts is a space, unless both sides are
// letters of a script that is written without spaces.
func spaced(before, after []byte) bool {
	a, _ := utf8.DecodeLastRune(trimRight(before))
	b, _ := utf8.DecodeRune(after)
	return !wide(a) || !wide(b)
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}
