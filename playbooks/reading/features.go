package reading

import (
	"regexp"
	"strings"

	"mayday/playbooks/outline"
)

// Feature is something that can be seen of a section and speaks for or against
// a kind. Values run from 0 to 1 unless said otherwise.
type Feature uint8

// The features of titles, then of what stands below, then of the place.
const (
	HasFailure Feature = iota
	HasOperation
	HasPrefix
	IsCamel
	IsQuoted
	HasMark
	IsLevel
	IsStep
	IsNumbered
	HasOption
	HasCondition
	BeginsWithVerb
	Asks
	NoTitle
	NamesPhase // any phase that is walked
	NamesSigns
	NamesAfter
	NamesPrevention
	OperationPhase // names a phase and an operation: "Rollback procedure"
	PartPhase      // holds words of a phase among others
	NamesContainer
	NamesProcess
	NamesSeverity
	NamesContacts
	NamesSuppliers
	NamesChecklist
	NamesCadence
	NamesDashboards
	NamesStatusPages
	NamesQueries
	NamesTools
	NamesAccess
	NamesReader
	NamesReference
	NamesTemplate
	NamesOutput
	NamesProblemNoun
	NamesRole
	LongTitle
	IsExample // "Example 1: …"
	NoReason  // nothing in the title or below it speaks of a problem, an operation or phases

	HasTodo     // something to do, here or below
	NoTodo      // nothing to do, here or below
	OwnTodo     // something to do in its own blocks
	OwnOrdered  // a numbered list of two or more
	OwnCode     // a code block with commands
	VerbShare   // share of items and paragraphs that begin as instructions
	OwnRemedies // a table with a column of remedies
	LevelTable  // a table of severities
	LevelItems  // items that begin with severities
	LevelKids   // share of sub-sections whose titles are severities
	People      // addresses of people
	LinkShare   // share of items that are links
	BoxShare    // share of items that are boxes to tick
	FieldShare  // share of lines that are "name: value"
	SaysLevel   // a line "Severity: P1"
	OwnPlain    // items or paragraphs that are no instructions
	IsLeaf      // no sub-sections
	IsEmpty     // nothing below at all
	ClockLines  // share of lines that say a clock of severities
	Defines     // two or more labels such as Definition, Examples, Response time
	PhaseKids   // 1 with two or more sub-sections that name phases
	PhaseShare  // share of sub-sections that name phases
	FailKids    // number of sub-sections that name problems, at most 4
	PrefixKids  // share of sub-sections with a prefix
	StepKids    // share of sub-sections "Step 1", "Phase 2"
	SignsKid    // a sub-section of signs
	HasHeads    // sub-sections that are headings and name no phase
	DeepFails   // problems and announced scenarios anywhere below it, 1 for four
	InFolder    // the title of one of several files of a folder

	IsTop        // the only section of the highest level
	PlainTop     // the title of the file, which names no problem
	IsRoot       // the file itself
	Repeated     // the same title stands below several siblings
	ManyIssues   // names issues and announces several of a kind: "Scenarios", "Common issues"
	LonePhase    // names a phase, and nothing beside it does
	PhasePeers   // share of siblings that name phases
	FailPeers    // share of siblings that name problems
	NumberPeers  // siblings are a numbered run without words of trouble
	LevelPeers   // siblings are severities
	DefinesLevel // a LevelRun that Defines
	ChapterLike  // sections of their own below it, nothing to do in its own text, no word of trouble
	LevelRun     // it and the headings beside it begin with one severity each
	IsLabel      // a bold label, not a heading
	UnderFailure // a section above names a problem
	InIndex      // the file is an index
	featureCount
)

type features [featureCount]float64

