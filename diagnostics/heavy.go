package diagnostics

import (
	"strconv"
	"strings"
)

// heavyCount is the largest whole number that may stand beside a function that
// multiplies. One value of 900 MB took 2.6 GB of a backend's memory in spite of
// a statement timeout, and Postgres has no limit of memory for a backend.
const heavyCount = 10_000_000

var multipliers = map[string]bool{"repeat": true, "lpad": true, "rpad": true, "generate_series": true, "array_fill": true, "string_agg": true}

// judgeHeavy refuses a huge whole number in the same statement as a multiplier.
// It is a cheap rule against mistakes; the limits of the session are the boundary.
func judgeHeavy(sql string) *Refusal {
	lower := strings.ToLower(sql)
	found := false
	for name := range multipliers {
		found = found || strings.Contains(lower, name)
	}
	if !found {
		return nil
	}
	word := ""
	tokens := lex(sql)
	for _, t := range tokens {
		if t.kind == tokenWord && multipliers[strings.ToLower(sql[t.from:t.to])] {
			word = sql[t.from:t.to]
		}
	}
	for _, t := range tokens {
		if word == "" || t.kind != tokenNumber || !huge(sql[t.from:t.to]) {
			continue
		}
		return &Refusal{Word: sql[t.from:t.to], Part: around(sql, t.from, t.to), Rule: RuleHeavy,
			Why:     "a number over 10 million beside " + strings.ToLower(word) + " builds a value or a set that can exhaust the server's memory.",
			Instead: "Use a smaller number."}
	}
	return nil
}

// huge reports whether a number is above heavyCount; Postgres 16 and later
// allow underscores between digits.
func huge(number string) bool {
	value, err := strconv.ParseFloat(strings.ReplaceAll(number, "_", ""), 64)
	return err == nil && value > heavyCount
}
