package diagnostics

import "strings"

// reading is a lexed statement with its brackets matched. It serves the rules
// about sizes and masks: what it cannot tell it leaves to the layers behind.
type reading struct {
	sql    string
	tokens []token
	// words hold what a token means to a rule: plain names and keywords in lower
	// case, quoted names without their quotes and in lower case, signs as they
	// are, and nothing for texts and numbers.
	words []string
	// other is, for a bracket, the index of the one that belongs to it, and for an
	// opening bracket that is never closed the number of tokens.
	other []int
}

func read(sql string) *reading {
	r := &reading{sql: sql, tokens: lex(sql)}
	r.words, r.other = make([]string, len(r.tokens)), make([]int, len(r.tokens))
	var open []int
	for i, t := range r.tokens {
		piece := sql[t.from:t.to]
		switch t.kind {
		case tokenWord:
			r.words[i] = strings.ToLower(piece)
		case tokenQuoted:
			r.words[i] = strings.ToLower(strings.ReplaceAll(strings.Trim(piece, `"`), `""`, `"`))
		case tokenSign:
			r.words[i] = piece
		}
		r.other[i] = len(r.tokens)
		switch {
		case t.kind != tokenSign:
		case piece == "(" || piece == "[":
			open = append(open, i)
		case (piece == ")" || piece == "]") && len(open) > 0:
			begin := open[len(open)-1]
			open = open[:len(open)-1]
			r.other[begin], r.other[i] = i, begin
		}
	}
	return r
}

// word is the word at i, empty outside the statement and for texts and numbers.
func (r *reading) word(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i]
}

// is says whether a token of that kind stands at i.
func (r *reading) is(i int, kind tokenKind) bool {
	return i >= 0 && i < len(r.tokens) && r.tokens[i].kind == kind
}

// sign says whether that sign, and no name in quotes, stands at i.
func (r *reading) sign(i int, sign string) bool { return r.is(i, tokenSign) && r.words[i] == sign }

// keyword says whether a plain word, not a quoted one, stands at i.
func (r *reading) keyword(i int, words map[string]bool) bool {
	return r.is(i, tokenWord) && words[r.words[i]]
}

func (r *reading) name(i int) bool { return r.is(i, tokenWord) || r.is(i, tokenQuoted) }

// call says whether a name with a bracket behind it stands at i.
func (r *reading) call(i int) bool { return r.name(i) && r.sign(i+1, "(") }

// span is a part of a statement: the tokens [from, to).
type span struct{ from, to int }

func (s span) empty() bool { return s.from >= s.to }

// arguments are the parts between commas in the bracket that opens at i.
func (r *reading) arguments(i int) []span {
	end := min(r.other[i], len(r.tokens))
	if end <= i+1 {
		return nil
	}
	return r.parts(span{i + 1, end})
}

// parts cuts a part at its commas outside brackets.
func (r *reading) parts(s span) []span {
	var list []span
	start := s.from
	for j := s.from; j < s.to; j++ {
		switch {
		case r.sign(j, "(") || r.sign(j, "["):
			j = min(r.other[j], s.to)
		case r.sign(j, ","):
			list = append(list, span{start, j})
			start = j + 1
		}
	}
	return append(list, span{start, s.to})
}

// split cuts an argument at a plain word outside brackets: position(a IN b).
func (r *reading) split(s span, word string) (before, behind span, found bool) {
	for j := s.from; j < s.to; j++ {
		switch {
		case r.sign(j, "(") || r.sign(j, "["):
			j = min(r.other[j], s.to)
		case r.is(j, tokenWord) && r.words[j] == word:
			return span{s.from, j}, span{j + 1, s.to}, true
		}
	}
	return s, span{}, false
}

// bare takes brackets around a part and casts behind it off: ('x')::text is 'x'.
func (r *reading) bare(s span) span {
	for !s.empty() {
		if r.sign(s.from, "(") && r.other[s.from] == s.to-1 {
			s = span{s.from + 1, s.to - 1}
			continue
		}
		cast := -1
		for j := s.from; j+1 < s.to; j++ {
			if r.sign(j, "(") || r.sign(j, "[") {
				j = min(r.other[j], s.to)
			} else if r.sign(j, ":") && r.sign(j+1, ":") {
				cast = j
				break
			}
		}
		if cast <= s.from || !r.typeName(span{cast + 2, s.to}) {
			return s
		}
		s.to = cast
	}
	return s
}

// typeName says whether a part can be the name of a type: words, dots and brackets.
func (r *reading) typeName(s span) bool {
	for j := s.from; j < s.to; j++ {
		switch {
		case r.name(j), r.is(j, tokenNumber), r.sign(j, "."), r.sign(j, "("), r.sign(j, ")"), r.sign(j, "["), r.sign(j, "]"), r.sign(j, ","), r.sign(j, ":"):
		default:
			return false
		}
	}
	return !s.empty()
}

// text is the content of a part that is one plain text, without its quotes.
func (r *reading) text(s span) (string, bool) {
	s = r.bare(s)
	if s.to-s.from != 1 || !r.is(s.from, tokenText) {
		return "", false
	}
	return r.content(s.from), true
}

// content is what stands between the quotes of the text at i, escapes as they are.
func (r *reading) content(i int) string {
	piece := r.sql[r.tokens[i].from:r.tokens[i].to]
	if piece[0] == '$' {
		tag := piece[:strings.IndexByte(piece[1:], '$')+2]
		return strings.TrimSuffix(piece[len(tag):], tag)
	}
	if at := strings.IndexByte(piece, '\''); at >= 0 {
		piece = piece[at+1:]
	}
	return strings.TrimSuffix(piece, "'")
}

var queryStarts = set("select", "with", "values", "table")

// query says whether the bracket that opens at i holds a query.
func (r *reading) query(i int) bool {
	if !r.sign(i, "(") {
		return false
	}
	for i++; r.sign(i, "("); i++ {
		if end := r.other[i]; r.name(end+1) && !setWords[r.word(end+1)] {
			return false
		}
	}
	return r.keyword(i, queryStarts)
}

var setWords = set("union", "except", "intersect", "order", "limit", "offset", "fetch", "for")

// refuse makes a refusal about the token at i.
func (r *reading) refuse(i int, rule Rule, why, instead string) *Refusal {
	t := r.tokens[i]
	return &Refusal{Word: r.sql[t.from:t.to], Part: around(r.sql, t.from, t.to), Rule: rule, Why: why, Instead: instead}
}
