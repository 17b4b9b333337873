package outline

import (
	"strings"
)

// openItem is an item of a list that the next lines may belong to. Columns are
// those of the text as it was written.
type openItem struct {
	// indent is the column of the marker, body that of its words. Lines from the
	// column least on belong to the item, as their author meant.
	indent, body, least int
	// shift is how far lines of the item are moved so that CommonMark agrees.
	shift   int
	ordered bool
	number  int
	delim   byte
	// box: it is no item but an admonition whose body is indented.
	box bool
	// made is how the marker was made by hand.
	made handStyle
	// leads: its last words end in a colon; fenced: a block at the margin was given to it.
	leads, fenced bool
}

// nester moves lines to the list items that they belong to. CommonMark ends a
// list at a code block that stands at the margin, and at nested items and
// paragraphs that are indented a column too little; people who write so mean one list.
type nester struct {
	in    source
	out   source
	open  []openItem
	blank bool // the line before is blank
	text  bool // the line before is text of a paragraph
	table bool // the line before is part of a table
	foot  bool // the line before is a footnote
	// hand are, for each style, the lines up to which markers made by hand are
	// known to make a list or to make none.
	hand [letterStyle + 1]struct{ list, none int }
	// run is where the run of code blocks that was looked over last ends, and the
	// ordered item that follows it.
	runEnd int
	next   openItem
	last   openItem // the ordered item before, open or not
}

// nestLists moves lines to the items that they belong to.
func nestLists(in source) source {
	n := &nester{in: in, out: source{lines: make([]string, 0, len(in.lines)+8), no: make([]int, 0, len(in.lines)+8)}}
	for i := 0; i < len(in.lines); {
		i = n.line(i)
	}
	return n.out
}

func (n *nester) put(i int, s string) {
	n.out.lines, n.out.no = append(n.out.lines, s), append(n.out.no, n.in.no[i])
}

// line reads the line i and returns the place of the next.
func (n *nester) line(i int) int {
	s := n.in.lines[i]
	at := 0
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	if at == len(s) {
		n.put(i, s)
		n.blank, n.text, n.table = true, false, false
		return i + 1
	}
	indent := columns(s[:at])
	rest := s[at:]
	if rest[0] == '>' && len(n.open) == 0 {
		n.put(i, s)
		n.blank, n.text = false, false
		return i + 1
	}
	if (rest[0] == '`' || rest[0] == '~') && fenceOf(s).mark != "" {
		return n.fence(i, indent, rest)
	}
	if !n.code(indent) {
		if it, mark, words, ok := n.marker(i, indent, rest); ok {
			n.item(i, it, mark, words)
			return i + 1
		}
	}
	n.words(i, indent, rest)
	return i + 1
}

// code: a line so far to the right after a blank one is indented code.
func (n *nester) code(indent int) bool {
	body := 0
	if k := len(n.open); k > 0 {
		body = n.open[k-1].body
	}
	return indent >= body+4 && (n.blank || len(n.open) == 0)
}

// item puts a line that begins with a list marker where it belongs.
func (n *nester) item(i int, it openItem, mark, words string) {
	n.open = n.parents(i, it)
	if k := len(n.open); k > 0 {
		top := n.open[k-1]
		it.shift = top.shift
		if it.indent < top.body || it.indent >= top.body+4 {
			it.shift += top.body - it.indent
		}
	}
	if it.ordered && n.text && it.number > 1 && (it.made != noStyle || it.number == n.last.number+1) {
		n.put(i, "") // only "1." may follow a paragraph without a blank line
	}
	n.put(i, indented(it.indent+it.shift, mark+words))
	n.blank, n.text = false, false
	it.leads = endsInColon(strings.TrimRight(words, "*_ \t"))
	if it.ordered {
		n.last = it
	}
	n.open = append(n.open, it)
}

// parents are the open items that the item at line i stands in.
func (n *nester) parents(i int, it openItem) []openItem {
	if it.made > bulletStyle && it.ordered {
		return n.counted(i, it)
	}
	k := len(n.open)
	for ; k > 0; k-- {
		top := n.open[k-1]
		if it.indent >= top.body || it.indent >= top.least && (top.made != noStyle || it.ordered != top.ordered) {
			break
		}
	}
	return n.open[:k]
}

// counted finds the parents of a number made by hand. People who count by hand
// begin a list below another by another kind of number in the same column.
func (n *nester) counted(i int, it openItem) []openItem {
	for k := len(n.open); k > 0; k-- {
		if top := n.open[k-1]; top.made == it.made && top.indent == it.indent && top.number == it.number-1 {
			return n.open[:k-1]
		}
	}
	k := len(n.open)
	for ; k > 0 && it.indent < n.open[k-1].least; k-- {
		if top := n.open[k-1]; it.number == 1 && top.ordered && top.indent == it.indent {
			if !n.blank && top.made != it.made {
				return n.open[:k]
			}
			n.put(i, "<!-- -->") // CommonMark would go on with the list before
		}
	}
	return n.open[:k]
}

