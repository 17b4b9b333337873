package playbooks

import (
	"slices"
	"strings"

	"mayday/incident"
	"mayday/playbooks/reading"
)

// levelName is what a cell or heading says of a severity.
type levelName = reading.LevelName

// splitLabel takes a cell or heading apart that names a severity, emoji left out.
func splitLabel(s string) (levelName, bool) { return reading.ReadLevel(bare(s)) }

// levelWords are the words for severities in English by which people type them,
// most severe first; those of a row are spellings of the same thing.
var levelWords = [][]string{
	{"critical", "blocker", "emergency", "urgent", "catastrophic"},
	{"high", "major", "severe"},
	{"medium", "moderate", "minor", "normal"},
	{"low", "trivial", "cosmetic", "informational"},
}

// levelWord is how severe a word says something is, -1 for other words.
func levelWord(word string) int {
	for i, row := range levelWords {
		if slices.Contains(row, strings.ToLower(word)) {
			return i
		}
	}
	return reading.LevelRank(word)
}

// aliasesOf are the further spellings of the severity at a rank: every spelling
// of its number, and the words of its row.
func aliasesOf(s incident.Severity, rank int, first int) []string {
	seen := map[string]bool{strings.ToLower(s.Label): true, strings.ToLower(s.Name): true}
	var out []string
	add := func(words ...string) {
		for _, w := range words {
			if w != "" && !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	spell := func(n int) {
		d := itoa(n)
		add("p"+d, "sev"+d, "s"+d, "severity"+d, "priority"+d)
	}
	n := reading.LevelNumber(s.Label)
	if n >= 0 {
		spell(n)
	} else {
		spell(rank)
	}
	// A document that counts from 1 still has a most severe level, and people type p0 for it.
	if rank == 0 && first > 0 {
		spell(0)
	}
	for _, w := range strings.Fields(plain(s.Name)) {
		if r := levelWord(w); r >= 0 {
			add(w)
			if !slices.Contains(levelWords[r], w) && plain(s.Name) == w {
				add(levelWords[r][0])
			}
		}
	}
	if s.Name == "" && n >= 0 && rank < len(levelWords) {
		add(levelWords[rank][0])
	}
	if n < 0 {
		if r := levelWord(s.Label); r >= 0 && !slices.Contains(levelWords[r], strings.ToLower(s.Label)) {
			add(levelWords[r][0])
		}
	}
	return out
}

func (r *reader) labels() []string { return r.book.Policy.Labels() }

// findSeverity finds a severity by label, name, alias, or by a word of the same rank.
func (r *reader) findSeverity(word string) (incident.Severity, bool) {
	if s, ok := r.book.Policy.Find(word); ok {
		return s, true
	}
	for _, f := range append([]string{word}, strings.Fields(plain(word))...) {
		rank := levelWord(f)
		if rank < 0 {
			continue
		}
		for _, s := range r.book.Policy.Severities {
			for _, n := range append(strings.Fields(plain(s.Label+" "+s.Name)), s.Name, s.Label) {
				if levelWord(n) == rank {
					return s, true
				}
			}
		}
	}
	return incident.Severity{}, false
}

var squeeze = strings.NewReplacer("-", "", " ", "", "_", "", ".", "")

// exactly finds a severity by label or name only.
func exactly(p incident.Policy, word string) (int, bool) {
	bareOf := func(s string) string { return squeeze.Replace(strings.ToLower(s)) }
	for i, s := range p.Severities {
		if bareOf(s.Label) == bareOf(word) || (s.Name != "" && bareOf(s.Name) == bareOf(word)) {
			return i, true
		}
	}
	return -1, false
}

// severityAt returns the index of a severity, adding it when it is new; -1 when
// there are too many, or when a word stands where labels have numbers.
func (r *reader) severityAt(label, name string) int {
	p := &r.book.Policy
	if i, ok := exactly(*p, label); ok {
		if p.Severities[i].Name == "" {
			p.Severities[i].Name = name
		}
		return i
	}
	n := reading.LevelNumber(label)
	for i, s := range p.Severities {
		if have := reading.LevelNumber(s.Label); n >= 0 && have == n {
			return i // "SEV1" where the matrix says "P1"
		}
	}
	if name != "" {
		if i, ok := exactly(*p, name); ok {
			return i
		}
	}
	if n < 0 && len(p.Severities) > 0 && reading.LevelNumber(p.Severities[0].Label) >= 0 {
		rank := levelWord(label)
		for i, s := range p.Severities {
			if rank >= 0 && (levelWord(s.Name) == rank) {
				return i
			}
		}
		return -1
	}
	if len(p.Severities) >= maxSeverities {
		return -1
	}
	p.Severities = append(p.Severities, incident.Severity{Label: label, Name: name})
	return len(p.Severities) - 1
}

// bySeverity puts the most severe first where the labels say which that is;
// procedures are often written the other way round.
func bySeverity(list []incident.Severity) {
	numbers, words := true, true
	for _, s := range list {
		numbers = numbers && reading.LevelNumber(s.Label) >= 0
		words = words && levelWord(s.Label) >= 0
	}
	switch {
	case numbers:
		slices.SortStableFunc(list, func(a, b incident.Severity) int { return reading.LevelNumber(a.Label) - reading.LevelNumber(b.Label) })
	case words:
		slices.SortStableFunc(list, func(a, b incident.Severity) int { return levelWord(a.Label) - levelWord(b.Label) })
	}
}
