package diagnostics

import (
	"math"
	"slices"
)

// The sizes that a statement may be able to build, in characters or elements.
// Some functions of Postgres take the product or the square of what they are
// given and look neither at the time limit nor at a cancel request meanwhile:
// one call of strpos on half a megabyte holds a backend for hours.
const (
	// slowSize is the most that may reach such a function.
	slowSize = 10_000
	// heavySize is the most that counts written in the statement may build. One
	// row of more than 1 MB is not fetched anyway.
	heavySize = 1_000_000
	// seriesRows is the most that a series of numbers may count.
	seriesRows = 10_000_000
)

// extent is how large a query can make things, by what is written in it: it
// multiplies whatever it reads by size. What depends on data is infinite.
type extent struct {
	size, rows float64
	// digits is what the query makes of a number's length.
	digits float64
}

var unit = extent{size: 1, rows: 1, digits: 1}

// larger takes the larger of two extents, field by field.
func larger(a, b extent) extent {
	return extent{math.Max(a.size, b.size), math.Max(a.rows, b.rows), math.Max(a.digits, b.digits)}
}

// meter measures a statement and keeps the first refusal that it finds.
type meter struct {
	*reading
	refusal *Refusal
	// longest is the length of the longest text in the statement, at least 1.
	longest float64
	// digits is the length of the longest number in the statement.
	digits float64
	// castsToNumber: a text can become a number with as many digits.
	castsToNumber bool
	decimals      bool  // a number with a point or an exponent is written in it
	depth         []int // of rows and arrays, for each bracket
}

// judgeSizes refuses a statement that can build more than may reach a function
// without a look at the time limit, and counts that would exhaust the memory of
// a backend. Planning computes what is constant, so EXPLAIN is judged alike.
func judgeSizes(r *reading) *Refusal {
	m := &meter{reading: r, longest: 1, digits: usualDigits}
	m.literals()
	m.depth = m.nesting()
	m.query(span{0, len(m.tokens)}, nil)
	return m.refusal
}

func (m *meter) refuseAt(i int, why, instead string) {
	if m.refusal == nil {
		m.refusal = m.refuse(i, RuleHeavy, why, instead)
	}
}

var clauses = map[string]string{
	"select": "list", "values": "list", "returning": "list", "from": "from", "where": "filter", "group": "filter", "having": "list", "order": "list",
	"window": "list", "limit": "list", "offset": "list", "fetch": "list", "join": "from", "on": "filter",
	"table": "from",
}

// query measures a query: its WITH list in order, then the parts between UNION,
// EXCEPT and INTERSECT. known are the extents of the names in scope.
func (m *meter) query(s span, known map[string]extent) extent {
	start := s.from
	for start < s.to && !m.keyword(start, queryStarts) && !m.query0(start) {
		if m.sign(start, "(") { // the options of EXPLAIN
			start = min(m.other[start], s.to-1)
		}
		start++
	}
	if m.word(start) == "with" {
		known, start = m.with(start+1, s.to, known)
	}
	total, armStart := unit, start
	total.rows = 0
	for i := start; i <= s.to; i++ {
		if i < s.to && (m.sign(i, "(") || m.sign(i, "[")) {
			i = min(m.other[i], s.to)
		}
		if i < s.to && !m.keyword(i, setOperators) {
			continue
		}
		one := m.arm(span{armStart, min(i, s.to)}, known)
		rows := total.rows + one.rows
		total = larger(total, one)
		total.rows = rows
		armStart = i + 1
	}
	return total
}

var setOperators = set("union", "except", "intersect")

