package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// routine files what one section holds beside steps: contacts, suppliers,
// dashboards, status pages, checklists, queries, tools, access, facts. Group is
// the slug of the scenario around it, "" outside.
func (r *reader) routine(d *doc, s *reading.Section, run []*part, group string) {
	r.tables(d, s, run)
	if entriesKind(s) != reading.Reader {
		r.collect(d, s, run)
	} else {
		r.closeEntries(d)
	}
	switch s.Kind {
	case reading.Checklist:
		r.checklist(d, s, run)
	case reading.Tools:
		r.needs(d, run, &r.book.Tools)
	case reading.Access:
		r.needs(d, run, &r.book.Access)
	}
	if group == incident.GenericSlug {
		for _, p := range run {
			if !p.taken && p.Kind != reading.PartHeading && r.strayContact(d, s, p) {
				p.take(reading.UseContact)
			}
		}
	}
	if group != "" {
		return
	}
	boxes := run[0].Section.Kind != reading.Reader && run[0].Section.Kind != reading.Template && hasBoxes(run)
	if boxes && outsideOfAll(run) {
		r.checklist(d, s, boxesOf(run))
	}
	for _, p := range run {
		switch {
		case p.taken:
		case p.Kind == reading.PartHeading:
			p.take(reading.UseHeading)
		case r.strayContact(d, s, p):
			p.take(reading.UseContact)
		case d.aboutDocument(p):
			r.factsOf(d, p)
		case p.Code != nil && isSQL(p.Code) && s.Kind != reading.Template && s.Kind != reading.Output && p.Use != reading.UseSeverity:
			r.namedQueries(d, s.Heading, p)
		case p.Use == reading.UseFact:
			r.factsOf(d, p)
		case p.Use == reading.UseDashboard || p.Use == reading.UseStatusPage || p.Use == reading.UseContact || p.Use == reading.UseQuery || p.Use == reading.UseSeverity || p.Use == reading.UseTool || p.Use == reading.UseChecklist:
			p.leave("nothing in it says what the section is about")
		case p.Use == reading.UseSign:
			r.shared = append(r.shared, p)
		case p.Use == reading.UsePrevention || p.Use == reading.UseAfterwards:
			r.afterAll(p)
		}
	}
}

// strayContact reads a labelled line such as "On-call contact: ops@acme.dev" at the
// end of a document, where no heading speaks of contacts.
func (r *reader) strayContact(d *doc, s *reading.Section, p *part) bool {
	switch s.Kind {
	case reading.Template, reading.Output, reading.Reference, reading.Prevention, reading.Suppliers, reading.Severities, reading.SeverityEntry, reading.Procedure, reading.Checklist:
		return false
	}
	if p.Kind != reading.PartProse && p.Item == nil || p.Inside != nil || p.Use == reading.UseStep || isEntries(s.Kind) {
		return false
	}
	lines := p.lines()
	if len(lines) != 1 || lines[0].Label == "" || emailShape.FindString(lines[0].Text) == "" {
		return false
	}
	c := d.Classes(lines[0].Label)
	if !c.Has(reading.ContactsWord) || c.Has(reading.SuppliersWord) || d.Whole(lines[0].Label).Has(reading.MetaField) && !c.Has(reading.Role) || d.Instructs(lines[0]) {
		return false
	}
	return r.contact(d, &entry{title: lines[0].Label, line: p.Line, parts: []*part{p}, fields: []entryField{{value: lines[0].Text, line: p.Line}}})
}

// outsideOfAll reports whether a section belongs neither to a scenario nor to the process.
func outsideOfAll(run []*part) bool { return run[0].Scenario == nil && !run[0].Generic }

// hasBoxes: most items of a section are boxes to tick.
func hasBoxes(run []*part) bool {
	boxes, items := 0, 0
	for _, p := range run {
		if p.Item != nil && p.Depth == 0 && !p.taken {
			items++
			boxes += boolInt(p.Item.Task)
		}
	}
	return boxes > 0 && boxes*2 >= items
}

