package diagnostics

import (
	"math"
	"strconv"

	"mayday/lazyregexp"
)

// collectors put all rows of their query into one value.
var collectors = set("string_agg", "array_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "json_agg_strict", "jsonb_agg_strict", "json_arrayagg", "json_objectagg",
	"json_object_agg_strict", "jsonb_object_agg_strict", "json_object_agg_unique", "jsonb_object_agg_unique", "xmlagg", "range_agg", "array_accum")

// joiners put their arguments into one value.
var joiners = set("concat", "concat_ws", "array_cat", "array_append", "array_prepend", "json_build_object", "json_build_array", "jsonb_build_object", "jsonb_build_array", "json_object", "json_array",
	"xmlconcat", "xmlforest", "xmlelement", "overlay", "textcat", "byteacat", "jsonb_concat", "array", "jsonb_set", "jsonb_insert", "jsonb_set_lax", "hstore", "int_array_append_array")

// stretchers write some characters as several, with the most that one becomes.
var stretchers = map[string]float64{"quote_literal": 2, "quote_nullable": 2, "quote_ident": 2, "encode": 4, "to_json": 2, "to_jsonb": 2, "row_to_json": 2, "array_to_json": 2,
	"xmlelement": 6, "xmlforest": 6, "xmlattributes": 6, "hstore": 2, "format": 2}

// counters take a count of characters or elements: the place of that argument.
// The count of an absolute one is the length of what it makes, that of the
// others multiplies.
var counters = map[string]struct {
	place    int
	absolute bool
}{
	"repeat": {1, false}, "array_fill": {1, false}, "lpad": {1, true}, "rpad": {1, true}, "polygon": {0, true},
	"char": {0, true}, "character": {0, true}, "bpchar": {0, true}, "bit": {0, true}, "varbit": {0, true}, "nchar": {0, true},
}

// shortPad is a width that is no growth: tables and marks are padded to it.
const shortPad = 200

// nesting gives how many rows and arrays written out stand around each bracket.
// The text of a row doubles the quotes of the rows in it.
func (m *meter) nesting() []int {
	depth := make([]int, len(m.tokens))
	var open []int
	for i := range m.tokens {
		switch {
		case m.sign(i, "(") || m.sign(i, "["):
			if len(open) > 0 {
				depth[i] = depth[open[len(open)-1]]
			}
			before := m.word(i - 1)
			row := m.sign(i, "(") && (!m.name(i-1) || before == "row" || before == "select") && !m.query0(i) && len(m.arguments(i)) > 1
			if row || before == "row" || m.sign(i, "[") && before == "array" {
				depth[i]++
			}
			open = append(open, i)
		case (m.sign(i, ")") || m.sign(i, "]")) && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	return depth
}

// token looks at one token of a SELECT for what makes values larger or takes long.
func (m *meter) token(a *arm, i int, clause string) {
	word := m.word(i)
	if m.is(i, tokenSign) {
		a.now.nested = max(a.now.nested, m.depth[i])
		m.signs(a, i, clause)
		return
	}
	if !m.name(i) {
		return
	}
	m.slowWord(a, i, clause)
	if !m.sign(i+1, "(") {
		if word == "array" && m.sign(i+1, "[") {
			a.now.joins += float64(len(m.arguments(i+1)) - 1)
		}
		return
	}
	if collectors[word] {
		a.collect = true
	}
	args := m.arguments(i + 1)
	if _, counts := counters[word]; a.builder == 0 && (counts || collectors[word] || joiners[word] || word == "replace" || word == "regexp_replace") {
		a.builder = i
	}
	if joiners[word] {
		a.now.joins += float64(max(0, len(args)-1))
	}
	if f := stretchers[word]; f > 0 {
		a.now.factor *= f
	}
	if slowNumbers[word] {
		m.numberCall(a, i)
	}
	if c, ok := counters[word]; ok && len(args) > c.place && (word != "polygon" || len(args) == 2) {
		m.counted(a, i, args[c.place], c.absolute)
	}
	switch word {
	case "generate_series":
		m.series(a, i, args)
	case "format":
		m.format(a, i, args)
	case "replace", "regexp_replace":
		m.replacement(a, args)
	}
}

var formatWidth = lazyregexp.New(`%(?:\d+\$)?-?(\*(?:\d+\$)?|\d+)?[sILX]?`)

// format reads the widths of a pattern; one that is no plain text could hold any.
func (m *meter) format(a *arm, i int, args []span) {
	if len(args) == 0 {
		return
	}
	pattern, plain := m.text(args[0])
	if !plain {
		a.now.factor = math.Inf(1)
		m.refuseAt(i, "the pattern of format can hold a width of any size, so it must stand there as a plain text.", "Write format('%s of %s', a, b), or join with ||.")
		return
	}
	parts := 0.0
	for _, found := range formatWidth.FindAllStringSubmatch(pattern, -1) {
		parts++
		switch width := found[1]; {
		case width == "":
		case width[0] == '*':
			for _, arg := range args[1:] {
				if n, at := m.count(arg); at >= 0 || !math.IsInf(n, 1) && n > slowSize {
					m.refuseAt(i, "a width over 10,000 builds a value that can exhaust the server's memory.", "Use a smaller width.")
				}
			}
			a.now.factor = math.Inf(1)
		default:
			n, err := strconv.ParseFloat(width, 64)
			if err != nil || n > slowSize {
				m.refuseAt(i, "a width over 10,000 builds a value that can exhaust the server's memory.", "Use a smaller width.")
			} else if n > shortPad {
				a.now.factor *= n
			}
		}
	}
	a.now.joins += parts
}

// replacement is what replace makes of each place that it finds.
func (m *meter) replacement(a *arm, args []span) {
	if len(args) < 3 {
		return
	}
	by, plain := m.text(args[2])
	if !plain {
		a.now.factor *= a.now.factor * a.now.joins * a.in.size * m.longest
		if math.IsNaN(a.now.factor) {
			a.now.factor = math.Inf(1)
		}
		return
	}
	old := 1.0
	if text, ok := m.text(args[1]); ok && m.word(args[0].from-2) == "replace" {
		old = math.Max(1, float64(len(text)))
	}
	a.now.factor *= math.Max(1, float64(len(by))/old)
}
