package reading

import (
	"strings"

	"mayday/playbooks/outline"
)

// list tells the uses of a list's items.
func (t *teller) list(b *outline.Block, at place) {
	use, why := t.listUse(b, at)
	if use == UseSign && at.kind == Signs && !at.section.label && at.scenario != nil && at.inside == nil && len(b.Items) > 1 && t.doing(b)*10 >= len(b.Items)*7 {
		use, why, at.phase = UseStep, "its items are instructions", Diagnosis
	}
	for _, it := range b.Items {
		t.item(it, use, why, b, at)
	}
}

// listUse is what the items of a list are unless one of them says otherwise.
func (t *teller) listUse(b *outline.Block, at place) (Use, string) {
	if use, why, ok := fixed(at); ok {
		return use, why
	}
	if !walked(at) {
		n := tally{}
		t.d.count(b, &n, 0)
		switch {
		case n.links*2 > n.units:
			return UseLink, "it is a link"
		case n.fields == n.units && t.metaItems(b)*2 >= len(b.Items):
			return UseFact, "it is a field about the document"
		}
		return UseReader, "it stands outside of any scenario"
	}
	if at.inside != nil {
		if at.nestedSteps {
			return UseStep, "it stands below an item that titles it"
		}
		return UseNote, "it says more about the item above it"
	}
	if at.tone != "" && t.leadPhase(at.lead) != SignsPhase {
		return UseNote, "it stands in a note"
	}
	if at.lead != nil {
		c := classesIn(newPhrase(at.lead.Text.Whole(), few), t.d.langs)
		if c.hasAny(OutputWord, TemplateWord) && !c.has(Verb) {
			return UseNote, "it says what to expect"
		}
	}
	switch t.leadPhase(at.lead) {
	case SignsPhase:
		return UseSign, "its lead speaks of signs"
	case AfterPhase:
		return UseAfterwards, "its lead speaks of what follows"
	case PreventionPhase:
		return UsePrevention, "its lead speaks of prevention"
	case LinksPhase:
		return UseNote, "it stands beside a step"
	case Immediate, Diagnosis, Issues, Resolution:
		return UseStep, "its lead names a phase"
	}
	if t.metaItems(b)*2 > len(b.Items) {
		if at.kind == Scenario {
			return UseSign, "it describes the scenario"
		}
		return UseFact, "it is a field about the document"
	}
	if at.phase == NoPhase && (at.kind == Scenario || at.kind == Process) && !b.Ordered {
		if t.verbItems(b)*2 < len(b.Items) && at.kind == Scenario && !t.boxes(b) && !t.afterTodo(at) {
			return UseSign, "its list tells and does not instruct"
		}
	}
	if !b.Ordered && !t.boxes(b) && len(b.Items) > 1 && t.verbItems(b)*4 < len(b.Items) && (at.phase == Issues || t.othersDo(b, at)) {
		return UseNote, "its list tells and does not instruct"
	}
	return UseStep, "it is an item to do under " + quoted(at.section)
}

// othersDo reports whether the section holds something to do beside a list.
func (t *teller) othersDo(list *outline.Block, at place) bool {
	for _, b := range at.section.Blocks {
		switch {
		case b == list:
		case b.Kind == outline.Code && commands(b.Code), b.Kind == outline.List && (b.Ordered && len(b.Items) > 1 || t.verbItems(b)*2 >= len(b.Items)):
			return true
		}
	}
	for _, sub := range at.section.Subs {
		if sub.todo {
			return true
		}
	}
	return false
}

// leadPhase is the phase that the end of a lead names: "… Common causes:".
func (t *teller) leadPhase(lead *Part) Phase {
	if lead == nil {
		return NoPhase
	}
	s := strings.TrimRight(lead.Text.Whole(), ":： ")
	if i := strings.LastIndexAny(s, ".;!?。"); i >= 0 && i < len(s)-3 {
		s = s[i+1:]
	}
	return t.d.title(s).phase
}

func (t *teller) metaItems(b *outline.Block) (n int) {
	for _, it := range b.Items {
		if len(it.Lines) > 0 && t.d.isMeta(it.Lines[0]) {
			n++
		}
	}
	return n
}

// asks reports whether a line holds a question: "Is one route responsible?" is
// something to find out.
func asks(l outline.Line) bool { return strings.ContainsAny(l.Whole(), "?？") }

