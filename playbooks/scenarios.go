package playbooks

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks/outline"
	"mayday/playbooks/reading"
)

// maxScenarios is how many scenarios one runbook may hold.
const maxScenarios = 1000

var titleTail = lazyregexp.New(`(?i)^(\S.*?)\s+(?:runbook|playbook)$`)

// scenario reads one section and all below it as a playbook.
func (r *reader) scenario(d *doc, s *reading.Section, parts []*part) {
	if len(r.book.Scenarios) >= maxScenarios {
		r.problem(d, s.Line, "there are more than "+itoa(maxScenarios)+" scenarios; this one is not read", "split the runbook by service")
		return
	}
	pb := incident.Playbook{Title: cleanTitle(s.Title), Source: d.source(s.Line)}
	w := r.newWalk(d, &pb, s)
	w.front(s)
	for _, m := range s.Marks {
		w.severity(m, s.Line)
	}
	name, _ := told(s.Told, "slug", "name")
	pb.Slug = r.uniqueSlug(d, max(s.Line, 1), firstOf(slugOf(name), slugOf(pb.Title), slugOf(baseName(d.Name))))
	if list, _ := told(s.Told, "aliases", "alias"); list != "" {
		w.alias(list)
	}
	if text, line := told(s.Told, "severity"); text != "" {
		w.severity(text, line)
	}
	runs(parts, func(s *reading.Section, run []*part) {
		if s != w.top {
			if text, line := told(s.Told, "severity"); text != "" && s.Kind != reading.SeverityEntry {
				w.severity(text, line)
			}
		}
		r.routine(d, s, run, pb.Slug)
		w.parts(s, run)
	})
	w.inTitle(s)
	w.finish()
	if pb.Title == "" {
		pb.Title = pb.Slug
	}
	pb.Version = r.versionOf(d, s)
	if len(pb.Steps) == 0 {
		r.problem(d, max(s.Line, 1), "scenario "+pb.Slug+" has no steps: there is nothing to walk", "add a list or code blocks under Immediate Response, Diagnosis or Resolution")
	}
	if len(pb.Severities) == 0 && !w.badSeverity {
		r.notice(d, max(s.Line, 1), "scenario "+pb.Slug+" has no severity: it must be given when declaring", `write it in the heading: "`+pb.Title+` (`+r.book.Policy.Severities[0].Label+`)"`)
	}
	if base := slugOf(baseName(d.Name)); r.folder && topOf(s) && base != pb.Slug {
		w.alias(base)
	}
	r.book.Scenarios = append(r.book.Scenarios, pb)
}

// inTitle takes the severity within a title when nothing else says one: "Playbook
// for Sev 1 outages".
func (w *walk) inTitle(s *reading.Section) {
	list := reading.LevelsWithin(s.Title)
	if len(list) != 1 || len(w.pb.Severities) > 0 || w.badSeverity {
		return
	}
	if _, known := w.r.findSeverity(list[0]); known {
		w.severity(list[0], s.Line)
	}
}

// topOf reports whether a section is the whole file.
func topOf(s *reading.Section) bool {
	return s.Up == nil || s.Up.Up == nil && len(s.Up.Subs) == 1
}

// front takes severity and aliases from the front matter of a file that is one scenario.
func (w *walk) front(s *reading.Section) {
	if !topOf(s) {
		return
	}
	f := w.d.Front
	for _, key := range []string{"severity", "severities", "priority"} {
		if v := f[key]; v != "" {
			w.severity(v, 1)
		}
	}
	if t := firstOf(f["title"], f["name"]); t != "" && w.pb.Title == "" {
		w.pb.Title = t
	}
	for _, key := range []string{"aliases", "alias"} {
		w.alias(f[key])
	}
}

// alias adds further names from "db, pool, connections".
func (w *walk) alias(list string) {
	for _, a := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ';' || c == '[' || c == ']' || c == '"' }) {
		if a = slugOf(a); a != "" && a != w.pb.Slug && !w.aliases[a] {
			w.aliases[a] = true
			w.pb.Aliases = append(w.pb.Aliases, a)
		}
	}
}

