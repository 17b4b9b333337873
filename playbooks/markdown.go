package playbooks

import (
	"bytes"
	"sort"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

var markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.TaskList, extension.Strikethrough))

// parse turns a prepared text into the tree of sections. HTML comments are
// handed to comment with their line.
func (r *reader) parse(d *document, p prepared) {
	d.root = &section{line: 1}
	d.anchors = map[string]bool{}
	b := builder{r: r, d: d, stack: []*section{d.root}, seen: map[string]int{}}
	for len(p.lines) > 0 {
		if len(d.parts) > maxParts {
			r.problem(d, p.lineOf[0], "the file holds more than "+itoa(maxParts)+" list items, blocks and rows; the rest is not read", "split it into one file a scenario")
			break
		}
		n := pieceOf(p.lines)
		b.piece(p.lines[:n], p.lineOf[:n])
		p.lines, p.lineOf = p.lines[n:], p.lineOf[n:]
	}
	b.finish(d.lines)
	d.linksAt = map[int][]docLink{}
	for _, l := range d.links {
		d.linksAt[l.line] = append(d.linksAt[l.line], l)
	}
}

// A long document is parsed in pieces, so that goldmark's tree of one piece is
// gone before the next is built. Documents below pieceBytes are never cut.
const (
	pieceBytes = 256 << 10
	pieceLines = 5000
)

// pieceOf is how many lines to parse at once: up to a heading at the margin, or
// up to any line outside code when there is none for long.
func pieceOf(lines []string) int {
	size, fence := 0, ""
	for i, s := range lines {
		if fence == "" && i > 0 {
			long := size > pieceBytes || i > pieceLines
			if long && strings.HasPrefix(s, "#") || size > 2*pieceBytes || i > 2*pieceLines {
				return i
			}
		}
		size += len(s) + 1
		if m := fenceOf(s); m.mark != "" {
			switch {
			case fence == "":
				fence = m.mark
			case m.closes(fence):
				fence = ""
			}
		}
	}
	return len(lines)
}

// piece parses some lines and adds them to the tree of sections.
func (b *builder) piece(lines []string, lineOf []int) {
	b.src, b.lineOf = []byte(strings.Join(lines, "\n")), lineOf
	b.starts = b.starts[:0]
	at := 0
	for _, s := range lines {
		b.starts = append(b.starts, at)
		at += len(s) + 1
	}
	b.blocks(markdown.Parser().Parse(text.NewReader(b.src)), nil, 0)
}

// builder walks goldmark's tree once.
type builder struct {
	r      *reader
	d      *document
	src    []byte
	starts []int
	lineOf []int
	stack  []*section
	seen   map[string]int
}

func (b *builder) here() *section { return b.stack[len(b.stack)-1] }

// lineAt is the line number in the file of an offset in the text.
func (b *builder) lineAt(offset int) int {
	if offset < 0 {
		return 0
	}
	i := sort.SearchInts(b.starts, offset+1) - 1
	return b.lineOf[min(max(i, 0), len(b.lineOf)-1)]
}

func (b *builder) part(kind PartKind, no int) *Part {
	p := &Part{File: b.d.name, Line: no, Kind: kind}
	b.d.parts = append(b.d.parts, p)
	b.here().parts = append(b.here().parts, p)
	return p
}

// blocks converts the children of n. Into is nil at the top of the document,
// where headings open sections; quotes are read as if they were not quoted.
func (b *builder) blocks(n ast.Node, into *[]block, depth int) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		dst := into
		if dst == nil {
			dst = &b.here().blocks
		}
		switch c := c.(type) {
		case *ast.Heading:
			if into == nil {
				b.heading(c)
				continue
			}
			b.prose(c, dst)
		case *ast.Paragraph, *ast.TextBlock:
			b.prose(c, dst)
		case *ast.List:
			b.list(c, dst, depth)
		case *ast.Blockquote:
			b.blocks(c, dst, depth)
		case *ast.FencedCodeBlock:
			lang := strings.ToLower(strings.Trim(string(c.Language(b.src)), "{}. \t"))
			b.code(c, lang, dst)
		case *ast.CodeBlock:
			b.code(c, "", dst)
		case *ast.HTMLBlock:
			b.html(c, dst)
		case *east.Table:
			b.table(c, dst)
		}
	}
}