func (t *teller) verbItems(b *outline.Block) (n int) {
	for _, it := range b.Items {
		if len(it.Lines) > 0 && (t.d.instructs(it.Lines[0]) || it.Lines[0].Coded || asks(it.Lines[0])) || hasCommand(it.Blocks) {
			n++
		}
	}
	return n
}

// doing counts the items that begin as instructions.
func (t *teller) doing(b *outline.Block) (n int) {
	for _, it := range b.Items {
		if len(it.Lines) > 0 && t.d.instructs(it.Lines[0]) {
			n++
		}
	}
	return n
}

func (t *teller) boxes(b *outline.Block) bool {
	for _, it := range b.Items {
		if it.Task {
			return true
		}
	}
	return false
}

func hasCommand(blocks []*outline.Block) bool {
	for _, b := range blocks {
		if b.Kind == outline.Code && commands(b.Code) {
			return true
		}
	}
	return false
}

// item tells one item and what stands in it.
func (t *teller) item(it *outline.Item, use Use, why string, b *outline.Block, at place) {
	p := &Part{Kind: PartItem, Use: use, Why: why, Line: it.Line, End: max(it.Line, it.HeadEnd), Item: it}
	in := at
	in.depth++
	if ignored(it.Told) {
		p.Use, p.Why, in.kind = UseReader, "the document says so", Reader
	} else if len(it.Lines) > 0 && walked(at) {
		t.phaseItem(p, it, &in)
	}
	in.nestedSteps = walked(at) && !at.generic && p.Use == UseStep && titlesSteps(it, t.d)
	if in.nestedSteps {
		p.Use, p.Why = UseHeading, "it titles the items below it"
	}
	t.add(p, at)
	in.inside = p
	in.lead = nil
	t.blocks(it.Blocks, in)
}

// phaseItem lets an item that names a phase speak for itself: "- **Symptoms**: pages are slow".
func (t *teller) phaseItem(p *Part, it *outline.Item, in *place) {
	l := it.Lines[0]
	name := l.Label
	if name == "" && len(it.Blocks) > 0 {
		name = strings.TrimRight(l.Text, ":： ")
	}
	if name == "" || len(name) > 60 {
		return
	}
	switch ph := t.d.title(name).phase; ph {
	case SignsPhase:
		if p.Use == UseStep && in.depth > 1 || l.Text != "" || len(it.Blocks) > 0 {
			p.Use, p.Why, in.phase, in.kind = UseSign, "its label speaks of signs", SignsPhase, Signs
		}
	case AfterPhase:
		p.Use, p.Why, in.phase, in.kind = UseAfterwards, "its label speaks of what follows", AfterPhase, After
	case PreventionPhase:
		p.Use, p.Why, in.phase, in.kind = UsePrevention, "its label speaks of prevention", PreventionPhase, Prevention
	case Immediate, Diagnosis, Issues, Resolution:
		if in.inside == nil {
			in.phase = ph
		}
	}
}

// titlesSteps reports whether an item only titles the list in it, whose items
// are the steps.
func titlesSteps(it *outline.Item, d *Document) bool {
	if len(it.Lines) != 1 {
		return false
	}
	l := it.Lines[0]
	if l.Text != "" && l.Label != "" || !l.Strong && l.Label == "" {
		return false
	}
	if d.title(l.Whole()).phase == NoPhase {
		return false
	}
	verbs, all := 0, 0
	for _, b := range it.Blocks {
		if b.Kind != outline.List {
			continue
		}
		for _, sub := range b.Items {
			all++
			if len(sub.Lines) > 0 && d.instructs(sub.Lines[0]) {
				verbs++
			}
		}
	}
	return all > 0 && verbs*2 > all
}

// code tells the use of a code block.
func (t *teller) code(b *outline.Block, at place) {
	p := &Part{Kind: PartBlock, Line: b.Line, End: b.End, Code: b.Code}
	p.Use, p.Why = t.codeUse(b, at)
	t.add(p, at)
}

