package reading

import (
	"strings"

	"mayday/playbooks/outline"
)

// list tells the uses of a list's items.
func (t *teller) list(b *outline.Block, at place) {
	use, why := t.listUse(b, at)
	if use == UseSign && at.inside == nil && len(b.Items) > 1 && (at.scenario != nil || at.generic) {
		doing, asking := t.doing(b)*10 >= len(b.Items)*7, t.asking(b)*10 >= len(b.Items)*7
		switch {
		case at.kind == Signs && !at.section.label && doing:
			use, why, at.phase = UseStep, "its items are instructions", Diagnosis
		case asking && walked(at):
			use, why = UseStep, "its items are questions to answer"
		case asking && at.section.label && (at.section.Up.Kind == Act || at.section.Up.Kind == Issue):
			use, why, at.phase = UseStep, "its items are questions to answer", Diagnosis
		}
	}
	at.phased = t.phased(b)
	for _, it := range b.Items {
		t.item(it, use, why, b, at)
	}
}

// phased reports whether the items of a list are the phases of a problem, one a line:
// "Symptoms: …", "Diagnosis: …", "Rollback: …".
func (t *teller) phased(b *outline.Block) bool {
	const fewest = 3 // items that name phases
	seen, n := map[Phase]bool{}, 0
	for _, it := range b.Items {
		if len(it.Lines) == 0 {
			continue
		}
		if ph := t.d.title(itemLabel(it.Lines[0])).phase; ph != NoPhase {
			n++
			seen[ph] = true
		}
	}
	return n >= fewest && n*2 >= len(b.Items) && len(seen) > 1
}

// itemLabel is what stands before the text of an item, bold or plain: "Rollback" of
// "Rollback: take the version before".
func itemLabel(l outline.Line) string {
	const longest = 40
	if l.Label != "" {
		return l.Label
	}
	name, _, ok := strings.Cut(l.Text, ": ")
	if !ok || len(name) >= longest {
		return ""
	}
	return name
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
		c := classesIn(newPhrase(at.lead.Text().Whole(), few), t.d.langs)
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
	s := strings.TrimRight(lead.Text().Whole(), ":： ")
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

// asking counts the items that are questions.
func (t *teller) asking(b *outline.Block) (n int) {
	for _, it := range b.Items {
		if len(it.Lines) > 0 && asks(it.Lines[0]) {
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
	if at.phased && (at.phase == NoPhase || at.phase == Issues) {
		at.phase = in.phase
	}
	t.add(p, at)
	in.inside, in.phased = p, false
	in.lead = nil
	t.blocks(it.Blocks, in)
}

// phaseItem lets an item that names a phase speak for itself: "- **Symptoms**: pages are slow".
func (t *teller) phaseItem(p *Part, it *outline.Item, in *place) {
	l := it.Lines[0]
	name := l.Label
	if in.phased {
		name = itemLabel(l)
	}
	if name == "" && len(it.Blocks) > 0 {
		name = strings.TrimRight(l.Text, ":： ")
	}
	if name == "" || len(name) > 60 {
		return
	}
	ph := t.d.title(name).phase
	if ph == NoPhase && l.Label != "" && t.d.tellsSigns(l) {
		ph = SignsPhase
	}
	if in.phased && ph == NoPhase && p.Use == UseStep && wholeClasses(name, t.d.langs).hasAny(MetaField, SeverityWord) {
		p.Use, p.Why = UseFact, "it is a field beside the phases"
	}
	switch ph {
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
		switch {
		case !in.phased:
		case ph == Issues && p.Use == UseStep && len(it.Blocks) == 0 && !t.d.beginsAsInstruction(strings.TrimPrefix(l.Text, name+": ")):
			p.Use, p.Why = UseNote, "it tells the cause"
		case ph != Issues && p.Use == UseSign:
			p.Use, p.Why = UseStep, "its label names a phase"
		}
		if l.Label != "" && (p.Use == UseSign || p.Use == UseFact) && (in.kind == Scenario || in.kind == Issue || in.kind == Act) && t.d.beginsAsInstruction(l.Text) {
			p.Use, p.Why = UseStep, "its label names a phase"
		}
	}
}

// tellsSigns reports whether the label of a line is a word for signs with a
// condition, and the line tells what happens then: "Impact if it leaks: everybody
// can read the mails". "Alert the team: by mail" is something to do.
func (d *Document) tellsSigns(l outline.Line) bool {
	if l.Text == "" || d.beginsAsInstruction(l.Text) || d.beginsAsInstruction(l.Label) {
		return false
	}
	hits := hitsIn(newPhrase(l.Label, few), d.langs)
	for _, h := range hits {
		for _, then := range hits {
			if h.class == SignsWord && h.from == 0 && then.class == Condition && then.from == h.to {
				return true
			}
		}
	}
	return false
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
