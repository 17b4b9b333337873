package outline

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// visual is one line as it stands in the file, or several that emphasis or a
// link holds together, as plain text.
type visual struct {
	no, end int
	// lead are emoji before the bold beginning, bold the emphasised beginning
	// (hasBold says that there is one), rest what follows, both as they stand.
	lead, bold, rest string
	hasBold          bool
	// hard: a line break that the author meant follows.
	hard  bool
	coded bool
	links []Link
}

// visuals renders the inline children of n: markers removed, links collected,
// comments handed to told.
func (b *builder) visuals(n ast.Node) []visual {
	f := flattener{b: b, inCell: n.Kind() == east.KindTableCell}
	f.cur.no = b.lineAt(n.Pos())
	if n.Kind() == ast.KindHeading || n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock {
		if segs := n.Lines(); segs != nil && segs.Len() > 0 {
			f.cur.no = b.lineAt(segs.At(0).Start)
		}
	}
	f.cur.end = f.cur.no
	f.children(n, 0)
	f.endLine(f.cur.end)
	return f.lines
}

type flattener struct {
	b     *builder
	lines []visual
	cur   visual
	text  []byte
	// inCell: a break in a cell of a table is a space.
	inCell bool
}

func (f *flattener) children(n ast.Node, depth int) {
	const deepest = 40
	if depth > deepest {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			f.text = append(f.text, unescape(c.Segment.Value(f.b.src))...)
			if c.SoftLineBreak() || c.HardLineBreak() {
				f.lineBreak(c, depth)
			}
		case *ast.String:
			f.text = append(f.text, c.Value...)
		case *ast.CodeSpan:
			f.codeSpan(c)
		case *ast.Emphasis:
			f.emphasis(c, depth)
		case *ast.Link:
			f.link(c, depth)
		case *ast.AutoLink:
			f.autoLink(c)
		case *ast.RawHTML:
			f.rawHTML(c, depth)
		case *east.Strikethrough:
			// What is struck out is withdrawn: nobody shall follow it.
		default:
			f.children(c, depth+1)
		}
	}
}

// lineBreak ends the visual line; within emphasis and links it is a space.
func (f *flattener) lineBreak(c *ast.Text, depth int) {
	next := f.b.no[min(f.b.row(c.Segment.Stop)+1, len(f.b.no)-1)]
	if depth == 0 {
		f.cur.hard = c.HardLineBreak()
		f.endLine(next)
		return
	}
	f.cur.end = next
	if s := c.NextSibling(); s != nil {
		if t, ok := s.(*ast.Text); ok && !spaced(f.text, t.Segment.Value(f.b.src)) {
			return
		}
	}
	f.text = append(f.text, ' ')
}

func (f *flattener) codeSpan(c *ast.CodeSpan) {
	f.cur.coded = true
	for t := c.FirstChild(); t != nil; t = t.NextSibling() {
		if t, ok := t.(*ast.Text); ok {
			s := t.Segment.Value(f.b.src)
			f.cur.end = max(f.cur.end, f.b.lineAt(max(t.Segment.Start, t.Segment.Stop-1)))
			f.text = append(f.text, bytes.ReplaceAll(s, []byte("\n"), []byte(" "))...)
		}
	}
}

// emphasis keeps bold words at the beginning of a line apart: they become its
// label when a colon, a dash or the end of the line follows.
func (f *flattener) emphasis(c *ast.Emphasis, depth int) {
	if depth > 0 && !f.nested(c) || f.cur.hasBold || !onlyOrnament(string(f.text)) {
		f.children(c, depth+1)
		return
	}
	lead := string(f.text)
	f.text = f.text[:0]
	f.children(c, depth+1)
	inner := string(f.text)
	if f.cur.hasBold { // emphasis in emphasis: "***label***"
		return
	}
	f.text = f.text[:0]
	if c.Level < 2 && !endsInColon(inner) && !f.colonAfter(c) || strings.TrimSpace(inner) == "" {
		f.text = append(append(f.text, lead...), inner...)
		return
	}
	f.cur.lead, f.cur.bold, f.cur.hasBold = lead, inner, true
}

// colonAfter: a colon and words follow the emphasis, "*Action*: restart it".
func (f *flattener) colonAfter(c ast.Node) bool {
	t, ok := c.NextSibling().(*ast.Text)
	return ok && startsWithColon(string(t.Segment.Value(f.b.src)))
}

// nested: c is all that the emphasis or the link around it holds.
func (f *flattener) nested(c ast.Node) bool {
	return c.PreviousSibling() == nil && c.NextSibling() == nil
}

func endsInColon(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")
}

func (f *flattener) link(c *ast.Link, depth int) {
	before, hadBold := len(f.text), f.cur.hasBold
	f.children(c, depth+1)
	words := ""
	if len(f.text) > before {
		words = oneLine(string(f.text[before:]))
	} else if f.cur.hasBold && !hadBold {
		words = oneLine(f.cur.bold)
	}
	f.target(words, string(c.Destination))
}

func (f *flattener) autoLink(c *ast.AutoLink) {
	f.text = append(f.text, c.Label(f.b.src)...)
	if c.AutoLinkType == ast.AutoLinkURL {
		f.target("", string(c.URL(f.b.src)))
	}
}

// target keeps a link to the outside with the line, and one into the runbook
// with the document.
func (f *flattener) target(words, dest string) {
	dest = strings.TrimSpace(dest)
	switch {
	case strings.HasPrefix(dest, "http://"), strings.HasPrefix(dest, "https://"):
		host := HostOf(dest)
		if HasPlaceholder(dest) || Placeholder(host) {
			return
		}
		if words == "" || words == dest {
			words = host
		}
		f.cur.links = append(f.cur.links, Link{Name: words, URL: dest})
	case dest == "" || strings.HasPrefix(dest, "mailto:") || strings.HasPrefix(dest, "tel:"):
	case schemeOf(dest) == "":
		f.b.d.Refs = append(f.b.d.Refs, Ref{Target: dest, Text: words, Line: f.cur.no})
	}
}

// endLine closes the visual line; the next begins at the line next of the file.
func (f *flattener) endLine(next int) {
	f.cur.rest = string(f.text)
	if f.cur.hasBold || strings.TrimSpace(f.cur.rest) != "" {
		f.lines = append(f.lines, f.cur)
	} else if n := len(f.lines); n > 0 {
		f.lines[n-1].hard = f.lines[n-1].hard || f.cur.hard
		f.lines[n-1].links = append(f.lines[n-1].links, f.cur.links...)
	}
	f.cur, f.text = visual{no: next, end: next}, f.text[:0]
}

// unescape resolves the backslashes and entities of ordinary text.
func unescape(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 && bytes.IndexByte(b, '&') < 0 {
		return b
	}
	return []byte(visible(string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b))))))
}
