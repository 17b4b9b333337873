package reading

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mayday/lazyregexp"
)

// title is a heading taken apart: what is noise for its meaning (numbers,
// times, ornaments) is separated from the words that carry it.
type title struct {
	// shown is the heading as people read it, without ornaments and numbers.
	shown string
	// words are what is left for meaning.
	words phrase
	// number is true for "1.", "2.3", "A)", "一、", "①".
	number bool
	// step is true for "Step 2", "Phase 1:", "手順3".
	step bool
	// prefixed is true for "Scenario 1: …", "Alert: …", "Runbook - …".
	prefixed bool
	marks    []string // severities named beside the title
	begins   string   // the severity with which the heading begins, "SEV-1" of "SEV-1: the shop is down"
	level    string   // the title is a severity's name and nothing else: "P0 - Critical"
	quoted   bool
	camel    bool // one word such as KubePodCrashLooping
	asks     bool // ends in a question mark
	played   bool // "Test 1: …", "Drill 2: …": the problem is only played
	// hits are where words of the languages stand in words; phase is the phase that
	// they name, phaseShare which part of them says so.
	hits       []hit
	phase      Phase
	phaseShare float64
}

var (
	ornaments  = lazyregexp.New(`^[^\p{L}\p{N}"'“«「『(\[<#/` + "`" + `]+`)
	numbering  = lazyregexp.New(`^(?:#\s?\d{1,3}\b[.:)]?|[(（]?\d{1,3}(?:\.\d{1,3}){0,3}[).）:：、．]?(?:\s*[-–—]\s+|\s+|$)|\d{1,2}(?:\.\d{1,3}){1,3}[a-z]?\s*|\d{1,2}[.)）、．:]|[(（]?[A-Za-z][).）](?:\s+|$)|[(（]?[一二三四五六七八九十]{1,3}[)）、．.]|第[一二三四五六七八九十\d]{1,3}[章节節部分]?[:：、\s]?|[①-⑳❶-❿]|[IVX]{1,4}[.)]\s)\s*`)
	shortcode  = lazyregexp.New(`^(?::[a-z0-9_+-]+:\s*)+`)
	attributes = lazyregexp.New(`\s*\{[#.:][^{}]*\}\s*$`)
	keycap     = lazyregexp.New(`^\d\x{FE0F}?\x{20E3}\s*`)
	// times in brackets or behind a dash say how long, not what.
	timeNote = lazyregexp.New(`(?i)\s*[(（\[][^()（）\[\]]{0,12}?(?:[<>≤~+t]\s*)?\d+[^()（）\[\]]{0,28}[)）\]]\s*$`)
	timeUnit = lazyregexp.New(`(?i)(?:\d\s*(?:s|m|h|d|min|mins|sec|secs|hr|hrs)\b|minut|hour|second|day|stund|heure|hora|ora\b|ore\b|uur|godz|мин|час|год|хв|дн|分|时|時|小时|秒|天|日|시간|분)`)
	bareTime = lazyregexp.New(`(?i)\s*(?:[-–—:,|]\s*)?(?:first|within|up to|primeros|primeros|erste)?\s*[<>≤~]?\s*\d+\s*(?:[-–]\s*\d+\s*)?(?:min(?:ute)?s?|m|h(?:ou)?rs?|h|s|分钟|分|小时)\.?\s*$`)
)

// title takes a heading apart with the words of the file's languages. Headings
// such as "Symptoms" return many times, so each is taken apart once.
func (d *Document) title(heading string) *title {
	if t, ok := d.titles[heading]; ok {
		return t
	}
	t := titleOf(heading, d.langs)
	if d.titles == nil {
		d.titles = map[string]*title{}
	}
	d.titles[heading] = &t
	return &t
}

// untitled is the title of what has none.
var untitled title

