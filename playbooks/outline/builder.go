package outline

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// A long document is parsed in pieces, so that goldmark's tree of one piece is
// gone before the next is built. Documents below pieceBytes are never cut.
const (
	pieceBytes = 256 << 10
	pieceLines = 5000
)

// builder turns goldmark's trees into the tree of sections.
type builder struct {
	d *Document
	// The piece that is being read: its text, where each of its lines begins in
	// it, the lines themselves and the numbers that they have in the file.
	src    []byte
	starts []int
	lines  []string
	no     []int
	// last is the place in starts that was asked for last: most questions are near it.
	last  int
	stack []*Section
	seen  map[string]int
	// parts and sections are counted, because both are bounded.
	parts, sections int
	// nest is how many boxes with a tone are open.
	nest int
	// told are directives that wait for the node below them.
	told []Directive
	// behind are those in the words that are being read.
	behind []Directive
}

// document parses all of the text, piece by piece.
func (b *builder) document(s source) {
	for len(s.lines) > 0 {
		if b.parts > maxParts {
			b.d.problem(s.no[0], fmt.Sprintf("the file holds more than %d list items, blocks and rows; the rest is not read", maxParts), "split it into one file a scenario")
			break
		}
		if b.sections > maxSections {
			b.d.problem(s.no[0], fmt.Sprintf("the file holds more than %d headings and labels; the rest is not read", maxSections), "split it into one file a scenario")
			break
		}
		n := pieceOf(s.lines)
		b.piece(s.lines[:n], s.no[:n])
		s = s.after(n)
	}
	b.giveTold(b.here())
	for _, s := range b.stack {
		s.End = len(b.d.Lines)
	}
	settle(b.d.Root, b.d.Root.End)
}

// pieceOf is how many lines to parse at once: up to a heading at the margin, or
// up to any line outside code when there is none for long.
func pieceOf(lines []string) int {
	size := 0
	var fences tracker
	for i, s := range lines {
		if code := fences.code(s); !code && i > 0 {
			long := size > pieceBytes || i > pieceLines
			if long && strings.HasPrefix(s, "#") || size > 2*pieceBytes || i > 2*pieceLines {
				return i
			}
		}
		size += len(s) + 1
	}
	return len(lines)
}

// after is the text after its first n lines. Where they end within a table, its
// head is repeated, because rows without one are no table.
func (s source) after(n int) source {
	at := n
	for at > 0 && at < len(s.lines) && strings.Contains(s.lines[at], "|") && !delimiterRow(s.lines[at]) {
		at--
	}
	rest := source{lines: s.lines[n:], no: s.no[n:]}
	if at == 0 || at >= n-1 || !delimiterRow(s.lines[at]) || !strings.Contains(s.lines[at-1], "|") {
		return rest
	}
	head := source{lines: slices.Clone(s.lines[at-1 : at+1]), no: []int{s.no[n], s.no[n]}}
	return source{lines: append(head.lines, rest.lines...), no: append(head.no, rest.no...)}
}

// piece parses some lines and adds them to the tree of sections.
func (b *builder) piece(lines []string, no []int) {
	b.src, b.lines, b.no, b.last = []byte(strings.Join(lines, "\n")), lines, no, 0
	b.starts = b.starts[:0]
	at := 0
	for _, s := range lines {
		b.starts = append(b.starts, at)
		at += len(s) + 1
	}
	b.blocks(markdown.Parser().Parse(text.NewReader(b.src)), nil)
}

func (b *builder) here() *Section { return b.stack[len(b.stack)-1] }

// row is the place in the piece of the line that holds an offset of the text.
func (b *builder) row(offset int) int {
	for i := b.last; i < len(b.starts) && i < b.last+3; i++ {
		if b.starts[i] <= offset && (i+1 == len(b.starts) || offset < b.starts[i+1]) {
			b.last = i
			return i
		}
	}
	i := sort.SearchInts(b.starts, offset+1) - 1
	b.last = min(max(i, 0), len(b.starts)-1)
	return b.last
}

// lineAt is the line number in the file of an offset in the text.
func (b *builder) lineAt(offset int) int { return b.no[b.row(offset)] }

// blocks converts the children of n. Into is nil at the top of the document,
// where headings and labels open sections.
func (b *builder) blocks(n ast.Node, into *[]*Block) {
	marked := false
	for c := n.FirstChild(); c != nil && !marked; c = c.NextSibling() {
		marked = c.Kind() == kindMark || c.Kind() == kindBox
	}
	if marked {
		us := unitsOf(n)
		b.units(us, 0, len(us), into)
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b.block(c, into)
	}
}

