package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// entry is one contact, supplier, dashboard or status page as a document
// writes it: a heading or bold label with labelled lines below it, a table row,
// or a list item.
type entry struct {
	title  string
	line   int
	parts  []*part
	fields []entryField
	links  []incident.Link
	// row: the entry is a row of a table, so that its cells are fields by their heads.
	row bool
	// headed: the title is the heading of its section.
	headed bool
}

type entryField struct {
	name  string // as written, "" for a line without a name
	value string
	links []incident.Link
	items []outline.Line // a list below the field: "Check:" with its points
	line  int
}

// entries collects what the sections of one kind say, one after the other. A
// label such as "Check:" continues the entry of the section that it stands in.
type entries struct {
	kind    reading.Kind
	section *reading.Section
	cur     *entry
	found   []*entry
}

// isEntries: sections of these kinds hold entries.
func isEntries(k reading.Kind) bool {
	return k == reading.Contacts || k == reading.Suppliers || k == reading.Dashboards || k == reading.StatusPages
}

// codeContacts reads people from a block of "Role: address" lines.
func (r *reader) codeContacts(d *doc, p *part) {
	for i, text := range strings.Split(p.Code.Text, "\n") {
		name, value, ok := field(outline.Line{Text: strings.TrimLeft(oneLine(text), "-* ")})
		if !ok || !reachesSomebody(value) {
			continue
		}
		no := p.Code.Line + i
		if r.contact(d, &entry{title: name, line: no, fields: []entryField{{value: value, line: no}}}) {
			p.take(reading.UseContact)
		}
	}
}

// entriesKind is the kind of entries that a section holds; Reader for none.
func entriesKind(s *reading.Section) reading.Kind {
	if s.Up != nil && isEntries(s.Up.Kind) && labelField(s) {
		return s.Up.Kind
	}
	if isEntries(s.Kind) {
		return s.Kind
	}
	return reading.Reader
}

// collect adds what one section says to the entries.
func (r *reader) collect(d *doc, s *reading.Section, run []*part) {
	kind := entriesKind(s)
	e := &r.open
	if e.section == nil || s.Up != e.section || !labelField(s) || describesOne(run) {
		r.closeEntries(d)
		*e = entries{kind: kind, section: s}
		if s.Heading != "" && namesEntry(d, s, kind, run) {
			e.cur = &entry{title: bare(s.Heading), line: s.Line, links: linksOf(s.Links), headed: true}
			e.found = append(e.found, e.cur)
		}
	} else if e.cur != nil {
		e.cur.fields = append(e.cur.fields, entryField{name: bare(s.Heading), line: s.Line, links: linksOf(s.Links)})
	}
	var item *entry
	for _, p := range run {
		switch {
		case p.taken:
		case p.Kind == reading.PartHeading:
			p.take(reading.UseHeading)
		case p.Kind == reading.PartProse && p.Inside == nil:
			e.prose(p)
			item = nil
		case p.Item != nil && p.Depth == 0:
			item = e.item(d, p)
		case p.Row != nil && p.Inside == nil:
			if kind == reading.Contacts && d.tableOfSuppliers(p.Table) {
				r.file(d, rowEntry(p), reading.Suppliers)
				break
			}
			e.rowOf(d, p)
		case p.Code != nil && kind == reading.Contacts && p.Inside == nil:
			r.codeContacts(d, p)
		case p.Code == nil && item != nil:
			item.parts = append(item.parts, p)
			for _, l := range p.lines() {
				item.addLine(l)
			}
		}
	}
}

// closeEntries files the entries that were collected.
func (r *reader) closeEntries(d *doc) {
	e := r.open
	r.open = entries{}
	for _, one := range e.found {
		r.file(d, one, e.kind)
	}
}

// namesEntry reports whether the heading of a section is the name of an entry:
// "### Sentry", and "### On-Call Engineer" when what stands below it describes
// one person. A heading that only announces the kind is none.
func namesEntry(d *doc, s *reading.Section, kind reading.Kind, run []*part) bool {
	described := describesOne(run)
	switch kind {
	case reading.Contacts:
		return described
	case reading.Suppliers:
		return described || !s.Named(reading.SuppliersWord, reading.ContactsWord)
	case reading.Dashboards:
		return described || !s.Named(reading.DashboardsWord, reading.ReferenceWord)
	case reading.StatusPages:
		return !s.Named(reading.StatusPagesWord)
	}
	return false
}

