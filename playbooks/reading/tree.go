package reading

import (
	"strings"

	"mayday/playbooks/outline"
)

// Section is a part of the document with what it was taken for. Its tree is
// that of the outline, with labels put where they belong by what they say.
type Section struct {
	Doc *Document
	// Title without ornaments, numbers, times and severities; Heading as written.
	Title, Heading string
	// Marks are the severities that the heading names, as written.
	Marks []string
	// Line is that of the heading; End the last line with all sub-sections.
	Line, End int
	Links     []outline.Link
	Blocks    []*outline.Block
	// tail are labelled lines that follow a label's own text and belong beside it.
	tail []*outline.Block
	Subs []*Section
	Up   *Section
	// Kind is what the section is, Phase where in a scenario its steps belong.
	Kind  Kind
	Phase Phase
	// Why are the reasons for Kind in words, the weightiest first.
	Why []string
	// Told are the directives of the document at this place.
	Told []outline.Directive

	// label: the title is a bold label or a lead, not a heading.
	label bool
	// inline: the label shares its line with the text behind it.
	inline bool
	// title is shared with the sections of the same heading.
	title *title
	// headEnd is the last line of the heading.
	headEnd int
	// todo: there is something to do, here or below. tells what the heading is.
	todo, isLevel, instructs bool
	*weighing
}

// weighing is what deciding needs of a section; it is forgotten afterwards,
// because it is many times as large as the rest.
type weighing struct {
	feat features
	// personal counts lines such as "Phone: …".
	personal int
	// deep counts the problems and announced scenarios below.
	deep float64
	// total is the score of each kind with all that is below, see decide.go.
	total [kinds]float64
	// choice is the best kind of each sub-section under each kind of the section.
	choice []Kind
	// allowed are the kinds that the section may be, see needs.
	allowed [kinds]bool
}

// forget drops what was only needed to decide, here and below.
func (s *Section) forget() {
	s.todo, s.isLevel = s.feat[HasTodo] > 0, s.feat[IsLevel] > 0
	s.instructs = s.feat[IsStep] > 0 || s.feat[BeginsWithVerb] > 0
	s.weighing, s.title = nil, nil
	for _, sub := range s.Subs {
		sub.forget()
	}
}

// Document is one file of the runbook.
type Document struct {
	*outline.Document
	Root *Section
	// Index: the file leads to others and holds nothing itself.
	Index  bool
	langs  []*lexicon
	titles map[string]*title
	// refs are the lines with links into the document itself.
	refs map[int]bool
	// eager is added to scenarios, see decide.
	eager float64
}

// grow copies the outline's tree into sections and puts labels in their places.
func (d *Document) grow(s *outline.Section, up *Section) *Section {
	out := &Section{Doc: d, Heading: s.Title, Line: s.Line, End: s.End, Links: s.Links, Up: up, Told: s.Told, headEnd: s.TitleEnd, label: s.Level == outline.LabelLevel, title: &untitled, weighing: &weighing{}}
	if s.Level > 0 {
		out.title = d.title(s.Title)
		out.Title, out.Marks = out.title.shown, out.title.marks
	}
	var subs []*Section
	out.Blocks, subs = d.leads(s.Blocks, out)
	for _, sub := range s.Subs {
		grown := d.grow(sub, out)
		if grown.label {
			grown.cutTail(out)
		}
		subs = append(subs, grown)
	}
	out.Subs = d.regroup(subs)
	return out
}

// cutTail gives lines such as "**Response time:** 15 minutes" back to the section
// above: they are labels of the same rank as the one whose text stands before them.
func (s *Section) cutTail(up *Section) {
	for i, b := range s.Blocks {
		if i > 0 && b.Kind == outline.Paragraph && len(b.Lines) > 0 && b.Lines[0].Label != "" && b.Lines[0].Text != "" {
			up.tail = append(up.tail, s.Blocks[i:]...)
			s.Blocks = s.Blocks[:i]
			s.End = b.Line - 1
			return
		}
	}
}

