package playbooks

import (
	"strings"

	"mayday/incident"
)

// severityLists reads, before anything else, severities that stand as a list, a
// small table or sections of their own. With a matrix at hand only sections
// about severities add to it.
func (r *reader) severityLists(d *document, s *section, inherited topic, declared bool) {
	kind := topicOf(s.heading)
	if kind == unknown {
		kind = inherited
	}
	if inherited == severities {
		if i, ok := r.procedureOf(s, inherited); ok {
			r.procedures[s] = true
			r.procedureSection(d, s, i)
			return
		}
	}
	if kind == severities {
		for _, b := range s.blocks {
			for _, it := range b.items {
				if it.part.Use == "" {
					r.severityItem(d, it)
				}
			}
			if b.table == nil || declared {
				continue
			}
			for _, row := range b.table.rows {
				if row.part.Use == "" && len(row.cells) > 0 {
					r.severityRow(d, b.table, row)
				}
			}
		}
	}
	for _, sub := range s.subs {
		r.severityLists(d, sub, kind, declared)
	}
}

// severityList reads "- **P0 – Critical**: respond within 15 minutes …" where
// no matrix names the label yet.
func (r *reader) severityItem(d *document, it *item) bool {
	if len(it.first) == 0 {
		return false
	}
	head, text := it.first[0].label, it.first[0].text
	if head == "" {
		head, text = leadOf(it.first[0].text)
	}
	label, name, ok := splitLabel(head)
	if !ok {
		// "P1 — Everything is slow: respond within 1 hour" names the label and an example.
		m := labelStart.FindStringSubmatch(bare(head))
		if m == nil {
			return false
		}
		label, name = m[1], ""
		text = strings.Trim(strings.Replace(bare(head), m[1], "", 1), " :-–—()[]") + ". " + text
	}
	use(it.part, "severity")
	i := r.severity(label, name)
	r.sentences(d, it.line, i, text)
	for _, l := range it.first[1:] {
		r.sentences(d, l.no, i, l.whole())
	}
	for _, b := range it.blocks {
		r.procedureBlock(d, i, b)
	}
	return true
}

// leadOf splits "P0 (Critical): text" or "P0 - text" at the first colon or dash.
func leadOf(s string) (head, rest string) {
	if i := strings.IndexAny(s, ":："); i > 0 && i < 40 {
		return s[:i], strings.TrimLeft(s[i:], ":： ")
	}
	if m := dashSplit.FindStringIndex(s); m != nil && m[0] < 40 {
		return s[:m[0]], s[m[1]:]
	}
	return s, ""
}

// severity returns the index of a label, adding it when it is new.
func (r *reader) severity(label, name string) int {
	if i, ok := exactly(r.book.Policy, label); ok {
		if r.book.Policy.Severities[i].Name == "" {
			r.book.Policy.Severities[i].Name = name
		}
		return i
	}
	if name != "" {
		if i, ok := exactly(r.book.Policy, name); ok {
			return i
		}
	}
	if n := len(r.book.Policy.Severities); n >= maxSeverities {
		return n - 1
	}
	r.book.Policy.Severities = append(r.book.Policy.Severities, incident.Severity{Label: label, Name: name})
	return len(r.book.Policy.Severities) - 1
}
