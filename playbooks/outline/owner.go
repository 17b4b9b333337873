package outline

import "sort"

// Owner is the smallest node that holds the line: an item, a row, a block, or
// the section whose title it is; nil for lines that belong to none, which are
// blank, front matter, comments and definitions of links.
func (d *Document) Owner(line int) Node { return d.Root.owner(line) }

func (s *Section) owner(line int) Node {
	for {
		if s.Level > 0 && line >= s.Line && line <= s.TitleEnd {
			return s
		}
		i := sort.Search(len(s.Subs), func(i int) bool { return s.Subs[i].Line > line }) - 1
		if i < 0 {
			return ownerIn(s.Blocks, line)
		}
		s = s.Subs[i]
	}
}

func ownerIn(blocks []*Block, line int) Node {
	i := sort.Search(len(blocks), func(i int) bool { return blocks[i].Line > line }) - 1
	if i < 0 || line > blocks[i].End {
		return nil
	}
	b := blocks[i]
	var inner Node
	switch b.Kind {
	case List:
		inner = b.item(line)
	case Admonition:
		inner = ownerIn(b.Blocks, line)
	case Table:
		rows := b.Table.Rows
		if i := sort.Search(len(rows), func(i int) bool { return rows[i].Line > line }) - 1; i >= 0 && line <= rows[i].End {
			inner = rows[i]
		}
	}
	if inner != nil {
		return inner
	}
	return b
}

// item is the item of a list that holds the line, or the node in it that does.
func (b *Block) item(line int) Node {
	i := sort.Search(len(b.Items), func(i int) bool { return b.Items[i].Line > line }) - 1
	if i < 0 || line > b.Items[i].End {
		return nil
	}
	if inner := ownerIn(b.Items[i].Blocks, line); inner != nil {
		return inner
	}
	return b.Items[i]
}
