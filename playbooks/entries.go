package playbooks

import (
	"regexp"
	"strings"

	"mayday/incident"
)

// entry is one contact, supplier, dashboard or status page as a document
// writes it: a heading or bold label with labelled lines below it, a table row,
// or a list item.
type entry struct {
	title  string
	line   int
	parts  []*Part
	fields []field
	links  []incident.Link
}

type field struct {
	name  string // as written, "" for a line without a name
	value string
	links []incident.Link
	items []line // a list below the field: "Check:" with its points
	line  int
}

// entries collects what one section says about contacts, suppliers, dashboards
// or status pages and files it by kind.
func (r *reader) entries(d *document, s *section, kind topic) {
	var found []*entry
	var cur *entry
	// A sub-heading below the topic's own heading names the entry: "### Sentry", and
	// "### On-Call Engineer" when what stands below it describes one person.
	if s.heading != "" && (topicOf(s.heading) == unknown || kind == contacts && s.describesOne()) {
		cur = &entry{title: bare(s.heading), line: s.line, links: s.links}
		found = append(found, cur)
	}
	for _, b := range s.blocks {
		switch {
		case b.prose != nil:
			found, cur = entryProse(found, cur, b)
		case b.items != nil:
			found = r.entryItems(found, cur, b, kind)
		}
	}
	for _, e := range found {
		r.file(d, e, kind)
	}
}

// describesOne reports whether the first line below a heading is a field of one
// entry, "Name: Ana Ruiz", and not an entry of its own.
func (s *section) describesOne() bool {
	for _, b := range s.blocks {
		lines := b.prose
		if len(b.items) > 0 {
			lines = b.items[0].first
		}
		if len(lines) > 0 {
			name, _, ok := lines[0].field()
			return ok && fieldName(name)
		}
	}
	return false
}

// entryProse reads a paragraph: a bold label alone opens an entry, labelled
// lines are its fields.
func entryProse(found []*entry, cur *entry, b block) ([]*entry, *entry) {
	for _, l := range b.prose {
		name, value, ok := l.field()
		switch {
		case ok && value == "" && l.label != "" && !fieldName(name):
			cur = &entry{title: name, line: l.no, links: l.links}
			found = append(found, cur)
			use(b.part, "entry")
		case cur == nil && ok && l.label != "" && !fieldName(name) && value != "" && (len(l.links) > 0 || emailShape.MatchString(value) || phoneShape.MatchString(value)):
			found = append(found, &entry{title: name, line: l.no, links: l.links, fields: []field{{value: value, links: l.links, line: l.no}}})
			use(b.part, "entry")
		case cur == nil:
		case ok:
			cur.fields = append(cur.fields, field{name: name, value: value, links: l.links, line: l.no})
			use(b.part, "field")
		case len(l.links) > 0 || emailShape.MatchString(l.text):
			cur.fields = append(cur.fields, field{value: l.text, links: l.links, line: l.no})
			use(b.part, "field")
		}
	}
	return found, cur
}

// entryItems reads a list: the fields of the entry that stands open, or one
// entry an item.
func (r *reader) entryItems(found []*entry, cur *entry, b block, kind topic) []*entry {
	for _, it := range b.items {
		if len(it.first) == 0 || it.part.Use != "" {
			continue
		}
		l := it.first[0]
		name, value, ok := l.field()
		if cur != nil {
			if n := len(cur.fields); n > 0 && cur.fields[n-1].value == "" && !ok || n > 0 && cur.fields[n-1].value == "" && hasWord(plain(cur.fields[n-1].name), "check", "checks", "watch", "look for", "metrics", "what to check", "panels") {
				cur.fields[n-1].items = append(cur.fields[n-1].items, line{no: it.line, text: itemText(it)})
			} else if ok {
				cur.fields = append(cur.fields, field{name: name, value: value, links: l.links, line: it.line})
			} else {
				cur.fields = append(cur.fields, field{value: itemText(it), links: l.links, line: it.line})
			}
			cur.parts = append(cur.parts, it.part)
			cur.nested(it.blocks)
			continue
		}
		e := itemEntry(it, name, value, ok)
		if e == nil {
			continue
		}
		e.nested(it.blocks)
		if kind == dashboards && len(e.links) == 0 && len(e.fields) == 0 {
			continue
		}
		found = append(found, e)
	}
	return found
}

