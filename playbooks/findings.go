package playbooks

import (
	"cmp"
	"fmt"
	"slices"

	"mayday/playbooks/reading"
)

// maxFindings bounds what is kept of a hopeless document; the last finding then
// says how many more there were.
const maxFindings = 2000

// problem adds a finding that makes the runbook do less than its author meant.
func (r *reader) problem(d *doc, line int, what, fix string) {
	r.find(Finding{File: d.Name, Line: line, Level: Problem, What: what, Fix: fix})
}

// notice adds a finding that tells what was left alone or assumed.
func (r *reader) notice(d *doc, line int, what, fix string) {
	r.find(Finding{File: d.Name, Line: line, Level: Notice, What: what, Fix: fix})
}

func (r *reader) find(f Finding) {
	if len(r.book.Findings) >= maxFindings {
		r.spilled++
		return
	}
	r.book.Findings = append(r.book.Findings, f)
}

// settle reports what nobody used, lists every part with what became of it and
// sorts the findings.
func (r *reader) settle() {
	total := 0
	for _, d := range r.docs {
		r.settleParts(d)
		total += len(d.parts)
	}
	r.book.Parts = make([]Part, 0, total)
	for _, d := range r.docs {
		for _, p := range d.parts {
			phase := ""
			if p.Use == reading.UseStep || p.Use == reading.UseNote || p.Use == reading.UseHeading {
				phase = p.Phase.String()
			}
			r.book.Parts = append(r.book.Parts, Part{File: d.Name, Line: max(p.Line, 1), End: max(p.End, p.Line, 1), Kind: PartKind(p.Kind), Use: string(p.Use),
				Scenario: p.slug, Phase: phase, Why: p.Why})
		}
	}
	if r.spilled > 0 {
		last := r.docs[len(r.docs)-1]
		r.book.Findings = append(r.book.Findings, Finding{File: last.Name, Line: len(last.Lines),
			Level: Problem, What: fmt.Sprintf("%d further findings are not listed", r.spilled),
			Fix: "mend those above first"})
	}
	order := map[string]int{}
	for i, d := range r.docs {
		order[d.Name] = i
	}
	slices.SortStableFunc(r.book.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	})
}

// tally writes counts as "2 list items and 1 table row are".
func tally(counts map[PartKind]int) string {
	var words []string
	total := 0
	for _, k := range []PartKind{PartItem, PartBlock, PartRow} {
		n := counts[k]
		total += n
		switch {
		case n == 1:
			words = append(words, "1 "+string(k))
		case n > 1:
			words = append(words, fmt.Sprintf("%d %ss", n, k))
		}
	}
	verb := "are"
	if total == 1 {
		verb = "is"
	}
	return andJoin(words) + " " + verb
}

func quoteHeading(s *reading.Section) string {
	if s.Heading == "" {
		return "no heading"
	}
	return fmt.Sprintf("%q", clip(s.Heading, 60))
}
