package reading

import (
	"strings"

	"mayday/lazyregexp"
	"mayday/playbooks/outline"
)

// tally counts what stands in some blocks.
type tally struct {
	units, verbs, refs, plain, items, ordered, nested, code, links, boxes, fields, people, levelItems, clocks, defines, personal int
	remedies, levelTable, saysLevel                                                                                              bool
}

// tells reports whether a list has one line among many that begins as an instruction
// does: a word such as "cache" begins many a line.
func (n *tally) tells() bool { return n.items >= 3 && n.verbs*4 < n.units && n.nested < 2 }

func (s *Section) lookBelow(f *features) {
	var n tally
	for _, blk := range s.Blocks {
		s.Doc.count(blk, &n, 0)
	}
	for _, blk := range s.tail {
		s.Doc.count(blk, &n, 0)
	}
	if n.items >= 3 && n.refs*4 >= n.items*3 && n.code == 0 {
		// A table of contents holds nothing to do.
		f[IsContents], n.verbs, n.ordered = 1, 0, 0
	}
	rate := func(a int) float64 {
		if n.units == 0 {
			return 0
		}
		return min(1, float64(a)/float64(n.units))
	}
	s.personal = n.personal
	f[OwnTodo] = b(n.verbs > 0 && !n.tells() || n.code > 0 || n.ordered >= 2 || n.remedies || n.boxes > 0)
	f[OwnOrdered] = b(n.ordered >= 2)
	f[OwnCode] = b(n.code > 0)
	f[VerbShare] = rate(n.verbs)
	f[OwnRemedies] = b(n.remedies)
	f[LevelTable] = b(n.levelTable)
	f[LevelItems] = b(n.levelItems >= 2)
	f[People] = min(1, float64(n.people)/2)
	f[LinkShare], f[BoxShare], f[FieldShare] = rate(n.links), rate(n.boxes), rate(n.fields)
	f[PlainFields] = f[FieldShare] * (1 - max(f[HasFailure], f[HasPrefix], f[IsCamel]))
	f[ClockLines] = rate(n.clocks)
	defines := n.defines
	for _, sub := range s.Subs {
		defines += int(b(s.Doc.defining(sub.Title)))
	}
	f[Defines] = b(defines >= 2)
	f[SaysLevel] = b(n.saysLevel)
	f[OwnPlain] = rate(n.plain)
	f[IsValue] = b(n.units == 1 && n.plain == 1 && s.brief())
	f[IsLeaf] = b(len(s.Subs) == 0)
	f[IsEmpty] = b(len(s.Subs) == 0 && n.units == 0)
	f[HasTodo] = f[OwnTodo]
}

// brief reports whether the section holds one line of a few words and nothing
// else: it is a value, and its heading the name of a field.
func (s *Section) brief() bool {
	const most = 3 // words
	if s.label || len(s.Subs) > 0 || len(s.Blocks) != 1 || s.Blocks[0].Kind != outline.Paragraph {
		return false
	}
	l := s.Blocks[0].Lines[0]
	text := l.Whole()
	return !l.Coded && len(strings.Fields(text)) <= most && !unspaced(text)
}

// defining reports whether a label is one by which a severity is defined.
func (d *Document) defining(label string) bool {
	return label != "" && classesIn(newPhrase(label, 6), d.langs).hasAny(ExampleWord, RespondWord, EscalateClock, UpdateClock, SeverityWord)
}

var (
	mailAddress = lazyregexp.New(`(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	chatHandle  = lazyregexp.New(`(?:^|[\s(,:])(?:@[a-z0-9][a-z0-9._-]{1,40}|<[@!][^>]{2,40}>)`)
	phoneNumber = lazyregexp.New(`(?:\+|\b00)\d[\d\s().x/-]{6,22}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b`)
)

func holdsPerson(s string) bool {
	at, plus, digits := false, false, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '@':
			at = true
		case c == '+':
			plus = true
		case c >= '0' && c <= '9':
			digits++
		}
	}
	const fewest = 4 // digits of a phone number without a plus
	return at && mailAddress.MatchString(s) || (at || strings.Contains(s, "<!")) && chatHandle.MatchString(s) || (plus || digits >= fewest) && phoneNumber.MatchString(s)
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
		if blk.Ordered && depth > 0 {
			n.nested = max(n.nested, len(blk.Items))
		}
		for _, it := range blk.Items {
			if depth == 0 {
				n.units++
				n.items++
				n.boxes += int(b(it.Task))
				n.refs += int(b(d.refs[it.Line]))
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
	if beginsWithLevel(head) != nil {
		n.levelItems++
		n.clocks += int(b(timeUnit.MatchString(text) && classesIn(newPhrase(text, few*2), d.langs).hasAny(RespondWord, FixWord, EscalateClock, UpdateClock)))
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

// dated is a date or the number of a version.
var dated = lazyregexp.New(`^(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[vV]?\d+(?:\.\d+){1,2})$`)

// isRecord reports whether each row of a table begins with a date or a version: it
// tells what was done, and a column "Change" is nothing to do.
func isRecord(t *outline.TableBlock) bool {
	for _, r := range t.Rows {
		if len(r.Cells) == 0 || !dated.MatchString(strings.TrimSpace(r.Cells[0].Text)) {
			return false
		}
	}
	return true
}

func (d *Document) columns(t *outline.TableBlock) columns {
	c := columns{-1, -1, -1, false}
	record := isRecord(t)
	for i, h := range t.Head {
		p := newPhrase(h, 8)
		has := classesIn(p, d.langs)
		switch {
		case has.has(SeverityWord) && c.level < 0 && i < 3:
			c.level = i
		case has.hasAny(RespondWord, EscalateClock, UpdateClock) && !has.has(Verb):
			c.clock = true
		}
		if c.remedy < 0 && i > 0 && !record && (has.hasAny(ResolutionWord, ImmediateWord) || beginsWith(hitsIn(p, d.langs), Verb)) && !has.has(SeverityWord) {
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
			if len(r.Cells) > c.level && (isLevel(r.Cells[c.level].Text) || beginsWithLevel(r.Cells[c.level].Text) != nil) {
				named++
			}
		}
		c.clock = named >= 2 && named*2 > len(t.Rows)
	}
	return c
}