func (b *builder) heading(h *ast.Heading) {
	lines := b.flat(h)
	var words []string
	s := &section{level: h.Level, line: b.lineAt(h.Pos())}
	for _, l := range lines {
		words = append(words, l.whole())
		s.links = append(s.links, l.links...)
	}
	s.heading = strings.TrimSpace(strings.Join(words, " "))
	for len(b.stack) > 1 && b.here().level >= h.Level {
		b.here().end = s.line - 1
		b.stack = b.stack[:len(b.stack)-1]
	}
	s.up = b.here()
	b.here().subs = append(b.here().subs, s)
	b.stack = append(b.stack, s)
	b.anchor(s)
}

// anchor remembers the name by which GitHub lets links point at the heading.
func (b *builder) anchor(s *section) {
	name := anchorOf(s.heading)
	n := b.seen[name]
	b.seen[name]++
	if n > 0 {
		name = name + "-" + itoa(n)
	}
	b.d.anchors[name] = true
}

func (b *builder) finish(last int) {
	for _, s := range b.stack {
		s.end = last
	}
}

func (b *builder) prose(n ast.Node, dst *[]block) {
	lines := b.flat(n)
	if len(lines) == 0 {
		return
	}
	no := lines[0].no
	*dst = append(*dst, block{line: no, prose: lines, part: b.part(PartProse, no)})
}

func (b *builder) list(l *ast.List, dst *[]block, depth int) {
	out := block{line: b.lineAt(l.Pos()), ordered: l.IsOrdered()}
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		it := &item{line: b.lineAt(c.Pos())}
		it.part = b.part(PartItem, it.line)
		first := c.FirstChild()
		if first != nil && (first.Kind() == ast.KindTextBlock || first.Kind() == ast.KindParagraph) {
			if box, ok := first.FirstChild().(*east.TaskCheckBox); ok {
				it.task = true
				first.RemoveChild(first, box)
			}
			it.first = b.flat(first)
			c.RemoveChild(c, first)
		}
		if depth <= maxDepth {
			b.blocks(c, &it.blocks, depth+1)
		}
		if len(it.first) == 0 && len(it.blocks) == 0 {
			use(it.part, "empty")
		}
		out.items = append(out.items, it)
	}
	*dst = append(*dst, out)
}

func (b *builder) code(n ast.Node, lang string, dst *[]block) {
	segments := n.Lines()
	var buf bytes.Buffer
	for i := range segments.Len() {
		seg := segments.At(i)
		buf.Write(seg.Value(b.src))
	}
	cb := &codeBlock{lang: lang, text: strings.TrimRight(buf.String(), "\n \t"), fence: b.lineAt(n.Pos())}
	cb.line = cb.fence
	if segments.Len() > 0 {
		cb.line = b.lineAt(segments.At(0).Start)
	}
	out := block{line: cb.fence, code: cb, part: b.part(PartBlock, cb.fence)}
	if strings.TrimSpace(cb.text) == "" {
		b.r.notice(b.d, cb.fence, "the code block is empty", "put the command in it or remove it")
		use(out.part, Reported)
	}
	*dst = append(*dst, out)
}

func (b *builder) table(t *east.Table, dst *[]block) {
	out := &table{}
	for c := t.FirstChild(); c != nil; c = c.NextSibling() {
		var cells []cell
		for td := c.FirstChild(); td != nil; td = td.NextSibling() {
			var one cell
			var words []string
			for _, l := range b.flat(td) {
				words = append(words, l.whole())
				one.links = append(one.links, l.links...)
			}
			one.text = strings.TrimSpace(strings.Join(words, " "))
			cells = append(cells, one)
		}
		for n := len(cells); n > 0 && cells[n-1].text == "" && len(cells[n-1].links) == 0; n-- {
			cells = cells[:n-1]
		}
		if c.Kind() == east.KindTableHeader {
			for _, td := range cells {
				out.head = append(out.head, td.text)
			}
			continue
		}
		no := b.lineAt(c.Pos())
		if len(cells) == 0 {
			use(b.part(PartRow, no), "empty")
			continue
		}
		out.rows = append(out.rows, row{line: no, part: b.part(PartRow, no), cells: cells})
	}
	*dst = append(*dst, block{line: b.lineAt(t.Pos()), table: out})
}
