package playbooks

import (
	"cmp"
	"fmt"
	"slices"
)

// maxFindings bounds what is kept of a hopeless document; the last finding then
// says how many more there were.
const maxFindings = 2000

// problem adds a finding that makes the runbook do less than its author meant.
func (r *reader) problem(d *document, line int, what, fix string) {
	r.find(Finding{File: d.name, Line: line, Level: Problem, What: what, Fix: fix})
}

// notice adds a finding that tells what was left alone or assumed.
func (r *reader) notice(d *document, line int, what, fix string) {
	r.find(Finding{File: d.name, Line: line, Level: Notice, What: what, Fix: fix})
}

func (r *reader) find(f Finding) {
	if len(r.book.Findings) >= maxFindings {
		r.spilled++
		return
	}
	r.book.Findings = append(r.book.Findings, f)
}

// use records what became of a part. The first use stands.
func use(p *Part, as string) {
	if p != nil && p.Use == "" {
		p.Use = as
	}
}

// settle reports every part that nobody used, one finding for each run of
// parts of the same kind under the same heading, and sorts the findings.
func (r *reader) settle() {
	for _, d := range r.docs {
		r.settleSection(d, d.root)
		for _, p := range d.parts {
			r.book.Accounted = append(r.book.Accounted, *p)
		}
	}
	if r.spilled > 0 {
		r.book.Findings = append(r.book.Findings, Finding{File: r.docs[len(r.docs)-1].name, Line: r.docs[len(r.docs)-1].lines,
			Level: Problem, What: fmt.Sprintf("%d further findings are not listed", r.spilled),
			Fix: "mend those above first"})
	}
	order := map[string]int{}
	for i, d := range r.docs {
		order[d.name] = i
	}
	slices.SortStableFunc(r.book.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	})
}

func (r *reader) settleSection(d *document, s *section) {
	counts := map[PartKind]int{}
	first, last := 0, 0
	for _, p := range s.parts {
		if p.Use != "" {
			continue
		}
		if p.Kind == PartProse {
			p.Use = ForReaders
			r.book.Prose = append(r.book.Prose, source(d, p.Line))
			continue
		}
		p.Use = Reported
		counts[p.Kind]++
		if first == 0 || p.Line < first {
			first = p.Line
		}
		last = max(last, p.Line)
	}
	if len(counts) > 0 {
		end := 0
		if last > first {
			end = last
		}
		r.find(Finding{File: d.name, Line: first, End: end, Level: Notice,
			What: fmt.Sprintf("%s not used, under %s", tally(counts), quoteHeading(s)),
			Fix:  "fine when it is only for readers; otherwise put it under a scenario, a checklist, queries, dashboards, status pages, contacts or tools"})
	}
	for _, sub := range s.subs {
		r.settleSection(d, sub)
	}
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

func quoteHeading(s *section) string {
	if s.heading == "" {
		return "no heading"
	}
	return fmt.Sprintf("%q", clip(s.heading, 60))
}
