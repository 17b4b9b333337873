package reading

import (
	"strings"
	"unicode/utf8"

	"mayday/lazyregexp"
)

// How severities are written: "P0", "SEV-1", "Severity 2", "S1", and ranges of
// them. The letter before the number may be left out after the first.
const levelShape = `(?:priority|priorität|priorité|prioridad|prioridade|prio|pri|severity|sev|p|приоритет)[\s_.-]?[0-9]`

var (
	levelOnly     = lazyregexp.New(`(?i)^` + levelShape + `$`)
	levelShort    = lazyregexp.New(`^[SLN][0-9]$`)
	levelBegin    = lazyregexp.New(`(?i)^[\[(（【]?(` + levelShape + `(?:\s*(?:/|,|&|-|–|~|to|or|and)\s*(?:` + levelShape + `|[0-9]\b))*)[\])）】]?(?:[^\p{L}\p{N}]|$)`)
	levelEach     = lazyregexp.New(`(?i)` + levelShape + `|[0-9]`)
	levelTrailing = lazyregexp.New(`(?i)^(.*\S)\s*[\[(（【]([^\[\]()（）【】]{1,40})[\])）】]\s*$`)
	levelDash     = lazyregexp.New(`(?i)^(.*\S)\s+[-–—|:：]\s*(` + levelShape + `(?:\s*(?:/|,|\||&|-|–)\s*(?:` + levelShape + `|[0-9]\b))*)\s*$`)
	rangeSplit    = lazyregexp.New(`(?i)\s*(?:/|,|\||&|~|–|—|-|\bto\b|\bor\b|\band\b)\s*`)
)

// severityMarks separates a heading from the severities in it. Level is set
// instead when the heading is a severity's name and nothing else.
func severityMarks(s string) (rest string, marks []string, level string) {
	s = strings.TrimSpace(s)
	if isLevel(s) || isTimedLevel(s) {
		return s, nil, s
	}
	if m := beginsWithLevel(s); m != nil {
		after := strings.TrimRight(strings.TrimLeft(s[m[3]:], " ])）】:：-–—|/	"), " :：-–—|/	")
		if after == "" || isLevelWords(after) || isTimedLevel(after) {
			return s, nil, s
		}
		return after, levelsOf(s[m[2]:m[3]]), ""
	}
	if m := levelTrailing.FindStringSubmatch(s); m != nil {
		inner := strings.TrimSpace(m[2])
		if marks := levelsOf(inner); marks != nil {
			if isLevelWords(m[1]) || isLevel(m[1]) {
				return s, nil, s
			}
			return strings.TrimRight(m[1], " -–—:|"), marks, ""
		}
	}
	if m := levelDash.FindStringSubmatch(s); m != nil {
		if isLevelWords(m[1]) {
			return s, nil, s
		}
		return m[1], levelsOf(m[2]), ""
	}
	return s, nil, ""
}

// beginsWithLevel finds the severities with which a text begins, as the places
// of levelBegin; nil when it begins otherwise.
func beginsWithLevel(s string) []int {
	if !mayBegin(s) {
		return nil
	}
	return levelBegin.FindStringSubmatchIndex(s)
}

// isTimedLevel reports whether a text is a word for a level with a clock in
// brackets: "Critical (Response: Immediate)".
func isTimedLevel(s string) bool {
	at := strings.IndexAny(s, "(（")
	if at <= 0 || !isLevelWords(s[:at]) {
		return false
	}
	if timeUnit.MatchString(s[at:]) {
		return true
	}
	for _, h := range levelLexicon().match(newPhrase(s[at:], 6), nil) {
		if h.class == AtOnce || h.class == RespondWord {
			return true
		}
	}
	return false
}

// levelsOf reads "P0/P1", "SEV-1 or SEV-2", "severity: high"; nil when some part
// of it is no severity.
func levelsOf(s string) []string {
	low := strings.ToLower(s)
	for _, lead := range []string{"severity:", "priority:", "sev:"} {
		if strings.HasPrefix(low, lead) {
			s = strings.TrimSpace(s[len(lead):])
			break
		}
	}
	if !mayBegin(s) && !levelWordFirst(s) {
		return nil
	}
	var out []string
	prefix := ""
	if levelOnly.MatchString(s) {
		return []string{s}
	}
	words := rangeSplit.Split(s, -1)
	if m := beginsWithLevel(s); m != nil && m[3]-m[2] == len(s) {
		words = levelEach.FindAllString(s, -1) // the sign in "SEV-1/SEV-2" is no range
	}
	for _, w := range words {
		w = strings.TrimSpace(w)
		if prefix != "" && len(w) == 1 && w[0] >= '0' && w[0] <= '9' {
			w = prefix + w
		}
		switch {
		case levelOnly.MatchString(w):
			prefix = strings.TrimRight(w, "0123456789")
			out = append(out, w)
		case w != "" && isLevelWords(w):
			out = append(out, w)
		default:
			return nil
		}
	}
	return out
}

// mayBegin is a cheap first look: a text that begins with a severity begins with
// one of these letters, maybe in brackets, and holds a digit.
func mayBegin(s string) bool {
	c, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("[(（【", c) {
		c, _ = utf8.DecodeRuneInString(s[size:])
	}
	return strings.ContainsRune("pPsSſпП", c) && strings.ContainsAny(s, "0123456789")
}

// levelWordFirst is a cheap first look: the first word of a text is one that may
// stand in the name of a severity.
func levelWordFirst(s string) bool {
	const most = 6 // words, more than the longest entry has
	var words [most]token
	p := phrase{tokens: tokensOf(foldWords(s, most), words[:0])}
	if len(p.tokens) == 0 {
		return false
	}
	var room [32]hit
	return len(levelLexicon().matchAt(p, 0, room[:0])) > 0
}

// isLevel reports whether a text is the label of a severity, with or without a word.
func isLevel(s string) bool {
	s = strings.Trim(s, " []()（）【】:：")
	const longest = 24
	if len(s) > longest || len(s) < 2 || s[len(s)-1] < '0' || s[len(s)-1] > '9' {
		return false
	}
	return levelOnly.MatchString(s) || levelShort.MatchString(s)
}

// isLevelWords reports whether a text consists of words for levels: "Critical",
// "High severity", "crítico".
func isLevelWords(s string) bool {
	const most = 6
	var words [most + 1]token
	p := phrase{tokens: tokensOf(foldWords(s, most+1), words[:0])}
	n := len(p.tokens)
	if n == 0 || n > most {
		return false
	}
	var room [32]hit
	l, hits := levelLexicon(), room[:0]
	level, covered := false, 0
	// Nearly every text falls at its first word.
	for i := range p.tokens {
		for _, h := range l.matchAt(p, i, hits) {
			switch h.class {
			case CriticalWord, HighWord, MediumWord, LowWord:
				level = true
			case SeverityWord, ProblemNoun, common:
			default:
				continue
			}
			for at := h.from; at < h.to; at++ {
				covered |= 1 << at
			}
		}
		if covered&(1<<i) == 0 {
			return false
		}
	}
	return level
}
