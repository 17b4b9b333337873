package playbooks

import (
	"mayday/playbooks/reading"
)

// Directive is a comment that corrects the reader in the document.
type Directive struct {
	// Write is the comment, Means what it makes of the heading or block.
	Write, Means string
}

// Directives are the corrections that people need most.
var Directives = []Directive{
	{"<!-- mayday: scenario -->", "a problem or a task with steps of its own"},
	{"<!-- mayday: process -->", "what is done in any incident"},
	{"<!-- mayday: step -->", "something to do in the scenario around it"},
	{"<!-- mayday: phase diagnosis -->", "steps of that phase (immediate, diagnosis, issues, resolution)"},
	{"<!-- mayday: signs -->", "how the problem shows; not walked"},
	{"<!-- mayday: afterwards -->", "what follows the incident (or prevention)"},
	{"<!-- mayday: contacts -->", "people to call (likewise severities, checklist, queries …)"},
	{"<!-- mayday: ignore -->", "for readers only; nothing is said about it"},
	{"<!-- mayday: aliases db, pool -->", "further names of a scenario in commands"},
}

// toBeUsed says what would make the unused parts of a section used, by what
// they look like.
func toBeUsed(s *reading.Section, run []*part) string {
	var sql, boxes, people, doing, links, all int
	for _, p := range run {
		if p.Use != reading.UseReported {
			continue
		}
		all++
		switch text := p.text(); {
		case p.Code != nil && isSQL(p.Code):
			sql++
		case p.Code != nil && reading.Commands(p.Code):
			doing++
		case p.Item != nil && p.Item.Task:
			boxes++
		case reachesSomebody(text):
			people++
		case len(p.links()) > 0:
			links++
		case p.Item != nil && len(p.Item.Lines) > 0 && s.Doc.Instructs(p.Item.Lines[0]):
			doing++
		}
	}
	below := " below the heading"
	if s.Heading == "" {
		below = " below a heading of its own"
	}
	switch {
	case sql*2 >= all:
		return "to run them by name, write <!-- mayday: queries -->" + below
	case boxes*2 >= all:
		return "when it is a routine, write <!-- mayday: checklist -->" + below
	case people*2 > all:
		return "when these are people to call, write <!-- mayday: contacts -->" + below + ", or suppliers"
	case s.Kind == reading.Act && outsideOfAll(run):
		return "these are steps of no scenario: write <!-- mayday: scenario --> below the heading of the problem that they solve"
	case doing*2 >= all:
		return "when a responder does this, write <!-- mayday: scenario -->" + below
	case links*2 > all:
		return "when these are pages to look at, write <!-- mayday: dashboards -->" + below
	}
	return "fine when it is only for readers; otherwise write <!-- mayday: scenario -->, signs or contacts" + below
}