func (t *teller) codeUse(b *outline.Block, at place) (Use, string) {
	does := commands(b.Code)
	if use, why, ok := fixed(at); ok {
		switch {
		case use == UseSign && does && at.scenario != nil:
			return UseStep, "it is a command"
		}
		return use, why
	}
	if !walked(at) {
		if does {
			return UseReported, "it stands outside of any scenario"
		}
		return UseReader, "it stands outside of any scenario"
	}
	if at.lead != nil && t.d.isOutput(at.lead) || t.afterOutput(at) {
		return UseNote, "it is what a command prints"
	}
	if does {
		return UseStep, "it is a command"
	}
	if b.Code.Lang == "mermaid" || b.Code.Lang == "plantuml" {
		return UseReader, "it is a drawing"
	}
	if at.lead == nil && at.inside == nil && isTree(b.Code.Text) {
		return UseStep, "it is a tree of decisions"
	}
	return UseNote, "it is no command"
}

// afterOutput reports whether the last part announced what a command prints.
func (t *teller) afterOutput(at place) bool {
	if len(t.parts) == 0 {
		return false
	}
	last := t.parts[len(t.parts)-1]
	if last.Kind != PartProse && last.Kind != PartHeading && last.Kind != PartItem || last.Section != at.section {
		return false
	}
	text := last.Text.Whole()
	if last.Item != nil && len(last.Item.Lines) > 0 {
		text = last.Item.Lines[0].Whole()
	}
	return wholeClasses(strings.TrimRight(text, ":： "), t.d.langs).hasAny(OutputWord, TemplateWord)
}

// isTree reports whether a text is drawn with branches.
func isTree(s string) bool {
	return strings.Contains(s, "├") || strings.Contains(s, "└") || strings.Contains(s, "->") && strings.Contains(s, "?") || strings.Contains(s, "→") && strings.Contains(s, "?")
}

// table tells the uses of a table's rows.
func (t *teller) table(b *outline.Block, at place) {
	cols := t.d.columns(b.Table)
	use, why := t.tableUse(b.Table, cols, at)
	for _, r := range b.Table.Rows {
		t.add(&Part{Kind: PartRow, Use: use, Why: why, Line: r.Line, End: max(r.Line, r.End), Row: r, Table: b.Table, Remedy: cols.remedy, Sign: cols.sign}, at)
	}
}

func (t *teller) tableUse(b *outline.TableBlock, cols columns, at place) (Use, string) {
	if cols.level >= 0 && cols.clock && at.scenario == nil {
		return UseSeverity, "it is a row of a table of severities"
	}
	if at.kind != Contacts && at.kind != Suppliers && at.kind != Severities && t.metaRows(b)*2 > len(b.Rows) {
		return UseFact, "it is a field about the document"
	}
	if use, why, ok := fixed(at); ok {
		if use == UseContact && t.people(b) == 0 {
			return UseReader, "its table holds no people"
		}
		return use, why
	}
	if !walked(at) {
		if cols.remedy >= 0 {
			return UseReported, "it stands outside of any scenario"
		}
		return UseReader, "it stands outside of any scenario"
	}
	if cols.remedy >= 0 {
		return UseStep, "its column “" + clip(b.Head[cols.remedy], 30) + "” says what to do"
	}
	if t.doingColumn(b) >= 0 {
		return UseStep, "one of its columns says what to do"
	}
	if at.kind == Scenario && at.phase == NoPhase {
		return UseSign, "it describes the scenario"
	}
	return UseNote, "it stands beside a step"
}

func (t *teller) people(b *outline.TableBlock) (n int) {
	for _, r := range b.Rows {
		for _, c := range r.Cells {
			if holdsPerson(c.Text) {
				n++
				break
			}
		}
	}
	return n
}

func (t *teller) metaRows(b *outline.TableBlock) (n int) {
	if len(b.Head) > 2 {
		return 0
	}
	for _, r := range b.Rows {
		if len(r.Cells) == 2 && wholeClasses(r.Cells[0].Text, t.d.langs).has(MetaField) {
			n++
		}
	}
	return n
}

// doingColumn is a column, not the first, most of whose cells are instructions.
func (t *teller) doingColumn(b *outline.TableBlock) int {
	for i := 1; i < len(b.Head); i++ {
		n, all := 0, 0
		for _, r := range b.Rows {
			if i < len(r.Cells) && r.Cells[i].Text != "" {
				all++
				if t.d.beginsAsInstruction(r.Cells[i].Text) {
					n++
				}
			}
		}
		if all > 0 && n*3 > all*2 {
			return i
		}
	}
	return -1
}
