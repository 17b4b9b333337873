package playbooks

import (
	"regexp"
	"strconv"
	"strings"

	"mayday/incident"
)

// levelWords are the words for severities, most severe first; those of a row
// are spellings of the same thing.
var levelWords = [][]string{
	{"critical", "blocker", "emergency", "urgent", "catastrophic"},
	{"high", "major", "severe"},
	{"medium", "moderate", "minor", "normal"},
	{"low", "trivial", "cosmetic", "informational"},
}

// label is how one severity is written: "P0", "SEV-1", "Critical", with the
// word that explains it.
var (
	labelShape = regexp.MustCompile(`(?i)^(p|pri|prio|priority|sev|severity|s)[\s_.-]?([0-9])$`)
	labelStart = regexp.MustCompile(`(?i)^[\[(]?((?:priority|severity|prio|pri|sev|p)[\s_.-]?[0-9])[\])]?(?:[^a-z0-9]|$)`)
	labelIn    = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])((?:priority|severity|prio|pri|sev|p)[\s_.-]?[0-9])(?:[^a-z0-9]|$)`)
)

// levelNumber is the number in a label, -1 when it is a word.
func levelNumber(label string) int {
	m := labelShape.FindStringSubmatch(strings.TrimSpace(label))
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return -1
	}
	return n
}

// levelWord is the row of levelWords in which a single word stands, -1 for none.
func levelWord(word string) int {
	for i, row := range levelWords {
		for _, w := range row {
			if strings.EqualFold(w, word) {
				return i
			}
		}
	}
	return -1
}

// splitLabel takes "P0 (Critical)", "SEV1 - Major", "Critical (P0)", "🔴 High"
// apart into a label and a name. Ok is false when s is no severity.
func splitLabel(s string) (label, name string, ok bool) {
	s = bare(s)
	if labelShape.MatchString(s) {
		return s, "", true
	}
	if m := labelStart.FindStringSubmatch(s); m != nil {
		rest := strings.Trim(s[strings.Index(s, m[1])+len(m[1]):], " :-–—()[]/,")
		if rest == "" || isLevelName(rest) {
			return m[1], rest, true
		}
		return "", "", false
	}
	if m := labelIn.FindStringSubmatch(s); m != nil {
		rest := strings.Trim(strings.Replace(s, m[1], "", 1), " :-–—()[]/,")
		if isLevelName(rest) {
			return m[1], rest, true
		}
		return "", "", false
	}
	if isLevelName(s) && len(strings.Fields(s)) <= 2 && levelWord(strings.Fields(s)[0]) >= 0 {
		return strings.Fields(s)[0], "", true
	}
	return "", "", false
}

// levelNoise are words that stand beside a severity's name in headings.
var levelNoise = map[string]bool{
	"issue": true, "issues": true, "priority": true, "incident": true, "incidents": true, "severity": true,
	"impact": true, "problem": true, "problems": true, "level": true, "outage": true, "very": true, "info": true,
}

// isLevelName reports whether s consists of a severity's words and nothing else.
func isLevelName(s string) bool {
	found := false
	words := strings.Fields(plain(s))
	for _, w := range words {
		switch {
		case levelWord(w) >= 0:
			found = true
		case !levelNoise[w]:
			return false
		}
	}
	return found && len(words) <= 4
}

// trailing severity marks of a scenario's heading, and leading ones.
var (
	trailingMark = regexp.MustCompile(`^(.*\S)\s*[\[(]([^\[\]()]{1,40})[\])]\s*$`)
	trailingDash = regexp.MustCompile(`(?i)^(.*\S)\s+[-–—|:]\s+((?:priority|severity|prio|pri|sev|p)[\s_.-]?[0-9](?:\s*(?:/|,|\||and|or|&|-|–|to)\s*(?:priority|severity|prio|pri|sev|p)?[\s_.-]?[0-9])*)\s*$`)
	leadingMark  = regexp.MustCompile(`(?i)^[\[(]?((?:priority|severity|prio|pri|sev|p)[\s_.-]?[0-9](?:\s*/\s*(?:priority|severity|prio|pri|sev|p)?[\s_.-]?[0-9])*)[\])]?\s*[:\s–—-]\s*(\S.*)$`)
	markSplit    = regexp.MustCompile(`(?i)\s*(?:/|,|\||&|\band\b|\bor\b|\bto\b|–|—| - )\s*`)
)

// headingMarks separates a scenario's heading from the severities in it.
// Words are the marks as written, nil when there are none.
func headingMarks(heading string) (title string, words []string) {
	h := bare(heading)
	if m := trailingMark.FindStringSubmatch(h); m != nil {
		if words := markWords(m[2]); words != nil {
			return strings.TrimRight(m[1], " -–—:|"), words
		}
	}
	if m := trailingDash.FindStringSubmatch(h); m != nil {
		return m[1], markWords(m[2])
	}
	if m := leadingMark.FindStringSubmatch(h); m != nil {
		if words := markWords(m[1]); words != nil {
			return strings.Trim(m[2], " -–—:|"), words
		}
	}
	return h, nil
}

// markWords splits "P0/P1", "SEV-1 or SEV-2", "severity: high", "P0 - Critical";
// nil when some part of it is no severity.
func markWords(s string) []string {
	low := strings.ToLower(strings.TrimSpace(s))
	for _, lead := range []string{"severity:", "priority:", "sev:", "severity", "priority"} {
		if rest, ok := strings.CutPrefix(low, lead); ok && levelNumber(low) < 0 {
			low, s = rest, strings.TrimSpace(s[len(s)-len(rest):])
			break
		}
	}
	var words []string
	prefix := ""
	for _, w := range markSplit.Split(strings.TrimSpace(s), -1) {
		w = strings.TrimSpace(w)
		if prefix != "" && len(w) == 1 && w[0] >= '0' && w[0] <= '9' {
			w = prefix + w
		}
		if n := levelNumber(w); n >= 0 {
			prefix = strings.TrimRight(w, "0123456789")
			words = append(words, w)
			continue
		}
		if !isLevelName(w) {
			return nil
		}
		words = append(words, w)
	}
	return words
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
		if levelWord(w) >= 0 {
			add(w)
		}
	}
	if s.Name == "" && n >= 0 && rank < len(levelWords) {
		add(levelWords[rank][0])
	}
	return out
}