// b is 1 for true.
func b(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// look computes the features of the section and of all below it.
func (s *Section) look() {
	for _, sub := range s.Subs {
		sub.look()
		s.deep += sub.deep + b(sub.feat[HasFailure] > 0 && sub.Phase == NoPhase && sub.feat[HasTodo] > 0) + b(sub.title.prefixed)
	}
	f := &s.feat
	s.lookTitle(f)
	s.lookBelow(f)
	s.lookSubs(f)
	f[NoTodo] = 1 - f[HasTodo]
	f[NoReason] = b(f[HasFailure]+f[HasOperation]+f[HasPrefix]+f[IsCamel]+f[IsQuoted]+f[HasMark]+f[SaysLevel]+f[BeginsWithVerb]+f[OwnOrdered]+f[SignsKid]+f[PhaseKids] == 0)
}

// namers are the classes whose words name a kind of section by themselves.
var namers = []struct {
	class   Class
	feature Feature
}{
	{ContainerWord, NamesContainer}, {ProcessWord, NamesProcess}, {SeverityWord, NamesSeverity}, {ContactsWord, NamesContacts}, {SuppliersWord, NamesSuppliers},
	{ChecklistWord, NamesChecklist}, {CadenceWord, NamesCadence}, {DashboardsWord, NamesDashboards}, {StatusPagesWord, NamesStatusPages}, {QueriesWord, NamesQueries},
	{ToolsWord, NamesTools}, {AccessWord, NamesAccess}, {ReaderWord, NamesReader}, {ReferenceWord, NamesReference}, {TemplateWord, NamesTemplate},
	{OutputWord, NamesOutput}, {SignsWord, NamesSigns}, {AfterWord, NamesAfter}, {PreventionWord, NamesPrevention}, {ProblemNoun, NamesProblemNoun}, {Role, NamesRole},
}

func (s *Section) lookTitle(f *features) {
	t := s.title
	hits := t.hits
	has := Classes(0)
	for _, h := range hits {
		has |= 1 << h.class
	}
	part := shares(t.words, hits)
	f[HasFailure] = b(has.has(Failure))
	f[HasOperation] = b(has.has(Operation))
	f[HasPrefix] = b(t.prefixed)
	f[IsCamel], f[IsQuoted] = b(t.camel), b(t.quoted)
	f[HasMark] = b(len(t.marks) > 0)
	f[IsLevel] = b(t.level != "")
	f[IsStep], f[IsNumbered] = b(t.step), b(t.number)
	f[HasOption] = b(beginsWith(hits, Option))
	f[HasCondition] = b(beginsWith(hits, Condition))
	f[BeginsWithVerb] = b(beginsWith(hits, Verb))
	f[Asks] = b(t.asks)
	f[IsExample] = b(beginsWith(hits, ExampleWord))
	f[NoTitle] = b(len(t.words.tokens) == 0)
	f[LongTitle] = b(len(t.words.tokens) > 12)
	for _, n := range namers {
		f[n.feature] = named(part[n.class])
		if f[n.feature] == little && n.class != SignsWord && n.class != AfterWord && n.class != PreventionWord && atEdge(hits, n.class, len(t.words.tokens)) {
			f[n.feature] = 0.55
		}
	}
	s.Phase = t.phase
	f[ManyIssues] = b(s.Phase == Issues && f[NamesContainer] >= 0.75)
	switch s.Phase {
	case NoPhase:
		f[PartPhase] = t.phaseShare
	case Immediate, Diagnosis, Issues, Resolution:
		f[NamesPhase] = 1
		f[OperationPhase] = f[HasOperation]
	}
}

// named weighs the share of a title that a class covers: a title that consists
// of the word names the kind, one that only holds it may speak of anything.
// little is what a word in a longer title says.
const little = 0.35

func named(share float64) float64 {
	switch {
	case share >= 0.95:
		return 1
	case share >= 0.6:
		return 0.75
	case share > 0:
		return little
	}
	return 0
}

// atEdge reports whether a title begins or ends with a word of a class: there
// it is what the title is about ("Pre-launch checklist", "Contacts of the team").
func atEdge(hits []hit, c Class, n int) bool {
	for _, h := range hits {
		if h.class == c && (h.from == 0 || h.to == n) {
			return true
		}
	}
	return false
}

func beginsWith(hits []hit, c Class) bool {
	for _, h := range hits {
		if h.class == c && h.from == 0 {
			return true
		}
	}
	return false
}

// tally counts what stands in some blocks.
type tally struct {
	units, verbs, plain, items, ordered, code, links, boxes, fields, people, levelItems, clocks, defines, personal int
	remedies, levelTable, saysLevel                                                                                bool
}

func (s *Section) lookBelow(f *features) {
	var n tally
	for _, blk := range s.Blocks {
		s.Doc.count(blk, &n, 0)
	}
	for _, blk := range s.tail {
		s.Doc.count(blk, &n, 0)
	}
	rate := func(a int) float64 {
		if n.units == 0 {
			return 0
		}
		return min(1, float64(a)/float64(n.units))
	}
	s.personal = n.personal
	f[OwnTodo] = b(n.verbs > 0 || n.code > 0 || n.ordered >= 2 || n.remedies || n.boxes > 0)
	f[OwnOrdered] = b(n.ordered >= 2)
	f[OwnCode] = b(n.code > 0)
	f[VerbShare] = rate(n.verbs)
	f[OwnRemedies] = b(n.remedies)
	f[LevelTable] = b(n.levelTable)
	f[LevelItems] = b(n.levelItems >= 2)
	f[People] = min(1, float64(n.people)/2)
	f[LinkShare], f[BoxShare], f[FieldShare] = rate(n.links), rate(n.boxes), rate(n.fields)
	f[ClockLines] = rate(n.clocks)
	defines := n.defines
	for _, sub := range s.Subs {
		defines += int(b(s.Doc.defining(sub.Title)))
	}
	f[Defines] = b(defines >= 2)
	f[SaysLevel] = b(n.saysLevel)
	f[OwnPlain] = rate(n.plain)
	f[IsLeaf] = b(len(s.Subs) == 0)
	f[IsEmpty] = b(len(s.Subs) == 0 && n.units == 0)
	f[HasTodo] = f[OwnTodo]
}

func (s *Section) lookSubs(f *features) {
	n := float64(len(s.Subs))
	if n == 0 {
		return
	}
	var phases, fails, prefixes, steps, levels, heads, verbs float64
	for _, sub := range s.Subs {
		g := &sub.feat
		f[HasTodo] = max(f[HasTodo], g[HasTodo])
		if sub.Phase != NoPhase && sub.Phase != LinksPhase && g[ManyIssues] == 0 {
			phases++
		}
		if g[HasFailure] > 0 && sub.Phase == NoPhase && g[NamesReader] < 0.7 || g[IsCamel] > 0 {
			fails++
		}
		prefixes += g[HasPrefix]
		heads += b(!sub.label && sub.Phase == NoPhase && g[HasTodo] > 0 && g[IsStep]+g[HasOption]+g[HasCondition] == 0)
		verbs += g[BeginsWithVerb]
		steps += g[IsStep]
		levels += g[IsLevel]
		if sub.Phase == SignsPhase {
			f[SignsKid] = 1
		}
	}
	f[DeepFails] = min(1, s.deep/4)
	f[HasHeads] = min(1, heads/2)
	f[ChapterLike] = f[HasHeads] * (1 - f[OwnTodo]) * (1 - f[HasFailure]) * (1 - min(1, phases/n))
	f[PhaseKids] = b(phases >= 2)
	f[PhaseShare] = phases / n
	f[FailKids] = min(4, fails)
	f[PrefixKids] = prefixes / n
	f[StepKids] = steps / n
	f[LevelKids] = levels / n
	for _, sub := range s.Subs {
		g := &sub.feat
		g[PhasePeers] = peers(phases, b(sub.Phase != NoPhase && sub.Phase != LinksPhase), n)
		g[LonePhase] = b(g[NamesPhase] > 0 && phases <= 1 && n > 1 && !sub.label)
		g[FailPeers] = peers(fails, b(g[HasFailure] > 0 && sub.Phase == NoPhase || g[IsCamel] > 0), n)
		g[LevelPeers] = peers(levels, g[IsLevel], n)
	}
	if run := levelRun(s.Subs); run > 0 {
		f[LevelKids] = max(f[LevelKids], run)
		for _, sub := range s.Subs {
			sub.feat[LevelRun] = b(sub.title.begins != "" || sub.title.level != "")
			sub.feat[DefinesLevel] = sub.feat[LevelRun] * sub.feat[Defines]
		}
	}
	numbered := 0.0
	for _, sub := range s.Subs {
		numbered += b(sub.title.number || sub.title.step)
	}
	if numbered >= 2 && numbered/n > 0.6 && fails <= 0.34*n && (phases+steps+verbs)/n > 0.3 {
		for _, sub := range s.Subs {
			sub.feat[NumberPeers] = b(sub.title.number || sub.title.step)
		}
	}
}

// levelRun is the share of sections that begin with a severity, 0 unless there
// are two or more and each names another one.
func levelRun(subs []*Section) float64 {
	seen := map[string]bool{}
	for _, s := range subs {
		label := fold(s.title.begins)
		if label == "" {
			label = fold(s.title.level)
		}
		if label == "" {
			continue
		}
		if seen[label] {
			return 0
		}
		seen[label] = true
	}
	if len(seen) < 2 || len(seen)*3 < len(subs)*2 {
		return 0
	}
	return float64(len(seen)) / float64(len(subs))
}

// defining reports whether a label is one by which a severity is defined.
func (d *Document) defining(label string) bool {
	return label != "" && classesIn(newPhrase(label, 6), d.langs).hasAny(ExampleWord, RespondWord, EscalateClock, UpdateClock, SeverityWord)
}

// peers is the share of the other siblings.
func peers(all, own, n float64) float64 {
	if n <= 1 {
		return 0
	}
	return (all - own) / (n - 1)
}

var (
	mailAddress = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	chatHandle  = regexp.MustCompile(`(?:^|[\s(,:])(?:@[a-z0-9][a-z0-9._-]{1,40}|<[@!][^>]{2,40}>)`)
	phoneNumber = regexp.MustCompile(`(?:\+|\b00)\d[\d\s().x/-]{6,22}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b`)
)

func holdsPerson(s string) bool {
	if !strings.ContainsAny(s, "@+0123456789") {
		return false
	}
	return mailAddress.MatchString(s) || chatHandle.MatchString(s) || phoneNumber.MatchString(s)
}

// count adds a block to the tally. Items of nested lists count half as much as
// they say: only their being there.
func (d *Document) count(blk *outline.Block, n *tally, depth int) {
	switch blk.Kind {
	case outline.Paragraph:
		for _, l := range blk.Lines {
			n.units++
			d.countLine(l, n)
		}
	case outline.List:
		if blk.Ordered && depth == 0 {
			n.ordered = max(n.ordered, len(blk.Items))
		}
		for _, it := range blk.Items {
			if depth == 0 {
				n.units++
				n.items++
				n.boxes += int(b(it.Task))
				if len(it.Lines) > 0 {
					d.countLine(it.Lines[0], n)
				}
			}
			for _, sub := range it.Blocks {
				d.count(sub, n, depth+1)
			}
		}
	case outline.Code:
		if depth == 0 {
			n.units++
		}
		if commands(blk.Code) {
			n.code++
		}
	case outline.Table:
		d.countTable(blk.Table, n)
	case outline.Admonition:
		for _, sub := range blk.Blocks {
			d.count(sub, n, depth+1)
		}
	}
}

func (d *Document) countLine(l outline.Line, n *tally) {
	text := l.Whole()
	if d.instructs(l) {
		n.verbs++
	} else {
		n.plain++
	}
	if l.Label != "" && l.Text != "" {
		n.fields++
		if t := d.title(l.Label); classesIn(t.words, d.langs).has(SeverityWord) && levelsOf(strings.TrimSpace(l.Text)) != nil {
			n.saysLevel = true
		}
	} else if head, rest, ok := strings.Cut(text, ":"); ok && len(head) < 30 && rest != "" {
		n.fields++
		n.personal += int(b(wholeClasses(head, d.langs).has(ContactField)))
	}
	if l.Label != "" && d.defining(l.Label) {
		n.defines++
	}
	if len(l.Links) > 0 {
		n.links++
	}
	if holdsPerson(text) {
		n.people++
	}
	head := l.Label
	if head == "" {
		head = text
	}
	if levelBegin.MatchString(head) {
		n.levelItems++
	}
}

func (d *Document) countTable(t *outline.TableBlock, n *tally) {
	cols := d.columns(t)
	n.units += len(t.Rows)
	if cols.level >= 0 && cols.clock {
		n.levelTable = true
	}
	if cols.remedy >= 0 && cols.level < 0 {
		n.remedies = true
	}
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			if holdsPerson(c.Text) {
				n.people++
				break
			}
		}
	}
}

