package diagnostics

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// column is one of a table or a view.
type column struct {
	relation uint32
	number   int16
}

// sources gives the columns that the plain columns of views are.
func (c *catalogue) sources() map[column][]column {
	from := map[column][]column{}
	for _, v := range c.views {
		for _, m := range targetEntries.FindAllStringSubmatch(v.action, -1) {
			n, _ := strconv.ParseInt(m[1], 10, 16)
			table, _ := strconv.ParseUint(m[3], 10, 32)
			number, _ := strconv.ParseInt(m[4], 10, 16)
			if table != 0 && number != 0 {
				at := column{v.oid, int16(n)}
				from[at] = append(from[at], column{uint32(table), int16(number)})
			}
		}
	}
	return from
}

// origins follows the columns of views down to the names that they have in tables.
func (c *catalogue) origins(from map[column][]column) map[uint32]map[int16][]string {
	names := map[column]string{}
	for _, n := range c.columns {
		names[column{n.relation, n.number}] = n.name
	}
	all := map[uint32]map[int16][]string{}
	for at := range from {
		found := []string{}
		seen := map[column]bool{}
		var walk func(column)
		walk = func(at column) {
			if seen[at] {
				return
			}
			seen[at] = true
			found = append(found, names[at])
			for _, below := range from[at] {
				walk(below)
			}
		}
		walk(at)
		if all[at.relation] == nil {
			all[at.relation] = map[int16][]string{}
		}
		all[at.relation][at.number] = found
	}
	return all
}

// sampleViews of the server show samples of data, by names that are always masked.
var sampleViews = set("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs", "pg_roles", "pg_user", "pg_foreign_server", "pg_subscription")

// sensitive finds the relations that hold a masked column: by its name, by a
// name below a view, or computed by a view that reads one. Those last columns,
// and those above them, are given by themselves: their names do not tell.
func (c *catalogue) sensitive(mask *masker, from map[column][]column, origins map[uint32]map[int16][]string) (names map[string]bool, mixed map[uint32]map[int16]bool) {
	masked, holds := map[column]bool{}, map[uint32]bool{}
	columns := map[uint32][]int16{}
	for _, n := range c.columns {
		columns[n.relation] = append(columns[n.relation], n.number)
		hidden := mask.named(n.name)
		for _, below := range origins[n.relation][n.number] {
			hidden = hidden || mask.named(below)
		}
		if hidden {
			masked[column{n.relation, n.number}], holds[n.relation] = true, true
		}
	}
	rows := map[uint32]bool{} // views that read whole rows
	for _, v := range c.views {
		rows[v.oid] = strings.Contains(v.action, ":varattno 0 ")
	}
	mixed = map[uint32]map[int16]bool{}
	for changed := true; changed; {
		changed = false
		for _, u := range c.uses {
			if u.view == u.relation || !masked[column{u.relation, u.column}] && !(u.column == 0 && rows[u.view] && holds[u.relation]) {
				continue
			}
			for _, number := range columns[u.view] {
				at := column{u.view, number}
				if !masked[at] && (len(from[at]) == 0 || slices.ContainsFunc(from[at], func(below column) bool { return masked[below] })) {
					if mixed[u.view] == nil {
						mixed[u.view] = map[int16]bool{}
					}
					mixed[u.view][number], masked[at], holds[u.view], changed = true, true, true, true
				}
			}
		}
	}
	names = maps.Clone(sampleViews)
	for _, r := range c.relations {
		if holds[r.oid] {
			names[strings.ToLower(r.name)] = true
		}
	}
	return names, mixed
}