// leads finds lines such as "Symptoms:" that title what follows them although
// they are neither heading nor bold, and makes sections of them. It returns the
// blocks before the first.
func (d *Document) leads(blocks []*outline.Block, up *Section) (own []*outline.Block, subs []*Section) {
	var cur *Section
	for i, b := range d.plainLabels(blocks) {
		if name, rest, ok := d.lead(b, i+1 < len(blocks)); ok {
			cur = &Section{Doc: d, Heading: name, Line: b.Line, End: b.End, Up: up, label: true, weighing: &weighing{}}
			cur.title = d.title(name)
			cur.Title = cur.title.shown
			subs = append(subs, cur)
			if rest != nil {
				cur.Blocks, cur.inline = append(cur.Blocks, rest), true
				if keepsToItsLine(cur, rest) {
					cur = nil
				}
			}
			continue
		}
		if cur != nil && cur.title.phase == SignsPhase && d.ticks(b) {
			cur = nil // "Checklist:" below "Signs:" is about something else
		}
		if cur != nil {
			cur.Blocks = append(cur.Blocks, b)
			cur.End = b.End
			continue
		}
		own = append(own, b)
	}
	return own, subs
}

// keepsToItsLine reports whether a label speaks of its own line only: after
// "**Symptoms:** alert X fires" a list is not about the symptoms any more, unless
// the line leads into it with a colon.
func keepsToItsLine(s *Section, rest *outline.Block) bool {
	switch s.title.phase {
	case SignsPhase, PreventionPhase, AfterPhase, LinksPhase:
		return !leads(rest.Lines[len(rest.Lines)-1])
	}
	return false
}

// ticks reports whether a block leads into a list to tick: "Checklist:".
func (d *Document) ticks(b *outline.Block) bool {
	lines := paragraphLines(b)
	return len(lines) == 1 && leads(lines[0]) && wholeClasses(lines[0].Whole(), d.langs).has(ChecklistWord)
}

// plainLabels makes labels of names of phases that are written plainly, "Symptoms:
// …" above "Fix: …", when two or more of them stand in a section, and gives each
// of their lines a paragraph of its own.
func (d *Document) plainLabels(blocks []*outline.Block) []*outline.Block {
	phases := 0
	for _, b := range blocks {
		for _, l := range paragraphLines(b) {
			if _, _, ok := d.plainLabel(l); ok {
				phases++
			}
		}
	}
	if phases < 2 {
		return blocks
	}
	var out []*outline.Block
	for _, b := range blocks {
		if len(paragraphLines(b)) == 0 {
			out = append(out, b)
		}
		for _, l := range paragraphLines(b) {
			if name, rest, ok := d.plainLabel(l); ok {
				l.Label, l.Text = name, rest
			}
			one := *b
			one.Line, one.End, one.Lines = l.No, max(l.No, l.End), []outline.Line{l}
			out = append(out, &one)
		}
	}
	return out
}

func paragraphLines(b *outline.Block) []outline.Line {
	if b.Kind != outline.Paragraph {
		return nil
	}
	return b.Lines
}

// plainLabel separates "Symptoms: pages are slow".
func (d *Document) plainLabel(l outline.Line) (name, rest string, ok bool) {
	const longest = 40
	name, rest, ok = strings.Cut(l.Text, ": ")
	return name, strings.TrimSpace(rest), ok && l.Label == "" && len(name) < longest && d.namesPhase(name)
}

// lead tells the label of a block that names a phase: "Symptoms:" alone before
// a list, or "**Fix:** restart the worker". Rest is what stands behind it.
func (d *Document) lead(b *outline.Block, followed bool) (name string, rest *outline.Block, ok bool) {
	if b.Kind != outline.Paragraph || len(b.Lines) == 0 {
		return "", nil, false
	}
	l := b.Lines[0]
	if l.Label != "" && l.Text != "" {
		if !d.namesPhase(l.Label) {
			return "", nil, false
		}
		more := *b
		more.Lines = append([]outline.Line{{No: l.No, End: l.End, Text: l.Text, Links: l.Links, Coded: l.Coded}}, b.Lines[1:]...)
		return l.Label, &more, true
	}
	if len(b.Lines) == 1 && l.Label == "" && followed {
		s := strings.TrimSpace(l.Text)
		if (strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")) && len(s) < 60 && d.namesPhase(s) {
			return s, nil, true
		}
	}
	return "", nil, false
}

// namesPhase reports whether a label names a phase of a scenario and nothing else.
func (d *Document) namesPhase(label string) bool {
	return d.title(label).phase != NoPhase
}

