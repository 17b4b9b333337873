package diagnostics

import "strings"

// slowFunctions take the product of two lengths, or the square of one, and look
// at the time limit only behind it (measured on PostgreSQL 15). The number is
// the place of the argument that makes them quick when it is a short text
// written in the statement; -1: none does.
var slowFunctions = map[string]int{
	"strpos": 1, "split_part": 1, "string_to_array": 1, "string_to_table": 1, "replace": 1, "position": 0,
	"translate": 1, "btrim": 1, "ltrim": 1, "rtrim": 1, "trim": 0, "textpos": 1, "index": 1,
	"normalize": -1, "is_normalized": -1, "strict_word_similarity": -1, "word_similarity": -1,
	"xpath": 0, "xpath_exists": 0, "xmlexists": 0, "xmltable": 0, "xpath_string": 1, "xpath_nodeset": 1, "xpath_list": 1, "xpath_number": 1, "xpath_bool": 1,
	"arrayoverlap": 1, "arraycontains": 1, "arraycontained": 1, "jsonb_contains": 1, "jsonb_contained": 1, "jsonb_delete": 1, "jsonb_exists_any": 1, "jsonb_exists_all": 1,
	"poly_overlap": -1, "poly_contain": -1, "poly_contained": -1, "poly_distance": -1, "path_inter": -1, "path_distance": -1,
	"like": 1, "notlike": 1, "textlike": 1, "textnlike": 1, "texticlike": 1, "texticnlike": 1, "bytealike": 1, "like_escape": 1,
}

// slowWords are such calls written as keywords: the text behind them makes them quick.
var slowWords = set("like", "ilike")

// slowOperators are operators whose function is such a one, for arrays, JSON or
// geometry. A text, a list or a call that gives a short list on either side makes them quick.
var slowOperators = set("@>", "<@", "&&", "?#", "~=", "?|", "?&", "<->", "##", "~~", "~~*", "!~~", "!~~*", "<<%", "%>>", "<%", "%>", "<<<->", "<->>>", "<<->", "<->>")

// What is written in the statement makes such a call quick only while it is
// short: it is the other factor of the product.
const (
	shortText = 64  // characters
	shortList = 512 // characters of a list in quotes, or 100 elements written out
)

const slowInstead = "Give it a short text written in the statement, or leave the part away that makes the value longer."

// signBytes can stand in an operator (Postgres: scan.l, op_chars).
const signBytes = "+-*/<>=~!@#%^&|`?"

// signs looks at the operator that begins at i.
func (m *meter) signs(a *arm, i int, clause string) {
	c := m.words[i]
	if len(c) != 1 || !strings.Contains(signBytes, c) || m.joined(i-1, i) {
		return
	}
	end := i + 1
	for end < len(m.tokens) && m.joined(end-1, end) {
		end++
	}
	operator := m.sql[m.tokens[i].from:m.tokens[end-1].to]
	switch {
	case operator == "||":
		a.now.joins++
	case operator == "*" || operator == "/" || operator == "%" || operator == "^":
		m.arithmeticSign(a, i, operator)
	case slowOperators[operator] || strings.HasPrefix(operator, "~~") || strings.HasPrefix(operator, "!~~"):
		if !m.shortSide(i-1, -1) && !m.shortSide(end, 1) {
			a.slow = append(a.slow, slowCall{at: i, operator: operator, before: clause == "filter" || clause == "from", instead: "Compare with a list written in the statement, or use EXISTS or = ANY."})
		}
	}
}

// joined says whether two neighbours are parts of one operator.
func (m *meter) joined(i, j int) bool {
	return m.is(i, tokenSign) && m.is(j, tokenSign) && m.tokens[i].to == m.tokens[j].from && strings.Contains(signBytes, m.words[i]) && strings.Contains(signBytes, m.words[j])
}

// shortSide says whether the operand at i, read in direction way, is a text, a
// list that is written out, or the answer of a function that is always short.
func (m *meter) shortSide(i, way int) bool {
	if way < 0 {
		for m.name(i) && m.sign(i-1, ":") || m.sign(i, "]") && m.other[i] == i-1 { // a cast in front of the operator
			if m.sign(i, "]") {
				i -= 2
				continue
			}
			i -= 3
		}
		switch {
		case m.is(i, tokenText):
			return len(m.content(i)) <= shortList
		case m.sign(i, "]") || m.sign(i, ")"):
			open := m.other[i]
			return open < i && (m.word(open-1) == "array" && m.sign(i, "]") && m.listed(span{open + 1, i}) || shortLists[m.word(open-1)])
		}
		return false
	}
	return m.is(i, tokenText) && len(m.content(i)) <= shortList || m.word(i) == "array" && m.sign(i+1, "[") && m.listed(span{i + 2, min(m.other[i+1], len(m.tokens))}) || shortLists[m.word(i)] && m.call(i)
}