func (b *builder) block(c ast.Node, into *[]*Block) {
	switch c := c.(type) {
	case *ast.Heading:
		if into == nil {
			b.heading(c)
			return
		}
		b.headingInside(c, into)
	case *ast.Paragraph, *ast.TextBlock:
		b.paragraph(c, into)
	case *ast.List:
		b.put(b.list(c), into)
	case *ast.Blockquote:
		b.put(b.quote(c), into)
	case *ast.FencedCodeBlock:
		lang := strings.ToLower(strings.Trim(string(c.Language(b.src)), "{}. \t"))
		b.put(b.code(c, lang), into)
	case *ast.CodeBlock:
		b.put(b.code(c, ""), into)
	case *htmlNode:
		b.element(c, into)
	case *east.Table:
		b.put(b.table(c), into)
	}
}

// put adds a block where it belongs, with the directives that stand above it.
func (b *builder) put(block *Block, into *[]*Block) {
	if block == nil {
		return
	}
	if into == nil {
		into = &b.here().Blocks
	}
	b.parts++
	if n := len(*into); n > 0 && (*into)[n-1].End >= block.Line { // marks of several boxes share a line
		switch last := (*into)[n-1]; {
		case block.Kind == Markup, block.Kind == Code && block.Code.Text == "", block.Kind == Admonition && block.Title == "" && len(block.Blocks) == 0:
			return
		case last.Kind == Markup:
			*into = (*into)[:n-1]
		default:
			last.End = max(last.Line, block.Line-1)
		}
	}
	block.Told = append(block.Told, b.told...)
	b.told = nil
	*into = append(*into, block)
}

func (b *builder) paragraph(n ast.Node, into *[]*Block) {
	vs := b.visuals(n)
	if into == nil {
		b.labels(vs)
		return
	}
	b.prose(vs, into)
}

// prose adds visual lines as one paragraph.
func (b *builder) prose(vs []visual, into *[]*Block) {
	lines := logical(vs)
	told := b.behind
	b.behind = nil
	if len(lines) == 0 {
		b.told = append(b.told, told...)
		return
	}
	b.put(&Block{Kind: Paragraph, Line: lines[0].No, End: lines[len(lines)-1].End, Lines: lines, Told: told}, into)
}

func (b *builder) list(l *ast.List) *Block {
	out := &Block{Kind: List, Line: b.lineAt(l.Pos()), Ordered: l.IsOrdered()}
	number := max(l.Start, 1)
	waiting := b.told
	b.told = nil
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		it := b.item(c)
		if out.Ordered {
			it.Number = number
			number++
		}
		out.End = it.End
		out.Items = append(out.Items, it)
	}
	b.told = append(waiting, b.told...)
	return out
}

func (b *builder) item(c ast.Node) *Item {
	b.parts++
	it := &Item{Line: b.lineAt(c.Pos())}
	it.End, it.HeadEnd = it.Line, it.Line
	it.Told, b.told = b.told, nil // of a comment between two items
	first := c.FirstChild()
	if first != nil && (first.Kind() == ast.KindTextBlock || first.Kind() == ast.KindParagraph) {
		if box, ok := first.FirstChild().(*east.TaskCheckBox); ok {
			it.Task, it.Done = true, box.IsChecked
			first.RemoveChild(first, box)
		}
		it.Lines = logical(b.visuals(first))
		it.Told, b.behind = append(it.Told, b.behind...), nil
		if n := len(it.Lines); n > 0 {
			it.HeadEnd = it.Lines[n-1].End
		}
		c.RemoveChild(c, first)
	}
	b.blocks(c, &it.Blocks)
	it.End = it.HeadEnd
	if n := len(it.Blocks); n > 0 {
		it.End = max(it.End, it.Blocks[n-1].End)
	}
	return it
}

func (b *builder) code(n ast.Node, lang string) *Block {
	segments := n.Lines()
	var buf bytes.Buffer
	for i := range segments.Len() {
		seg := segments.At(i)
		buf.Write(seg.Value(b.src))
	}
	open := b.row(n.Pos())
	first, last := open, open
	if k := segments.Len(); k > 0 {
		first = b.row(segments.At(0).Start)
		last = b.row(segments.At(k - 1).Start)
	}
	if n.Kind() == ast.KindCodeBlock {
		open = first
	}
	if n.Kind() == ast.KindFencedCodeBlock && last+1 < len(b.lines) {
		if f := fenceOf(b.lines[open]); f.mark != "" && fenceOf(b.lines[last+1]).closes(f) {
			last++
		}
	}
	out := &Block{Kind: Code, Line: b.no[open], End: b.no[last], Code: &CodeBlock{
		Lang: lang, Text: strings.TrimRight(buf.String(), "\n \t"), Line: b.no[first]}}
	if out.Code.Text == "" {
		b.d.notice(out.Line, "the code block is empty", "put the command in it or remove it")
	}
	return out
}
