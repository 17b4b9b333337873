package diagnostics

import (
	"math"
	"strconv"
	"strings"
)

// counted takes a count into account.
func (m *meter) counted(a *arm, i int, count span, absolute bool) {
	n, at := m.count(count)
	switch {
	case at >= 0:
		m.refuseAt(at, "a count over a million for "+m.word(i)+" builds a value that can exhaust the server's memory.", "Use a smaller number, or least(…, 200).")
	case absolute && n <= shortPad:
	default:
		a.now.factor *= math.Max(1, n)
	}
}

// count is the most that a count can be, infinite when it depends on data. at is
// the token of a number that is too large, -1 when there is none.
func (m *meter) count(s span) (n float64, at int) {
	s = m.bare(s)
	if s.to-s.from >= 3 && m.word(s.from) == "least" && m.call(s.from) && m.other[s.from+1] == s.to-1 {
		least := math.Inf(1)
		for _, arg := range m.arguments(s.from + 1) {
			if n, at := m.count(arg); at < 0 {
				least = math.Min(least, n)
			}
		}
		return least, -1
	}
	product, data, single := 1.0, false, s.to-s.from == 1
	for i := s.from; i < s.to; i++ {
		switch {
		case m.is(i, tokenNumber), m.is(i, tokenText):
			value, ok := m.number(i), true
			if m.is(i, tokenText) {
				var err error
				value, err = strconv.ParseFloat(strings.TrimSpace(m.content(i)), 64)
				ok = err == nil
			}
			if !ok {
				data = true
				continue
			}
			if value > heavySize {
				return value, i
			}
			if single {
				return value, -1
			}
			product *= math.Abs(value) + 1
			if product > heavySize {
				return product, i
			}
		case m.name(i) && !plainWords[m.words[i]], m.sign(i, "^"), m.sign(i, "|"), m.sign(i, "<"), m.sign(i, "!"):
			data = true
		}
	}
	if data {
		return math.Inf(1), -1
	}
	return product, -1
}

// plainWords may stand in a count without making it depend on data.
var plainWords = set("int", "integer", "bigint", "int4", "int8", "smallint", "numeric", "array", "cast", "as", "greatest", "round", "ceil", "floor", "trunc", "abs")

// number is the value of the number at i; Postgres 16 and later allow underscores
// between digits and other bases.
func (m *meter) number(i int) float64 {
	t := m.tokens[i]
	digits := strings.ReplaceAll(m.sql[t.from:t.to], "_", "")
	if value, err := strconv.ParseFloat(digits, 64); err == nil {
		return value
	}
	if value, err := strconv.ParseUint(digits, 0, 64); err == nil {
		return float64(value)
	}
	return math.Inf(1)
}

// series counts the rows of generate_series.
func (m *meter) series(a *arm, i int, args []span) {
	if len(args) < 2 {
		return
	}
	from, fromKnown := m.plainNumber(args[0])
	to, toKnown := m.plainNumber(args[1])
	if !fromKnown || !toKnown {
		for _, arg := range args[:2] {
			for j := arg.from; j < arg.to; j++ {
				if n, ok := m.plainNumber(span{j, j + 1}); ok && n > seriesRows {
					m.refuseAt(j, "a series up to a number over 10 million keeps the server busy for nothing.", "Use a smaller number.")
					return
				}
			}
		}
		a.rows = math.Inf(1)
		return
	}
	rows := math.Abs(to-from) + 1
	if len(args) > 2 {
		if step, ok := m.plainNumber(args[2]); ok && step != 0 {
			rows = math.Floor(math.Abs(to-from)/math.Abs(step)) + 1
		} else {
			rows = math.Inf(1)
		}
	}
	if rows > seriesRows && !math.IsInf(rows, 1) {
		m.refuseAt(i, "a series of more than 10 million rows keeps the server busy for nothing.", "Use a smaller number.")
	}
	a.rows *= rows
}

// plainNumber is the value of a part that is one number, with a sign or not, in quotes or not.
func (m *meter) plainNumber(s span) (float64, bool) {
	s = m.bare(s)
	minus := 1.0
	if m.sign(s.from, "-") {
		minus = -1
		s.from++
	}
	switch {
	case s.to-s.from != 1:
	case m.is(s.from, tokenNumber):
		return minus * m.number(s.from), true
	case m.is(s.from, tokenText):
		value, err := strconv.ParseFloat(strings.TrimSpace(m.content(s.from)), 64)
		return minus * value, err == nil
	}
	return 0, false
}
