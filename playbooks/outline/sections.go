package outline

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// heading opens the section of a heading at the top of the document.
func (b *builder) heading(h *ast.Heading) {
	vs := b.visuals(h)
	s := &Section{Level: h.Level, Line: b.lineAt(h.Pos())}
	s.TitleEnd = s.Line
	if segs := h.Lines(); segs != nil && segs.Len() > 0 {
		row := b.row(segs.At(segs.Len() - 1).Start)
		s.TitleEnd = b.no[row]
		if row+1 < len(b.lines) && b.src[h.Pos()] != '#' && underline(b.lines[row+1]) {
			s.TitleEnd = b.no[row+1]
		}
	}
	s.Title, s.Links = title(vs)
	late := b.late(s)
	b.open(s)
	s.Blocks = late
	b.anchor(s)
}

// late takes the blocks that stand in the middle of a heading out of the section
// before: goldmark cuts a table out of the paragraph that a line underlines.
func (b *builder) late(s *Section) []*Block {
	here := b.here()
	n := len(here.Blocks)
	for n > 0 && here.Blocks[n-1].Line > s.Line {
		n--
	}
	late := here.Blocks[n:]
	if len(late) > 0 {
		s.TitleEnd = min(s.TitleEnd, late[0].Line-1)
	}
	here.Blocks = here.Blocks[:n:n]
	return late
}

// underline: the line makes a heading of the text above it.
func underline(s string) bool {
	s = strings.Trim(s, " \t>")
	return s != "" && (s[0] == '=' || s[0] == '-') && strings.Trim(s, s[:1]) == ""
}

// title is the plain text of a heading with its links.
func title(vs []visual) (string, []Link) {
	var words []string
	var links []Link
	for _, l := range logical(vs) {
		words = append(words, l.Whole())
		links = append(links, l.Links...)
	}
	return strings.TrimSpace(strings.Join(words, " ")), links
}

// open puts a section into the tree: it ends those of its level and deeper ones.
func (b *builder) open(s *Section) {
	b.parts++
	b.sections++
	if last := b.here().Blocks; len(last) > 0 && last[len(last)-1].Kind == Markup && last[len(last)-1].Line >= s.Line {
		b.here().Blocks = last[:len(last)-1] // the line of marks is that of the title
	}
	for len(b.stack) > 1 && b.here().Level >= s.Level {
		b.here().End = s.Line - 1
		b.stack = b.stack[:len(b.stack)-1]
	}
	s.Up = b.here()
	s.Up.Subs = append(s.Up.Subs, s)
	b.stack = append(b.stack, s)
	s.Told = append(b.told, b.behind...)
	b.told, b.behind = nil, nil
}

// anchor remembers the name by which GitHub lets links point at the heading.
func (b *builder) anchor(s *Section) {
	name := AnchorOf(s.Title)
	n := b.seen[name]
	b.seen[name]++
	if n > 0 {
		name = name + "-" + strconv.Itoa(n)
	}
	b.d.Anchors[name] = true
}

// headingInside reads a heading in an item or a quote as a paragraph with a label.
func (b *builder) headingInside(h *ast.Heading, into *[]*Block) {
	words, links := title(b.visuals(h))
	line := b.lineAt(h.Pos())
	end := line
	if segs := h.Lines(); segs != nil && segs.Len() > 0 {
		row := b.row(segs.At(segs.Len() - 1).Start)
		if row+1 < len(b.lines) && b.src[h.Pos()] != '#' && underline(b.lines[row+1]) {
			row++
		}
		end = b.no[row]
	}
	told := b.behind
	b.behind = nil
	if words == "" {
		return
	}
	l := Line{No: line, End: end, Label: strings.TrimRight(words, ":： "), Strong: true, Links: links}
	b.put(&Block{Kind: Paragraph, Line: line, End: end, Lines: []Line{l}, Told: told}, into)
}

// labels reads a paragraph at the top of the document: bold labels on a line of
// their own open sections, everything else are paragraphs.
func (b *builder) labels(vs []visual) {
	from := 0
	for i, v := range vs {
		if !opensLabel(vs, i) {
			continue
		}
		b.prose(vs[from:i], nil)
		s := &Section{Level: LabelLevel, Line: v.no, TitleEnd: v.end, Links: v.links}
		s.Title = oneLine(strings.TrimRight(strings.TrimSpace(v.whole()), ":： "))
		s.Links = append(s.Links, FindLinks(s.Title, s.Links)...)
		b.open(s)
		from = i + 1
	}
	if from < len(vs) || len(vs) == 0 {
		b.prose(vs[from:], nil)
	}
}

// opensLabel: the visual line i is a label. Among other lines it needs a colon,
// or an end before it and a beginning after it, because a wrapped sentence may
// have bold words alone on a line.
func opensLabel(vs []visual, i int) bool {
	v := vs[i]
	if !v.alone() || sentence(strings.TrimRight(strings.TrimSpace(v.bold), ":：")) {
		return false
	}
	if i > 0 && vs[i-1].end >= v.no || i+1 < len(vs) && vs[i+1].no <= v.end {
		return false // it shares its line with other words
	}
	if v.labelled() || len(vs) == 1 {
		return true
	}
	before := i == 0 || vs[i-1].hard || ended(vs[i-1].whole())
	after := i == len(vs)-1 || v.hard || begins(vs[i+1].whole())
	return before && after
}

// ended: the text ends as a sentence or an introduction does.
func ended(s string) bool {
	s = strings.TrimRight(s, " \t*_)\"'")
	for _, end := range []string{".", "!", "?", ":", ";", "。", "！", "？", "：", "；"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// begins: the text does not go on in the middle of a sentence.
func begins(s string) bool {
	s = strings.TrimLeft(s, " \t")
	return s != "" && (s[0] < 'a' || s[0] > 'z') && strings.IndexByte(",;.)", s[0]) < 0
}
