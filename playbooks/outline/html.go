package outline

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"mayday/lazyregexp"
)

var (
	anyTag   = lazyregexp.New(`(?s)</?[A-Za-z][^>]*>`)
	blockTag = lazyregexp.New(`(?i)^</?(p|div|li|ul|ol|tr|table|h[1-6]|br|summary|details|pre)\b[^>]*>`)
	breakTag = lazyregexp.New(`(?i)^<br\s*/?>$`)
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
	if n := c.Segments.Len(); n > 0 {
		f.cur.end = max(f.cur.end, f.b.lineAt(c.Segments.At(n-1).Start))
	}
	switch {
	case breakTag.MatchString(s):
		f.lineEnd(depth)
	case strings.HasPrefix(s, "<!--"):
		if d, ok := directiveOf(s, f.cur.no); ok {
			f.b.behind = append(f.b.behind, d)
		}
	case blank(s):
		f.text = append(f.text, oneLine(s)...)
	case blockTag.MatchString(s):
		f.lineEnd(depth)
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
		case blank(tag):
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

// htmlNames are the tags of HTML; others are blanks of templates.
var htmlNames = set(`a abbr address article aside audio b bdi bdo big blockquote body br button canvas caption center cite code col colgroup
	data dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i
	iframe img input ins kbd label legend li link main map mark menu meta nav object ol optgroup option output p param picture pre progress
	q rp rt ruby s samp script section select small source span strike strong style sub summary sup svg table tbody td template textarea
	tfoot th thead time title tr track tt u ul var video wbr`)

// blank: what looks like a tag is the blank of a template, "<your-name>".
func blank(s string) bool {
	t, n := nextTag(s)
	return n == len(s) && !t.close && !t.self && t.name != "" && !htmlNames[strings.ToLower(t.name)] && strings.IndexByte(t.attr, '=') < 0
}