// with measures the queries of a WITH list that begins at i, and gives where
// the list ends. A query that reads itself can grow without an end.
func (m *meter) with(i, end int, known map[string]extent) (map[string]extent, int) {
	inner := make(map[string]extent, len(known)+2)
	for name, e := range known {
		inner[name] = e
	}
	recursive := m.word(i) == "recursive"
	if recursive {
		i++
	}
	for i < end {
		name := m.word(i)
		for i < end && m.word(i) != "as" && !m.keyword(i, queryStarts) {
			if m.sign(i, "(") {
				i = m.other[i]
			}
			i++
		}
		for i < end && !m.sign(i, "(") && !m.keyword(i, queryStarts) {
			i++ // AS, NOT MATERIALIZED
		}
		if !m.sign(i, "(") {
			break
		}
		body := span{i + 1, min(m.other[i], end)}
		if recursive && slices.Contains(m.words[body.from:body.to], name) {
			inner[name] = extent{size: 1, rows: math.Inf(1), digits: 1}
			if m.lengthens(body) {
				inner[name] = extent{size: 1, rows: math.Inf(1), digits: math.Inf(1)}
			}
			if m.doubles(body) {
				inner[name] = extent{size: math.Inf(1), rows: math.Inf(1), digits: math.Inf(1)}
			}
		}
		measured := m.query(body, inner)
		if old, ok := inner[name]; ok && recursive {
			measured = larger(measured, old)
		}
		inner[name] = measured
		i = body.to + 1
		for i < end && !m.sign(i, ",") && !m.keyword(i, queryStarts) && !m.sign(i, "(") {
			i++ // SEARCH and CYCLE clauses
		}
		if !m.sign(i, ",") {
			break
		}
		i++
	}
	return inner, i
}

// arm is one SELECT while it is measured.
type arm struct {
	in   extent  // the largest of what it reads
	rows float64 // product of its sources
	// list is what its outputs make of a value, filter what FROM, WHERE and GROUP BY
	// do, which the outputs see and which does not see them; now is the one in hand.
	list, filter growth
	now          *growth
	collect      bool // an aggregate puts its rows into one value
	limit        float64
	// arithmetic counts operators on numbers, times those that lengthen them.
	arithmetic, times float64
	slow              []slowCall
	firstArithmetic   int
	builder           int // the first call that makes values longer
}

// growth is by how much expressions make a value longer.
type growth struct {
	joins  float64 // parts that are joined into one value
	factor float64 // what functions multiply a value by
	nested int     // rows and arrays inside each other
}

func (g growth) times() float64 {
	return g.joins * g.factor * math.Exp2(float64(max(0, g.nested-1)))
}

// slowCall is a call that takes too long for much input.
type slowCall struct {
	at int
	// before the rows are collected: what an aggregate of the same SELECT makes cannot reach it
	before   bool
	operator string // when it is one
	instead  string
}

func (m *meter) arm(s span, known map[string]extent) extent {
	a := &arm{in: unit, rows: 1, list: growth{joins: 1, factor: 1}, filter: growth{joins: 1, factor: 1}, limit: math.Inf(1)}
	a.now = &a.list
	if s.from < s.to && m.query1(s) {
		return m.query(span{s.from + 1, m.other[s.from]}, known) // a bracketed SELECT
	}
	if m.word(s.from) == "values" {
		a.rows = float64(len(m.parts(s)))
	}
	m.walk(a, s, known)
	filtered := a.in.size * a.filter.times()
	grown := filtered * a.list.times()
	out := extent{size: grown, rows: math.Min(a.rows, a.limit), digits: a.in.digits * (1 + a.times)}
	if a.collect {
		out.size *= math.Max(a.rows, 1) // LIMIT counts what is collected already
	}
	limit := slowSize / math.Sqrt(math.Max(1, float64(len(a.slow))/4)) // side by side they add up
	for _, call := range a.slow {
		size := out.size
		if call.before {
			size = filtered
		}
		if size > 1 && size*m.longest > limit {
			m.refuseAt(call.at, "on long values it runs for minutes or hours without a look at the time limit, and this statement could build one.", call.instead)
			if call.operator != "" {
				m.refusal.Word = call.operator
			}
		}
	}
	if !math.IsInf(out.size, 1) && out.size*m.longest > heavySize && m.refusal == nil {
		m.refuseAt(max(a.builder, s.from), "it could build a value of more than a million characters, which can exhaust the server's memory.", "Use smaller numbers, or fewer of them inside each other.")
	}
	m.judgeArithmetic(a, out)
	return out
}

