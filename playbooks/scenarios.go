package playbooks

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"mayday/incident"
)

// maxScenarios is how many scenarios one runbook may hold.
const maxScenarios = 1000

var (
	stepHead   = regexp.MustCompile(`(?i)^(step|phase|stage)\s+(?:\d{1,2}|[a-z])\s*[:.)–—-]*\s*(.*)$`)
	titleHead  = regexp.MustCompile(`(?i)^(?:runbook|playbook|scenario|incident|alert|procedure|incident runbook|incident playbook)(?:\s+\d{1,3})?\s*[:–—-]\s*(\S.*)$`)
	titleTail  = regexp.MustCompile(`(?i)^(\S.*?)\s+(?:runbook|playbook)$`)
	scenarioNo = regexp.MustCompile(`(?i)^scenario\s+\d{1,3}\s*[:.–—-]?\s*(\S.*)$`)
)

// isScenario reports whether a section is a scenario: a severity in its
// heading or in a line below it, a place under scenarios or runbooks, or phases
// below it.
func (r *reader) isScenario(d *document, s *section, inherited topic) bool {
	if s.level == 0 || inherited == severities {
		return false
	}
	if hidesScenarios(s) {
		return false
	}
	if title, marks := headingMarks(s.heading); marks != nil {
		return !isLevelName(title) && (inherited != contacts && inherited != external)
	}
	own := topicOf(s.heading)
	told := s.told["severity"].text != "" || metaOf(s, "severity") != "" || metaOf(s, "priority") != ""
	if told {
		return true
	}
	if own != unknown && !titleHead.MatchString(bare(s.heading)) {
		return false
	}
	signs, kinds, steps := stagesBelow(s)
	switch {
	case inherited == scenarios:
		return len(s.subs) == 0 && hasContent(s) || kinds > 0 || steps > 0
	case inherited != unknown && inherited != prose:
		return false
	case d.whole && s == d.root.firstHeading():
		return true
	}
	return signs && kinds >= 2 || titleHead.MatchString(bare(s.heading)) && (kinds > 0 || steps > 0 || hasSteps(s))
}

// hidesScenarios: a heading with scenarios below it is not one itself.
func hidesScenarios(s *section) bool {
	for _, sub := range s.subs {
		if _, marks := headingMarks(sub.heading); marks != nil && stageOf(sub.heading) == stageNone {
			return true
		}
		if topicOf(sub.heading) == scenarios && stageOf(sub.heading) == stageNone && len(sub.subs) > 0 {
			return true
		}
		if metaOf(sub, "severity") != "" || sub.told["severity"].text != "" {
			return true
		}
		if signs, kinds, _ := stagesBelow(sub); signs && kinds >= 2 {
			return true
		}
		if hidesScenarios(sub) {
			return true
		}
	}
	return false
}

// stagesBelow counts the different stages that sub-headings and labels of s
// name, says whether one of them is signs or diagnosis, and counts step headings.
func stagesBelow(s *section) (signs bool, kinds, steps int) {
	seen := map[stage]bool{}
	for _, sub := range s.subs {
		if m := stepHead.FindStringSubmatch(bare(sub.heading)); m != nil && strings.EqualFold(m[1], "step") {
			steps++
		}
		seen[stageOf(sub.heading)] = true
	}
	for _, b := range s.blocks {
		for _, l := range b.prose {
			if name, _, ok := l.field(); ok {
				seen[stageOf(name)] = true
			}
		}
		for _, it := range b.items {
			if len(it.first) > 0 && it.first[0].label != "" {
				seen[stageOf(it.first[0].label)] = true
			}
		}
	}
	delete(seen, stageNone)
	delete(seen, stageLinks)
	return seen[stageSigns] || seen[stageDiagnosis], len(seen), steps
}

func hasContent(s *section) bool {
	for _, b := range s.blocks {
		if b.items != nil || b.code != nil || b.prose != nil || b.table != nil {
			return true
		}
	}
	return false
}

func hasSteps(s *section) bool {
	for _, b := range s.blocks {
		if (b.items != nil && b.ordered) || b.code != nil {
			return true
		}
	}
	return false
}

// metaNames are the labelled lines that speak of a scenario as a whole.
var metaNames = map[string]string{"severity": "severity", "severities": "severity", "priority": "priority", "sev": "severity", "level": "severity",
	"alias": "aliases", "aliases": "aliases", "also known as": "aliases", "tags": "", "owner": "", "owners": "", "team": "", "service": "", "last updated": "", "author": "", "last reviewed": "", "reviewed": "", "version": "", "updated": "", "maintainer": "", "runbook id": "", "id": "", "status": "", "oncall": "", "on call": ""}

