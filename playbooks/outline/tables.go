package outline

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

func (b *builder) table(t *east.Table) *Block {
	head := b.row(t.FirstChild().Pos())
	out := &Block{Kind: Table, Line: b.no[head], Table: &TableBlock{}}
	out.End = b.no[min(head+1, len(b.no)-1)]
	for c := t.FirstChild(); c != nil; c = c.NextSibling() {
		cells := b.cells(c)
		if c.Kind() == east.KindTableHeader {
			for _, td := range cells {
				out.Table.Head = append(out.Table.Head, td.Text)
			}
			continue
		}
		line := b.lineAt(c.Pos())
		cells = append(cells, cellsBeyond(b.lines[b.row(c.Pos())], len(t.Alignments))...)
		out.End = max(out.End, line)
		if len(cells) == 0 {
			continue
		}
		b.parts++
		out.Table.Rows = append(out.Table.Rows, &Row{Line: line, End: line, Cells: cells})
	}
	out.Told, b.behind = b.behind, nil
	return out
}

// cells are those of one row, without the empty ones at its end.
func (b *builder) cells(row ast.Node) []Cell {
	var out []Cell
	for td := row.FirstChild(); td != nil; td = td.NextSibling() {
		var one Cell
		var words []string
		for _, l := range logical(b.visuals(td)) {
			words = append(words, l.Whole())
			one.Links = append(one.Links, l.Links...)
		}
		one.Text = strings.Join(words, " ")
		out = append(out, one)
	}
	for n := len(out); n > 0 && out[n-1].Text == "" && len(out[n-1].Links) == 0; n-- {
		out = out[:n-1]
	}
	return out
}

// cellsBeyond are the cells of a row that has more of them than the head, which
// GFM leaves out.
func cellsBeyond(line string, columns int) []Cell {
	if strings.Count(line, "|") <= columns {
		return nil
	}
	line = strings.TrimRight(strings.TrimLeft(line, " \t>"), " \t")
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	var out []Cell
	for column, from, i := 0, 0, 0; i <= len(line); i++ {
		if i < len(line) && (line[i] != '|' || i > 0 && line[i-1] == '\\') {
			continue
		}
		if column >= columns {
			text := oneLine(string(unescape([]byte(line[from:i]))))
			out = append(out, Cell{Text: text, Links: FindLinks(text, nil)})
		}
		column, from = column+1, i+1
	}
	return out
}