// boxesOf are the lists of a section without its paragraphs.
func boxesOf(run []*part) []*part {
	var out []*part
	for _, p := range run {
		if p.Kind != reading.PartProse || p.Inside != nil {
			if p.Use == reading.UseReader {
				p.Use = reading.UseChecklist
			}
			out = append(out, p)
		}
	}
	return out
}

// tables reads the tables of people that stand where no heading speaks of
// contacts: one of their columns says what it holds, and its cells hold it.
func (r *reader) tables(d *doc, s *reading.Section, run []*part) {
	var t *outline.TableBlock
	people := false
	for _, p := range run {
		if p.Row == nil || p.taken || len(p.Row.Cells) == 0 {
			continue
		}
		if p.Table != t {
			t = p.Table
			people = s.Kind != reading.Suppliers && s.Kind != reading.Template && p.Use != reading.UseAfterwards && p.Use != reading.UsePrevention && tableOfPeople(t) && !d.tableOfSuppliers(t)
		}
		if !people {
			continue
		}
		e := rowEntry(p)
		if r.contact(d, e) {
			p.take(reading.UseContact)
		}
	}
}

// tableOfPeople: a column holds addresses under a head that says so.
func tableOfPeople(t *outline.TableBlock) bool {
	for i, h := range t.Head {
		switch contactFieldOf(h) {
		case emailField, phoneField, chatField, nameField:
		default:
			continue
		}
		n := 0
		for _, row := range t.Rows {
			if i < len(row.Cells) && (reachesSomebody(row.Cells[i].Text) || outline.HasPlaceholder(row.Cells[i].Text)) {
				n++
			}
		}
		if n > 0 && n*2 >= len(t.Rows) {
			return true
		}
	}
	return false
}

// tableOfSuppliers: the rows of a table are services that others run.
func (d *doc) tableOfSuppliers(t *outline.TableBlock) bool {
	for i, h := range t.Head {
		if i < 2 && (d.Whole(h).Has(reading.SuppliersWord) || hasWord(plain(h), "vendor", "supplier", "provider", "service", "servicio", "serviço", "fournisseur", "dienst", "servizio", "usługa",
			"сервис", "сервіс", "服务", "サービス", "서비스")) {
			return true
		}
	}
	return false
}

// needs keeps what a responder needs: tools or access rights.
func (r *reader) needs(d *doc, run []*part, to *[]string) {
	for _, p := range run {
		if p.taken || p.Kind == reading.PartHeading {
			continue
		}
		text := p.text()
		switch {
		case p.Code != nil && isSQL(p.Code):
			continue
		case p.Code != nil:
			text = oneLine(p.Code.Text)
		case p.Kind == reading.PartProse && p.Inside == nil:
			p.leave("it stands beside a list of tools")
			continue
		}
		if text != "" {
			*to = append(*to, text)
		}
		p.take(reading.UseTool)
	}
}

// factsOf keeps labelled lines about the document itself.
func (r *reader) factsOf(d *doc, p *part) {
	for _, l := range d.fieldLines(p) {
		if p.Row != nil && len(p.Row.Cells) == 2 {
			l = outline.Line{No: p.Line, Label: p.Row.Cells[0].Text, Text: p.Row.Cells[1].Text}
		}
		r.fact(l)
	}
	p.take(reading.UseFact)
}

func (r *reader) fact(l outline.Line) {
	name, value, ok := field(l)
	if !ok {
		name, value = "", l.Whole()
	}
	r.book.Facts = append(r.book.Facts, Fact{Name: name, Value: value})
}

// aboutDocument reports whether each line of a paragraph, or a row of two cells,
// is a field about the document: "Last updated: 2026-01-16".
func (d *doc) aboutDocument(p *part) bool {
	if p.Row != nil {
		return len(p.Row.Cells) == 2 && d.Whole(p.Row.Cells[0].Text).Has(reading.MetaField)
	}
	if p.Kind != reading.PartProse || p.Inside != nil {
		return false
	}
	for _, l := range d.fieldLines(p) {
		name, value, ok := field(l)
		if !ok || value == "" || len(strings.Fields(value)) > 8 || !d.Whole(name).Has(reading.MetaField) {
			return false
		}
	}
	return true
}

