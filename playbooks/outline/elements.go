package outline

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// htmlNode is a table, a list or a preformatted text in HTML, blank lines included.
type htmlNode struct {
	ast.BaseBlock
	name  string
	depth int // how many elements of the name are open
	done  bool
}

var kindHTML = ast.NewNodeKind("Element")

func (n *htmlNode) Kind() ast.NodeKind { return kindHTML }

func (n *htmlNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// htmlParser keeps the lines of a whole element together, which CommonMark would
// tear at a blank line.
type htmlParser struct{}

func (htmlParser) Trigger() []byte                             { return []byte("<") }
func (htmlParser) CanInterruptParagraph() bool                 { return true }
func (htmlParser) CanAcceptIndentedLine() bool                 { return false }
func (htmlParser) Close(ast.Node, text.Reader, parser.Context) {}

var wholeElements = set("table ul ol dl pre script style")

func (htmlParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, seg := reader.PeekLine()
	t, n := nextTag(strings.TrimLeft(string(line), " "))
	if n == 0 || t.close || !wholeElements[strings.ToLower(t.name)] {
		return nil, parser.NoChildren
	}
	node := &htmlNode{name: strings.ToLower(t.name)}
	node.take(line, seg)
	reader.AdvanceToEOL()
	return node, parser.NoChildren
}

// take adds one line to the element.
func (n *htmlNode) take(line []byte, seg text.Segment) {
	n.Lines().Append(seg)
	low := strings.ToLower(string(line))
	n.depth += strings.Count(low, "<"+n.name) - strings.Count(low, "</"+n.name)
	n.done = n.depth <= 0
}

func (htmlParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	const most = 2000
	n := node.(*htmlNode)
	line, seg := reader.PeekLine()
	if n.done || n.Lines().Len() > most || (n.name == "table" || n.name == "ul" || n.name == "ol" || n.name == "dl") && (readsAsProse(string(line)) || fenceOf(string(line)).mark != "") {
		return parser.Close
	}
	n.take(line, seg)
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

// element reads a table, a list or a preformatted text in HTML as what it is
// when it is simple, and as its words with a Fault when it is not.
func (b *builder) element(n *htmlNode, into *[]*Block) {
	var raw strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		raw.Write(seg.Value(b.src))
	}
	line := b.lineAt(n.Pos())
	s := strings.Trim(raw.String(), "\n \t")
	s = b.withoutComments(s, line)
	end := b.lineAt(n.Lines().At(n.Lines().Len() - 1).Start)
	if line+strings.Count(s, "\n") > end { // a fence was closed in the middle of it
		s = strings.ReplaceAll(s, "\n", " ")
	}
	var out *Block
	switch n.name {
	case "table":
		out = htmlTable(s, line)
	case "ul", "ol":
		out = htmlList(s, line)
	case "pre":
		out = htmlCode(s, line)
	case "script", "style":
		out = &Block{Kind: Markup, Line: line}
	}
	if out == nil || out.crowded() {
		b.d.problem(line, "a table or list in HTML holds more than rows or items on lines of their own and is read as plain lines", "write it in Markdown")
		b.words(s, line, into)
		return
	}
	out.End = end
	b.put(out, into)
}

// crowded: two items or rows share a line, which belongs to one node only.
func (b *Block) crowded() bool {
	for i := 1; i < len(b.Items); i++ {
		if b.Items[i].Line <= b.Items[i-1].End {
			return true
		}
	}
	if b.Table == nil {
		return false
	}
	for i := 1; i < len(b.Table.Rows); i++ {
		if b.Table.Rows[i].Line <= b.Table.Rows[i-1].End {
			return true
		}
	}
	return false
}

// piece of HTML: a tag or the text before the next one, with the line where it begins.
type htmlPiece struct {
	tag  tag
	text string
	line int
}

// pieces cuts HTML into tags and texts.
func pieces(s string, line int) []htmlPiece {
	var out []htmlPiece
	for s != "" {
		if t, n := nextTag(s); n > 0 {
			t.name = strings.ToLower(t.name)
			out = append(out, htmlPiece{tag: t, line: line})
			line += strings.Count(s[:n], "\n")
			s = s[n:]
			continue
		}
		n := strings.IndexByte(s[1:], '<') + 1
		if n == 0 {
			n = len(s)
		}
		out = append(out, htmlPiece{text: s[:n], line: line})
		line += strings.Count(s[:n], "\n")
		s = s[n:]
	}
	return out
}

// htmlTable reads rows of cells; nil for tables in tables, joined cells and words outside cells.
func htmlTable(s string, line int) *Block {
	out := &Block{Kind: Table, Line: line, Table: &TableBlock{}}
	var row *Row
	var head []bool // of the row's cells
	var cell *strings.Builder
	endCell := func() {
		if cell != nil && row != nil {
			text := oneLine(string(unescape([]byte(cell.String()))))
			row.Cells = append(row.Cells, Cell{Text: text, Links: FindLinks(text, nil)})
		}
		cell = nil
	}
	endRow := func(at int) {
		endCell()
		if row != nil {
			row.End = at
			out.Table.add(row, head)
		}
		row, head = nil, nil
	}
	for i, p := range pieces(s, line) {
		switch name := p.tag.name; {
		case name == "table" && !p.tag.close && i > 0, strings.Contains(p.tag.attr, "span="), name == "li", name == "pre":
			return nil
		case name == "tr" || name == "table" || name == "tbody" || name == "thead":
			endRow(p.line)
			if name == "tr" && !p.tag.close {
				row = &Row{Line: p.line}
			}
		case name == "td" || name == "th":
			endCell()
			if !p.tag.close {
				if row == nil {
					return nil
				}
				cell, head = &strings.Builder{}, append(head, name == "th")
			}
		case name != "" && cell != nil:
			cell.WriteString(betweenTags(p.tag))
		case cell != nil:
			cell.WriteString(p.text)
		case hasWords(p.text):
			return nil
		}
	}
	endRow(line + strings.Count(s, "\n"))
	return out
}

// betweenTags is what stands in a text for a tag that is left out.
func betweenTags(t tag) string {
	if plainTags[t.name] && t.name != "br" && t.name != "p" && t.name != "div" || t.name == "code" || t.name == "a" {
		return ""
	}
	return " "
}

// add keeps a row; the first one of nothing but heads is the head.
func (t *TableBlock) add(row *Row, head []bool) {
	all := len(head) > 0
	for _, h := range head {
		all = all && h
	}
	if all && len(t.Head) == 0 && len(t.Rows) == 0 {
		for _, c := range row.Cells {
			t.Head = append(t.Head, c.Text)
		}
		return
	}
	for _, c := range row.Cells {
		if c.Text != "" {
			t.Rows = append(t.Rows, row)
			return
		}
	}
}

// htmlList reads the items of a list without lists in it; nil for others.
func htmlList(s string, line int) *Block {
	out := &Block{Kind: List, Line: line, Ordered: strings.HasPrefix(strings.ToLower(s), "<ol")}
	var text *strings.Builder
	from, at := line, line
	endItem := func() {
		if text == nil {
			return
		}
		words := oneLine(string(unescape([]byte(text.String()))))
		it := &Item{Line: from, HeadEnd: max(from, at), End: max(from, at)}
		if words != "" {
			it.Lines = []Line{{No: from, End: it.HeadEnd, Text: words, Links: FindLinks(words, nil)}}
		}
		if out.Ordered {
			it.Number = len(out.Items) + 1
		}
		out.Items, text = append(out.Items, it), nil
	}
	for i, p := range pieces(s, line) {
		switch name := p.tag.name; {
		case (name == "ul" || name == "ol") && !p.tag.close && i > 0, name == "table", name == "pre":
			return nil
		case name == "li":
			endItem()
			if !p.tag.close {
				text, from, at = &strings.Builder{}, p.line, p.line
			}
		case name != "" && text != nil:
			text.WriteString(betweenTags(p.tag))
		case text != nil:
			text.WriteString(p.text)
			at = p.line + strings.Count(strings.TrimRight(p.text, " \t\n"), "\n")
		case hasWords(p.text):
			return nil
		}
	}
	endItem()
	return out
}

// htmlCode reads a preformatted text as code.
func htmlCode(s string, line int) *Block {
	var text strings.Builder
	for _, p := range pieces(s, line) {
		text.WriteString(p.text)
	}
	return &Block{Kind: Code, Line: line, Code: &CodeBlock{Line: line, Text: strings.Trim(string(unescape([]byte(text.String()))), "\n \t")}}
}