func indented(n int, s string) string {
	if n <= 0 {
		return s
	}
	return strings.Repeat(" ", n) + s
}

// words puts a line without a marker where it belongs.
func (n *nester) words(i, indent int, rest string) {
	if rest[0] == '#' && indent < 4 && hashes(rest) > 0 {
		n.open, n.blank, n.text = n.outer(indent), false, false
		n.put(i, n.moved(i, indent, rest))
		return
	}
	if n.blank || !n.text && len(n.open) > 0 && n.open[len(n.open)-1].fenced {
		n.open = n.outer(indent)
	}
	if n.table && strings.Trim(rest, "=- \t") == "" {
		n.put(i, "") // a line below a table is no underline of a heading
	}
	n.table = n.table || delimiterRow(rest)
	n.leaveBox(indent)
	if k := len(n.open); k > 0 && !n.blank && indent < n.open[k-1].body && n.betweenItems(i, rest) {
		n.put(i, indented(n.open[k-1].body+n.open[k-1].shift, rest))
		return
	}
	foot := strings.HasPrefix(rest, `\[^`) && strings.Contains(rest, "]:")
	if n.text && (foot || n.foot && rest[0] == '[') {
		n.put(i, "") // a footnote is a paragraph of its own
	}
	n.foot = foot
	n.put(i, n.moved(i, indent, rest))
	n.blank, n.text = false, len(n.open) == 0
	if k := len(n.open); k > 0 {
		n.open[k-1].leads = endsInColon(strings.TrimRight(rest, "*_ \t"))
	}
	if _, ok := boxMark(rest); ok {
		box := openItem{box: true, indent: indent, body: indent + 4, least: indent + 2}
		if k := len(n.open); k > 0 {
			box.shift = n.open[k-1].shift + max(0, n.open[k-1].body-indent)
		}
		n.open, n.text = append(n.open, box), false
	}
}

// betweenItems: the line is a comment, and the next line is an item of an open list.
func (n *nester) betweenItems(i int, rest string) bool {
	if !strings.HasPrefix(rest, "<!--") || !strings.HasSuffix(strings.TrimRight(rest, " \t"), "-->") || i+1 == len(n.in.lines) {
		return false
	}
	next := n.in.lines[i+1]
	at := len(next) - len(strings.TrimLeft(next, " \t"))
	it, _, ok := markdownMarker(columns(next[:at]), next[at:])
	for _, open := range n.open {
		if ok && open.indent == it.indent && open.ordered == it.ordered {
			return true
		}
	}
	return false
}

// leaveBox closes admonitions whose body the column is left of.
func (n *nester) leaveBox(indent int) {
	for k := len(n.open); k > 0 && n.open[k-1].box && indent < n.open[k-1].least; k-- {
		n.open = n.open[:k-1]
	}
}

// delimiterRow: the line parts the head of a table from its rows.
func delimiterRow(s string) bool {
	return strings.IndexByte(s, '|') >= 0 && strings.IndexByte(s, '-') >= 0 && strings.Trim(s, "|-: \t") == ""
}

// outer are the open items that a line at the column belongs to.
func (n *nester) outer(indent int) []openItem {
	k := len(n.open)
	for k > 0 && indent < n.open[k-1].least {
		k--
	}
	return n.open[:k]
}

// moved is the line i at the column of the item that it belongs to.
func (n *nester) moved(i, indent int, rest string) string {
	k := len(n.open)
	if k == 0 {
		return n.in.lines[i]
	}
	top := n.open[k-1]
	if indent < top.least { // a lazy continuation
		return n.in.lines[i]
	}
	shift := top.shift + max(0, top.body-indent)
	if shift == 0 {
		return n.in.lines[i]
	}
	return indented(indent+shift, rest)
}

// hashes is the level of a heading that s opens, 0 without one.
func hashes(s string) int {
	k := len(s) - len(strings.TrimLeft(s, "#"))
	if k == 0 || k > 6 || k < len(s) && s[k] != ' ' && s[k] != '\t' {
		return 0
	}
	return k
}

