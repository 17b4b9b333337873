package diagnostics

import (
	"strings"

	"mayday/lazyregexp"
)

// quickPath is a path of XPath that takes as long as the document: steps, and
// predicates that look no further than at the node and its children.
var quickPath = lazyregexp.New(`^/{0,2}` + quickStep + `(?:/{1,2}` + quickStep + `)*$`)

const quickStep = `(?:text\(\)|node\(\)|[^/\[\]|()]+)(?:\[[^/\[\]|*]*\])?`

// path judges calls that run XPath: libxml2 looks at nothing while it computes,
// and a path within a path takes a power of the size even of a small document.
func (m *meter) path(a *arm, i, place int, args []span, clause string) {
	if len(args) <= place {
		return
	}
	arg := args[place]
	if m.word(i) == "xmlexists" || m.word(i) == "xmltable" {
		for j := i + 2; j < min(m.other[i+1], len(m.tokens)); j++ {
			if m.is(j, tokenText) && (j == i+2 || m.word(j-1) == "path" || m.word(j-1) == ",") && !m.quick(m.content(j)) {
				m.refuseAt(j, "this XPath could run for hours without a look at the time limit.", "Write plain steps: /a/b/text(), or //b with one condition.")
			}
		}
		if before, _, found := m.split(arg, "passing"); found {
			arg = before
		}
		if comma := m.arguments(i + 1); m.word(arg.from) == "xmlnamespaces" && len(comma) > 1 {
			arg, _, _ = m.split(comma[1], "passing")
		}
	}
	text, _ := m.text(arg) // what is no plain text is empty, and no quick path
	if !m.quick(text) {
		m.refuseAt(i, "this XPath could run for hours without a look at the time limit.", "Write the path as a text with plain steps: '/a/b/text()', or '//b' with one condition.")
		return
	}
	if strings.Contains(text, "//") {
		m.slowAt(a, i, clause, slowInstead)
	}
}

func (m *meter) quick(path string) bool {
	return !strings.Contains(path, "::") && (plainCall.MatchString(path) || quickPath.MatchString(path) &&
		strings.Count(path, "//") <= 1 && !strings.Contains(strings.TrimPrefix(path, "../"), ".."))
}

// plainCall is count(/a/b) or string(//b).
var plainCall = lazyregexp.New(`^(?:count|string|number|boolean|normalize-space|sum)\(/{1,2}[^/\[\]|*():]+(?:/[^/\[\]|*():]+)*(?:/text\(\))?\)$`)
