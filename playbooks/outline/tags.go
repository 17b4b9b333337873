package outline

import (
	"strings"
)

// plainTags are tags that only dress what stands between them; alone on a line they are markup.
var plainTags = set(`div section center article aside header footer main figure figcaption p span br hr img a picture source iframe video
	font b i strong em sub sup small details summary blockquote`)

// tag is one tag of HTML or JSX.
type tag struct {
	name        string // as it is written
	attr        string
	close, self bool
}

// nextTag reads the tag at the beginning of s; n is its length, 0 when there is none.
func nextTag(s string) (t tag, n int) {
	if len(s) < 2 || s[0] != '<' {
		return tag{}, 0
	}
	i := 1
	if s[i] == '/' {
		t.close = true
		i++
	}
	from := i
	for i < len(s) && (isAlnum(s[i]) || s[i] == '.' || s[i] == '-' && i > from) {
		i++
	}
	t.name = s[from:i]
	if t.name == "" && i < len(s) && s[i] == '>' { // the fragment of JSX, "<>"
		return t, i + 1
	}
	if t.name == "" || t.name[0] >= '0' && t.name[0] <= '9' || i == len(s) || !strings.ContainsRune(" \t\n/>", rune(s[i])) {
		return tag{}, 0
	}
	end := tagEnd(s, i)
	if end < 0 {
		return tag{}, 0
	}
	t.attr = strings.TrimSpace(s[i:end])
	t.attr, t.self = strings.CutSuffix(t.attr, "/")
	return t, end + 1
}

// tagEnd is the ">" that ends the tag whose attributes begin at i; quotes and braces hide others.
func tagEnd(s string, i int) int {
	quote, braces := byte(0), 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			braces++
		case c == '}':
			braces--
		case c == '>' && braces <= 0:
			return i
		}
	}
	return -1
}

// component: the name is one of JSX, which begin with a capital letter.
func (t tag) component() bool { return t.name == "" || t.name[0] >= 'A' && t.name[0] <= 'Z' }

// tagMarks reads a line of nothing but tags, with words only in a summary or a heading.
func tagMarks(s string) []mark {
	var out []mark
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		t, n := nextTag(s)
		if n == 0 {
			return nil
		}
		low := strings.ToLower(t.name)
		if !t.close && (low == "summary" || heading(low) > 0) {
			if m, rest, ok := titleMark(low, s[n:]); ok {
				out, s = append(out, m), rest
				continue
			}
		}
		if !t.component() && !plainTags[low] {
			return nil
		}
		out, s = append(out, t.mark(low)), s[n:]
	}
	return out
}

func (t tag) mark(low string) mark {
	switch {
	case t.close:
		return mark{kind: markClose, name: low}
	case t.self, low == "br", low == "hr", low == "img", low == "source":
		return mark{kind: markSingle}
	}
	m := mark{kind: markOpen, name: low, blank: t.component() && t.name != "" && t.attr == "", forced: low == "details"}
	m.dress(low, attributes(t.attr))
	return m
}

// heading is the level of a heading's tag, 0 for others.
func heading(low string) int {
	if len(low) == 2 && low[0] == 'h' && low[1] >= '1' && low[1] <= '6' {
		return int(low[1] - '0')
	}
	return 0
}

// titleMark reads the words up to the closing tag of a summary or a heading.
func titleMark(low, s string) (m mark, rest string, ok bool) {
	i := strings.Index(strings.ToLower(s), "</"+low+">")
	if i < 0 {
		return mark{}, "", false
	}
	m = mark{kind: markTitle, title: withoutTags(s[:i])}
	if heading(low) > 0 {
		m.kind, m.tone = markHeading, low
	}
	return m, s[i+len(low)+3:], true
}

// withoutTags are the words of a piece of HTML on one line.
func withoutTags(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = anyTag.ReplaceAllString(s, "")
	}
	return oneLine(string(unescape([]byte(s))))
}

// attributes reads `a="x" b='y' "positional"`; the first positional word or string has the key "".
func attributes(s string) map[string]string {
	out := map[string]string{}
	for len(out) < 20 {
		s = strings.TrimLeft(s, " \t\n,")
		if s == "" {
			break
		}
		n := strings.IndexAny(s, "= \t\n\"'")
		if n > 0 && s[n] == '=' {
			var v string
			key := strings.ToLower(s[:n])
			v, s = attributeValue(strings.TrimLeft(s[n+1:], " "))
			out[key] = v
			continue
		}
		var v string
		if n == 0 && s[0] == '=' {
			s = s[1:]
			continue
		}
		v, s = attributeValue(s)
		if out[""] == "" {
			out[""] = v
		}
	}
	return out
}

// attributeValue is the string or word at the beginning of s, and what follows it.
func attributeValue(s string) (v, rest string) {
	if s == "" {
		return "", ""
	}
	if q := s[0]; q == '"' || q == '\'' || q == '`' {
		v, rest, _ = strings.Cut(s[1:], string(q))
		return v, rest
	}
	if s[0] == '{' {
		v, rest, _ = strings.Cut(s[1:], "}")
		return strings.Trim(v, "\"'` "), rest
	}
	if n := strings.IndexAny(s, " \t\n"); n >= 0 {
		return s[:n], s[n:]
	}
	return s, ""
}
