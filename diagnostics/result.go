package diagnostics

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Value is one cell, already masked and cut.
type Value struct {
	// Text in the server's own text form, at most 200 characters; a longer one
	// ends in "…+1.2k", which says how many characters are missing. Empty for NULL.
	Text string
	// Null tells NULL from an empty text.
	Null bool
}

// Column describes a column of a Result.
type Column struct {
	Name string
	// Kind is the type's name: "int8", "timestamptz", or the name of a type of the database.
	Kind string
	// Numeric columns are aligned to the right.
	Numeric bool
	// Masked columns were masked whole, by their name or by the name of the column behind an alias.
	Masked bool
}

// Result is the answer to one statement. It must never be logged.
type Result struct {
	Columns []Column
	// Rows are at most 100.
	Rows [][]Value
	// More: there were more rows than Rows, because of the row cap or the byte cap.
	More bool
	// Cut says which cap ended it: "rows", "bytes" or empty.
	Cut string
	// Duration from DECLARE to the last row, on our side.
	Duration time.Duration
	// Waited is the time in line before that.
	Waited time.Duration
	// Bytes of values received.
	Bytes int
	At    time.Time
	// Fingerprint names the statement; results of one fingerprint can be compared.
	Fingerprint string
	// Name of the query, as in the Request.
	Name string
	Kind Kind
	// Replica: the server is in recovery, so the answer may lag.
	Replica bool
}

// String describes a result without its content, so that a stray %v logs nothing.
func (r Result) String() string {
	return fmt.Sprintf("result of %d columns, %d rows", len(r.Columns), len(r.Rows))
}

// GoString is String, for %#v.
func (r Result) GoString() string { return r.String() }

// Summary says how much there is in words: "no rows", "1 row", "first 20 of more
// than 100 rows, stopped by the row cap". shown is how many rows the reader sees.
func (r Result) Summary(shown int) string {
	total := len(r.Rows)
	switch {
	case total == 0 && !r.More:
		return "no rows"
	case r.More && r.Cut == "bytes":
		return fmt.Sprintf("first %d rows, stopped by the size cap", min(shown, total))
	case r.More:
		return fmt.Sprintf("first %d of more than %d rows, stopped by the row cap", min(shown, total), total)
	case shown < total:
		return fmt.Sprintf("first %d of %d rows", shown, total)
	case total == 1:
		return "1 row"
	}
	return fmt.Sprintf("%d rows", total)
}

// cut shortens a text to limit characters and says how much is missing.
func cut(text string, limit, missing int) string {
	count := utf8.RuneCountInString(text)
	if count <= limit && missing == 0 {
		return text
	}
	kept := text
	if count > limit {
		for i := range text {
			if limit == 0 {
				kept = text[:i]
				break
			}
			limit--
		}
		missing += count - utf8.RuneCountInString(kept)
	}
	return kept + "…+" + short(missing)
}

// short writes a count in few characters: 900, 1.2k, 3.4M.
func short(n int) string {
	switch {
	case n < 1000:
		return strconv.Itoa(n)
	case n < 999_950:
		return strings.TrimSuffix(strconv.FormatFloat(float64(n)/1e3, 'f', 1, 64), ".0") + "k"
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64), ".0") + "M"
}