// shortLists are functions whose answer has as many elements as there are sessions or schemas.
var shortLists = set("pg_blocking_pids", "pg_safe_snapshot_blocking_pids", "current_schemas")

// listed says whether a list holds no query and no call that makes one longer.
func (m *meter) listed(s span) bool {
	if s.to-s.from > 200 { // elements and commas
		return false
	}
	for i := s.from; i < s.to; i++ {
		if m.query0(i) || m.call(i) && (collectors[m.words[i]] || counters[m.words[i]].place > 0) {
			return false
		}
	}
	return true
}

// slowAt notes a call that must not see a long value.
func (m *meter) slowAt(a *arm, i int, clause, instead string) {
	a.slow = append(a.slow, slowCall{at: i, before: clause == "filter" || clause == "from", instead: instead})
}

// slowWord looks whether the word at i is such a call.
func (m *meter) slowWord(a *arm, i int, clause string) {
	word := m.words[i]
	if slowWords[word] && m.is(i, tokenWord) && !(m.call(i) && len(m.arguments(i+1)) == 2) {
		if !m.shortPattern(i + 1) {
			m.slowAt(a, i, clause, slowInstead)
		}
		return
	}
	place, slow := slowFunctions[word]
	if word == "normalized" && m.word(i-1) != "as" { // x IS NFC NORMALIZED
		place, slow = -1, true
	}
	if !slow {
		return
	}
	if !m.sign(i+1, "(") {
		if m.sign(i-1, ".") && place < 0 || word == "normalized" { // v.normalize calls it, too
			m.slowAt(a, i, clause, slowInstead)
		}
		return
	}
	args := m.arguments(i + 1)
	switch {
	case strings.HasPrefix(word, "x"):
		m.path(a, i, place, args, clause)
		return
	case word == "trim":
		m.trim(a, i, args, clause)
		return
	case word == "position" && len(args) == 1:
		if before, _, found := m.split(args[0], "in"); found {
			args[0] = before
		}
	case (word == "btrim" || word == "ltrim" || word == "rtrim") && len(args) == 1:
		return // blanks only
	}
	if place >= 0 && place < len(args) {
		if m.listedArgument(args[place]) {
			return
		}
	}
	m.slowAt(a, i, clause, slowInstead)
}

// shortPattern says whether the pattern of LIKE at i is a text, or a list of texts behind ANY or ALL.
func (m *meter) shortPattern(i int) bool {
	if m.word(i) == "any" || m.word(i) == "all" {
		i++
	}
	for m.sign(i, "(") && !m.query0(i) {
		i++
	}
	return m.is(i, tokenText) && len(m.content(i)) <= shortText && !(m.sign(i+1, "|") && m.sign(i+2, "|")) || m.word(i) == "array" && m.sign(i+1, "[") && m.listed(span{i + 2, min(m.other[i+1], len(m.tokens))})
}

// listedArgument says whether an argument is a short text: chr(10), E'\n', a
// list of texts, or nothing but texts that are joined.
func (m *meter) listedArgument(s span) bool {
	s = m.bare(s)
	for i := s.from; i < s.to; i++ {
		switch {
		case m.is(i, tokenText) && len(m.content(i)) <= shortText, m.is(i, tokenNumber), m.sign(i, "|"), m.sign(i, "("), m.sign(i, ")"), m.word(i) == "chr", m.word(i) == "null":
		default:
			return false
		}
	}
	return !s.empty()
}

// trim reads trim(BOTH 'x' FROM y), trim('x' FROM y), trim(y) and trim(y, 'x').
func (m *meter) trim(a *arm, i int, args []span, clause string) {
	if len(args) == 0 {
		return
	}
	characters := span{}
	if before, _, found := m.split(args[0], "from"); found {
		characters = before
	} else if len(args) > 1 {
		characters = args[1]
	}
	if m.word(characters.from) == "both" || m.word(characters.from) == "leading" || m.word(characters.from) == "trailing" {
		characters.from++
	}
	if !characters.empty() && !m.listedArgument(characters) {
		m.slowAt(a, i, clause, slowInstead)
	}
}
