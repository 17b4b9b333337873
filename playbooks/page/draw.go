package page

import (
	"fmt"
	"strings"

	"mayday/playbooks"
)

// drawer turns what was read into what is shown.
type drawer struct {
	rb *playbooks.Runbook
	// ids of the files in the page, by name.
	ids map[string]string
	// things counts the steps, rows and paragraphs of each role, not their lines.
	things map[playbooks.Role]int
}

func (d *drawer) lineID(file string, no int) string { return fmt.Sprintf("%s-%d", d.ids[file], no) }

// file groups the lines of a document into blocks.
func (d *drawer) file(doc playbooks.Document) file {
	out := file{Name: doc.Name, ID: d.ids[doc.Name]}
	sections := map[int]playbooks.Section{}
	for _, s := range doc.Sections {
		sections[s.Line] = s
	}
	findings := d.findingsOf(doc)
	roles := d.rb.LineRoles(doc)
	counted := map[playbooks.LineRole]bool{}
	label := "" // of the block above
	for i, l := range roles {
		s, isHeading := sections[i+1]
		isHeading = isHeading && (l.Part < 0 && l.Role != "" || l.Role == playbooks.RoleHeading)
		if i == 0 || isHeading || l != roles[i-1] {
			next := d.block(l, s, isHeading, doc.Lines[i])
			if n := len(out.Blocks); n > 0 && !isHeading && next.Label == label {
				next.Label = "" // said right above
			} else {
				label = next.Label
			}
			out.Blocks = append(out.Blocks, next)
		}
		b := &out.Blocks[len(out.Blocks)-1]
		b.Lines = append(b.Lines, line{No: i + 1, ID: d.lineID(doc.Name, i+1), Text: doc.Lines[i]})
		b.Findings = append(b.Findings, findings[i+1]...)
		if one := (playbooks.LineRole{Role: l.Role, Part: l.Part, Step: l.Step}); l.Part >= 0 && !counted[one] {
			counted[one] = true
			d.things[l.Role]++
		}
	}
	return out
}

// findingsOf are the findings of a document by the line where they begin; those
// about the file as a whole stand at its first line, what is missing on top only.
func (d *drawer) findingsOf(doc playbooks.Document) map[int][]note {
	out := map[int][]note{}
	for _, f := range d.rb.Findings {
		if f.File == doc.Name && (f.Line > 0 || !d.rb.Defaulted || !strings.Contains(f.What, "names no severities")) {
			no := min(max(f.Line, 1), max(len(doc.Lines), 1))
			out[no] = append(out[no], note{string(f.Level), f.What, f.Fix})
		}
	}
	return out
}

// block begins a block with a line.
func (d *drawer) block(l playbooks.LineRole, s playbooks.Section, isHeading bool, text string) block {
	b := block{Class: classOf(l.Role), Role: string(l.Role), Label: string(l.Role)}
	if l.Part < 0 {
		b.Label = ""
		return b
	}
	p := d.rb.Parts[l.Part]
	if isHeading {
		b.Heading, b.Label = headingLevel(text), s.Kind
		b.Class += " k-" + strings.ReplaceAll(s.Kind, " ", "-")
		if s.Phase != "" && s.Phase != s.Kind {
			b.Label = s.Phase
		}
		if s.Kind == "scenario" && s.Scenario != "" {
			b.Why = append(b.Why, "The scenario “"+s.Scenario+"”.")
		}
		b.Why = append(b.Why, "Taken for "+s.Kind+", because "+strings.Join(s.Why, "; ")+".")
		return b
	}
	if l.Step > 0 {
		b.Label = fmt.Sprintf("%s %d", l.Role, l.Step)
		if l.Role != playbooks.RoleStep {
			b.Label = fmt.Sprintf("step %d · %s", l.Step, l.Role)
		}
	}
	if p.Scenario != "" {
		b.Why = append(b.Why, "In the scenario “"+p.Scenario+"”.")
	}
	if l.Detail != "" {
		b.Why = append(b.Why, strings.ToUpper(l.Detail[:1])+l.Detail[1:]+".")
	}
	if p.Why != "" {
		what := string(l.Role)
		if p.Use == "step" {
			what = "a step"
		}
		b.Why = append(b.Why, "Taken for "+what+", because "+p.Why+".")
	}
	return b
}

// headingLevel is 1 to 6 for lines that begin with so many "#", 7 for labels and
// 2 for a heading that is underlined.
func headingLevel(text string) int {
	t := strings.TrimLeft(text, " >")
	n := len(t) - len(strings.TrimLeft(t, "#"))
	switch {
	case n > 0:
		return min(n, 6)
	case strings.HasPrefix(t, "*"), strings.HasPrefix(t, "_"), strings.HasSuffix(strings.TrimSpace(t), ":"):
		return 7
	}
	return 2
}

// corrections are the most useful ones and the rest.
func (d *drawer) corrections() (top, rest []correction) {
	most := 8
	if len(d.rb.Documents) > 1 {
		most = 4 // names of files are long
	}
	for _, c := range d.rb.Corrections() {
		out := correction{What: c.What, Fix: c.Fix, Level: string(c.Level), Count: 1 + len(c.More)}
		for i, f := range append([]playbooks.Finding{c.Finding}, c.More...) {
			if i >= most {
				out.Hidden++
				continue
			}
			p := place{Text: f.File}
			if f.Line > 0 {
				p.Text = fmt.Sprintf("%s:%d", f.File, f.Line)
				if len(d.rb.Documents) == 1 {
					p.Text = fmt.Sprintf("line %d", f.Line)
				}
			}
			if id := d.ids[f.File]; id != "" {
				p.Href = "#" + d.lineID(f.File, max(f.Line, 1))
			}
			out.Places = append(out.Places, p)
		}
		if len(top) < playbooks.TopCorrections && !c.Fine {
			top = append(top, out)
		} else {
			rest = append(rest, out)
		}
	}
	return top, rest
}

// scenarios are the table of contents.
func (d *drawer) scenarios() []entry {
	var out []entry
	for _, p := range d.rb.Scenarios {
		e := entry{Title: p.Title, Slug: p.Slug, Severities: p.Severities, Steps: len(p.Steps)}
		e.Href = d.href(p.Source)
		out = append(out, e)
	}
	if n := len(d.rb.Process.Steps); n > 0 {
		out = append(out, entry{Title: "Any incident", Slug: d.rb.Process.Slug, Steps: n, Href: d.href(d.rb.Process.Source)})
	}
	return out
}

// href points at a source, "runbook.md:57".
func (d *drawer) href(source string) string {
	at := strings.LastIndexByte(source, ':')
	if at < 0 || d.ids[source[:at]] == "" {
		return ""
	}
	return "#" + d.ids[source[:at]] + "-" + source[at+1:]
}