// query1 says whether a span is nothing but one bracket.
func (m *meter) query1(s span) bool { return m.other[s.from] == s.to-1 && m.query0(s.from) }

func (m *meter) query0(i int) bool { return m.reading.query(i) }

// walk reads the tokens of a SELECT one by one; queries in brackets are measured on their own.
func (m *meter) walk(a *arm, s span, known map[string]extent) {
	clause, depth := "list", 0
	for i := s.from; i < s.to; i++ {
		switch {
		case m.sign(i, "(") && m.query0(i):
			inner := m.query(span{i + 1, min(m.other[i], s.to)}, known)
			a.in = extent{math.Max(a.in.size, inner.size), 1, math.Max(a.in.digits, inner.digits)}
			if clause == "from" {
				a.rows *= inner.rows
			} else if m.word(i-1) == "array" {
				a.in.size = math.Max(a.in.size, inner.size*math.Max(1, inner.rows))
			}
			i = min(m.other[i], s.to)
		case m.sign(i, "(") || m.sign(i, "["):
			depth++
		case m.sign(i, ")") || m.sign(i, "]"):
			depth--
		case depth == 0 && m.is(i, tokenWord) && clauses[m.words[i]] != "" && m.word(i-1) != "within" && m.word(i-1) != "as" && !m.sign(i-1, "."):
			clause = clauses[m.words[i]]
			if a.now = &a.list; clause != "list" {
				a.now = &a.filter
			}
			if m.words[i] == "limit" && m.is(i+1, tokenNumber) {
				a.limit = m.number(i + 1)
			}
		case depth == 0 && clause == "from" && m.source(i):
			a.rows *= m.rowsOf(a, i, known)
		}
		m.token(a, i, clause)
	}
}

// source says whether a table, a query's name or a function stands at i in a FROM list.
func (m *meter) source(i int) bool {
	if !m.name(i) || m.keyword(i, fromWords) {
		return false
	}
	before := m.word(i - 1)
	for j := i; m.sign(j-1, "."); {
		j -= 2
		before = m.word(j - 1)
	}
	return !m.sign(i+1, ".") && (before == "from" || before == "," || before == "join" || before == "lateral" || before == "only" || before == "table")
}

var fromWords = set("only", "lateral", "rows", "join", "left", "right", "full", "inner", "cross", "natural", "tablesample", "as", "on", "using", "from", "where")

// rowsOf is how many rows a source can have, infinitely many for a table.
func (m *meter) rowsOf(a *arm, i int, known map[string]extent) float64 {
	name := m.words[i]
	switch e, ok := known[name]; {
	case m.sign(i+1, "("):
		if name == "generate_series" {
			return 1 // counted where the call is read
		}
		return math.Inf(1)
	case ok && !m.sign(i-1, "."):
		a.in = extent{math.Max(a.in.size, e.size), 1, math.Max(a.in.digits, e.digits)}
		return e.rows
	case fewRows[name] && (!m.sign(i-1, ".") || m.word(i-2) == "pg_catalog"):
		return 100
	}
	return math.Inf(1)
}

// fewRows are views of the server that have about as many rows as there are
// sessions, databases or settings.
var fewRows = set("pg_stat_activity", "pg_locks", "pg_stat_replication", "pg_stat_wal_receiver", "pg_stat_subscription", "pg_stat_ssl", "pg_stat_gssapi", "pg_stat_database",
	"pg_stat_database_conflicts", "pg_stat_bgwriter", "pg_stat_checkpointer", "pg_stat_archiver", "pg_stat_wal", "pg_stat_slru", "pg_stat_progress_vacuum", "pg_stat_progress_analyze",
	"pg_stat_progress_create_index", "pg_stat_progress_cluster", "pg_stat_progress_basebackup", "pg_stat_progress_copy", "pg_replication_slots", "pg_stat_replication_slots",
	"pg_prepared_xacts", "pg_database", "pg_roles", "pg_tablespace", "pg_settings", "pg_extension", "pg_available_extensions", "pg_publication", "pg_prepared_statements", "pg_cursors")