// severity adds the severities that a mark names; one that the runbook does not
// know is reported.
func (w *walk) severity(text string, no int) {
	words := reading.Levels(bare(text))
	if words == nil {
		words = []string{strings.Fields(text + " ?")[0]}
	}
	for _, word := range words {
		sev, ok := w.r.findSeverity(word)
		if !ok {
			w.badSeverity = true
			w.r.problem(w.d, no, "unknown severity "+clip(word, 30)+" in scenario "+clip(w.pb.Title, 60), "use one of "+andJoin(w.r.labels()))
			continue
		}
		known := false
		for _, l := range w.pb.Severities {
			known = known || l == sev.Label
		}
		if !known {
			w.pb.Severities = append(w.pb.Severities, sev.Label)
		}
	}
}

// meta takes "Severity: P1" and "Aliases: db" of a scenario.
func (w *walk) meta(l outline.Line) bool {
	name, value, ok := field(l)
	if !ok || value == "" || w.top == nil {
		return false
	}
	switch plain(name) {
	case "alias", "aliases", "also known as":
		w.alias(value)
		return true
	}
	if w.d.Whole(name).Has(reading.SeverityWord) && reading.Levels(bare(value)) != nil {
		w.severity(value, l.No)
		return true
	}
	return false
}

// fact files a field about the scenario; those that are no severity and no
// alias are context.
func (w *walk) fact(p *part) {
	for _, l := range w.d.fieldLines(p) {
		if p.Row != nil && len(p.Row.Cells) == 2 {
			l = outline.Line{No: p.Line, Label: p.Row.Cells[0].Text, Text: p.Row.Cells[1].Text}
		}
		if w.meta(l) || l.Whole() == "" {
			continue
		}
		if w.top == nil || !topOf(w.top) {
			w.r.fact(l)
			continue
		}
		w.pb.Signs = append(w.pb.Signs, l.Whole())
		p.take(reading.UseSign)
	}
	p.take(reading.UseFact)
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// cleanTitle takes "runbook" off the end of a title.
func cleanTitle(s string) string {
	if m := titleTail.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	return bare(s)
}

// uniqueSlug makes a slug that no other scenario has, and reports a duplicate.
func (r *reader) uniqueSlug(d *doc, line int, slug string) string {
	if slug == "" {
		slug = "scenario-" + itoa(len(r.book.Scenarios)+1)
	}
	first, taken := r.slugs[slug]
	if !taken {
		r.slugs[slug] = d.source(line)
		return slug
	}
	for {
		n := max(r.counts["scenario "+slug]+1, 2)
		r.counts["scenario "+slug] = n
		other := slug + "-" + itoa(n)
		if _, taken := r.slugs[other]; !taken {
			r.slugs[other] = d.source(line)
			r.problem(d, line, "scenario "+slug+" stands twice (the other at "+first+"); this one is called "+other, "give one of the headings another name")
			return other
		}
	}
}

// versionOf is a short hash of the scenario's own lines.
func (r *reader) versionOf(d *doc, s *reading.Section) string {
	end := s.End
	if s.Up == nil {
		end = len(d.Lines)
	}
	from, to := min(max(s.Line-1, 0), len(d.Lines)), min(end, len(d.Lines))
	if from > to {
		from = to
	}
	return shortHash(strings.TrimSpace(strings.Join(d.Lines[from:to], "\n")))
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// process reads the parts that belong to any incident as one playbook.
func (r *reader) process(d *doc, parts []*part) {
	pb := &r.book.Process
	if pb.Source == "" && len(parts) > 0 {
		pb.Source = d.source(parts[0].Line)
		pb.Slug, pb.Title = incident.GenericSlug, firstOf(bare(parts[0].Section.Heading), r.book.Title)
	}
	w := r.newWalk(d, pb, nil)
	runs(parts, func(s *reading.Section, run []*part) {
		r.routine(d, s, run, incident.GenericSlug)
		w.parts(s, run)
	})
	w.finish()
	for _, p := range parts {
		p.slug = ""
	}
}
