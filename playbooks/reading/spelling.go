package reading

import (
	"strconv"
	"strings"

	"mayday/lazyregexp"
)

// LevelName is what a cell or heading says of a severity.
type LevelName struct {
	// Labels are those that it names: one, or all of a range "P0-P1".
	Labels []string
	// Name is the word that explains a single label: "Critical" in "P0 (Critical)".
	Name string
}

var (
	// levelWithin finds the label of a severity within a sentence.
	levelWithin    = lazyregexp.New(`(?i)(?:^|[^\p{L}\p{N}])(` + levelShape + `)(?:[^\p{L}\p{N}]|$)`)
	trailingNumber = lazyregexp.New(`^(\D*?)[\s_.-]?([0-9])$`)
	// levelBare: "S1", as in "S1 (severe)".
	levelBare    = lazyregexp.New(`^[sS][0-9]$`)
	rangeBetween = lazyregexp.New(`(?i)^(\D*?)[\s_.-]?([0-9])\s*(?:-|–|—|~|to|bis|à|a|до|至)\s*(?:\D*?[\s_.-]?)([0-9])$`)
	listBetween  = lazyregexp.New(`[/,&]|\band\b|\bor\b`)
)

// apart lets two labels with one sign between them be found as two.
var apart = strings.NewReplacer("/", " / ", ",", " , ")

// LevelsWithin lists the labels of severities anywhere in a sentence, as written
// and in its order: "SEV1" and "SEV2" of "page the lead for SEV1/SEV2".
func LevelsWithin(s string) []string {
	if !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	var out []string
	for _, m := range levelWithin.FindAllStringSubmatch(apart.Replace(s), -1) {
		out = append(out, m[1])
	}
	return out
}

// LevelNumber is the number in the label of a severity, -1 when it is a word.
func LevelNumber(label string) int {
	label = strings.TrimSpace(label)
	if !isLevel(label) {
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

// ReadLevel takes "P0 (Critical)", "SEV1 - Major", "Critical (P0)", "High", "P0-P2"
// and "P1 Crítico" apart. Ok is false when s names no severity.
func ReadLevel(s string) (n LevelName, ok bool) {
	const around = " :：-–—()（）[]/,"
	s = strings.Trim(s, " []【】")
	if isLevel(s) {
		return LevelName{Labels: []string{s}}, true
	}
	if list := rangeOf(s); len(list) > 1 {
		return LevelName{Labels: list}, true
	}
	if label, rest, found := LevelStart(s); found {
		rest = strings.Trim(rest, around)
		if list := rangeOf(label); len(list) > 1 {
			return LevelName{Labels: list, Name: rest}, true
		}
		return LevelName{Labels: []string{label}, Name: rest}, true
	}
	if i := strings.IndexAny(s, " -–—:：(（"); i > 0 && levelBare.MatchString(s[:i]) {
		return LevelName{Labels: []string{s[:i]}, Name: strings.Trim(s[i:], around)}, true
	}
	if list := LevelsWithin(s); len(list) > 0 {
		rest := strings.Trim(strings.Replace(s, list[0], "", 1), around)
		return LevelName{Labels: list[:1], Name: rest}, isLevelWords(rest)
	}
	if words := strings.Fields(s); len(words) <= 3 && isLevelWords(s) {
		for _, w := range words {
			if LevelRank(w) >= 0 {
				return LevelName{Labels: []string{strings.Trim(w, "()[]:：")}}, true
			}
		}
		return LevelName{Labels: []string{s}}, LevelRank(s) >= 0
	}
	return n, false
}

// rangeOf reads "P0-P2" as P0, P1 and P2, and "P0/P1" as both; nil when s is neither.
func rangeOf(s string) []string {
	if list := counted(strings.TrimSpace(s)); list != nil {
		return list
	}
	list := levelsOf(s)
	if len(list) < 2 {
		return nil
	}
	for _, l := range list {
		// "P0 - Critical" is a label with its name and no list.
		if isLevel(l) != isLevel(list[0]) {
			return nil
		}
	}
	return list
}

// counted counts from the first label of "P0-P2" to the last; nil when s is no such range.
func counted(s string) []string {
	if s == "" || s[len(s)-1] < '0' || s[len(s)-1] > '9' || listBetween.MatchString(s) {
		return nil
	}
	m := rangeBetween.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	from, to := int(m[2][0]-'0'), int(m[3][0]-'0')
	sign := strings.TrimSuffix(s[len(m[1]):], s[len(m[1])+1:])
	if sign != "" && sign[0] >= '0' && sign[0] <= '9' {
		sign = ""
	}
	if from >= to || !isLevel(m[1]+sign+m[2]) {
		return nil
	}
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, m[1]+sign+strconv.Itoa(i))
	}
	return out
}

// Levels lists the severities of a text that names them and nothing else: "P0/P1",
// "P0-P2" with those between, "SEV-1 or SEV-2", "severity: high", "P0 - Critical".
// It is nil when some part of it is no severity.
func Levels(s string) []string {
	s = strings.TrimSpace(s)
	if isLevel(s) {
		return []string{s}
	}
	if list := rangeOf(s); list != nil {
		return list
	}
	if n, ok := ReadLevel(s); ok && (n.Name == "" || isLevelWords(n.Name)) {
		return n.Labels
	}
	return levelsOf(s)
}
