package playbooks

import (
	"strings"
)

// topic is what a section outside scenarios speaks of.
type topic int

const (
	unknown topic = iota
	severities
	scenarios
	contacts
	external
	dashboards
	statusPages
	queries
	checklists
	tools
	access
	contents
	prose
)

// topicOf tells a section's topic by the words of its heading; the order of the
// questions matters where a heading answers several.
func topicOf(heading string) topic {
	h := plain(heading)
	switch {
	case hasWord(h, "table of contents", "contents", "toc", "index"):
		return contents
	case hasWord(h, "checklist", "checklists", "routine", "routines", "daily", "weekly", "monthly", "morning") && !hasWord(h, "contacts"):
		return checklists
	case hasWord(h, "status page", "status pages"):
		return statusPages
	case hasWord(h, "external", "vendor", "vendors", "supplier", "suppliers", "third party", "provider support", "vendor support"):
		return external
	case hasWord(h, "contact", "contacts", "on call", "oncall", "escalation path", "escalation chain", "escalation ladder",
		"escalation contacts", "who to call", "rota", "rotation", "team", "people", "phone numbers", "internal team"):
		return contacts
	case hasWord(h, "severity", "severities", "response matrix", "incident matrix", "priority levels", "incident levels", "priorities",
		"escalation", "escalation procedures", "sla", "slas", "response times", "severity levels", "incident classification"):
		return severities
	case hasWord(h, "sql", "queries", "query"):
		return queries
	case hasWord(h, "dashboard", "dashboards", "monitoring", "observability", "grafana", "useful links", "quick links", "links"):
		return dashboards
	case hasWord(h, "tools", "tooling", "required tools", "prerequisites"):
		return tools
	case hasWord(h, "access", "permissions", "credentials", "accounts"):
		return access
	case hasWord(h, "scenarios", "runbooks", "playbooks", "procedures", "common incidents", "common issues", "common problems", "known issues",
		"incident types", "alerts", "troubleshooting", "failure modes", "incidents", "outages", "incident procedures", "incident playbooks"):
		return scenarios
	case hasWord(h, "overview", "introduction", "purpose", "architecture", "glossary", "about", "changelog", "revision history", "references",
		"quick reference", "service overview", "system overview", "background", "scope", "appendix"):
		return prose
	}
	return unknown
}

// walk reads a section that belongs to no scenario, and those below it.
func (r *reader) walk(d *document, s *section, inherited topic) {
	kind := topicOf(s.heading)
	if kind == unknown || (s.level == 1 && kind == scenarios && len(s.subs) == 0) {
		kind = inherited
	}
	if kind == contacts && inherited == external {
		kind = external
	}
	if r.procedures[s] {
		return
	}
	if i, ok := r.procedureOf(s, inherited); ok {
		r.procedureSection(d, s, i)
		return
	}
	if r.isScenario(d, s, inherited) {
		r.scenario(d, s)
		return
	}
	r.section(d, s, kind)
	for _, sub := range s.subs {
		r.walk(d, sub, kind)
	}
}

// procedureOf reports whether a section is the procedure of one severity:
// "Critical (P0)" under escalation, or a heading that is nothing but a label.
func (r *reader) procedureOf(s *section, inherited topic) (int, bool) {
	label, name, ok := splitLabel(s.heading)
	if !ok {
		title, marks := headingMarks(s.heading)
		if inherited != severities || len(marks) != 1 || title == "" {
			return 0, false
		}
		label, name = marks[0], ""
	}
	if inherited != severities {
		if _, known := r.findSeverity(label); !known || len(s.subs) > 0 || topicOf(s.heading) != unknown {
			return 0, false
		}
	}
	if sev, known := r.findSeverity(label); known {
		return r.book.Policy.Rank(sev.Label), true
	}
	return r.severity(label, name), true
}

