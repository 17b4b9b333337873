package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// doc is one file with what was decided of it.
type doc struct {
	*reading.Document
	parts []*part
}

// part is a decided part with what became of it in the runbook.
type part struct {
	*reading.Part
	// taken: it ended in the runbook. What is not taken is reported or for readers.
	taken bool
	// slug of the scenario that holds it.
	slug string
}

// take records that a part ended in the runbook as a use.
func (p *part) take(as reading.Use) {
	if !p.taken {
		p.taken, p.Use = true, as
	}
}

// leave gives a part to the readers and says why.
func (p *part) leave(why string) {
	p.taken, p.Use, p.Why = false, reading.UseReader, why
}

// newDoc lists the parts of a file and settles what comments say of them.
func newDoc(d *reading.Document) *doc {
	out := &doc{Document: d}
	list := d.Parts()
	wrapped := make([]part, len(list))
	out.parts = make([]*part, len(list))
	for i, p := range list {
		wrapped[i].Part = p
		out.parts[i] = &wrapped[i]
		wrapped[i].obey()
	}
	return out
}

// toldUses are the directives on a block or a list item that say what it is.
var toldUses = map[string]reading.Use{"step": reading.UseStep, "steps": reading.UseStep, "signs": reading.UseSign, "sign": reading.UseSign, "note": reading.UseNote,
	"after": reading.UseAfterwards, "afterwards": reading.UseAfterwards, "prevention": reading.UsePrevention}

// toldPhases are the phases that a directive may name.
var toldPhases = map[string]reading.Phase{"immediate": reading.Immediate, "diagnosis": reading.Diagnosis, "issues": reading.Issues, "resolution": reading.Resolution}

// obey takes over what comments at the headings above a part say of its phase,
// and what one above a block or in a list item says of it.
func (p *part) obey() {
	for s := p.Section; s != nil && s.Kind != reading.Scenario; s = s.Up {
		if name, _ := told(s.Told, "phase"); name != "" {
			if phase, ok := toldPhases[strings.ToLower(strings.TrimSpace(name))]; ok {
				p.Phase = phase
			}
			break
		}
	}
	list := p.Told
	if p.Item != nil {
		list = slices.Concat(list, p.Item.Told)
	}
	for _, t := range list {
		if use, ok := toldUses[t.Name]; ok {
			p.Use, p.Why = use, "the document says so"
		}
		if phase, ok := toldPhases[strings.ToLower(strings.TrimSpace(t.Value))]; ok && t.Name == "phase" {
			p.Use, p.Phase, p.Why = reading.UseStep, phase, "the document says so"
		}
	}
}

// runs separates parts where the section changes: each run is what stands in
// one section before its first sub-section, with the heading as its first part.
func runs(parts []*part, do func(s *reading.Section, run []*part)) {
	for from := 0; from < len(parts); {
		to := from + 1
		for to < len(parts) && parts[to].Section == parts[from].Section {
			to++
		}
		do(parts[from].Section, parts[from:to])
		from = to
	}
}

// source is where a line stands, "runbook.md:57".
func (d *doc) source(line int) string { return d.Name + ":" + itoa(max(line, 1)) }

// lines are the logical lines of a part: one for a paragraph's line, those of
// an item's head, one for a row, none for code.
func (p *part) lines() []outline.Line {
	switch {
	case p.Item != nil:
		return p.Item.Lines
	case p.Row != nil:
		return []outline.Line{rowLine(p.Table, p.Row)}
	case p.Kind == reading.PartProse:
		return p.Prose
	}
	return nil
}

// plainField is a line such as "Severity: P1".
var plainField = lazyregexp.New(`^\s{0,3}[\p{L}][\p{L} /-]{1,28}[:：]\s+\S`)

// fieldLines are the logical lines of a part. Where every visual line of a
// paragraph is a field, "Severity: P1", "Aliases: db", people mean lines.
func (d *doc) fieldLines(p *part) []outline.Line {
	l := p.Text()
	if p.Kind != reading.PartProse || l.End <= l.No || l.Label != "" || l.End > len(d.Lines) {
		return p.lines()
	}
	var out []outline.Line
	for no := l.No; no <= l.End; no++ {
		s := d.Lines[no-1]
		if !plainField.MatchString(s) {
			return p.lines()
		}
		out = append(out, outline.Line{No: no, End: no, Text: oneLine(s), Links: outline.FindLinks(s, nil)})
	}
	return out
}

// text is a part on one line, without code.
func (p *part) text() string {
	var words []string
	for _, l := range p.lines() {
		words = append(words, l.Whole())
	}
	return strings.Join(words, " ")
}

// links are the addresses that a part names.
func (p *part) links() []incident.Link {
	var out []incident.Link
	for _, l := range p.lines() {
		out = append(out, linksOf(l.Links)...)
	}
	return out
}

func linksOf(list []outline.Link) []incident.Link {
	var out []incident.Link
	for _, l := range list {
		out = append(out, incident.Link{Name: l.Name, URL: l.URL})
	}
	return out
}

// found are the addresses that s names beyond those known.
func found(s string, known []incident.Link) []incident.Link {
	if !strings.Contains(s, ".") && !strings.Contains(s, "://") {
		return nil
	}
	var have []outline.Link
	for _, l := range known {
		have = append(have, outline.Link{Name: l.Name, URL: l.URL})
	}
	return linksOf(outline.FindLinks(s, have))
}

// field reads a line as "Name: value", whether or not the name is bold.
func field(l outline.Line) (name, value string, ok bool) {
	if l.Label != "" {
		return l.Label, strings.TrimSpace(strings.TrimPrefix(l.Text, ":")), true
	}
	i := strings.IndexAny(l.Text, ":：")
	if i <= 0 || i > 40 || strings.HasPrefix(l.Text[i:], "://") || strings.Contains(l.Text[:i], "(") {
		return "", "", false
	}
	name = strings.TrimSpace(l.Text[:i])
	if len(strings.Fields(name)) > 4 {
		return "", "", false
	}
	return name, strings.TrimLeft(l.Text[i:], ":： "), true
}

// rowLine is a row on one line, each cell with the head of its column.
func rowLine(t *outline.TableBlock, row *outline.Row) outline.Line {
	l := outline.Line{No: row.Line, End: row.End}
	var words []string
	for i, c := range row.Cells {
		l.Links = append(l.Links, c.Links...)
		switch {
		case c.Text == "":
		case len(words) == 0:
			words = append(words, c.Text)
		default:
			words = append(words, cellNote(t, i, c.Text))
		}
	}
	l.Text = strings.Join(words, " · ")
	return l
}

// cellNote is a cell with the head of its column.
func cellNote(t *outline.TableBlock, i int, text string) string {
	if i < len(t.Head) && t.Head[i] != "" {
		return t.Head[i] + ": " + text
	}
	return text
}

// told is the value of a directive and its line, "" when the list holds none of the names.
func told(list []outline.Directive, names ...string) (value string, line int) {
	for _, d := range list {
		for _, n := range names {
			if d.Name == n {
				return d.Value, d.Line
			}
		}
	}
	return "", 0
}

func isTold(list []outline.Directive, name string) bool {
	for _, d := range list {
		if d.Name == name {
			return true
		}
	}
	return false
}
