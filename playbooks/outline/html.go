package outline

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

var (
	anyTag   = regexp.MustCompile(`(?s)</?[A-Za-z][^>]*>`)
	blockTag = regexp.MustCompile(`(?i)^</?(p|div|li|ul|ol|tr|table|h[1-6]|br|summary|details|pre)\b[^>]*>`)
	knownTag = regexp.MustCompile(`(?i)^<(?:a|abbr|b|bdi|bdo|big|blockquote|cite|code|del|details|dfn|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|small|span|strike|strong|sub|summary|sup|table|td|th|tr|tt|u|ul|var|center)\s*/?>$`)
	breakTag = regexp.MustCompile(`(?i)^<br\s*/?>$`)
)

// rawHTML reads a tag among words: a break ends the line, a comment may tell
// something, "<your-name>" is a template's blank that happens to look like a tag.
func (f *flattener) rawHTML(c *ast.RawHTML, depth int) {
	var raw strings.Builder
	for i := range c.Segments.Len() {
		seg := c.Segments.At(i)
		raw.Write(seg.Value(f.b.src))
	}
	s := raw.String()
	switch {
	case breakTag.MatchString(s):
		f.lineEnd(depth)
	case strings.HasPrefix(s, "<!--"):
		if d, ok := directiveOf(s, f.cur.no); ok {
			f.b.behind = append(f.b.behind, d)
		}
	case placeholderTag.MatchString(s) && !knownTag.MatchString(s):
		f.text = append(f.text, s...)
	}
}

// lineEnd is a break that a tag makes: a space in emphasis and in cells of tables.
func (f *flattener) lineEnd(depth int) {
	if depth > 0 || f.inCell {
		f.text = append(f.text, ' ')
		return
	}
	f.cur.hard = true
	f.endLine(f.cur.end)
}

// withoutComments hands the comments of a block of HTML to the reader of
// directives and keeps everything else on its line.
func (b *builder) withoutComments(s string, line int) string {
	if !strings.Contains(s, "<!--") {
		return s
	}
	var out strings.Builder
	for {
		before, after, ok := strings.Cut(s, "<!--")
		out.WriteString(before)
		line += strings.Count(before, "\n")
		if !ok {
			return out.String()
		}
		inner, rest, _ := strings.Cut(after, "-->")
		b.comment("<!--"+inner+"-->", line)
		breaks := strings.Count(inner, "\n")
		out.WriteString(strings.Repeat("\n", breaks))
		line += breaks
		s = rest
	}
}

// words adds the words between the tags of a block of HTML as a paragraph, or a
// line of markup when there are none.
func (b *builder) words(s string, line int, into *[]*Block) {
	s = anyTag.ReplaceAllStringFunc(s, func(tag string) string {
		breaks := strings.Repeat("\n", strings.Count(tag, "\n"))
		switch {
		case blockTag.MatchString(tag):
			return "\v" + breaks
		case placeholderTag.MatchString(tag) && !knownTag.MatchString(tag):
			return tag
		}
		return breaks
	})
	b.text(s, line, into)
}

// text adds plain lines as a paragraph.
func (b *builder) text(s string, line int, into *[]*Block) {
	var lines []Line
	rows := strings.Split(s, "\n")
	for i, row := range rows {
		for _, text := range strings.Split(row, "\v") {
			if text = oneLine(string(unescape([]byte(text)))); text != "" {
				lines = append(lines, Line{No: line + i, End: line + i, Text: text, Links: FindLinks(text, nil)})
			}
		}
	}
	end := line + len(rows) - 1
	if len(lines) > 0 {
		b.put(&Block{Kind: Paragraph, Line: lines[0].No, End: lines[len(lines)-1].End, Lines: lines}, into)
	} else if strings.Contains(s, "\v") {
		b.put(&Block{Kind: Markup, Line: line, End: end}, into)
	}
}
