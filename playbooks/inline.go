package playbooks

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"mayday/incident"
)

// flat renders the inline children of n as plain lines: markers removed, links
// and bare addresses collected, a bold beginning kept apart as the label.
func (b *builder) flat(n ast.Node) []line {
	f := flattener{b: b}
	f.cur.no = b.lineAt(n.Pos())
	if n.Kind() == ast.KindHeading || n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock {
		if segs := n.Lines(); segs != nil && segs.Len() > 0 {
			f.cur.no = b.lineAt(segs.At(0).Start)
		}
	}
	f.children(n, 0)
	f.endLine(0)
	return f.lines
}

type flattener struct {
	b     *builder
	lines []line
	cur   line
	text  strings.Builder
	// bold is the emphasised beginning of the current line; it becomes the
	// label if a colon, a dash or the end of the line follows.
	bold    string
	hasBold bool
}

func (f *flattener) children(n ast.Node, depth int) {
	const deepest = 40
	if depth > deepest {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			f.text.Write(unescape(c.Segment.Value(f.b.src)))
			if c.SoftLineBreak() || c.HardLineBreak() {
				f.endLine(c.Segment.Stop + 1)
			}
		case *ast.String:
			f.text.Write(c.Value)
		case *ast.CodeSpan:
			f.codeSpan(c)
		case *ast.Emphasis:
			f.emphasis(c, depth)
		case *ast.Link:
			f.link(c, depth)
		case *ast.AutoLink:
			f.autoLink(c)
		case *ast.Image:
			f.children(c, depth+1)
		case *ast.RawHTML:
			f.rawHTML(c)
		case *east.Strikethrough:
			f.children(c, depth+1)
		default:
			f.children(c, depth+1)
		}
	}
}

func (f *flattener) codeSpan(c *ast.CodeSpan) {
	for t := c.FirstChild(); t != nil; t = t.NextSibling() {
		if t, ok := t.(*ast.Text); ok {
			f.text.WriteString(strings.ReplaceAll(string(t.Segment.Value(f.b.src)), "\n", " "))
		}
	}
}

func (f *flattener) emphasis(c *ast.Emphasis, depth int) {
	if f.hasBold || !onlyOrnament(f.text.String()) {
		f.children(c, depth+1)
		return
	}
	lead := f.text.String()
	no := f.cur.no
	f.text.Reset()
	f.children(c, depth+1)
	inner := f.text.String()
	f.text.Reset()
	if f.cur.no != no || (c.Level < 2 && !strings.HasSuffix(strings.TrimSpace(inner), ":")) {
		f.text.WriteString(lead + inner)
		return
	}
	f.bold, f.hasBold = inner, true
}

func (f *flattener) link(c *ast.Link, depth int) {
	before := f.text.Len()
	hadBold := f.hasBold
	f.children(c, depth+1)
	words := ""
	if f.text.Len() > before {
		words = strings.TrimSpace(f.text.String()[before:])
	} else if f.hasBold && !hadBold {
		words = strings.TrimSpace(f.bold)
	}
	f.target(words, string(c.Destination))
}

func (f *flattener) autoLink(c *ast.AutoLink) {
	url := string(c.URL(f.b.src))
	f.text.Write(c.Label(f.b.src))
	if c.AutoLinkType == ast.AutoLinkURL {
		f.target("", url)
	}
}

// target keeps a link to the outside with the line, and one into the runbook
// with the document, where it is checked.
func (f *flattener) target(words, dest string) {
	dest = strings.TrimSpace(dest)
	switch {
	case strings.HasPrefix(dest, "http://"), strings.HasPrefix(dest, "https://"):
		if hasPlaceholder(dest) {
			return
		}
		if words == "" || words == dest {
			words = hostOf(dest)
		}
		f.cur.links = append(f.cur.links, incident.Link{Name: words, URL: dest})
	case dest == "" || strings.HasPrefix(dest, "mailto:") || strings.HasPrefix(dest, "tel:"):
	case schemeOf(dest) == "":
		f.b.d.links = append(f.b.d.links, docLink{target: dest, text: words, line: f.cur.no})
	}
}

var knownTag = regexp.MustCompile(`(?i)^<(?:a|abbr|b|bdi|bdo|big|blockquote|cite|code|del|details|dfn|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|small|span|strike|strong|sub|summary|sup|table|td|th|tr|tt|u|ul|var|center)\s*/?>$`)

var breakTag = regexp.MustCompile(`(?i)^<br\s*/?>$`)

func (f *flattener) rawHTML(c *ast.RawHTML) {
	var raw strings.Builder
	for i := range c.Segments.Len() {
		seg := c.Segments.At(i)
		raw.Write(seg.Value(f.b.src))
	}
	s := raw.String()
	switch {
	case breakTag.MatchString(s):
		f.text.WriteString(" ")
	case strings.HasPrefix(s, "<!--"):
		f.b.comment(s, f.cur.no)
	case placeholderTag.MatchString(s) && !knownTag.MatchString(s):
		// "<your-name>" is a template's blank that happens to look like a tag.
		f.text.WriteString(s)
	}
}

// endLine closes the current line; next is the offset where the next begins.
func (f *flattener) endLine(next int) {
	rest := oneLine(f.text.String())
	l := f.cur
	if f.hasBold {
		label := strings.TrimSpace(f.bold)
		trimmed := strings.TrimLeft(rest, ":：")
		switch {
		case strings.HasSuffix(label, ":") || strings.HasSuffix(label, "：") || trimmed != rest || rest == "":
			l.label, l.text = strings.TrimRight(label, ":： "), strings.TrimSpace(trimmed)
		case dashLead.MatchString(rest):
			l.label, l.text = label, strings.TrimSpace(dashLead.ReplaceAllString(rest, ""))
		default:
			l.text = strings.TrimSpace(label + gap(f.text.String()) + rest)
		}
		l.label = oneLine(l.label)
	} else {
		l.text = rest
	}
	if l.label != "" || l.text != "" {
		l.links = append(l.links, bareLinks(l.whole(), l.links)...)
		f.lines = append(f.lines, l)
	}
	f.cur = line{no: f.b.lineAt(next)}
	f.text.Reset()
	f.bold, f.hasBold = "", false
}

var dashLead = regexp.MustCompile(`^[-–—]+\s+`)

// gap is the space that stood between a bold beginning and what follows it.
func gap(s string) string {
	if s != "" && strings.TrimLeft(s, " \t") != s {
		return " "
	}
	return ""
}

// unescape resolves the backslashes and entities of ordinary text.
func unescape(b []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b)))
}