// columns is what the heads of a table say.
type columns struct {
	level, remedy, sign int // indexes, -1 for none
	clock               bool
}

func (d *Document) columns(t *outline.TableBlock) columns {
	c := columns{-1, -1, -1, false}
	for i, h := range t.Head {
		p := newPhrase(h, 8)
		has := classesIn(p, d.langs)
		switch {
		case has.has(SeverityWord) && c.level < 0 && i < 3:
			c.level = i
		case has.hasAny(RespondWord, EscalateClock, UpdateClock) && !has.has(Verb):
			c.clock = true
		}
		if c.remedy < 0 && i > 0 && (has.hasAny(ResolutionWord, ImmediateWord) || beginsWith(hitsIn(p, d.langs), Verb)) && !has.has(SeverityWord) {
			c.remedy = i
		}
		if c.sign < 0 && has.hasAny(SignsWord, Failure, IssuesWord) {
			c.sign = i
		}
		if has.hasAny(RespondWord, FixWord, EscalateClock, UpdateClock) {
			c.clock = true
		}
	}
	if c.level >= 0 && !c.clock {
		named := 0
		for _, r := range t.Rows {
			// Words such as High and Low name the levels of anything; P0 and SEV1 only those of incidents.
			if len(r.Cells) > c.level && (isLevel(r.Cells[c.level].Text) || levelBegin.MatchString(r.Cells[c.level].Text)) {
				named++
			}
		}
		c.clock = named >= 2 && named*2 > len(t.Rows)
	}
	return c
}