// pointsInside reports whether a part is little more than a link into the runbook itself.
func (r *reader) pointsInside(d *doc, p *part) bool {
	const longest = 120
	if r.refs[d] == nil {
		r.refs[d] = map[int]bool{}
		for _, ref := range d.Refs {
			r.refs[d][ref.Line] = true
		}
	}
	for no := p.Line; no <= p.End; no++ {
		if r.refs[d][no] {
			return len(p.text()) < longest
		}
	}
	return false
}

// shareSigns gives the signs that stand beside the scenarios of a file to each
// of them: "Symptoms" above "Scenario A" and "Scenario B".
func (r *reader) shareSigns(d *doc, scenarios []walkedSection) {
	for i := len(r.shared) - 1; i >= 0; i-- {
		p := r.shared[i]
		text := p.text()
		if p.Code != nil {
			text = oneLine(p.Code.Text)
		}
		for _, sc := range scenarios {
			if up := p.Section.Up; up == nil || below(sc.section, up) {
				pb := &r.book.Scenarios[sc.at]
				pb.Signs = append([]string{text}, pb.Signs...)
				p.take(reading.UseSign)
			}
		}
	}
	r.shared = nil
}

// walkedSection is a section that became the scenario with an index.
type walkedSection struct {
	section *reading.Section
	at      int
}

// afterAll keeps what follows, or prevents, any incident.
func (r *reader) afterAll(p *part) {
	var list []string
	if p.Code != nil {
		list = append(list, p.Code.Text)
	}
	for _, l := range p.lines() {
		if text := l.Whole(); text != "" {
			list = append(list, text)
		}
	}
	if p.Use == reading.UsePrevention {
		r.book.Process.Prevention = append(r.book.Process.Prevention, list...)
	} else {
		r.book.Process.Afterwards = append(r.book.Process.Afterwards, list...)
	}
	p.take(p.Use)
}

// settleParts reports every part that nobody used, one finding for each section
// that holds some, and lists what is for readers only.
func (r *reader) settleParts(d *doc) {
	runs(d.parts, func(s *reading.Section, run []*part) {
		counts := map[PartKind]int{}
		first, last := 0, 0
		for _, p := range run {
			if p.taken {
				continue
			}
			if r.pointsInside(d, p) && p.Code == nil {
				p.Use = reading.UseLink
			}
			if quiet(s, p) {
				r.book.Prose = append(r.book.Prose, d.source(p.Line))
				if p.Use != reading.UseLink {
					p.Use = reading.UseReader
				}
				continue
			}
			p.Use = reading.UseReported
			counts[PartKind(p.Kind)]++
			if first == 0 {
				first = p.Line
			}
			last = max(last, p.Line)
		}
		if len(counts) == 0 {
			return
		}
		end := 0
		if last > first {
			end = last
		}
		r.find(Finding{File: d.Name, Line: first, End: end, Level: Notice, What: tally(counts) + " not used, under " + quoteHeading(s),
			Fix: toBeUsed(s, run)})
	})
}

// quiet: a part that is for readers by what its section is, so that nobody has
// to be told that it is not used.
func quiet(s *reading.Section, p *part) bool {
	if p.Kind == reading.PartProse || p.Kind == reading.PartHeading || p.Use == reading.UseLink {
		return true
	}
	switch s.Kind {
	case reading.Template, reading.Output, reading.Reference:
		return true
	case reading.Reader:
		return s.Doc.Index || s.Doc.Record || s.Named(reading.ReaderWord, reading.ReferenceWord) || p.Why == "the document says so" || isTold(s.Told, "ignore")
	}
	if p.Item != nil {
		return strings.TrimSpace(p.text()) == "" || isTold(p.Item.Told, "ignore")
	}
	return p.Code != nil && (p.Code.Lang == "mermaid" || p.Code.Lang == "plantuml")
}
