package diagnostics

import (
	"fmt"
	"strings"
)

// Diff is how an answer changed between two runs of the same query.
type Diff struct {
	// Comparable is false when the columns differ; nothing else is then filled.
	Comparable bool
	// Keys are the names of the columns by which rows were matched; empty for a
	// single row, or when no columns tell the rows apart.
	Keys []string
	// Changed cells of rows that both answers have.
	Changed []Change
	// Added and Gone are the keys of rows that only one answer has: "active".
	Added, Gone []string
	// Same counts rows without a change.
	Same int
	// Partial: one of the answers was stopped by a cap, so Added and Gone may only
	// have moved beyond it.
	Partial bool
	// ThenRows and NowRows are the numbers of rows.
	ThenRows, NowRows int
}

// Change is one cell that differs.
type Change struct {
	// Row is the key of the row, empty for a single row.
	Row string
	// Column is the name of the column.
	Column string
	// Then and Now are readable texts; NULL is "NULL".
	Then, Now string
}

// String is "connections 96 → 31" or "active: connections 96 → 31".
func (c Change) String() string {
	text := c.Column + " " + c.Then + " → " + c.Now
	if c.Row != "" {
		text = c.Row + ": " + text
	}
	return text
}

// Summary says the whole difference in one line: "96 → 31" for a single number.
func (d Diff) Summary() string {
	switch {
	case !d.Comparable:
		return "not comparable: the columns differ"
	case len(d.Keys) == 0 && d.ThenRows == 1 && d.NowRows == 1 && len(d.Changed) == 1:
		return d.Changed[0].Then + " → " + d.Changed[0].Now
	case len(d.Changed)+len(d.Added)+len(d.Gone) == 0 && d.ThenRows == d.NowRows:
		return "unchanged"
	case len(d.Keys) == 0 && (d.ThenRows != 1 || d.NowRows != 1):
		return fmt.Sprintf("%s → %s", rowCount(d.ThenRows), rowCount(d.NowRows))
	}
	var parts []string
	if d.ThenRows != d.NowRows {
		parts = append(parts, fmt.Sprintf("%s → %s", rowCount(d.ThenRows), rowCount(d.NowRows)))
	}
	for _, part := range []struct {
		count int
		word  string
	}{{len(d.Changed), "changed"}, {len(d.Added), "new"}, {len(d.Gone), "gone"}} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.word))
		}
	}
	return strings.Join(parts, ", ")
}

func rowCount(n int) string {
	switch n {
	case 0:
		return "no rows"
	case 1:
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// Compare matches the rows of two answers to the same query. Keys are the
// columns that name a row: ids, and whatever is no measure; where these do not
// tell the rows apart, only the number of rows is compared.
func Compare(then, now Result) Diff {
	d := Diff{ThenRows: len(then.Rows), NowRows: len(now.Rows), Partial: then.More || now.More}
	if len(then.Columns) != len(now.Columns) {
		return d
	}
	for i := range then.Columns {
		if then.Columns[i].Name != now.Columns[i].Name {
			return d
		}
	}
	d.Comparable = true
	if len(then.Rows) == 1 && len(now.Rows) == 1 {
		d.compareRow("", then.Columns, then.Rows[0], now.Rows[0], nil)
		return d
	}
	keys := keyColumns(then, now)
	if len(keys) == 0 {
		return d
	}
	for _, k := range keys {
		d.Keys = append(d.Keys, then.Columns[k].Name)
	}
	d.match(then, now, keys)
	return d
}

func (d *Diff) match(then, now Result, keys []int) {
	isKey := map[int]bool{}
	for _, k := range keys {
		isKey[k] = true
	}
	before := map[string][]Value{}
	for _, row := range then.Rows {
		before[rowKey(then.Columns, row, keys)] = row
	}
	for _, row := range now.Rows {
		key := rowKey(now.Columns, row, keys)
		old, found := before[key]
		if !found {
			d.Added = append(d.Added, key)
			continue
		}
		delete(before, key)
		d.compareRow(key, now.Columns, old, row, isKey)
	}
	for _, row := range then.Rows {
		key := rowKey(then.Columns, row, keys)
		if _, left := before[key]; left {
			d.Gone = append(d.Gone, key)
		}
	}
}

func (d *Diff) compareRow(key string, columns []Column, then, now []Value, isKey map[int]bool) {
	changed := false
	for i := range columns {
		if isKey[i] || then[i] == now[i] {
			continue
		}
		changed = true
		d.Changed = append(d.Changed, Change{Row: key, Column: columns[i].Name, Then: columns[i].Show(then[i]), Now: columns[i].Show(now[i])})
	}
	if !changed {
		d.Same++
	}
}

// keyColumns finds columns that tell the rows of both answers apart, an id alone if there is one.
func keyColumns(then, now Result) []int {
	var ids, names []int
	for i, c := range then.Columns {
		name := strings.ToLower(c.Name)
		switch {
		case name == "id" || name == "pid" || name == "queryid" || name == "oid":
			ids = append(ids, i)
		case !c.Numeric && c.Kind != "interval" && c.Kind != "timestamptz" && c.Kind != "timestamp" && c.Kind != "bool" && !c.Masked, strings.HasSuffix(name, "_id"):
			names = append(names, i)
		}
	}
	candidates := [][]int{}
	for _, id := range ids {
		candidates = append(candidates, []int{id})
	}
	for n := 1; n <= len(names); n++ {
		candidates = append(candidates, names[:n])
	}
	for _, keys := range candidates {
		if distinct(then, keys) && distinct(now, keys) {
			return keys
		}
	}
	return nil
}

func distinct(r Result, keys []int) bool {
	seen := map[string]bool{}
	for _, row := range r.Rows {
		key := rowKey(r.Columns, row, keys)
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// rowKey joins the key cells of a row into words for people: "active / Lock".
func rowKey(columns []Column, row []Value, keys []int) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = columns[k].Show(row[k])
	}
	return strings.Join(parts, " / ")
}
