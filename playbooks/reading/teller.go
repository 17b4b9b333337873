package reading

import (
	"slices"

	"mayday/playbooks/outline"
)

// teller walks one file and tells the use of each of its parts.
type teller struct {
	d     *Document
	parts []*Part
}

// place is where in the document a block stands.
type place struct {
	section  *Section
	scenario *Section
	generic  bool
	phase    Phase
	kind     Kind
	inside   *Part
	depth    int
	tone     string
	// lead is the line that titles the block, nil when none does.
	lead *Part
	// listed: the section has lists or code of its own, so that its paragraphs are beside them.
	listed bool
	// aside: the section says when one of several ways is for, beside what is done.
	aside bool
	// nested items become steps of their own.
	nestedSteps bool
	// phased: the items of the list are phases.
	phased bool
}

// Parts lists every part of a file with its use, in the order of the document.
func (d *Document) Parts() []*Part {
	t := &teller{d: d}
	t.section(d.Root, place{kind: Container})
	slices.SortStableFunc(t.parts, func(a, b *Part) int { return a.Line - b.Line })
	return t.parts
}

func (t *teller) section(s *Section, at place) {
	above := at.kind
	at.section, at.kind, at.lead = s, s.Kind, nil
	if s.label && len(s.Blocks) == 0 && len(s.Subs) == 0 {
		t.emptyLabel(s, at, above)
		return
	}
	if topical(above) && (s.Kind == Act || s.Kind == Issue) {
		at.kind = above // "Check:" below a dashboard says what to look at, not what to do
	}
	switch s.Kind {
	case Scenario:
		at.scenario, at.generic, at.phase = s, false, NoPhase
	case Process:
		if at.scenario == nil && !at.generic {
			at.generic, at.phase = true, NoPhase
		}
	case Signs:
		at.phase = SignsPhase
		at.aside = (above == Issue || above == Act) && t.d.asksWhen(s.Heading) && t.does(s.Up)
	case After:
		at.phase = AfterPhase
	case Prevention:
		at.phase = PreventionPhase
	case Act, Issue, Checklist:
		if s.Kind == Act && above == Container && at.scenario == nil && !s.Doc.Index && s.Phase >= Immediate && s.Phase <= Resolution && !t.d.verifiesNothing(s) {
			// A phase outside of any scenario is one of every incident.
			at.generic = true
		}
		if at.phase == AfterPhase || at.phase == PreventionPhase {
			break // "Immediate actions" below "Prevention" are of prevention
		}
		if s.Phase >= Immediate && s.Phase <= Resolution {
			at.phase = s.Phase
		} else if s.Kind == Issue && at.phase == NoPhase {
			at.phase = Issues
		}
	}
	if s.Line > 0 && s.Up != nil && !s.inline {
		use := UseHeading
		t.add(&Part{Kind: PartHeading, Use: use, Line: s.Line, End: max(s.Line, s.headEnd), Why: first(s.Why)}, at)
	}
	at.listed = hasLists(s.Blocks)
	t.blocks(s.Blocks, at)
	t.blocks(s.tail, at)
	// A heading that names no phase keeps the phase of the one before it.
	before := at.phase
	for _, sub := range s.Subs {
		next := at
		if sub.Kind == Act && at.phase != AfterPhase && at.phase != PreventionPhase {
			next.phase = before
		}
		t.section(sub, next)
		if sub.Kind == Act && sub.Phase >= Immediate && sub.Phase <= Resolution {
			before = sub.Phase
		}
	}
}

// verifiesNothing reports whether a section only verifies and nothing beside it is
// walked: "Validation" at the end of a page about setting something up.
func (d *Document) verifiesNothing(s *Section) bool {
	if !d.onlyVerifies(s) {
		return false
	}
	return !slices.ContainsFunc(s.Up.Subs, func(o *Section) bool {
		return o.Kind == Scenario || o.Kind == Process || o.Kind == Act && o.Phase >= Immediate && o.Phase <= Resolution && !d.onlyVerifies(o)
	})
}

func (d *Document) onlyVerifies(s *Section) bool {
	has := Classes(0)
	for _, h := range d.title(s.Heading).hits {
		has |= 1 << h.class
	}
	return has.has(VerificationWord) && !has.hasAny(ResolutionWord, CommunicationWord, EscalationWord, DiagnosisWord, ImmediateWord, IssuesWord, Failure)
}

// asksWhen reports whether a heading begins with a condition, "When to use".
func (d *Document) asksWhen(heading string) bool { return beginsWith(d.title(heading).hits, Condition) }

