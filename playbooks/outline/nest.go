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
	if !n.far(indent) {
		if it, mark, words, ok := n.marker(i, indent, rest); ok {
			n.item(i, it, mark, words)
			if fenceOf(words).mark != "" {
				return n.code(i, it.body, n.open[len(n.open)-1].shift)
			}
			return i + 1
		}
	}
	n.words(i, indent, rest)
	return i + 1
}

// far: a line so far to the right after a blank one is indented code.
func (n *nester) far(indent int) bool {
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

// leaveBox closes admonitions whose body the column is left of.
func (n *nester) leaveBox(indent int) {
	for k := len(n.open); k > 0 && n.open[k-1].box && indent < n.open[k-1].least; k-- {
		n.open = n.open[:k-1]
	}
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
