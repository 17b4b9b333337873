package playbooks

import (
	"fmt"
	"io"
	"strings"

	"mayday/lazyregexp"
)

// ExplainOptions say how much of a document is explained.
type ExplainOptions struct {
	// Parts explains every list item, paragraph, block and row too, not only the sections.
	Parts bool
	// Line, unless 0, is the only line that is explained, with the sections around it; File is
	// the file that holds it, which may be left out where there is one file.
	File string
	Line int
}

// Explain prints what each section was taken for, why, and what to write to
// change it, within the columns of a terminal. The runbook has to be read with
// ReadOptions.Documents. An error says which line is not there, or is that of w.
func (r *Runbook) Explain(w io.Writer, opts ExplainOptions) error {
	e := &explainer{account: account{w: w, book: r}, opts: opts}
	if opts.Line > 0 {
		if err := e.one(); err != nil {
			return err
		}
	} else {
		e.documents()
	}
	e.directives()
	return e.err
}

type explainer struct {
	account
	opts ExplainOptions
}

// documents explains each file from top to bottom.
func (e *explainer) documents() {
	at := 0
	parts := e.book.Parts
	for i, d := range e.book.Documents {
		if i > 0 {
			e.line("")
		}
		e.line("%s", d.Name)
		for n, s := range d.Sections {
			next := len(d.Lines) + 1
			if n+1 < len(d.Sections) {
				next = d.Sections[n+1].Line
			}
			for at < len(parts) && parts[at].File == d.Name && parts[at].Line < s.Line {
				at = e.part(d, at)
			}
			from := at
			for at < len(parts) && parts[at].File == d.Name && parts[at].Line < next {
				at++
			}
			e.section(d, s, parts[from:at])
			for p := from; p < at; p++ {
				e.part(d, p)
			}
		}
		for at < len(parts) && parts[at].File == d.Name {
			at = e.part(d, at)
		}
	}
}

// section prints two lines: what it is and holds, and why.
func (e *explainer) section(d Document, s Section, parts []Part) {
	const kindAt = 52
	indent := strings.Repeat("  ", min(s.Depth, 8))
	e.line("%5d  %s %s", s.Line, column(indent+s.Title, kindAt-8), strings.TrimRight(kindOf(s)+holding(d, parts), " "))
	e.wrapped(strings.Repeat(" ", 9)+indent+"because ", strings.Repeat(" ", 9)+indent, strings.Join(s.Why, "; "))
}

// kindOf names the kind of a section with its phase or its scenario.
func kindOf(s Section) string {
	switch {
	case s.Kind == "scenario" && s.Scenario != "":
		return "scenario " + s.Scenario
	case s.Phase != "" && s.Phase != s.Kind:
		return s.Kind + ", " + s.Phase
	}
	return s.Kind
}

