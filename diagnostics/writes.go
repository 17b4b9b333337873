package diagnostics

import "strings"

// judgeWrites refuses, with a better sentence than the server's, what the
// server's grammar would refuse behind DECLARE … CURSOR FOR: writing CTEs,
// SELECT INTO, row locks, a second statement. The server still has the last word.
func judgeWrites(sql string) *Refusal {
	tokens := lex(sql)
	word := func(i int) string {
		if i < 0 || i >= len(tokens) {
			return ""
		}
		t := tokens[i]
		if t.kind != tokenWord && t.kind != tokenSign {
			return ""
		}
		return strings.ToLower(sql[t.from:t.to])
	}
	refuse := func(i int, why, instead string) *Refusal {
		t := tokens[i]
		return &Refusal{Word: sql[t.from:t.to], Part: around(sql, t.from, t.to), Rule: RuleShape, Why: why, Instead: instead}
	}
	for i := range tokens {
		switch w := word(i); w {
		case ";":
			if i+1 < len(tokens) && word(i+1) != ";" {
				return refuse(i, "only one statement is run at a time.", "Send the statements one by one.")
			}
		case "into":
			return refuse(i, "SELECT INTO creates a table.", "Leave INTO away: the rows are shown here.")
		case "insert", "update", "delete", "merge":
			begins := word(i-1) == ")" || word(i-1) == "(" && (word(i-2) == "as" || word(i-2) == "materialized")
			object := word(i+1) == "into" || word(i+1) == "from"
			if begins || object {
				return refuse(i, strings.ToUpper(w)+" changes rows. mayday only reads.", "Write the SELECT that shows the rows; change them by hand in psql.")
			}
		case "for":
			if next := word(i + 1); next == "update" || next == "share" || (next == "no" && word(i+2) == "key") || (next == "key" && word(i+2) == "share") {
				return refuse(i, "FOR "+strings.ToUpper(next)+" locks the rows that it reads.", "Leave it away.")
			}
		}
	}
	return nil
}
