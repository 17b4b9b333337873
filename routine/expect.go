package routine

import (
	"strconv"
	"strings"

	"mayday/lazyregexp"
)

// Expectation is what the runbook says that an answer should be. The zero value expects nothing.
type Expectation struct {
	// Words as the runbook has them: "0 rows", "under 80", "> 0".
	Words string `json:"words,omitempty"`
	// Rows: the number of rows is meant, and not the value of the only cell.
	Rows bool `json:"rows,omitempty"`
	// Low and High are the bounds, nil for none. LowOut and HighOut leave the bound itself out.
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	LowOut  bool     `json:"low_out,omitempty"`
	HighOut bool     `json:"high_out,omitempty"`
}

// Set reports whether something is expected that can be compared.
func (x Expectation) Set() bool { return x.Low != nil || x.High != nil }

var (
	numberWord  = `(-?\d[\d,]*(?:\.\d+)?)`
	betweenWord = lazyregexp.New(`^(?:between\s+)?` + numberWord + `\s*(?:and|to|-|–)\s*` + numberWord)
	boundWord   = lazyregexp.New(`^(<=|>=|<|>|==|=|≤|≥|under|below|less than|fewer than|at most|no more than|not more than|up to|maximum|max|over|above|more than|at least|no less than|minimum|min|exactly|equals)?\s*` + numberWord)
	noneWord    = lazyregexp.New(`^(?:no|none|zero|empty|nothing)\b`)
	someWord    = lazyregexp.New(`^(?:some|any|at least one|one or more|not empty|non-empty)\b`)
	rowsWord    = lazyregexp.New(`\b(?:rows?|results?|records?|entries|lines?)\b`)
)

// ReadExpectation reads the words after "expect:". false when nothing in them can be compared; then a person judges.
func ReadExpectation(words string) (Expectation, bool) {
	x := Expectation{Words: strings.Join(strings.Fields(words), " ")}
	s := strings.Trim(strings.ToLower(x.Words), " .;`*_\"'")
	x.Rows = rowsWord.MatchString(s)
	bound := func(n float64) *float64 { return &n }
	if m := betweenWord.FindStringSubmatch(s); m != nil {
		low, high := number(m[1]), number(m[2])
		x.Low, x.High = bound(min(low, high)), bound(max(low, high))
		return x, true
	}
	if m := boundWord.FindStringSubmatch(s); m != nil {
		n := bound(number(m[2]))
		switch m[1] {
		case "<", "under", "below", "less than", "fewer than":
			x.High, x.HighOut = n, true
		case "<=", "≤", "at most", "no more than", "not more than", "up to", "maximum", "max":
			x.High = n
		case ">", "over", "above", "more than":
			x.Low, x.LowOut = n, true
		case ">=", "≥", "at least", "no less than", "minimum", "min":
			x.Low = n
		default:
			x.Low, x.High = n, n
		}
		return x, true
	}
	switch {
	case someWord.MatchString(s):
		x.Low, x.Rows = bound(1), true
	case noneWord.MatchString(s):
		x.Low, x.High, x.Rows = bound(0), bound(0), true
	default:
		return x, false
	}
	return x, true
}

func number(s string) float64 {
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil {
		return 0
	}
	return n
}

// Holds compares an answer: rows is how many rows there are, more that there are others besides, and value the
// number in the only cell, nil when the answer is something else. known is false when they cannot be compared.
func (x Expectation) Holds(rows int, more bool, value *float64) (holds, known bool) {
	if !x.Set() {
		return false, false
	}
	n := float64(rows)
	switch {
	case x.Rows:
		if more && x.High == nil && n >= *x.Low {
			return true, true
		}
		if more && x.High != nil && n > *x.High {
			return false, true
		}
		if more {
			return false, false // how many there are nobody counted
		}
	case value != nil:
		n = *value
	default:
		return false, false
	}
	switch {
	case x.Low != nil && (n < *x.Low || x.LowOut && n == *x.Low):
		return false, true
	case x.High != nil && (n > *x.High || x.HighOut && n == *x.High):
		return false, true
	}
	return true, true
}
