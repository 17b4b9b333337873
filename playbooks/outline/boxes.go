package outline

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// unit is one of the siblings below a node: a block of Markdown or a mark.
type unit struct {
	node ast.Node
	mark *mark // nil for a block of Markdown
	// partner is the place of the mark that closes the box which this one opens,
	// the number of units when nothing does, its own place for an indented box,
	// and -1 when it opens none.
	partner int
	// section: the box becomes a section and no block.
	section bool
}

// unitsOf lists the children of n with their marks in pairs.
func unitsOf(n ast.Node) []unit {
	var us []unit
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *markNode:
			for i := range c.marks {
				us = append(us, unit{node: c, mark: &c.marks[i], partner: -1})
			}
			if len(c.marks) == 0 {
				us = append(us, unit{node: c, partner: -1})
			}
		case *boxNode:
			us = append(us, unit{node: c, mark: &c.mark, partner: len(us)})
		default:
			us = append(us, unit{node: c, partner: -1})
		}
	}
	pair(us)
	judgeBoxes(us)
	return us
}

// pair finds the closing mark of every opening one. What nothing closes ends
// with the box around it when it must be a box, and is none otherwise.
func pair(us []unit) {
	var open []int
	waiting := map[string]int{}
	pop := func() int {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		waiting[us[i].mark.name]--
		return i
	}
	for i := range us {
		m := us[i].mark
		switch {
		case m == nil || us[i].partner == i:
		case m.kind == markOpen:
			m.forced = m.forced || m.tone != "" && m.title != ""
			open = append(open, i)
			waiting[m.name]++
		case m.kind == markClose && waiting[m.name] > 0:
			last := pop()
			for ; us[last].mark.name != m.name; last = pop() {
				if us[last].mark.forced {
					us[last].partner = i
				}
			}
			us[last].partner = i
		}
	}
	for len(open) > 0 {
		if last := pop(); us[last].mark.forced {
			us[last].partner = len(us)
		}
	}
}

// titled: the unit opens a box that may become a section: a tab, or what people open to read.
func (u unit) titled() bool {
	return u.mark != nil && u.partner >= 0 && (u.mark.tone == "tab" || u.mark.tone == "details")
}

// judgeBoxes decides which boxes become sections: those that hold headings, and
// those that a heading, another such box or nothing follows. Were more text to
// follow, it would seem to belong to the section.
func judgeBoxes(us []unit) {
	headings := make([]int, len(us)+1) // before each unit
	for i, u := range us {
		headings[i+1] = headings[i]
		if u.node.Kind() == ast.KindHeading || u.mark != nil && u.mark.kind == markHeading {
			headings[i+1]++
		}
	}
	ends := make([]bool, len(us)+1) // no text from here on belongs to what is before
	ends[len(us)] = true
	for i := len(us) - 1; i >= 0; i-- {
		u := &us[i]
		switch {
		case u.titled():
			end := min(u.partner, len(us)-1)
			u.section = ends[end+1] || headings[min(u.partner, len(us))] > headings[i] || holdsHeading(u.node)
			ends[i] = u.section
		case headings[i+1] > headings[i]:
			ends[i] = true
		case u.mark != nil && u.mark.tone == "":
			ends[i] = ends[i+1]
		}
	}
}

// holdsHeading: there is a heading in an indented box.
func holdsHeading(n ast.Node) bool {
	if n.Kind() != kindBox {
		return false
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindHeading {
			return true
		}
	}
	return false
}

// units converts the siblings from one place up to another, some of which are marks.
func (b *builder) units(us []unit, from, to int, into *[]*Block) {
	for i := from; i < to; i++ {
		u := us[i]
		switch {
		case u.mark == nil && u.node.Kind() == kindMark:
			n := u.node.(*markNode)
			b.words(n.raw, b.lineAt(n.Pos()), into)
		case u.mark == nil:
			b.block(u.node, into)
		case u.mark.kind == markHeading:
			b.headingMark(u, into)
		case u.mark.kind == markTitle:
			b.words(u.mark.title, b.lineAt(u.node.Pos()), into)
		case u.mark.kind == markComment:
			b.comment("<!--"+u.mark.title+"-->", b.lineAt(u.node.Pos()))
		case u.partner >= 0 && u.mark.tone != "" && b.nest < maxDepth:
			b.nest++
			i = b.box(us, i, to, into)
			b.nest--
		case u.mark.kind == markOpen && u.mark.blank && u.partner < 0:
			switch n := u.node.(*markNode); {
			case titlesBeside(us[i+1:], n):
				b.markup(n, into) // the line belongs to what they open
			case u.mark == &n.marks[0]:
				b.text(n.raw, b.lineAt(n.Pos()), into)
			}
		default:
			b.markup(u.node, into)
		}
	}
}

