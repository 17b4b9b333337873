package diagnostics

import "strings"

var (
	fromEnds = set("where", "group", "having", "window", "order", "limit", "offset", "fetch", "for")
	onEnds   = set("join", "left", "right", "full", "inner", "cross", "natural", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for")
)

// sources reads what a SELECT reads from: queries, and functions that are given columns.
func (t *tracer) sources(s span) {
	end := t.clause(s.from, s.to, fromEnds)
	for i := s.from; i < end; i++ {
		if t.call(i) && t.rows[t.words[i]] {
			t.any = true // customers AS c(a, b): its columns have other names now
		}
		switch {
		case t.query(i):
			t.inner(span{i + 1, min(t.other[i], end)})
			i = min(t.other[i], end)
		case t.word(i) == "on" && t.is(i, tokenWord):
			i = t.condition(i+1, end) - 1
		case t.word(i) == "using" && t.sign(i+1, "("), t.word(i) == "as" && t.sign(i+1, "("), t.call(i) && t.name(i-1) && !t.keyword(i-1, fromWords) && !t.keyword(i, fromWords):
			i = min(t.other[i+1], end) // a list of columns
		case t.call(i):
			t.any = t.mentions(span{i, min(t.other[i+1]+1, end)}) || t.any
			i = min(t.other[i+1], end)
		}
	}
}

// condition finds where the condition behind ON ends: at the next source or clause.
func (t *tracer) condition(from, to int) int {
	to = t.clause(from, to, onEnds)
	return t.parts(span{from, to})[0].to
}

// holds says whether a part names a relation with a masked column.
func (t *tracer) holds(s span) bool {
	for i := s.from; i < s.to; i++ {
		if t.name(i) && t.rows[t.words[i]] {
			return true
		}
	}
	return false
}

// counts says whether an output is count(…) with no more than a label.
func (t *tracer) counts(s span) bool {
	if t.word(s.from) != "count" || !t.sign(s.from+1, "(") || t.other[s.from+1] >= s.to {
		return false
	}
	for i := t.other[s.from+1] + 1; i < s.to; i++ {
		switch {
		case t.sign(i, "("):
			i = min(t.other[i], s.to)
		case t.name(i):
		default:
			return false
		}
	}
	return true
}

// measures give no more of a value than how long or how many it is.
var measures = set("count", "length", "char_length", "character_length", "octet_length", "bit_length", "pg_column_size", "num_nulls", "num_nonnulls", "filter", "over", "exists")

// mentions says whether the value of a masked column, or a whole row with one,
// can go into an expression.
func (t *tracer) mentions(s span) bool {
	for i := s.from; i < s.to; i++ {
		switch {
		case t.query(i):
			if t.word(i-1) == "exists" || t.word(i-1) == "in" {
				i = min(t.other[i], s.to)
				continue
			}
			for _, o := range t.outputs(span{i + 1, min(t.other[i], s.to)}) {
				if o.masked {
					return true
				}
			}
			i = min(t.other[i], s.to)
		case t.call(i) && measures[t.words[i]] && !t.query(i+1):
			i = min(t.other[i+1], s.to)
		case t.is(i, tokenText):
			if t.key(i) && t.namedWithin(t.content(i)) {
				return true
			}
		case !t.name(i) || t.sign(i+1, "("):
		case t.rows[t.words[i]] && !t.sign(i-1, ".") && (!t.sign(i+1, ".") || t.sign(i+2, "*")):
			return true
		case t.mask.named(t.words[i]) && t.label(i, s) && !(t.word(i+1) == "is" && (t.word(i+2) == "null" || t.word(i+3) == "null")):
			return true
		}
	}
	return false
}

// label says whether the name at i is more than the label of its output, which
// masks the output by itself.
func (t *tracer) label(i int, s span) bool {
	return t.word(i-1) != "as" || i != s.to-1
}

// key says whether the text at i picks a value out of a document.
func (t *tracer) key(i int) bool {
	if t.picks(i) {
		return true
	}
	for j := i - 1; j >= 0; j-- {
		switch word := t.word(j - 1); {
		case t.sign(j, ")"):
			j = min(t.other[j], j)
		case t.sign(j, "(") && word == "cast":
			if t.picks(j - 1) {
				return true
			}
		case t.call(j - 1):
			return strings.HasPrefix(word, "json") || word == "xpath" || word == "slice" || word == "fetchval"
		case t.sign(j, "(") && t.picks(j):
			return true
		case t.keyword(j, queryStarts):
			return false
		}
	}
	return false
}

// picks says whether ->, ->>, #>, #>> or the bracket of a subscript, not that of an array, stands before the token at i.
func (t *tracer) picks(i int) bool {
	if t.sign(i-1, "[") {
		return t.word(i-2) != "array"
	}
	return t.sign(i-1, ">") && (t.sign(i-2, "-") || t.sign(i-2, "#") || t.sign(i-2, ">"))
}

// namedWithin says whether a word of a text is the name of a masked column.
func (t *tracer) namedWithin(text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < 0x80 && !wordByte[byte(r)] || r == '$' }) {
		if t.mask.named(word) {
			return true
		}
	}
	return false
}