// describesOne reports whether the first line of a section is a field of one
// entry, "Name: Ana Ruiz", and not an entry of its own.
func describesOne(run []*part) bool {
	for _, p := range run {
		if p.Kind == reading.PartHeading {
			continue
		}
		if lines := p.lines(); len(lines) > 0 && p.Row == nil {
			name, value, ok := field(lines[0])
			_, rota := sourceIn(entryField{name: name, value: value, links: linksOf(lines[0].Links)})
			return ok && (fieldName(name) || rota) && !listsSeveral(run)
		}
		return false
	}
	return false
}

// listsSeveral reports whether two lines or more are labelled with who is meant and
// hold an address: "Security: …", "Legal: …" are two contacts, "Email", "Phone" are one.
func listsSeveral(run []*part) bool {
	n := 0
	for _, p := range run {
		if p.Kind == reading.PartHeading || p.Row != nil || p.Code != nil || p.Inside != nil {
			continue
		}
		for _, l := range p.lines() {
			name, value, ok := field(l)
			if !ok || !reachesSomebody(value) {
				continue
			}
			switch contactFieldOf(name) {
			case noField, roleField, nameField:
				n++
			}
		}
	}
	return n >= 2
}

// prose reads a line of a paragraph: labelled lines are fields of the open
// entry, or entries of their own.
func (e *entries) prose(p *part) {
	l := p.Text()
	name, value, ok := field(l)
	switch {
	case e.cur == nil && ok && value != "" && !fieldName(name) && (len(l.Links) > 0 || reachesSomebody(value)):
		e.found = append(e.found, &entry{title: name, line: l.No, parts: []*part{p}, links: linksOf(l.Links), fields: []entryField{{value: value, links: linksOf(l.Links), line: l.No}}})
	case e.cur == nil:
	case ok:
		e.cur.parts = append(e.cur.parts, p)
		e.cur.fields = append(e.cur.fields, entryField{name: name, value: value, links: linksOf(l.Links), line: l.No})
	case len(l.Links) > 0 || reachesSomebody(l.Text):
		e.cur.parts = append(e.cur.parts, p)
		e.cur.fields = append(e.cur.fields, entryField{value: l.Text, links: linksOf(l.Links), line: l.No})
	}
}

// item reads one item: a field of the entry that stands open, or an entry. It
// returns the entry to which what is nested in it belongs.
func (e *entries) item(d *doc, p *part) *entry {
	if len(p.Item.Lines) == 0 {
		return e.cur
	}
	l := p.Item.Lines[0]
	name, value, ok := field(l)
	if e.cur == nil {
		one := itemEntry(p, name, value, ok)
		if one == nil || e.kind == reading.Dashboards && len(one.links) == 0 && len(one.fields) == 0 {
			return nil
		}
		e.found = append(e.found, one)
		return one
	}
	e.cur.parts = append(e.cur.parts, p)
	n := len(e.cur.fields)
	switch {
	case n > 0 && e.cur.fields[n-1].value == "" && (!ok || looksFor(e.cur.fields[n-1].name)):
		e.cur.fields[n-1].items = append(e.cur.fields[n-1].items, outline.Line{No: p.Line, Text: p.text()})
	case ok:
		e.cur.fields = append(e.cur.fields, entryField{name: name, value: value, links: linksOf(l.Links), line: p.Line})
	default:
		e.cur.fields = append(e.cur.fields, entryField{value: p.text(), links: linksOf(l.Links), line: p.Line})
	}
	return e.cur
}

// looksFor: the points below this field are what to look for.
func looksFor(name string) bool {
	return hasWord(plain(name), "check", "checks", "watch", "look for", "metrics", "what to check", "panels")
}

// itemEntry makes an entry of "**Supabase:** status.supabase.com",
// "Primary: Ana Ruiz, ana@example.com" or "[Grafana](https://…)".
func itemEntry(p *part, name, value string, named bool) *entry {
	l := p.Item.Lines[0]
	e := &entry{line: p.Line, parts: []*part{p}, links: linksOf(l.Links)}
	switch {
	case named:
		e.title = name
		if value != "" {
			e.fields = append(e.fields, entryField{value: value, links: linksOf(l.Links), line: p.Line})
		}
	case len(l.Links) > 0:
		head, rest := leadOf(l.Whole())
		e.title = head
		if rest == "" {
			e.title = l.Links[0].Name
		}
		e.fields = append(e.fields, entryField{value: firstOf(rest, l.Whole()), links: linksOf(l.Links), line: p.Line})
	default:
		head, rest := leadOf(l.Whole())
		if rest == "" {
			head, rest, _ = strings.Cut(l.Whole(), ", ")
		}
		if rest == "" && len(p.Item.Blocks) == 0 {
			if !reachesSomebody(head) {
				return nil
			}
			rest = head
		}
		e.title = strings.TrimSpace(head)
		if rest != "" {
			e.fields = append(e.fields, entryField{value: rest, line: p.Line})
		}
	}
	for _, more := range p.Item.Lines[1:] {
		e.addLine(more)
	}
	return e
}

