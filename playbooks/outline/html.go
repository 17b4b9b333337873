package outline

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

var (
	anyTag   = regexp.MustCompile(`(?s)</?[A-Za-z][^>]*>`)
	blockTag = regexp.MustCompile(`(?i)</?(p|div|li|ul|ol|tr|table|h[1-6]|br|summary|details|pre)\b[^>]*>`)
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
		if depth > 0 || f.inCell {
			f.text = append(f.text, ' ')
			return
		}
		f.cur.hard = true
		f.endLine(f.cur.end)
	case strings.HasPrefix(s, "<!--"):
		if d, ok := directiveOf(s, f.cur.no); ok {
			f.b.behind = append(f.b.behind, d)
		}
	case placeholderTag.MatchString(s) && !knownTag.MatchString(s):
		f.text = append(f.text, s...)
	}
}

// html reads a block of HTML: comments for what they tell, the words between
// tags as a paragraph.
func (b *builder) html(n *ast.HTMLBlock, into *[]*Block) {
	var raw strings.Builder
	segs := n.Lines()
	for i := range segs.Len() {
		seg := segs.At(i)
		raw.Write(seg.Value(b.src))
	}
	if n.HasClosure() {
		raw.Write(n.ClosureLine.Value(b.src))
	}
	line := b.lineAt(n.Pos())
	rest := strings.TrimRight(raw.String(), "\n")
	end := line + strings.Count(rest, "\n")
	var text strings.Builder
	at := line
	for {
		before, after, ok := strings.Cut(rest, "<!--")
		text.WriteString(before)
		at += strings.Count(before, "\n")
		if !ok {
			break
		}
		inner, after, _ := strings.Cut(after, "-->")
		b.comment("<!--"+inner+"-->", at)
		text.WriteString(strings.Repeat("\n", strings.Count(inner, "\n")))
		at += strings.Count(inner, "\n")
		rest = after
	}
	b.words(text.String(), line, end, into)
}

// words adds the words between the tags of a block of HTML as a paragraph.
// Tables and lists are reported, because a person sees structure there that is not read.
func (b *builder) words(s string, line, end int, into *[]*Block) {
	if low := strings.ToLower(s); strings.Contains(low, "<table") || strings.Contains(low, "<li") || strings.Contains(low, "<pre") {
		b.d.problem(line, "a table, list or block written in HTML is not read as one", "write it in Markdown")
	}
	s = anyTag.ReplaceAllStringFunc(s, func(tag string) string {
		if blockTag.MatchString(tag) {
			return " \v " + strings.Repeat("\n", strings.Count(tag, "\n"))
		}
		return strings.Repeat("\n", strings.Count(tag, "\n"))
	})
	var lines []Line
	for i, row := range strings.Split(s, "\n") {
		for _, text := range strings.Split(row, "\v") {
			if text = oneLine(string(unescape([]byte(text)))); text != "" {
				lines = append(lines, Line{No: line + i, End: line + i, Text: text, Links: FindLinks(text, nil)})
			}
		}
	}
	if len(lines) > 0 {
		b.put(&Block{Kind: Paragraph, Line: line, End: end, Lines: lines}, into)
	}
}