// titleOf takes a heading apart with the words of some languages.
func titleOf(heading string, langs []*lexicon) title {
	var t title
	s := strings.TrimSpace(heading)
	if strings.HasSuffix(s, "}") {
		s = strings.TrimSpace(attributes.ReplaceAllString(s, ""))
	}
	s = t.cutNumber(s)
	s = strings.TrimRight(stripTime(s), titleEnd)
	if strings.ContainsAny(s, "0123456789([（【") || isLevelWords(s) {
		if m := beginsWithLevel(s); m != nil {
			t.begins = s[m[2]:m[3]]
		}
		s, t.marks, t.level = severityMarks(s)
	}
	s = stripTime(t.cutPrefix(s, langs))
	t.asks = strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？")
	t.quoted = len(s) > 2 && strings.ContainsAny(s[:1], "\"'`") || strings.HasPrefix(s, "“") || strings.HasPrefix(s, "「") || strings.HasPrefix(s, "«")
	t.shown = unquoted(strings.TrimRight(s, titleEnd))
	t.words = newPhrase(t.shown, 24)
	if words := camelWords(t.shown); words != nil {
		parts := newPhrase(strings.Join(words, " "), 24)
		// A product is written so, too: "OnlyOffice". An alert says what is wrong, or is longer.
		if failing := classesIn(parts, langs).has(Failure); failing || len(words) >= 3 {
			t.camel, t.words = true, parts
		}
	}
	t.hits = hitsIn(t.words, langs)
	if t.level == "" && len(t.words.tokens) > 0 {
		t.phase, t.phaseShare = phaseIn(t.words, t.hits)
	}
	return t
}

// unquoted takes the marks off a quoted title. One that only begins or only ends
// with a quotation keeps its marks: `deploy says "no such stack"`.
func unquoted(s string) string {
	const marks = "\"“”`「」«»"
	bare := strings.TrimSpace(strings.Trim(s, marks))
	front, _, _ := strings.Cut(s, bare)
	if strings.ContainsAny(bare, marks) || front != "" && len(s) == len(front)+len(bare) {
		return strings.TrimSpace(s)
	}
	return bare
}

// titleEnd are marks that end a heading and say nothing.
const titleEnd = " \t:：-–—|.。,"

// cutNumber takes ornaments and numbers off the front.
func (t *title) cutNumber(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if first >= '0' && first <= '9' {
		if m := keycap.FindString(s); m != "" {
			t.number, s = true, s[len(m):]
		}
	}
	s = cutOrnaments(s)
	if first, size := utf8.DecodeRuneInString(s); !unicode.IsLetter(first) || first > 0x2E7F || size < len(s) && strings.ContainsAny(s[size:size+1], ".)IVX") {
		if m := numbering.FindString(s); m != "" && len(m) < len(s) {
			t.number = true
			s = strings.TrimLeft(s[len(m):], " \t-–—:：.)")
		}
	}
	return cutOrnaments(s)
}

func cutOrnaments(s string) string {
	if strings.HasPrefix(s, ":") {
		s = shortcode.ReplaceAllString(s, "")
	}
	if first, _ := utf8.DecodeRuneInString(s); unicode.IsLetter(first) || first >= '0' && first <= '9' {
		return s
	}
	return ornaments.ReplaceAllString(s, "")
}

// stripTime takes "(up to 10 minutes)" and "(T+15)" off the end of a heading.
func stripTime(s string) string {
	if !strings.ContainsAny(s, "0123456789") {
		return strings.TrimSpace(s)
	}
	if m := timeNote.FindStringIndex(s); m != nil && m[0] > 0 && timeUnit.MatchString(s[m[0]:]) {
		s = s[:m[0]]
	}
	if m := bareTime.FindStringIndex(s); m != nil && m[0] > 3 && strings.ContainsAny(s[m[0]:], "-–—:,|(") {
		s = s[:m[0]]
	}
	return strings.TrimSpace(s)
}

// cutPrefix takes "Scenario 1:", "Step 2 -", "Runbook:" off the front.
func (t *title) cutPrefix(s string, langs []*lexicon) string {
	if !strings.ContainsAny(s, ":：-–—|.、)0123456789") {
		return s
	}
	for range 2 {
		head, rest, number := splitPrefix(s)
		if head == "" {
			return s
		}
		whole := wholeClasses(head, langs)
		switch {
		case whole.has(StepWord) && !whole.has(Prefix) && (number || rest != ""):
			t.step = t.step || number
			t.number = t.number || number
		case whole.has(Prefix) && (rest != "" || number):
			t.prefixed = true
		case number && whole.has(RehearsalWord):
			t.played = true
			return s
		case number && whole.has(Option):
			// "Option A", "Cause 1: …" keep their word: it says what they are.
			return s
		default:
			return s
		}
		if rest == "" {
			return s
		}
		s = rest
	}
	return s
}

var prefixShape = lazyregexp.New(`^([\p{L}][\p{L} /-]{0,30}?)(?:\s*[#№]?\s*(\d{1,3}|[A-Z]|[一二三四五六七八九十])(?:\.\d+)?)?\s*(?:[:：、.)]\s*|\s+[-–—|]+\s+|[-–—]{1,2}\s+|\s*$)(.*)$`)

