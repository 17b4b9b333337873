package outline

import (
	"strings"
)

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
	n.put(i, shifted(n.in.lines[i], shift))
	return n.code(i, indent, shift)
}

// code moves the code below the opening fence of line i and puts the closing
// fence into its column, where CommonMark wants it. It returns the place after it.
func (n *nester) code(i, indent, shift int) int {
	fences := tracker{open: fenceOf(n.in.lines[i])}
	for j := i + 1; j < len(n.in.lines); j++ {
		s := n.in.lines[j]
		fences.code(s)
		if fences.open.mark == "" {
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
