package playbooks

import (
	"strings"

	"mayday/incident"
)

// checklistFor returns the checklist of a section, making it on first use.
func (r *reader) checklistFor(d *document, s *section) *Checklist {
	i, known := r.lists[s]
	if !known {
		i = len(r.book.Checklists)
		r.lists[s] = i
		r.book.Checklists = append(r.book.Checklists, Checklist{Name: checklistName(s.heading), Every: every(s), Source: source(d, s.line)})
	}
	return &r.book.Checklists[i]
}

// checklistName takes "checklist" and "tasks" off a heading: "Morning Checklist" is "Morning".
func checklistName(heading string) string {
	var kept []string
	for _, w := range strings.Fields(bare(heading)) {
		switch plain(w) {
		case "checklist", "checklists", "list":
		default:
			kept = append(kept, w)
		}
	}
	return firstOf(strings.Trim(strings.Join(kept, " "), " :-–—"), bare(heading), "Checklist")
}

// every tells how often a checklist is due, by its own heading or the ones above.
func every(s *section) string {
	for ; s != nil; s = s.up {
		switch p := plain(s.heading); {
		case hasWord(p, "morning", "daily", "every day", "each day", "day", "evening", "shift", "handoff", "handover", "nightly"):
			return "daily"
		case hasWord(p, "weekly", "every week", "week"):
			return "weekly"
		case hasWord(p, "monthly", "every month", "month"):
			return "monthly"
		}
	}
	return ""
}

// checklist reads the lists of a section as one checklist. A query in a block
// below an item answers that item.
func (r *reader) checklist(d *document, s *section) {
	var last *Item
	for _, b := range s.blocks {
		switch {
		case b.items != nil:
			for _, it := range b.items {
				if it.part.Use != "" || len(it.first) == 0 || topicOf(s.heading) != checklists && !it.task && every(s) == "" {
					continue
				}
				last = r.checkItem(d, s, it)
			}
		case b.code != nil && isSQL(b.code) && last != nil && last.Query == nil:
			r.answer(d, s, last, b)
		}
	}
}

func (r *reader) checkItem(d *document, s *section, it *item) *Item {
	use(it.part, "checklist item")
	c := r.checklistFor(d, s)
	one := Item{Text: itemText(it), Source: source(d, it.line)}
	for _, l := range it.first {
		one.Links = append(one.Links, l.links...)
	}
	var sql []block
	for _, b := range it.blocks {
		switch {
		case b.code != nil && isSQL(b.code) && one.Query == nil:
			sql = append(sql, b)
		case b.code != nil:
			use(b.part, "note")
			one.Notes = append(one.Notes, strings.Split(b.code.text, "\n")...)
		default:
			one.Notes = append(one.Notes, blockNotes(b)...)
		}
	}
	c.Items = append(c.Items, one)
	last := &c.Items[len(c.Items)-1]
	for _, b := range sql {
		r.answer(d, s, last, b)
	}
	return last
}

// answer gives an item the first statement of a block that only reads.
func (r *reader) answer(d *document, s *section, it *Item, b block) {
	if b.part.Use != "" {
		return
	}
	use(b.part, "queries")
	for _, q := range r.statements(d, b.code) {
		if q.sql == "" || q.why != "" {
			continue
		}
		query := r.query(slugOf(checklistName(s.heading)), firstOf(q.title, it.Text), q.sql, source(d, q.line))
		if it.Query == nil {
			it.Query = &incident.Query{Name: query.Name, Title: query.Title, SQL: query.SQL, Source: query.Source}
		}
	}
}

// blockNotes are the lines of a nested paragraph, list or table, each marked used.
func blockNotes(b block) []string {
	var out []string
	use(b.part, "note")
	for _, l := range b.prose {
		out = append(out, l.whole())
	}
	for _, it := range b.items {
		use(it.part, "note")
		out = append(out, itemText(it))
		for _, sub := range it.blocks {
			if sub.code != nil {
				use(sub.part, "note")
				out = append(out, strings.Split(sub.code.text, "\n")...)
				continue
			}
			out = append(out, blockNotes(sub)...)
		}
	}
	if b.table != nil {
		for _, row := range b.table.rows {
			use(row.part, "note")
			out = append(out, rowLine(b.table, row).whole())
		}
	}
	return out
}