// splitPrefix finds "Scenario 1: rest" or "Alert: rest"; head is empty when the
// text has no such shape.
func splitPrefix(s string) (head, rest string, number bool) {
	m := prefixShape.FindStringSubmatch(s)
	if m == nil || m[2] == "" && m[3] == "" {
		return "", "", false
	}
	return strings.TrimSpace(m[1]), strings.TrimSpace(m[3]), m[2] != ""
}

// camelWords separates a heading that is one made-up word, as names of alerts
// are, "KubePodCrashLooping"; nil when it is not.
func camelWords(s string) []string {
	if len(s) < 6 || strings.ContainsAny(s, " \t/.-:") {
		return nil
	}
	var words []string
	from, lower := 0, false
	for i, c := range s {
		switch {
		case unicode.IsUpper(c) && lower:
			words = append(words, s[from:i])
			from, lower = i, false
		case c == '_':
			if i > from {
				words = append(words, s[from:i])
			}
			from, lower = i+1, false
		case unicode.IsLower(c) || unicode.IsDigit(c):
			lower = true
		case !unicode.IsUpper(c):
			return nil
		}
	}
	if from < len(s) {
		words = append(words, s[from:])
	}
	if len(words) < 2 {
		return nil
	}
	return words
}

// Classes is a set of classes.
type Classes uint64

func (c Classes) has(k Class) bool { return c&(1<<k) != 0 }

// hasAny reports whether one of the classes is in the set.
func (c Classes) hasAny(of ...Class) bool {
	for _, k := range of {
		if c.has(k) {
			return true
		}
	}
	return false
}

// classesIn are the classes of all words in a text.
func classesIn(p phrase, langs []*lexicon) Classes {
	var out Classes
	var room [48]hit
	hits := room[:0]
	for _, l := range langs {
		for i := range p.tokens {
			hits = l.matchAt(p, i, hits[:0])
			for _, h := range hits {
				out |= 1 << h.class
			}
		}
	}
	return out
}

func hitsIn(p phrase, langs []*lexicon) []hit {
	var room [64]hit
	return slices.Clone(appendHits(room[:0], p, langs))
}

func appendHits(hits []hit, p phrase, langs []*lexicon) []hit {
	for _, l := range langs {
		hits = l.match(p, hits)
	}
	return hits
}

// wholeClasses are the classes whose words make up a whole text, little words
// left out.
func wholeClasses(s string, langs []*lexicon) Classes {
	const words = 12
	var room [words]token
	p := phrase{tokens: tokensOf(foldWords(s, words), room[:0])}
	var hits [64]hit
	var out Classes
	for c, share := range shares(p, appendHits(hits[:0], p, langs)) {
		if share >= 0.99 {
			out |= 1 << c
		}
	}
	return out
}

// mostShared is how many words of a text shares looks at.
const mostShared = 64

// shares tells for each class which part of a text's words its entries take,
// little words left out. A text has at most mostShared words.
func shares(p phrase, hits []hit) (out [classes]float64) {
	var weight [mostShared]float64
	var covered [classes]uint64 // a bit for each word
	n := min(len(p.tokens), mostShared)
	for i, t := range p.tokens[:n] {
		weight[i] = 1
		if !t.letter && utf8.RuneCountInString(t.text) <= 1 && t.text != "" {
			weight[i] = 0.2
		}
	}
	for _, h := range hits {
		switch h.class {
		case common:
			for i := h.from; i < h.to; i++ {
				weight[i] = 0.05
			}
		case ProblemNoun:
			// "Context of the incident" is about the context.
			for i := h.from; i < h.to; i++ {
				weight[i] = min(weight[i], 0.4)
			}
		}
	}
	for _, h := range hits {
		// Within a phrase, "post incident review", it says more, and "outage" more than "incident".
		for i := h.from; i < h.to && (h.to > h.from+1 || h.class == Failure) && h.class != ProblemNoun && h.class != common; i++ {
			if weight[i] == 0.4 {
				weight[i] = 1
			}
		}
	}
	for _, h := range hits {
		for i := h.from; i < h.to; i++ {
			covered[h.class] |= 1 << i
		}
	}
	total := 0.0
	for _, w := range weight[:n] {
		total += w
	}
	if total == 0 {
		return out
	}
	for c, marks := range covered {
		if marks == 0 {
			continue
		}
		sum := 0.0
		for i, w := range weight[:n] {
			if marks&(1<<i) != 0 || w < 0.1 {
				sum += w
			}
		}
		out[c] = sum / total
	}
	return out
}