var dashSplit = lazyregexp.New(`\s+[-–—=]\s+`)

// leadOf splits "Ana Ruiz (lead): text" or "Ana - text" at the first colon or dash.
func leadOf(s string) (head, rest string) {
	if i := strings.IndexAny(s, ":："); i > 0 && i < 40 && !strings.Contains(s[:i], "(") && !strings.HasPrefix(s[i:], "://") {
		return s[:i], strings.TrimLeft(s[i:], ":： ")
	}
	if m := dashSplit.FindStringIndex(s); m != nil && m[0] < 40 {
		return s[:m[0]], s[m[1]:]
	}
	return s, ""
}

// addLine adds one further line of an entry as a field.
func (e *entry) addLine(l outline.Line) {
	name, value, ok := field(l)
	if !ok {
		name, value = "", l.Whole()
	}
	e.fields = append(e.fields, entryField{name: name, value: value, links: linksOf(l.Links), line: l.No})
}

// rowOf makes an entry of a row: the first cell is its title.
func (e *entries) rowOf(d *doc, p *part) {
	if len(p.Row.Cells) == 0 {
		return
	}
	e.found = append(e.found, rowEntry(p))
}

func rowEntry(p *part) *entry {
	one := &entry{title: p.Row.Cells[0].Text, line: p.Line, parts: []*part{p}, row: true}
	for i, c := range p.Row.Cells {
		one.links = append(one.links, linksOf(c.Links)...)
		if i == 0 || c.Text == "" {
			continue
		}
		name := ""
		if i < len(p.Table.Head) {
			name = p.Table.Head[i]
		}
		one.fields = append(one.fields, entryField{name: name, value: c.Text, links: linksOf(c.Links), line: p.Line})
	}
	return one
}

// fieldName reports whether a label is the name of a field rather than of an entry.
func fieldName(s string) bool {
	switch plain(s) {
	case "url", "link", "check", "checks", "support", "dashboard", "status", "docs", "documentation", "note", "notes", "watch", "look for", "metrics",
		"what to check", "panels", "address", "purpose", "access":
		return true
	}
	return contactFieldOf(s) != noField
}

// labelField reports whether a label on a line of its own names a field of the
// entry above it, "Check:", and not an entry such as "On-Call Engineer:".
func labelField(s *reading.Section) bool {
	if !s.Label() || !fieldName(s.Heading) {
		return false
	}
	_, exact := contactWordIndex[plain(s.Heading)]
	return exact || contactFieldOf(s.Heading) == noField
}

// file keeps an entry with its kind.
func (r *reader) file(d *doc, e *entry, kind reading.Kind) {
	kept, use := false, reading.UseContact
	switch kind {
	case reading.Contacts:
		kept = r.contact(d, e)
	case reading.Suppliers:
		kept = r.supplier(d, e)
	case reading.Dashboards:
		kept, use = r.dashboardEntry(d, e), reading.UseDashboard
	case reading.StatusPages:
		kept, use = r.statusEntry(d, e), reading.UseStatusPage
	}
	for _, p := range e.parts {
		if kept {
			p.take(use)
		} else if !p.taken {
			p.leave("it names nobody to reach and no address")
		}
	}
}

// leftover reports the words of a field that are not among those used.
func (r *reader) leftover(d *doc, f entryField, of string, used ...string) {
	rest := f.value
	for _, u := range used {
		if u != "" {
			rest = strings.Replace(rest, u, " ", 1)
		}
	}
	rest = withoutAddresses(rest)
	if rest = strings.Trim(oneLine(rest), " .,;:()<>[]|/-–—·"); len(plain(rest)) > 2 {
		r.notice(d, f.line, "these words about "+clip(of, 40)+" are not used: "+clip(rest, 60), "fine when they are only for readers")
	}
}
