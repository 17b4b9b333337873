package playbooks

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mayday/incident"
	"mayday/playbooks/reading"
)

// labelIn finds the label of a severity within a sentence.
var labelIn = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}])((?:priority|severity|prio|pri|sev|p)[\s_.-]?[0-9])(?:[^\p{L}\p{N}]|$)`)

// labelWithin is labelIn after a cheap first look.
func labelWithin(s string) []string {
	if !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	return labelIn.FindStringSubmatch(s)
}

var trailingNumber = regexp.MustCompile(`^(\D*?)[\s_.-]?([0-9])$`)

// levelNumber is the number in a label, -1 when it is a word.
func levelNumber(label string) int {
	label = strings.TrimSpace(label)
	if !reading.LevelLabel(label) {
		return -1
	}
	m := trailingNumber.FindStringSubmatch(label)
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return -1
	}
	return n
}

// levelName is what a cell or heading says of a severity.
type levelName struct {
	// labels are those that it names: one, or all of a range "P0-P1".
	labels []string
	// name is the word that explains a single label: "Critical" in "P0 (Critical)".
	name string
}

// splitLabel takes "P0 (Critical)", "SEV1 - Major", "Critical (P0)", "🔴 High",
// "P0-P2", "P1 Crítico" apart. Ok is false when s names no severity.
func splitLabel(s string) (n levelName, ok bool) {
	s = strings.Trim(bare(s), " []【】")
	if reading.LevelLabel(s) {
		return levelName{labels: []string{s}}, true
	}
	if list := rangeOf(s); len(list) > 1 {
		return levelName{labels: list}, true
	}
	if label, rest, found := reading.LevelStart(s); found {
		rest = strings.Trim(rest, " :：-–—()（）[]/,")
		if list := rangeOf(label); len(list) > 1 {
			return levelName{labels: list, name: rest}, true
		}
		return levelName{labels: []string{label}, name: rest}, true
	}
	if i := strings.IndexAny(s, " -–—:：(（"); i > 0 && shortLabel.MatchString(s[:i]) {
		return levelName{labels: []string{s[:i]}, name: strings.Trim(s[i:], " :：-–—()（）[]/,")}, true
	}
	if m := labelWithin(s); m != nil {
		rest := strings.Trim(strings.Replace(s, m[1], "", 1), " :：-–—()（）[]/,")
		if reading.IsLevelWords(rest) {
			return levelName{labels: []string{m[1]}, name: rest}, true
		}
		return n, false
	}
	if words := strings.Fields(s); reading.IsLevelWords(s) && len(words) <= 3 {
		for _, w := range words {
			if reading.LevelRank(w) >= 0 {
				return levelName{labels: []string{strings.Trim(w, "()[]:：")}}, true
			}
		}
		if reading.LevelRank(s) >= 0 {
			return levelName{labels: []string{s}}, true
		}
	}
	return n, false
}

// shortLabel: "S1", as in "S1 (severe)".
var shortLabel = regexp.MustCompile(`^[sS][0-9]$`)

var (
	rangeBetween = regexp.MustCompile(`(?i)^(\D*?)[\s_.-]?([0-9])\s*(?:-|–|—|~|to|bis|à|a|до|至)\s*(?:\D*?[\s_.-]?)([0-9])$`)
	listBetween  = regexp.MustCompile(`[/,&]|\band\b|\bor\b`)
)

// rangeOf reads "P0-P2" as P0, P1 and P2, and "P0/P1" as both; nil when s is neither.
func rangeOf(s string) []string {
	if s := strings.TrimSpace(s); s == "" || s[len(s)-1] < '0' || s[len(s)-1] > '9' {
		// A range ends in a number.
	} else if m := rangeBetween.FindStringSubmatch(s); m != nil && !listBetween.MatchString(s) {
		from, to := int(m[2][0]-'0'), int(m[3][0]-'0')
		sign := strings.TrimSuffix(s[len(m[1]):], s[len(m[1])+1:])
		if sign != "" && sign[0] >= '0' && sign[0] <= '9' {
			sign = ""
		}
		if from < to && reading.LevelLabel(m[1]+sign+m[2]) {
			var out []string
			for i := from; i <= to; i++ {
				out = append(out, m[1]+sign+itoa(i))
			}
			return out
		}
	}
	list := reading.Levels(s)
	if len(list) < 2 {
		return nil
	}
	for _, l := range list {
		// "P0 - Critical" is a label with its name and no list.
		if reading.LevelLabel(l) != reading.LevelLabel(list[0]) {
			return nil
		}
	}
	return list
}

// marksOf splits "P0/P1", "SEV-1 or SEV-2", "severity: high", "P0 - Critical";
// nil when some part of it is no severity.
func marksOf(s string) []string {
	s = strings.TrimSpace(s)
	if reading.LevelLabel(s) {
		return []string{s}
	}
	if list := rangeOf(s); list != nil {
		return list
	}
	if n, ok := splitLabel(s); ok && (n.name == "" || reading.IsLevelWords(n.name)) {
		return n.labels
	}
	return reading.Levels(s)
}

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
	n := levelNumber(s.Label)
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
	n := levelNumber(label)
	for i, s := range p.Severities {
		if have := levelNumber(s.Label); n >= 0 && have == n {
			return i // "SEV1" where the matrix says "P1"
		}
	}
	if name != "" {
		if i, ok := exactly(*p, name); ok {
			return i
		}
	}
	if n < 0 && len(p.Severities) > 0 && levelNumber(p.Severities[0].Label) >= 0 {
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
		numbers = numbers && levelNumber(s.Label) >= 0
		words = words && levelWord(s.Label) >= 0
	}
	switch {
	case numbers:
		slices.SortStableFunc(list, func(a, b incident.Severity) int { return levelNumber(a.Label) - levelNumber(b.Label) })
	case words:
		slices.SortStableFunc(list, func(a, b incident.Severity) int { return levelWord(a.Label) - levelWord(b.Label) })
	}
}
