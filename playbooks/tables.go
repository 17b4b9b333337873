package playbooks

import (
	"regexp"
	"strings"
)

// looseTable reads a table outside scenarios by the words of its head; the
// topic of the section decides only between kinds that look alike.
func (r *reader) looseTable(d *document, s *section, t *table, kind topic) {
	if _, ok := matrixOf(t); ok {
		return
	}
	head := make([]string, len(t.head))
	for i, h := range t.head {
		head[i] = plain(h)
	}
	has := func(words ...string) int {
		for i, h := range head {
			if hasWord(h, words...) {
				return i
			}
		}
		return -1
	}
	person := has("email", "phone", "e mail", "slack", "mobile", "contact", "handle")
	address := has("url", "link", "address", "status page", "dashboard", "page", "documentation", "docs", "runbook")
	for _, row := range t.rows {
		if len(row.cells) == 0 || row.part.Use != "" {
			continue
		}
		e := rowEntry(t, row)
		switch {
		case kind == external || kind == contacts && has("vendor", "supplier", "provider") >= 0:
			r.file(d, e, external)
		case kind == statusPages || has("status page") >= 0 && address >= 0:
			r.file(d, e, statusPages)
		case person >= 0 || kind == contacts:
			r.file(d, contactRow(t, row, head), contacts)
		case kind == severities && r.severityRow(d, t, row):
		case address >= 0 && len(e.links) > 0 || kind == dashboards:
			r.file(d, e, dashboards)
		case kind == tools:
			r.book.Tools = append(r.book.Tools, rowLine(t, row).whole())
			use(row.part, "tool")
		case kind == access:
			r.book.Access = append(r.book.Access, rowLine(t, row).whole())
			use(row.part, "access")
		case kind == checklists:
			r.rowItem(d, s, t, row)
		case r.rowLinks(d, row):
			use(row.part, "contents")
		}
	}
}

// rowEntry makes an entry of a row: the first cell is its title.
func rowEntry(t *table, row row) *entry {
	e := &entry{title: row.cells[0].text, line: row.line, parts: []*Part{row.part}}
	for i, c := range row.cells {
		e.links = append(e.links, c.links...)
		if i == 0 || c.text == "" {
			continue
		}
		name := ""
		if i < len(t.head) {
			name = t.head[i]
		}
		e.fields = append(e.fields, field{name: name, value: c.text, links: c.links, line: row.line})
	}
	return e
}

// contactRow makes an entry of a row whose columns are named; the role may
// stand in any of them.
func contactRow(t *table, row row, head []string) *entry {
	e := &entry{line: row.line, parts: []*Part{row.part}}
	for i, c := range row.cells {
		switch {
		case i >= len(head):
		case e.title == "" && hasWord(head[i], "role", "title", "position", "team", "level", "tier", "function"):
			e.title = c.text
		case c.text == "" && hasWord(head[i], "slack", "phone", "hours", "escalation", "notes", "mobile"):
		default:
			e.fields = append(e.fields, field{name: columnName(head[i]), value: c.text, links: c.links, line: row.line})
		}
	}
	return e
}

// columnName maps a column's head to a field that contacts know.
func columnName(h string) string {
	if hasWord(h, "contact") && !hasWord(h, "name") {
		return ""
	}
	return h
}

// severityRow reads a table that only defines severities, without times:
// "| P0 | Site down |".
func (r *reader) severityRow(d *document, t *table, row row) bool {
	label, name, ok := splitLabel(row.cells[0].text)
	if !ok {
		return false
	}
	use(row.part, "severity")
	i := r.severity(label, name)
	sev := &r.book.Policy.Severities[i]
	for n, c := range row.cells[1:] {
		if c.text == "" {
			continue
		}
		h := ""
		if n+1 < len(t.head) {
			h = plain(t.head[n+1])
		}
		switch {
		case sev.Name == "" && hasWord(h, "name"):
			sev.Name = c.text
		case sev.Examples == "":
			sev.Examples = c.text
		default:
			sev.Procedures = append(sev.Procedures, cellNote(t, n+1, c.text))
		}
	}
	return true
}

var trailingTime = regexp.MustCompile(`(?i)^(?:owner|frequency|when|last done|done|who)$`)

// rowItem reads a checklist written as a table.
func (r *reader) rowItem(d *document, s *section, t *table, row row) {
	c := r.checklistFor(d, s)
	it := Item{Text: row.cells[0].text, Source: source(d, row.line)}
	for i, x := range row.cells[1:] {
		if x.text != "" && (i+1 >= len(t.head) || !trailingTime.MatchString(t.head[i+1])) {
			it.Notes = append(it.Notes, cellNote(t, i+1, x.text))
		}
		it.Links = append(it.Links, x.links...)
	}
	if strings.TrimSpace(it.Text) == "" {
		return
	}
	c.Items = append(c.Items, it)
	use(row.part, "checklist item")
}

// rowLinks: a row of an index has a link into the runbook.
func (r *reader) rowLinks(d *document, row row) bool {
	return len(d.linksAt[row.line]) > 0
}