// titlesBeside: one of the next units is on the same line and opens a box or a heading.
func titlesBeside(us []unit, n *markNode) bool {
	for _, u := range us {
		if u.node != n || u.mark == nil {
			return false
		}
		if u.mark.kind == markHeading && u.mark.title != "" || u.partner >= 0 && u.mark.tone != "" {
			return true
		}
	}
	return false
}

// box reads the box that the unit i opens and returns the place of its last unit.
func (b *builder) box(us []unit, i, to int, into *[]*Block) int {
	u, content := us[i], i+1
	line, last := b.span(u.node)
	title := u.mark.title
	end := min(u.partner, to)
	if title == "" && u.mark.tone == "details" {
		var titleEnd int
		title, content, titleEnd = b.summary(us, i+1, end)
		last = max(last, titleEnd)
	}
	if u.section && into == nil && title != "" {
		s := &Section{Title: title, Level: LabelLevel, Line: line, TitleEnd: last}
		s.Links = FindLinks(title, nil)
		b.open(s)
		b.inside(us, i, content, end, nil)
		if end > i && end < to {
			b.markup(us[end].node, nil)
		}
		return max(i, end)
	}
	out := &Block{Kind: Admonition, Tone: u.mark.tone, Title: title, Line: line, End: last}
	waiting := b.told
	b.told = nil
	b.inside(us, i, content, end, &out.Blocks)
	if n := len(out.Blocks); n > 0 {
		out.End = max(out.End, out.Blocks[n-1].End)
	}
	if end > i && end < to {
		if from, until := b.span(us[end].node); us[end].mark != nil && us[end].mark.kind == markClose && us[end].mark.name == u.mark.name {
			out.End = max(out.End, until)
		} else {
			out.End = min(out.End, max(out.Line, from-1))
			end--
		}
	}
	b.told = append(waiting, b.told...)
	b.put(out, into)
	return max(i, end)
}

// inside reads what a box holds.
func (b *builder) inside(us []unit, i, from, to int, into *[]*Block) {
	if us[i].partner == i {
		b.blocks(us[i].node, into)
		return
	}
	b.units(us, from, to, into)
}

// summary is the title that stands first in a box for people to open.
func (b *builder) summary(us []unit, from, to int) (title string, content, line int) {
	if from >= to || us[from].mark == nil {
		return "", from, 0
	}
	switch m := us[from].mark; {
	case m.kind == markTitle:
		_, line = b.span(us[from].node)
		return m.title, from + 1, line
	case m.kind == markOpen && m.name == "summary" && us[from].partner > from:
		var blocks []*Block
		b.units(us, from+1, min(us[from].partner, to), &blocks)
		var words []string
		for _, x := range blocks {
			for _, l := range x.Lines {
				words = append(words, l.Whole())
			}
		}
		end := min(us[from].partner, to-1)
		_, line = b.span(us[end].node)
		return strings.Join(words, " "), end + 1, line
	}
	return "", from, 0
}

// span is the first and the last line of a line of marks or of the line that opens a box.
func (b *builder) span(n ast.Node) (from, to int) {
	row := b.row(n.Pos())
	from, to = b.no[row], b.no[row]
	if m, ok := n.(*markNode); ok {
		to = b.no[min(row+m.lines-1, len(b.no)-1)]
	}
	return from, to
}

// markup adds a line that holds nothing to read.
func (b *builder) markup(n ast.Node, into *[]*Block) {
	line, end := b.span(n)
	if into == nil && b.here().Level > 0 && line <= b.here().TitleEnd {
		return // it shares the line of the title
	}
	told := b.told
	b.told = nil
	b.put(&Block{Kind: Markup, Line: line, End: end}, into)
	b.told = told
}

// headingMark reads "<h2>Title</h2>".
func (b *builder) headingMark(u unit, into *[]*Block) {
	line, end := b.span(u.node)
	switch {
	case u.mark.title == "":
		b.markup(u.node, into)
	case into != nil:
		l := Line{No: line, End: end, Label: strings.TrimRight(u.mark.title, ":： "), Strong: true}
		b.put(&Block{Kind: Paragraph, Line: line, End: end, Lines: []Line{l}}, into)
	default:
		s := &Section{Title: u.mark.title, Level: heading(u.mark.tone), Line: line, TitleEnd: end, Links: FindLinks(u.mark.title, nil)}
		b.open(s)
		b.anchor(s)
	}
}
