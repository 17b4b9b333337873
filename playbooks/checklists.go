package playbooks

import (
	"strings"

	"mayday/incident"
	"mayday/playbooks/reading"
)

// checklistFor returns the checklist of a section, making it on first use.
func (r *reader) checklistFor(d *doc, s *reading.Section) *Checklist {
	i, known := r.lists[s]
	if !known {
		i = len(r.book.Checklists)
		r.lists[s] = i
		r.book.Checklists = append(r.book.Checklists, Checklist{Name: checklistName(s.Heading), Every: every(s), When: when(s), Source: d.source(s.Line)})
	}
	return &r.book.Checklists[i]
}

// checklistName takes "checklist" off a heading: "Morning Checklist" is "Morning".
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
func every(s *reading.Section) string {
	for ; s != nil; s = s.Up {
		switch p := plain(s.Heading); {
		case hasWord(p, "morning", "daily", "every day", "each day", "day", "evening", "shift", "handoff", "handover", "nightly",
			"diario", "diaria", "diário", "diária", "quotidien", "quotidienne", "täglich", "tägliche", "giornaliero", "giornaliera", "dagelijks", "dagelijkse", "codziennie", "codzienna",
			"ежедневно", "ежедневный", "ежедневная", "щоденно", "щоденний") || strings.ContainsAny(p, "每毎日") && (strings.Contains(p, "每日") || strings.Contains(p, "每天") || strings.Contains(p, "毎日") || strings.Contains(p, "日次")) || strings.Contains(p, "매일"):
			return "daily"
		case hasWord(p, "weekly", "every week", "week", "semanal", "hebdomadaire", "wöchentlich", "wöchentliche", "settimanale", "wekelijks", "wekelijkse", "co tydzień", "tygodniowa",
			"еженедельно", "еженедельный", "щотижня", "щотижневий") || strings.Contains(p, "每周") || strings.Contains(p, "毎週") || strings.Contains(p, "週次") || strings.Contains(p, "매주"):
			return "weekly"
		case hasWord(p, "monthly", "every month", "month", "mensual", "mensal", "mensuel", "mensuelle", "monatlich", "monatliche", "mensile", "maandelijks", "maandelijkse", "miesięczna",
			"ежемесячно", "ежемесячный", "щомісяця", "щомісячний") || strings.Contains(p, "每月") || strings.Contains(p, "毎月") || strings.Contains(p, "月次") || strings.Contains(p, "매월"):
			return "monthly"
		}
	}
	return ""
}

// checklist reads what one section of a checklist holds. A query in a block
// below an item answers that item. A section below a checklist that holds no
// list is one item, titled by its heading.
func (r *reader) checklist(d *doc, s *reading.Section, run []*part) {
	var last *Item
	list := s
	for _, p := range run {
		if p.taken {
			continue
		}
		switch {
		case p.Kind == reading.PartHeading:
			p.take(reading.UseHeading)
			if oneItem(s, run) {
				list = s.Up
				last = r.addItem(d, list, Item{Text: s.Title, Links: linksOf(s.Links), Source: d.source(s.Line)})
			}
		case last == nil && r.aboutRounds(d, list, p):
		case d.aboutDocument(p):
			r.factsOf(d, p)
		case p.Use == reading.UseReader && (last == nil || list == s):
		case p.Code != nil && isSQL(p.Code) && last != nil && last.Query == nil:
			r.answer(d, list, last, p)
		case p.Code != nil && last != nil:
			p.take(reading.UseChecklist)
			last.Notes = append(last.Notes, strings.Split(p.Code.Text, "\n")...)
		case p.Code != nil && isSQL(p.Code):
			r.namedQueries(d, s.Heading, p)
		case p.Code != nil:
			p.take(reading.UseChecklist)
			last = r.addItem(d, list, Item{Text: codeTitle(incident.Code{Text: p.Code.Text}, ""), Notes: strings.Split(p.Code.Text, "\n"), Source: d.source(p.Line)})
		case p.Row != nil && p.Inside == nil:
			last = r.rowItem(d, list, p)
		case p.Item != nil && p.Depth == 0 && list == s:
			p.take(reading.UseChecklist)
			if p.text() != "" {
				last = r.addItem(d, list, Item{Text: p.text(), Links: p.links(), Source: d.source(p.Line)})
			}
		case last != nil:
			p.take(reading.UseChecklist)
			last.Notes = append(last.Notes, p.text())
			last.Links = append(last.Links, p.links()...)
		case p.Kind == reading.PartProse && d.Instructs(p.Text()):
			p.take(reading.UseChecklist)
			last = r.addItem(d, list, Item{Text: p.text(), Links: p.links(), Source: d.source(p.Line)})
		}
	}
}

// oneItem reports whether a section of a checklist is an item of the one above
// it: its heading names neither a checklist nor a cadence, and no list stands in it.
func oneItem(s *reading.Section, run []*part) bool {
	if s.Up == nil || s.Up.Kind != reading.Checklist || len(s.Subs) > 0 || s.Title == "" || s.Doc.Classes(s.Title).Has(reading.ChecklistWord, reading.CadenceWord) {
		return false
	}
	for _, p := range run {
		if p.Item != nil && p.Depth == 0 || p.Row != nil {
			return false
		}
	}
	return len(run) > 1
}

func (r *reader) addItem(d *doc, s *reading.Section, it Item) *Item {
	c := r.checklistFor(d, s)
	c.Items = append(c.Items, it)
	return &c.Items[len(c.Items)-1]
}

// answer gives an item the first statement of a block that only reads.
func (r *reader) answer(d *doc, s *reading.Section, it *Item, p *part) {
	p.take(reading.UseQuery)
	for _, q := range r.statements(d, p.Code) {
		if q.sql == "" || q.why != "" {
			continue
		}
		query := r.query(slugOf(checklistName(s.Heading)), firstOf(q.title, it.Text), q.sql, d.source(q.line))
		if it.Query == nil {
			it.Query = &incident.Query{Name: query.Name, Title: query.Title, SQL: query.SQL, Source: query.Source}
			for _, note := range q.notes {
				if expectWord.MatchString(note) {
					it.Notes = append(it.Notes, note)
				}
			}
		}
	}
}

// rowItem reads a checklist written as a table.
func (r *reader) rowItem(d *doc, s *reading.Section, p *part) *Item {
	var it Item
	for i, x := range p.Row.Cells {
		it.Links = append(it.Links, linksOf(x.Links)...)
		switch {
		case x.Text == "" || i == 0 && onlyNumber(x.Text):
		case it.Text == "":
			it.Text = x.Text
		default:
			it.Notes = append(it.Notes, cellNote(p.Table, i, x.Text))
		}
	}
	p.take(reading.UseChecklist)
	if strings.TrimSpace(it.Text) == "" {
		return nil
	}
	it.Source = d.source(p.Line)
	return r.addItem(d, s, it)
}