// itemEntry makes an entry of "**Supabase:** status.supabase.com",
// "Primary: Ana Ruiz, ana@example.com" or "[Grafana](https://…)".
func itemEntry(it *item, name, value string, named bool) *entry {
	l := it.first[0]
	e := &entry{line: it.line, parts: []*Part{it.part}, links: l.links}
	switch {
	case named:
		e.title = name
		if value != "" {
			e.fields = append(e.fields, field{value: value, links: l.links, line: it.line})
		}
	case len(l.links) > 0:
		head, rest := leadOf(l.whole())
		e.title = head
		if rest == "" {
			e.title = l.links[0].Name
		}
		e.fields = append(e.fields, field{value: firstOf(rest, l.whole()), links: l.links, line: it.line})
	default:
		head, rest := leadOf(l.whole())
		if rest == "" {
			head, rest, _ = strings.Cut(l.whole(), ", ")
		}
		if rest == "" && len(it.blocks) == 0 {
			if !emailShape.MatchString(head) && !phoneShape.MatchString(head) {
				return nil
			}
			rest = head
		}
		e.title = strings.TrimSpace(head)
		if rest != "" {
			e.fields = append(e.fields, field{value: rest, line: it.line})
		}
	}
	for _, more := range it.first[1:] {
		e.addLine(more)
	}
	return e
}

// addLine adds one further line of an entry as a field.
func (e *entry) addLine(l line) {
	name, value, ok := l.field()
	if !ok {
		name, value = "", l.whole()
	}
	e.fields = append(e.fields, field{name: name, value: value, links: l.links, line: l.no})
}

// nested adds what stands below an entry's item as its fields.
func (e *entry) nested(blocks []block) {
	for _, b := range blocks {
		for _, l := range b.prose {
			e.addLine(l)
			use(b.part, "field")
		}
		for _, it := range b.items {
			e.parts = append(e.parts, it.part)
			for _, l := range it.first {
				e.addLine(l)
			}
			e.nested(it.blocks)
		}
		if b.table != nil {
			for _, row := range b.table.rows {
				e.parts = append(e.parts, row.part)
				e.addLine(rowLine(b.table, row))
			}
		}
	}
}

// fieldName reports whether a label is the name of a field rather than of an entry.
func fieldName(s string) bool {
	switch plain(s) {
	case "url", "link", "check", "checks", "name", "phone", "email", "e mail", "slack", "hours", "escalation", "support", "dashboard", "status", "docs",
		"documentation", "note", "notes", "watch", "look for", "metrics", "what to check", "panels", "address", "mobile", "purpose", "access":
		return true
	}
	return false
}

// file keeps an entry with its kind.
func (r *reader) file(d *document, e *entry, kind topic) {
	kept := false
	switch kind {
	case contacts:
		kept = r.contact(d, e)
	case external:
		kept = r.supplier(d, e)
	case dashboards:
		kept = r.dashboardEntry(d, e)
	case statusPages:
		kept = r.statusEntry(d, e)
	}
	if kept {
		for _, p := range e.parts {
			use(p, "entry")
		}
	}
}

var (
	emailShape = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	phoneShape = regexp.MustCompile(`(?:\+|\b00|\()?\d[\d\s().x/-]{5,22}\d`)
	slackShape = regexp.MustCompile(`(?:^|[\s(,])(@[a-z0-9][a-z0-9._-]{1,40}|<[@!][^>]{2,40}>|\b[US][A-Z0-9]{7,12}\b)`)
)

// namesPeople reports whether a list of a section holds addresses or numbers
// of people: an escalation path rather than a table of levels.
func namesPeople(s *section) bool {
	for _, b := range s.blocks {
		for _, it := range b.items {
			if t := itemText(it); emailShape.MatchString(t) || slackShape.MatchString(t) {
				return true
			}
		}
	}
	return false
}

// lastLine is the last line on which the entry says something.
func (e *entry) lastLine() int {
	last := e.line
	for _, f := range e.fields {
		last = max(last, f.line)
	}
	for _, p := range e.parts {
		last = max(last, p.Line)
	}
	return last
}

// reject reports an entry as a whole.
func (r *reader) reject(d *document, e *entry, level Level, what, fix string) {
	f := Finding{File: d.name, Line: e.line, End: e.lastLine(), Level: level, What: what, Fix: fix}
	if f.End == f.Line {
		f.End = 0
	}
	r.find(f)
	for _, p := range e.parts {
		use(p, Reported)
	}
}

// leftover reports the words of a field that are not among those used.
func (r *reader) leftover(d *document, f field, of string, used ...string) {
	rest := f.value
	for _, u := range used {
		if u != "" {
			rest = strings.Replace(rest, u, " ", 1)
		}
	}
	rest = bareAddress.ReplaceAllString(rest, " ")
	if rest = strings.Trim(oneLine(rest), " .,;:()<>[]|/-–—·"); len(plain(rest)) > 2 {
		r.notice(d, f.line, "these words about "+clip(of, 40)+" are not used: "+clip(rest, 60), "fine when they are only for readers")
	}
}