// does reports whether the text of a section itself holds something to do.
func (t *teller) does(s *Section) bool {
	var n tally
	for _, b := range s.Blocks {
		t.d.count(b, &n, 0)
	}
	return n.verbs > 0 || n.code > 0 || n.ordered > 1
}

// topical reports whether all that stands below a kind is of that kind.
func topical(k Kind) bool {
	switch k {
	case Checklist, Contacts, Suppliers, Dashboards, StatusPages, Queries, Tools, Access:
		return true
	}
	return false
}

// emptyLabel tells a bold line that titles nothing: "**Total time: 10 minutes**".
func (t *teller) emptyLabel(s *Section, at place, above Kind) {
	at.kind = above
	p := &Part{Kind: PartProse, Line: s.Line, End: max(s.Line, s.headEnd), Prose: []outline.Line{{No: s.Line, End: s.Line, Text: s.Heading, Strong: true, Links: s.Links}}}
	p.Use, p.Why = UseReader, "it titles nothing"
	if use, why, ok := fixed(at); ok {
		p.Use, p.Why = use, why
	} else if walked(at) {
		p.Use = UseNote
	}
	t.add(p, at)
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func hasLists(blocks []*outline.Block) bool {
	for _, b := range blocks {
		if b.Kind != outline.Paragraph && b.Kind != outline.Admonition {
			return true
		}
	}
	return false
}

func (t *teller) add(p *Part, at place) *Part {
	p.Section, p.Scenario, p.Generic, p.Phase, p.Inside, p.Depth = at.section, at.scenario, at.generic, at.phase, at.inside, at.depth
	if p.Tone == "" {
		p.Tone = at.tone
	}
	t.parts = append(t.parts, p)
	return p
}

func (t *teller) blocks(blocks []*outline.Block, at place) {
	for i, b := range blocks {
		if ignored(b.Told) {
			at2 := at
			at2.kind = Reader
			t.block(b, false, &at2)
			continue
		}
		follows := i+1 < len(blocks) && blocks[i+1].Kind != outline.Paragraph
		from := len(t.parts)
		t.block(b, follows, &at)
		if len(b.Told) > 0 {
			for _, p := range t.parts[from:] {
				p.Told = append(p.Told, b.Told...)
			}
		}
	}
}

func ignored(told []outline.Directive) bool {
	for _, d := range told {
		if d.Name == "ignore" {
			return true
		}
	}
	return false
}

// block tells one block; at keeps the lead for the block that follows.
func (t *teller) block(b *outline.Block, follows bool, at *place) {
	switch b.Kind {
	case outline.Paragraph:
		at.lead = nil
		for i := range b.Lines {
			p := t.line(b.Lines[i:i+1:i+1], follows && i == len(b.Lines)-1, *at)
			if p.Lead {
				at.lead = p
			}
		}
		return
	case outline.List:
		t.list(b, *at)
	case outline.Code:
		t.code(b, *at)
		if at.lead != nil && t.d.isOutput(at.lead) {
			break
		}
		return // several blocks may follow one lead
	case outline.Table:
		t.table(b, *at)
	case outline.Admonition:
		in := *at
		in.tone = b.Tone
		t.blocks(b.Blocks, in)
	}
	at.lead = nil
}

// line tells the use of a paragraph's logical line, given as a list of one.
func (t *teller) line(one []outline.Line, follows bool, at place) *Part {
	l := one[0]
	p := &Part{Kind: PartProse, Line: l.No, End: max(l.No, l.End), Prose: one}
	p.Use, p.Why = t.lineUse(l, follows, at)
	if follows && leads(l) {
		p.Lead = true
		if walked(at) && p.Use != UseFact && p.Use != UseSign {
			p.Use, p.Why = UseHeading, "it titles what follows"
		}
	}
	return t.add(p, at)
}

// leads reports whether a line introduces the block after it.
func leads(l outline.Line) bool {
	text := l.Whole()
	n := len(text)
	if n == 0 || n > 240 {
		return false
	}
	return l.Text == "" || text[n-1] == ':' || hasWideColon(text)
}

func hasWideColon(s string) bool { return len(s) >= 3 && s[len(s)-3:] == "：" }

// walked reports whether things to do at a place are steps.
func walked(at place) bool {
	switch at.kind {
	case Scenario, Process, Issue, Act:
		return (at.scenario != nil || at.generic) && at.phase != AfterPhase && at.phase != PreventionPhase
	}
	return false
}
