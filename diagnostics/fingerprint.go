package diagnostics

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"mayday/lazyregexp"
)

// noStatement stands for a text that is no SQL: it may be anything that somebody
// pasted, so nothing of it is kept.
const noStatement = "(no statement)"

// Normalise gives a statement without its comments and with ? for every
// literal, words in lower case, one space between tokens: the form that may be
// stored and shown. Lists of literals become one: IN (1, 2, 3) is IN (?).
// Whatever people take for quotes counts as such: curly ones, backticks, and
// double quotes where a value stands. When a quote is left open, nothing behind
// the first one is kept; of a text that is no SQL, nothing at all.
func Normalise(sql string) string {
	if !isSQL(sql) {
		return noStatement
	}
	r := read(sql)
	return normal(r, func(i int) (string, int) { return literal(r, i) })
}

// Fingerprint names a statement by its normalised form, in which names in quotes
// are told apart: 16 hexadecimal digits.
func Fingerprint(sql string) string {
	form := normal(read(sql), func(int) (string, int) { return "", 0 })
	sum := sha256.Sum256([]byte(form))
	return hex.EncodeToString(sum[:8])
}

// normal joins the tokens of a statement. hide may replace the token at i, and
// says up to which byte it did.
func normal(r *reading, hide func(i int) (piece string, until int)) string {
	var parts []string
	until := 0
	for i, t := range r.tokens {
		if t.from < until {
			continue
		}
		piece := r.sql[t.from:t.to]
		switch t.kind {
		case tokenText, tokenNumber:
			piece = "?"
		case tokenWord:
			piece = strings.ToLower(piece)
		}
		if hidden, end := hide(i); end > 0 {
			piece, until = hidden, end
		}
		if n := len(parts); piece == "?" && n >= 2 && parts[n-1] == "," && parts[n-2] == "?" {
			parts = parts[:n-1]
			continue
		}
		if n := len(parts); n > 0 && tight(parts[n-1], piece) {
			parts[n-1] += piece
			continue
		}
		parts = append(parts, piece)
	}
	return strings.ToValidUTF8(strings.Join(parts, " "), "")
}

// isSQL says whether a text begins as a statement does.
func isSQL(sql string) bool {
	for sql != "" {
		n := skipBlank(sql)
		if n == 0 && sql[0] != '(' {
			break
		}
		sql = sql[max(1, n):]
	}
	word := leadingWord(sql)
	_, denied := kindDenials[word]
	return denied || queryStarts[word] || word == "show" || word == "explain"
}

// peopleQuotes are characters that people use as quotes and Postgres does not.
const peopleQuotes = "`‘’‚‛“”„‟«»‹›＇＂´′″"

var (
	plainName = lazyregexp.New(`^"[A-Za-z_][A-Za-z0-9_]{0,62}"$`)
	// valueWords stand in front of a value.
	valueWords = set("like", "ilike", "to", "between", "interval", "date", "timestamp", "timestamptz", "password", "symmetric")
	listWords  = set("in", "any", "all", "some", "values", "array", "row")
)

// literal gives what the token at i is replaced by, and up to which byte, when
// it may be a literal although Postgres would not read it so.
func literal(r *reading, i int) (string, int) {
	t := r.tokens[i]
	if t.kind == tokenText || t.kind == tokenQuoted {
		if leftOpen(r.sql) {
			return "?", len(r.sql)
		}
	}
	piece := r.sql[t.from:t.to]
	if t.kind == tokenQuoted && (!plainName.MatchString(piece) || valuePlace(r, i)) {
		return "?", t.to
	}
	if at := strings.IndexAny(piece, peopleQuotes); at >= 0 && (t.kind == tokenWord || t.kind == tokenSign) {
		start := t.from + at
		_, width := utf8.DecodeRuneInString(r.sql[start:])
		if end := strings.IndexAny(r.sql[start+width:], peopleQuotes); end >= 0 {
			_, last := utf8.DecodeRuneInString(r.sql[start+width+end:])
			return "?", start + width + end + last
		}
		return "?", len(r.sql)
	}
	return "", 0
}

// leftOpen says whether a quote or a comment has no end: a word behind it is then no word.
func leftOpen(sql string) bool {
	tokens := lex(sql + " x")
	last := tokens[len(tokens)-1]
	return last.kind != tokenWord || last.from != len(sql)+1
}

// valuePlace says whether a value is expected at i.
func valuePlace(r *reading, i int) bool {
	before := i - 1
	for r.sign(before, ",") { // further on in a list
		before--
		if !r.is(before, tokenQuoted) && !r.is(before, tokenText) && !r.is(before, tokenNumber) {
			return false
		}
		before--
	}
	switch {
	case r.sign(before, "(") || r.sign(before, "["):
		return r.keyword(before-1, listWords)
	case r.is(before, tokenSign):
		return strings.ContainsAny(r.word(before), "=<>~!|@#")
	}
	return r.keyword(before, valueWords)
}

// tight says whether two pieces are written without a space: c.balance, ::text, >=.
func tight(left, right string) bool {
	if left == "?" || right == "?" || left == "," || left == "(" || right == "(" || right == ")" {
		return false
	}
	last, first := left[len(left)-1], right[0]
	if last == '.' || first == '.' {
		return true
	}
	return !wordByte[last] && last != '"' && !wordByte[first] && first != '"' && last != ')' && last != ',' && first != ','
}
