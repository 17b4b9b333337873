package diagnostics

// doubles says whether a query that reads itself can make a value grow faster
// than by a part in each round.
func (m *meter) doubles(body span) bool {
	for i := body.from; i < body.to; i++ {
		switch word := m.word(i); {
		case m.sign(i, "|") && m.sign(i+1, "|") && !m.sign(i-1, "|"):
			if m.twice(m.chain(i, body)) {
				return true
			}
		case !m.call(i):
		case joiners[word] || word == "format":
			if m.twice(span{i + 2, min(m.other[i+1], body.to)}) {
				return true
			}
		case stretchers[word] > 0, word == "string_agg", word == "replace", word == "regexp_replace", word == "repeat":
			return true
		}
	}
	return false
}

// lengthens says whether a query that reads itself multiplies numbers: each round adds digits then.
func (m *meter) lengthens(body span) bool {
	a := &arm{}
	a.now = &a.list
	for i := body.from; i < body.to; i++ {
		switch {
		case m.is(i, tokenSign):
			m.signs(a, i, "list")
		case m.call(i) && slowNumbers[m.words[i]]:
			m.numberCall(a, i)
		}
	}
	return a.times > 0
}

// chain is the expression around an operator, to the next comma, bracket or clause.
func (m *meter) chain(i int, within span) span {
	ends := func(j int) bool {
		return m.sign(j, ",") || m.sign(j, "(") && j < i || m.sign(j, ")") && j > i || m.is(j, tokenWord) && (clauses[m.words[j]] != "" || setOperators[m.words[j]] || m.words[j] == "as")
	}
	from, to := i, i
	for from > within.from && !ends(from-1) {
		if (m.sign(from-1, ")") || m.sign(from-1, "]")) && m.other[from-1] < from-1 {
			from = m.other[from-1]
			continue
		}
		from--
	}
	for to < within.to && !ends(to) {
		if m.sign(to, "(") || m.sign(to, "[") {
			to = min(m.other[to], within.to)
		}
		to++
	}
	return span{from, min(to, within.to)}
}

// twice says whether a name that may be a column stands twice in a part.
func (m *meter) twice(s span) bool {
	seen := map[string]bool{}
	for i := s.from; i < s.to; i++ {
		if !m.name(i) || m.sign(i+1, "(") || m.sign(i+1, ".") || m.sign(i+1, "[") || m.sign(i-1, ":") {
			continue
		}
		if seen[m.words[i]] {
			return true
		}
		seen[m.words[i]] = true
	}
	return false
}
