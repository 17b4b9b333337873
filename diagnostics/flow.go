package diagnostics

// flow says which columns of an answer may hold what stands in a masked column,
// although the server gives no origin for them. It is read off the statement:
// where the names of masked columns stand, and rows as a whole.
type flow struct {
	// any: a masked column goes into a query inside, so every output of unknown origin may hold it.
	any bool
	// somewhere: it goes into one of the outputs.
	somewhere bool
	// outputs are the parts of the SELECT list; nil when a star hides how many they are.
	outputs []output
}

// output is one part of a SELECT list.
type output struct {
	masked bool // a masked column stands in it
	count  bool // it is count(…), which holds no value of any column
	star   bool // it stands for several columns
}

// hides says whether the column at i, of n, is masked for what may flow into it.
func (f flow) hides(i, n int) bool {
	if len(f.outputs) != n {
		return f.any || f.somewhere
	}
	return !f.outputs[i].count && (f.any || f.outputs[i].masked)
}

// tracer follows masked columns through a statement.
type tracer struct {
	*reading
	mask *masker
	rows map[string]bool // names and aliases of relations with a masked column
	any  bool
}

// trace reads a statement. sensitive are the names of relations that hold a masked column.
func trace(sql string, mask *masker, sensitive map[string]bool) flow {
	t := &tracer{reading: read(sql), mask: mask, rows: map[string]bool{}}
	for i, word := range t.words {
		if !t.name(i) || !sensitive[word] || t.sign(i+1, "(") {
			continue
		}
		t.rows[word] = true
		alias := i + 1
		if t.word(alias) == "as" {
			alias++
		}
		if t.name(alias) && !t.keyword(alias, notAlias) {
			t.rows[t.words[alias]] = true
		}
	}
	start := 0
	for start < len(t.tokens) && !t.keyword(start, queryStarts) && !t.query(start) {
		start++
	}
	outputs := t.outputs(span{start, len(t.tokens)})
	f := flow{any: t.any, outputs: outputs}
	for _, o := range outputs {
		f.somewhere = f.somewhere || o.masked
		if o.star {
			f.outputs = nil
		}
	}
	return f
}

var notAlias = set("where", "join", "left", "right", "full", "inner", "cross", "natural", "on", "using", "group", "order", "limit", "offset", "union", "except", "intersect", "for", "having",
	"window", "fetch", "tablesample", "lateral", "is", "not", "and", "or", "in", "like", "ilike", "then", "else", "end", "from", "asc", "desc")

// outputs gives the outputs of a query, those of its parts put together.
func (t *tracer) outputs(s span) []output {
	if t.word(s.from) == "with" {
		s.from = t.lists(s)
	}
	var merged []output
	arms := t.arms(s)
	for n, part := range arms {
		one := t.part(part, len(arms) > 1)
		if n == 0 {
			merged = one
			continue
		}
		for i, o := range one {
			if i == len(merged) {
				merged = append(merged, o)
				continue
			}
			m := &merged[i]
			m.masked, m.star, m.count = m.masked || o.masked, m.star || o.star, m.count && o.count
		}
	}
	return merged
}

// arms cuts a query at UNION, EXCEPT and INTERSECT.
func (t *tracer) arms(s span) []span {
	var parts []span
	start := s.from
	for i := s.from; i < s.to; i++ {
		switch {
		case t.sign(i, "(") || t.sign(i, "["):
			i = min(t.other[i], s.to)
		case t.keyword(i, setOperators):
			parts = append(parts, span{start, i})
			start = i + 1
			if t.word(start) == "all" || t.word(start) == "distinct" {
				start++
			}
		}
	}
	return append(parts, span{start, s.to})
}

// lists reads the queries of a WITH list and gives where it ends.
func (t *tracer) lists(s span) int {
	for i := s.from + 1; i < s.to; i++ {
		switch {
		case t.query(i) && t.word(i-1) != "as" && t.word(i-1) != "materialized":
			return i
		case t.query(i):
			t.inner(span{i + 1, min(t.other[i], s.to)})
			i = min(t.other[i], s.to)
		case t.sign(i, "("):
			i = min(t.other[i], s.to)
		case t.keyword(i, queryStarts):
			return i
		}
	}
	return s.to
}

// inner reads a query whose columns others use.
func (t *tracer) inner(s span) {
	for _, o := range t.outputs(s) {
		t.any = t.any || o.masked
	}
}

// part reads one SELECT. united: it is a part of a UNION, where no column has an origin.
func (t *tracer) part(s span, united bool) []output {
	inside := united || s.from > 0 && t.sign(s.from-1, "(")
	switch {
	case t.query(s.from):
		return t.outputs(span{s.from + 1, min(t.other[s.from], s.to)})
	case t.word(s.from) == "table":
		return []output{{masked: inside && t.holds(s), star: true}}
	case t.word(s.from) == "values":
		return t.values(s)
	}
	end := t.clause(s.from+1, s.to, listEnds)
	t.sources(span{end, s.to})
	start := s.from + 1
	if t.word(start) == "distinct" || t.word(start) == "all" {
		start++
		if t.word(start) == "on" && t.sign(start+1, "(") {
			start = t.other[start+1] + 1
		}
	}
	var list []output
	for _, item := range t.parts(span{start, end}) {
		star := t.sign(item.to-1, "*") && (item.to-item.from == 1 || t.sign(item.to-2, "."))
		switch {
		case star:
			list = append(list, output{masked: inside && t.holds(s), star: true})
		default:
			list = append(list, output{masked: t.mentions(item), count: t.counts(item)})
		}
	}
	return list
}

// values reads the rows of VALUES.
func (t *tracer) values(s span) []output {
	var row []output
	for i := s.from; i < s.to; i++ {
		if !t.sign(i, "(") {
			continue
		}
		for n, arg := range t.arguments(i) {
			if n == len(row) {
				row = append(row, output{})
			}
			row[n].masked = row[n].masked || t.mentions(arg)
		}
		i = min(t.other[i], s.to)
	}
	return row
}

var listEnds = set("from", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", "into")

// clause finds the first of some words outside brackets.
func (t *tracer) clause(from, to int, words map[string]bool) int {
	for i := from; i < to; i++ {
		switch {
		case t.sign(i, "(") || t.sign(i, "["):
			i = min(t.other[i], to)
		case t.keyword(i, words) && !t.sign(i-1, ".") && t.word(i-1) != "as" && t.word(i-1) != "within":
			return i
		}
	}
	return to
}
