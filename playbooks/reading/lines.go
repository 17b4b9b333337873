package reading

import (
	"mayday/playbooks/outline"
)

// fixed are the uses that follow from the kind of the section alone.
func fixed(at place) (Use, string, bool) {
	why := "it stands under " + quoted(at.section)
	if at.aside {
		return UseNote, "it says when this part is for", true
	}
	switch at.kind {
	case Signs:
		return UseSign, why, true
	case After:
		return UseAfterwards, why, true
	case Prevention:
		return UsePrevention, why, true
	case Severities, SeverityEntry, Procedure:
		return UseSeverity, why, true
	case Contacts, Suppliers:
		return UseContact, why, true
	case Checklist:
		return UseChecklist, why, true
	case Dashboards:
		return UseDashboard, why, true
	case StatusPages:
		return UseStatusPage, why, true
	case Queries:
		return UseQuery, why, true
	case Tools, Access:
		return UseTool, why, true
	case Reference:
		return UseLink, why, true
	case Facts:
		return UseFact, why, true
	case Reader, Template, Output:
		return UseReader, why, true
	}
	switch at.phase {
	case AfterPhase:
		return UseAfterwards, why, true
	case PreventionPhase:
		return UsePrevention, why, true
	}
	return "", "", false
}

func quoted(s *Section) string {
	if s == nil || s.Title == "" {
		return "no heading"
	}
	return "“" + clip(s.Title, 40) + "” (" + s.Kind.String() + ")"
}

func (t *teller) lineUse(l outline.Line, follows bool, at place) (Use, string) {
	if use, why, ok := fixed(at); ok {
		if use == UseChecklist && !t.d.instructs(l) {
			return UseReader, "it stands beside a checklist"
		}
		return use, why
	}
	if !walked(at) {
		if t.d.isMeta(l) {
			return UseFact, "it is a field about the document"
		}
		return UseReader, "it stands outside of any scenario"
	}
	if t.d.isMeta(l) {
		return UseFact, "it is a field about the document"
	}
	if at.tone != "" || at.inside != nil {
		return UseNote, "it stands beside a step"
	}
	if t.d.saysWhen(l) {
		switch {
		case at.scenario == nil:
			return UseReader, "it says when the process is for"
		case at.kind == Issue || at.kind == Act:
			return UseNote, "it says when this part is for"
		}
		return UseSign, "it says when the scenario is for"
	}
	if t.d.outputLabel(l.Label) {
		return UseNote, "it says what to expect"
	}
	instructs := t.d.instructs(l)
	switch at.kind {
	case Scenario, Process:
		if at.phase == NoPhase {
			if instructs && !at.listed {
				return UseStep, "it begins as an instruction"
			}
			if at.kind == Process || at.generic {
				return UseReader, "it introduces what follows"
			}
			if instructs && at.listed && t.afterTodo(at) {
				return UseNote, "it stands beside a step"
			}
			return UseSign, "it describes the scenario"
		}
	}
	if instructs {
		return UseStep, "it begins as an instruction"
	}
	if !at.listed && at.kind == Act && at.phase != NoPhase && at.phase != Issues {
		return UseStep, "it is all that stands under " + quoted(at.section)
	}
	return UseNote, "it stands beside a step"
}

// saysWhen reports whether a line says when something is to be used: "Use this
// runbook when the queue stands still" is no step although it begins as one.
func (d *Document) saysWhen(l outline.Line) bool {
	const phrase = 3 // words: a single one may begin any sentence
	for _, h := range hitsIn(newPhrase(l.Whole(), few), d.langs) {
		if h.class == SignsWord && h.from == 0 && h.to >= phrase {
			return true
		}
	}
	return false
}

// afterTodo reports whether a step of the same section stands before.
func (t *teller) afterTodo(at place) bool {
	for i := len(t.parts) - 1; i >= 0 && t.parts[i].Section == at.section; i-- {
		if t.parts[i].Use == UseStep {
			return true
		}
	}
	return false
}

// isMeta reports whether a line is a field about the document or scenario,
// "Owner: platform team".
func (d *Document) isMeta(l outline.Line) bool {
	if l.Label == "" || l.Text == "" {
		return false
	}
	return wholeClasses(l.Label, d.langs).has(MetaField)
}

// outputLabel reports whether a label announces what a command prints.
func (d *Document) outputLabel(label string) bool {
	return label != "" && wholeClasses(label, d.langs).hasAny(OutputWord, ExampleWord, TemplateWord)
}

func (d *Document) isOutput(p *Part) bool {
	return classesIn(newPhrase(p.Text().Whole(), few), d.langs).hasAny(OutputWord, TemplateWord)
}
