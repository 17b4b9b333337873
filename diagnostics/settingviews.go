package diagnostics

import "strings"

// settingsFunction is the number of pg_show_all_settings, which is the same on every server (Postgres: pg_proc.dat).
const settingsFunction = 2084

// settingViews are the views of a database's own that read the server's settings, also by way of other views.
type settingViews struct {
	// names of them, in small letters.
	names map[string]bool
	// made are their columns that may be computed from settings.
	made map[column]bool
	// plain gives the columns of pg_settings that others of theirs are.
	plain map[column]column
}

// settingViews finds them. settings is the object id of pg_settings.
func (c *catalogue) settingViews(from map[column][]column) settingViews {
	v := settingViews{names: map[string]bool{}, made: map[column]bool{}, plain: map[column]column{}}
	reads, simple := map[uint32]bool{c.settings: true}, map[uint32]bool{}
	for changed := true; changed; {
		changed = false
		for _, w := range c.views {
			if reads[w.oid] || !readsAny(w.action, reads) {
				continue
			}
			// With another query inside, a column of that would be taken for one of the view.
			reads[w.oid], simple[w.oid], changed = true, strings.Count(w.action, "{QUERY ") == 1, true
		}
	}
	delete(reads, c.settings)
	for _, n := range c.columns {
		if at := (column{n.relation, n.number}); reads[at.relation] {
			v.made[at] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for at := range v.made {
			if !simple[at.relation] || len(from[at]) != 1 {
				continue
			}
			below := from[at][0]
			if v.made[below] {
				continue
			}
			if there, ok := v.plain[below]; ok {
				below = there
			}
			if below.relation == c.settings {
				v.plain[at] = below
			}
			delete(v.made, at)
			changed = true
		}
	}
	for _, r := range c.relations {
		if reads[r.oid] {
			v.names[strings.ToLower(r.name)] = true
		}
	}
	return v
}

// readsAny says whether a view reads one of some relations, or the settings by their function.
func readsAny(action string, relations map[uint32]bool) bool {
	for _, oid := range numbers(readRelations, action) {
		if relations[oid] {
			return true
		}
	}
	for _, oid := range numbers(calledFunctions, action) {
		if oid == settingsFunction {
			return true
		}
	}
	return false
}

// named says whether a statement names one of the views, or the settings themselves.
func (v settingViews) named(sql string) bool {
	if settingsView.MatchString(sql) {
		return true
	}
	if len(v.names) == 0 {
		return false
	}
	r := read(sql)
	for i := range r.tokens {
		if r.name(i) && v.names[strings.ToLower(r.identifier(i))] {
			return true
		}
	}
	return false
}