// section reads the blocks of one section by its topic. A table says by its
// head what it is, wherever it stands.
func (r *reader) section(d *document, s *section, kind topic) {
	r.facts(s)
	if kind == contacts || kind == external || kind == dashboards || kind == statusPages {
		r.entries(d, s, kind)
	}
	if kind == severities && namesPeople(s) {
		r.entries(d, s, contacts)
	}
	if kind == checklists || hasTasks(s) {
		r.checklist(d, s)
	}
	for _, b := range s.blocks {
		switch {
		case b.table != nil:
			r.looseTable(d, s, b.table, kind)
		case b.code != nil && isSQL(b.code):
			r.namedQueries(d, s, b)
		case b.items != nil:
			r.looseList(d, s, b.items, kind)
		case b.code != nil && kind == tools && b.part.Use == "":
			use(b.part, "tool")
			r.book.Tools = append(r.book.Tools, oneLine(b.code.text))
		}
	}
}

// looseList reads a list outside scenarios that no entry or checklist took.
func (r *reader) looseList(d *document, s *section, items []*item, kind topic) {
	for _, it := range items {
		if it.part.Use != "" {
			continue
		}
		switch kind {
		case severities:
			r.severityItem(d, it)
		case tools:
			use(it.part, "tool")
			r.book.Tools = append(r.book.Tools, itemText(it))
		case access:
			use(it.part, "access")
			r.book.Access = append(r.book.Access, itemText(it))
		}
		if it.part.Use == "" && r.onlyLinks(d, it) {
			use(it.part, "contents")
		}
		for _, b := range it.blocks {
			switch {
			case b.items != nil && (it.part.Use == "tool" || it.part.Use == "access"):
				r.looseList(d, s, b.items, kind)
			case b.items != nil && it.part.Use != "severity":
				r.looseList(d, s, b.items, kind)
			case b.code != nil && isSQL(b.code):
				r.namedQueries(d, s, b)
			}
		}
	}
}

// onlyLinks: an item of a table of contents is nothing but a link into the runbook.
func (r *reader) onlyLinks(d *document, it *item) bool {
	for _, f := range it.first {
		if len(d.linksAt[f.no]) > 0 {
			return true
		}
	}
	return false
}

func hasTasks(s *section) bool {
	for _, b := range s.blocks {
		for _, it := range b.items {
			if it.task {
				return true
			}
		}
	}
	return false
}

// itemText is an item with its nested items on one line.
func itemText(it *item) string {
	var words []string
	for _, l := range it.first {
		words = append(words, l.whole())
	}
	return strings.Join(words, " ")
}

// factNames are the labelled lines that speak of the document itself.
var factNames = []string{"last updated", "updated", "version", "owner", "owners", "maintainer", "maintained by", "last reviewed", "reviewed", "author", "service", "document version"}

func (r *reader) facts(s *section) {
	for _, b := range s.blocks {
		if b.prose == nil {
			continue
		}
		all := len(b.prose) > 0
		for _, l := range b.prose {
			name, value, ok := l.field()
			if !ok || value == "" || !hasWord(plain(name), factNames...) || len(strings.Fields(name)) > 3 {
				all = false
				continue
			}
			r.book.Facts = append(r.book.Facts, Fact{Name: name, Value: value})
		}
		if all {
			use(b.part, "fact")
		}
	}
}

// field reads a line as "Name: value", whether or not the name is bold.
func (l line) field() (name, value string, ok bool) {
	if l.label != "" {
		if rest, found := strings.CutPrefix(l.text, ":"); found {
			return l.label, strings.TrimSpace(rest), true
		}
		return l.label, l.text, true
	}
	i := strings.IndexAny(l.text, ":：")
	if i <= 0 || i > 40 || strings.HasPrefix(l.text[i:], "://") {
		return "", "", false
	}
	name = strings.TrimSpace(l.text[:i])
	if len(strings.Fields(name)) > 4 {
		return "", "", false
	}
	return name, strings.TrimLeft(l.text[i:], ":： "), true
}
