package outline

import (
	"strings"
)

// outdentComponents moves what stands between the tags of components to the
// margin: MDX indents it as authors indent JSX, and CommonMark would take it
// for code.
func outdentComponents(s source) {
	depth, base, cut := 0, 0, 0 // cut is by how much the last line was moved
	var fences tracker
	for i, line := range s.lines {
		rest := strings.TrimLeft(line, " \t")
		indent := len(line) - len(rest)
		inside := fences.open.mark != ""
		if !fences.code(line) && rest != "" && rest[0] == '<' && (depth > 0 || indent == 0) {
			if by, ok := componentDepth(rest); ok {
				depth, base = max(0, depth+by), -1
				s.lines[i] = rest
				continue
			}
		}
		if depth == 0 || rest == "" {
			continue
		}
		if base < 0 {
			base = indent
		}
		if !inside { // code moves with its fence
			cut = base
		}
		cut = min(indent, cut)
		s.lines[i] = line[cut:]
	}
}

// componentDepth is how many components a line of nothing but tags opens, less
// those that it closes; it is not ok without a component.
func componentDepth(s string) (by int, ok bool) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		t, n := nextTag(s)
		if n == 0 || !t.component() && !plainTags[t.name] {
			return 0, false
		}
		if t.component() {
			ok = true
			switch {
			case t.close:
				by--
			case !t.self:
				by++
			}
		}
		s = s[n:]
	}
	return by, ok
}