// holding counts what stands in a section before its first sub-section.
func holding(d Document, parts []Part) string {
	n := map[Role]int{}
	for _, p := range parts {
		if p.Kind != PartHeading && !empty(d, p) {
			n[rolesOfUses[p.Use]]++
		}
	}
	var words []string
	for _, role := range Roles {
		switch {
		case n[role] == 0 || role == RoleHeading:
		case role == RoleReader || role == RoleUnused || role == RoleAfter:
			words = append(words, itoa(n[role])+" "+string(role))
		case partWords[role] != "":
			words = append(words, count(n[role], partWords[role]))
		default:
			words = append(words, count(n[role], string(role)))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}

// emptyItem is a marker of a list, maybe with a box, and nothing else.
var emptyItem = lazyregexp.New(`^[\s>]*(?:[-*+]|\d{1,9}[.)])?\s*(?:\[[ xX]\])?\s*$`)

// empty reports whether a part is a bullet without words: nothing that could be used.
func empty(d Document, p Part) bool {
	return p.Kind == PartItem && p.Line == p.End && p.Line <= len(d.Lines) && emptyItem.MatchString(d.Lines[p.Line-1])
}

// partWords name the parts of a role whose own name would count something else.
var partWords = map[Role]string{RoleRun: "query", RoleChecklist: "checklist item", RoleSeverity: "severity line", RoleContact: "contact line", RoleFact: "fact line"}

// part prints one part where parts were asked for, and returns the next index.
func (e *explainer) part(d Document, i int) int {
	const useAt, whyAt = 46, 60
	p := e.book.Parts[i]
	if !e.opts.Parts || p.Kind == PartHeading || empty(d, p) {
		return i + 1
	}
	text := strings.Join(strings.Fields(d.Lines[min(p.Line, len(d.Lines))-1]), " ")
	why := p.Why
	if strings.HasPrefix(why, "it stands under ") || i > 0 && e.book.Parts[i-1].Why == why {
		why = "" // the section above, or the line above, says it
	}
	for n, l := range wrap(why, columns-whyAt) {
		if n == 0 {
			e.line("%s", strings.TrimRight(fmt.Sprintf("%5d      %s %s %s", p.Line, column(text, useAt-12), column(string(rolesOfUses[p.Use]), whyAt-useAt-1), l), " "))
			continue
		}
		e.line("%s%s", strings.Repeat(" ", whyAt), l)
	}
	return i + 1
}

// one explains a single line: the sections around it from the outside in, then
// what it is itself.
func (e *explainer) one() error {
	d, err := e.holds()
	if err != nil {
		return err
	}
	no := e.opts.Line
	e.line("%s:%d  %s", d.Name, no, strings.TrimSpace(d.Lines[no-1]))
	for _, s := range d.Sections {
		if s.Line <= no && no <= s.End {
			e.line("  line %d, %q: %s", s.Line, clip(s.Title, 60), kindOf(s))
			e.wrapped("    because ", "    ", strings.Join(s.Why, "; "))
		}
	}
	l := e.book.LineRoles(d)[no-1]
	if l.Part < 0 {
		e.line("  this line itself stands for nothing")
	} else if p := e.book.Parts[l.Part]; p.Kind != PartHeading {
		e.line("  this %s: %s", p.Kind, strings.Join(roleWords(l), ", "))
		e.wrapped("    because ", "    ", p.Why)
	}
	for _, f := range e.book.Findings {
		if f.File == d.Name && f.Line <= no && no <= max(f.Line, f.End) {
			e.wrapped("  "+string(f.Level)+": ", "    ", f.What+". To mend it: "+f.Fix)
		}
	}
	return nil
}

// roleWords say what a line became: "run", "step 3", "query site-down/sessions".
func roleWords(l LineRole) (out []string) {
	if !strings.HasPrefix(l.Detail, string(l.Role)) {
		out = append(out, string(l.Role))
	}
	if l.Step > 0 {
		out = append(out, "step "+itoa(l.Step))
	}
	if l.Detail != "" {
		out = append(out, l.Detail)
	}
	return out
}

// holds finds the file and the line that are asked for.
func (e *explainer) holds() (Document, error) {
	docs := e.book.Documents
	if e.opts.File == "" && len(docs) > 1 {
		return Document{}, fmt.Errorf("there are %d files; name one, %s:%d", len(docs), docs[0].Name, e.opts.Line)
	}
	for _, d := range docs {
		if e.opts.File != "" && d.Name != e.opts.File {
			continue
		}
		if e.opts.Line > len(d.Lines) {
			return Document{}, fmt.Errorf("%s has %d lines, there is no line %d", d.Name, len(d.Lines), e.opts.Line)
		}
		return d, nil
	}
	return Document{}, fmt.Errorf("the runbook has no file %q", clip(e.opts.File, 80))
}

// directives prints what to write to change a decision.
func (e *explainer) directives() {
	e.line("")
	e.line("To change what a heading or a block is taken for, write a comment on the line above or below it:")
	for _, d := range Directives {
		e.line("  %s  %s", column(d.Write, 34), d.Means)
	}
	if !e.opts.Parts && e.opts.Line == 0 {
		e.line("--why=parts tells of each list item, paragraph, block and row too, --why=LINE of one line.")
	}
}