// fence puts a whole code block where it belongs and returns the place after it.
func (n *nester) fence(i, indent int, rest string) int {
	n.open = n.owner(i, indent)
	shift := 0
	if k := len(n.open); k > 0 {
		top := &n.open[k-1]
		shift = top.shift
		if indent < top.body || indent >= top.body+4 {
			shift += top.body - indent
		}
		top.fenced = true
	} else if indent >= 4 {
		shift = -indent // to the margin, where it is a code block
	}
	n.blank, n.text = false, false
	var fences tracker
	for j := i; j < len(n.in.lines); j++ {
		s := n.in.lines[j]
		fences.code(s)
		if fences.open.mark == "" { // CommonMark wants it in the column of the opening fence
			n.put(j, indented(indent+shift, strings.TrimSpace(s)))
			return j + 1
		}
		n.put(j, shifted(s, shift))
	}
	return len(n.in.lines)
}

// shifted moves a line of code by some columns.
func shifted(s string, by int) string {
	switch {
	case by == 0 || s == "":
		return s
	case by > 0:
		return strings.Repeat(" ", by) + s
	}
	at := 0
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	return indented(columns(s[:at])+by, s[at:])
}

// owner are the open items up to the one that the code block at line i belongs
// to: an item that it is indented for, that it follows at once, that leads into
// it with a colon, or whose next number comes after it.
func (n *nester) owner(i, indent int) []openItem {
	n.leaveBox(indent)
	inside := n.outer(indent)
	if len(inside) == len(n.open) || len(n.open) == 0 {
		return inside
	}
	top := n.open[len(n.open)-1]
	if !n.blank || top.leads && !top.fenced {
		if indent+4 > top.indent {
			return n.open
		}
	}
	n.look(i)
	for k := len(n.open); k > len(inside); k-- {
		it := n.open[k-1]
		if it.ordered && n.next.ordered && n.next.indent == it.indent && n.next.delim == it.delim && n.next.number == it.number+1 {
			return n.open[:k]
		}
	}
	return inside
}

// look finds the ordered item that follows the run of code blocks and indented lines at i.
func (n *nester) look(i int) {
	if i < n.runEnd {
		return
	}
	n.next = openItem{}
	var fences tracker
	j := i
	for ; j < len(n.in.lines); j++ {
		s := n.in.lines[j]
		if fences.code(s) || strings.TrimSpace(s) == "" {
			continue
		}
		at := len(s) - len(strings.TrimLeft(s, " \t"))
		if it, _, ok := markdownMarker(columns(s[:at]), s[at:]); ok && it.ordered {
			n.next = it
			break
		} else if ok || columns(s[:at]) < 2 {
			break
		}
	}
	n.runEnd = j
}

// markdownMarker reads a list marker of CommonMark; words is what follows it.
func markdownMarker(indent int, s string) (it openItem, words string, ok bool) {
	k := listMark(s)
	if k == 0 {
		return openItem{}, "", false
	}
	it = openItem{indent: indent, delim: s[k-1]}
	if k > 1 || s[0] >= '0' && s[0] <= '9' {
		it.ordered = true
		for _, c := range s[:k-1] {
			it.number = it.number*10 + int(c-'0')
		}
	}
	pad := k
	for pad < len(s) && (s[pad] == ' ' || s[pad] == '\t') {
		pad++
	}
	width := columns(strings.Repeat(" ", (indent+k)%4)+s[k:pad]) - (indent+k)%4
	if width > 4 || pad == len(s) {
		width = 1
	}
	it.body = indent + k + width
	it.least = it.body
	if it.ordered {
		it.least = min(it.body, indent+2)
	}
	return it, s[pad:], true
}

// marker reads the list marker at the beginning of rest: one of CommonMark, or
// one made by hand, for which mark is how CommonMark writes it.
func (n *nester) marker(i, indent int, rest string) (it openItem, mark, words string, ok bool) {
	if thematic(rest) {
		return openItem{}, "", "", false
	}
	if it, words, ok := markdownMarker(indent, rest); ok {
		mark := rest[:len(rest)-len(words)]
		if box, size := boxSign(words); size > 0 {
			words = box + words[size:]
		}
		return it, mark, words, true
	}
	m := handMarkOf(rest)
	if !n.handmade(i, indent, m) {
		return openItem{}, "", "", false
	}
	mark, words = m.mark, rest[m.size:]
	if m.style == boxStyle {
		mark, words = "- ", m.mark[2:]+words
	}
	return openItem{indent: indent, body: indent + len(mark), least: indent + 1, ordered: m.number > 0, number: m.number, delim: '.', made: m.style}, mark, words, true
}

// thematic: the line is a rule, "* * *".
func thematic(s string) bool {
	c := s[0]
	if c != '-' && c != '*' && c != '_' {
		return false
	}
	count := 0
	for i := range len(s) {
		switch s[i] {
		case c:
			count++
		case ' ', '\t':
		default:
			return false
		}
	}
	return count >= 3
}
