package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
)

// mostNumbers bounds how many queries are asked every morning.
const mostNumbers = 60

// Numbers are the queries that answer with one row of aggregates, whose first is a number: those that can be kept from
// day to day. What is meant by their words only, a database tells.
func (r *Runbook) Numbers() (found []incident.Query) {
	for _, q := range r.Queries {
		if len(found) < mostNumbers && oneRow(q.SQL) {
			found = append(found, q)
		}
	}
	return found
}

// aggregates give one row of any number of rows.
var aggregates = []string{"count", "sum", "avg", "min", "max"}

// oneRow reports whether a statement is a plain select of aggregates without groups.
func oneRow(sql string) bool {
	outer := outermost(sql)
	words := sqlWords(outer)
	if len(words) < 2 || words[0] != "select" {
		return false
	}
	if slices.ContainsFunc(words, func(w string) bool {
		return w == "group" || w == "union" || w == "intersect" || w == "except" || w == "over" || w == "having"
	}) {
		return false
	}
	list := words[1:]
	if i := slices.Index(list, "from"); i >= 0 {
		list = list[:i]
	}
	return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(aggregates, w) }) || aggregated(sql)
}

// aggregated: the first thing that is selected wraps an aggregate, "round(avg(x))", "coalesce(sum(x), 0)".
func aggregated(sql string) bool {
	_, rest, _ := strings.Cut(strings.ToLower(sql), "select")
	depth := 0
	for i, c := range rest {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if depth == 0 && (c == ',' || strings.HasPrefix(rest[i:], " from") || strings.HasPrefix(rest[i:], "\nfrom")) {
			rest = rest[:i]
			break
		}
	}
	words := sqlWords(rest)
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(aggregates, w) }) && !slices.Contains(words, "select")
}

// outermost is a statement without what stands in parentheses.
func outermost(sql string) string {
	var b strings.Builder
	depth := 0
	for _, c := range sql {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
			b.WriteByte(' ')
		default:
			if depth <= 0 {
				b.WriteRune(c)
			}
		}
	}
	return b.String()
}