// scenario reads one section as a playbook.
func (r *reader) scenario(d *document, s *section) {
	if len(r.book.Scenarios) >= maxScenarios {
		r.problem(d, s.line, "there are more than "+itoa(maxScenarios)+" scenarios; this one is not read", "split the runbook by service")
		return
	}
	title, marks := headingMarks(s.heading)
	pb := incident.Playbook{Title: cleanTitle(title), Source: source(d, s.line)}
	w := &walker{r: r, d: d, pb: &pb, s: s, marks: marks, aliases: map[string]bool{}}
	for _, list := range []string{s.told["aliases"].text} {
		w.alias(list)
	}
	if t := s.told["severity"]; t.text != "" {
		w.severity(t.text, t.line)
	}
	if d.whole {
		w.front()
	}
	for _, m := range marks {
		w.severity(m, s.line)
	}
	pb.Slug = r.uniqueSlug(d, s.line, firstOf(slugOf(s.told["slug"].text), slugOf(s.told["name"].text), slugOf(pb.Title), slugOf(baseName(d.name))))
	w.section(s)
	w.signProbes()
	w.unusable()
	if pb.Title == "" {
		pb.Title = pb.Slug
	}
	pb.Version = r.versionOf(d, s)
	if len(pb.Steps) == 0 {
		r.problem(d, s.line, "scenario "+pb.Slug+" has no steps: there is nothing to walk", "add a list or code blocks under Immediate Response, Diagnosis or Resolution")
	}
	if len(pb.Severities) == 0 && !w.badSeverity {
		r.notice(d, s.line, "scenario "+pb.Slug+" has no severity: it must be given when declaring", `write it in the heading: "`+pb.Title+` (`+r.book.Policy.Severities[0].Label+`)"`)
	}
	if base := slugOf(baseName(d.name)); r.folder && d.whole && base != pb.Slug {
		w.alias(base)
	}
	r.book.Scenarios = append(r.book.Scenarios, pb)
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// cleanTitle takes "Runbook:" and the like off a title.
func cleanTitle(s string) string {
	for _, re := range []*regexp.Regexp{titleHead, scenarioNo, titleTail} {
		if m := re.FindStringSubmatch(s); m != nil {
			s = bare(m[1])
		}
	}
	return s
}

func source(d *document, line int) string { return d.name + ":" + itoa(line) }

// uniqueSlug makes a slug that no other scenario has, and reports a duplicate.
func (r *reader) uniqueSlug(d *document, line int, slug string) string {
	if slug == "" {
		slug = "scenario-" + itoa(len(r.book.Scenarios)+1)
	}
	first, taken := r.slugs[slug]
	if !taken {
		r.slugs[slug] = source(d, line)
		return slug
	}
	for {
		n := max(r.counts["scenario "+slug]+1, 2)
		r.counts["scenario "+slug] = n
		other := slug + "-" + itoa(n)
		if _, taken := r.slugs[other]; !taken {
			r.slugs[other] = source(d, line)
			r.problem(d, line, "scenario "+slug+" stands twice (the other at "+first+"); this one is called "+other, "give one of the headings another name")
			return other
		}
	}
}

// versionOf is a short hash of the scenario's own lines.
func (r *reader) versionOf(d *document, s *section) string {
	from, to := min(max(s.line-1, 0), len(d.text)), min(s.end, len(d.text))
	if from > to {
		from = to
	}
	return shortHash(strings.TrimSpace(strings.Join(d.text[from:to], "\n")))
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

func (r *reader) labels() []string {
	var out []string
	for _, s := range r.book.Policy.Severities {
		out = append(out, s.Label)
	}
	return out
}

// findSeverity finds a severity by label, name, alias, or by a word of the same row.
func (r *reader) findSeverity(word string) (incident.Severity, bool) {
	if s, ok := r.book.Policy.Find(word); ok {
		return s, true
	}
	fields := strings.Fields(plain(word))
	for _, f := range fields {
		rank := levelWord(f)
		if rank < 0 {
			continue
		}
		for _, s := range r.book.Policy.Severities {
			for _, n := range strings.Fields(plain(s.Label + " " + s.Name)) {
				if levelWord(n) == rank {
					return s, true
				}
			}
		}
	}
	return incident.Severity{}, false
}
