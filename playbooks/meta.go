package playbooks

import (
	"strings"
)

// metaOf is the value of a labelled line at the top of a section, "" when there is none.
func metaOf(s *section, key string) string {
	for _, b := range s.blocks {
		for _, l := range b.prose {
			if name, value, ok := l.field(); ok && metaNames[plain(name)] == key && value != "" {
				return value
			}
		}
		for _, it := range b.items {
			if len(it.first) == 0 {
				continue
			}
			if name, value, ok := it.first[0].field(); ok && metaNames[plain(name)] == key && value != "" {
				return value
			}
		}
	}
	return ""
}

// alias adds further names from "db, pool, connections".
func (w *walker) alias(list string) {
	for _, a := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ';' || c == '[' || c == ']' || c == '"' }) {
		if a = slugOf(a); a != "" && a != w.pb.Slug && !w.aliases[a] {
			w.aliases[a] = true
			w.pb.Aliases = append(w.pb.Aliases, a)
		}
	}
}

// front takes severity and aliases from the front matter of a file that is one scenario.
func (w *walker) front() {
	f := w.d.front
	for _, key := range []string{"severity", "severities", "priority"} {
		if v := f[key]; v != "" {
			w.severity(v, 1)
		}
	}
	for _, key := range []string{"aliases", "alias"} {
		w.alias(f[key])
	}
	if t := firstOf(f["title"], f["name"]); t != "" && w.pb.Title == "" {
		w.pb.Title = t
	}
}

// severity adds the severities that a mark names; one that the runbook does not
// know is reported.
func (w *walker) severity(text string, no int) {
	words := markWords(text)
	if words == nil {
		words = []string{strings.Fields(text + " ?")[0]}
	}
	for _, word := range words {
		sev, ok := w.r.findSeverity(word)
		if !ok {
			w.badSeverity = true
			w.r.problem(w.d, no, "unknown severity "+clip(word, 30)+" in scenario "+clip(w.pb.Title, 60), "use one of "+andJoin(w.r.labels()))
			continue
		}
		known := false
		for _, l := range w.pb.Severities {
			known = known || l == sev.Label
		}
		if !known {
			w.pb.Severities = append(w.pb.Severities, sev.Label)
		}
	}
}