// regroup puts labels where they belong. Labels are written on one level
// although some are below others: what stands after "Common causes:" belongs to
// it until the next label that names a phase, and where the same phases return
// after each label, that label is the one above them.
func (d *Document) regroup(subs []*Section) []*Section {
	subs = d.announced(subs)
	repeated := d.phasesReturn(subs)
	counted := !repeated && d.countedReturn(subs)
	repeated = repeated || counted
	var out []*Section
	var phase, problem *Section // the labels that are open
	for i, s := range subs {
		if !s.label {
			out, phase, problem = append(out, s), nil, nil
			continue
		}
		names := s.title.phase != NoPhase && !(counted && s.counts())
		switch {
		case names && repeated && problem != nil:
			problem.take(s)
			phase = s
		case names:
			out, phase = append(out, s), s
			if !repeated {
				problem = nil
			}
		case repeated && phase != nil && phase.title.phase == Issues && problem != nil && !opensLike(subs[i+1:], problem):
			phase.take(s)
		case repeated:
			out, problem, phase = append(out, s), s, nil
		case phase != nil && !(phase.title.phase == SignsPhase && s.does()):
			phase.take(s)
		default:
			out = append(out, s)
		}
	}
	if repeated {
		for _, s := range out {
			s.label = s.label && len(s.Subs) < 2 // it stands for a heading
		}
	}
	return out
}

// opensLike reports whether labels go on as they do below a head: a cause that is
// listed below "Common causes" is not followed by the phase that follows a problem.
func opensLike(next []*Section, head *Section) bool {
	return len(next) > 0 && len(head.Subs) > 0 && next[0].label && next[0].title.phase == head.Subs[0].title.phase
}

// announced puts the labels that follow one such as "Scenario: the disk is full"
// below it, where two or more are announced so.
func (d *Document) announced(subs []*Section) []*Section {
	n := 0
	for _, s := range subs {
		n += int(b(s.label && s.title.prefixed))
	}
	if n < 2 {
		return subs
	}
	var out []*Section
	var head *Section
	for _, s := range subs {
		switch {
		case !s.label:
			head = nil
		case s.title.prefixed:
			head, s.label = s, false
		case head != nil:
			head.take(s)
			continue
		}
		out = append(out, s)
	}
	for _, s := range out {
		if s.title.prefixed {
			s.Subs = d.regroup(s.Subs)
		}
	}
	return out
}

// does reports whether the title is an instruction, names an operation or begins
// with a word for looking: "Manual rollback" after "When to roll back" and "Checks in
// the console" after "Symptoms" are no signs.
func (s *Section) does() bool {
	has := Classes(0)
	for _, h := range s.title.hits {
		has |= 1 << h.class
	}
	if has.has(Failure) {
		return s.title.step
	}
	return s.title.step || has.has(Operation) || beginsWith(s.title.hits, Verb) || beginsWith(s.title.hits, DiagnosisWord) || beginsWith(s.title.hits, VerificationWord)
}

// counts reports whether the title has a number of its own.
func (s *Section) counts() bool { return s.title.number || s.title.step }

// take puts a section below another.
func (s *Section) take(sub *Section) {
	sub.Up = s
	s.Subs = append(s.Subs, sub)
	for up := s; up != nil && up.label; up = up.Up {
		up.End = max(up.End, sub.End)
	}
}

// phasesReturn reports whether labels that name no phase are each followed by
// the same phases: "Pool full", "Symptoms", "Fix", "Disk full", "Symptoms", "Fix".
func (d *Document) phasesReturn(subs []*Section) bool {
	return returning(subs, func(s *Section) bool { return s.title.phase == NoPhase })
}

// countedReturn is phasesReturn where each label that others follow is numbered
// and may name a phase itself: "1. Rollback", "When to use", "2. Scale up", "When to use".
func (d *Document) countedReturn(subs []*Section) bool {
	return returning(subs, (*Section).counts)
}

// returning reports whether one phase stands below two or more of the labels that
// head others.
func returning(subs []*Section, heads func(*Section) bool) bool {
	below := map[Phase]int{} // how many heads have the phase below them
	seen, n := map[Phase]bool{}, 0
	twice := false
	for _, s := range subs {
		switch {
		case !s.label:
		case heads(s):
			n++
			seen = map[Phase]bool{}
		case s.title.phase == NoPhase:
		case n == 0:
			return false
		case !seen[s.title.phase]:
			seen[s.title.phase] = true
			below[s.title.phase]++
			twice = twice || below[s.title.phase] > 1
		}
	}
	return twice && n >= 2
}
