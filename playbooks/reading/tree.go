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
	Index bool
	// Record: the file tells of one incident that is over.
	Record bool
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
