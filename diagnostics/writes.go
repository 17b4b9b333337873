package diagnostics

import "strings"

// judgeWrites refuses, with a better sentence than the server's, what the
// server's grammar would refuse behind DECLARE … CURSOR FOR: writing CTEs,
// SELECT INTO, row locks, a second statement. It refuses only what cannot be
// anything else, because such words may also name a column. The server still
// has the last word.
func judgeWrites(r *reading) *Refusal {
	for i := range r.tokens {
		if r.word(i-1) == "as" || r.sign(i-1, ".") || !r.is(i, tokenWord) && !r.is(i, tokenSign) {
			continue // a label, or a column of a table
		}
		switch w := r.word(i); w {
		case ";":
			if i+1 < len(r.tokens) && r.word(i+1) != ";" {
				return r.refuse(i, RuleShape, "only one statement is run at a time.", "Send the statements one by one.")
			}
		case "into":
			return r.refuse(i, RuleShape, "SELECT INTO creates a table.", "Leave INTO away: the rows are shown here.")
		case "insert", "update", "delete", "merge":
			if r.writes(i) {
				return r.refuse(i, RuleShape, strings.ToUpper(w)+" changes rows. mayday only reads.", "Write the SELECT that shows the rows; change them by hand in psql.")
			}
		case "for":
			if next := r.word(i + 1); next == "update" || next == "share" || (next == "no" && r.word(i+2) == "key") || (next == "key" && r.word(i+2) == "share") {
				return r.refuse(i, RuleShape, "FOR "+strings.ToUpper(next)+" locks the rows that it reads.", "Leave it away.")
			}
		}
	}
	return nil
}

// writes says whether the verb at i begins a statement: in the bracket of a
// query in a WITH list, behind such a list, or behind EXPLAIN.
func (r *reading) writes(i int) bool {
	if r.sign(i-1, "(") {
		before := r.word(i - 2)
		return before == "as" || before == "materialized" || before == "analyze"
	}
	if !r.sign(i-1, ")") || r.other[i-1] >= i {
		return false
	}
	open := r.other[i-1]
	if before := r.word(open - 1); before != "as" && before != "materialized" || !queryOrWrite[r.word(open+1)] {
		return false
	}
	for j := open - 1; j >= 0; j-- { // the list must belong to a WITH, with no SELECT between
		if r.sign(j, ")") && r.other[j] < j {
			j = r.other[j]
			continue
		}
		if r.keyword(j, set("with")) {
			return true
		}
		if r.keyword(j, queryStarts) {
			return false
		}
	}
	return false
}

var queryOrWrite = set("select", "with", "values", "table", "insert", "update", "delete", "merge", "(")
