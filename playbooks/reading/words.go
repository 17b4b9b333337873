package reading

import (
	"bufio"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The vocabulary: one file a language, so that a language is mended or added
// without touching code. words/README says how an entry is written.
//
//go:embed words/*.txt
var wordFiles embed.FS

//go:embed little.txt
var littleFile string

// Class is what a word or phrase speaks of.
type Class uint8

// The classes, in the order in which words/README explains them.
const (
	Failure Class = iota
	Operation
	Prefix
	ContainerWord
	ProcessWord
	SignsWord
	ImmediateWord
	DiagnosisWord
	IssuesWord
	ResolutionWord
	VerificationWord
	CommunicationWord
	EscalationWord
	PreventionWord
	AfterWord
	SeverityWord
	ContactsWord
	SuppliersWord
	ChecklistWord
	CadenceWord
	DashboardsWord
	StatusPagesWord
	QueriesWord
	ToolsWord
	AccessWord
	ReaderWord
	ReferenceWord
	TemplateWord
	OutputWord
	Verb
	Condition
	Option
	StepWord
	Role
	ContactField
	MetaField
	RespondWord
	FixWord
	EscalateClock
	UpdateClock
	AtOnce
	MinuteWord
	HourWord
	DayWord
	WeekWord
	BusinessWord
	CriticalWord
	HighWord
	MediumWord
	LowWord
	ProblemNoun
	ExampleWord
	Negation
	common // the little words of a language
	classes
)

// classNames are the words by which the files name the classes.
var classNames = [classes]string{"failure", "operation", "prefix", "container", "process", "signs", "immediate", "diagnosis", "issues", "resolution",
	"verification", "communication", "escalation", "prevention", "after", "severity", "contacts", "suppliers", "checklist", "cadence", "dashboards",
	"statuspages", "queries", "tools", "access", "reader", "reference", "template", "output", "verb", "condition", "option", "stepword", "role",
	"contactfield", "metafield", "respond", "fix", "escalateclock", "updateclock", "atonce", "minute", "hour", "day", "week", "business",
	"critical", "high", "medium", "low", "problemnoun", "example", "negation", "common"}

// String is the class's name in the files.
func (c Class) String() string { return classNames[c] }

// lexicon is the vocabulary of one language, ready to match.
type lexicon struct {
	language string
	// exact and stems find the entries by their first word; stemLens are the lengths of the stems in bytes.
	exact    map[string][]*entry
	stems    map[string][]*entry
	stemLens []int
	// ends find entries of one word by its end: "*ausfall" in "Serverausfall".
	ends    map[string][]*entry
	endLens []int
	// anywhere finds entries of languages without spaces by their first letter.
	anywhere map[rune][]*entry
}

// entry is one word or phrase.
type entry struct {
	class Class
	words []pattern
	text  string // of an entry that is found anywhere
}

type pattern struct {
	text string
	stem bool // begins with text
	gap  bool // up to two words may stand before it
}

// languages are those with a file of words, in a fixed order, so that a tie is
// always decided alike.
var languages = []string{"de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "uk", "zh"}

// lexicons are compiled when a document first needs them: all together they
// would cost every start of the program a tenth of a second.
var lexicons = func() map[string]func() *lexicon {
	out := map[string]func() *lexicon{}
	for _, name := range languages {
		out[name] = sync.OnceValue(func() *lexicon { return loadLexicon(name, nil) })
	}
	return out
}()

// lexiconOf is the vocabulary of a language that has a file.
func lexiconOf(language string) *lexicon { return lexicons[language]() }

// levelLexicon holds the words for levels of every language and nothing else.
var levelLexicon = sync.OnceValue(func() []*lexicon {
	var out []*lexicon
	for _, name := range languages {
		out = append(out, loadLexicon(name, func(c Class) bool {
			switch c {
			case CriticalWord, HighWord, MediumWord, LowWord, SeverityWord, ProblemNoun, AtOnce, RespondWord:
				return true
			}
			return false
		}))
	}
	return out
})

// littleWords are the little words of each language.
var littleWords = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(littleFile) {
		if language, words, ok := strings.Cut(line, ":"); ok {
			for _, w := range strings.Split(words, ",") {
				out[language] = append(out[language], strings.TrimSpace(w))
			}
		}
	}
	return out
})

// loadLexicon compiles the words of a language, all classes or those that are wanted.
func loadLexicon(language string, wanted func(Class) bool) *lexicon {
	raw, err := wordFiles.ReadFile("words/" + language + ".txt")
	if err != nil {
		panic("reading: " + err.Error())
	}
	l, err := newLexicon(language, string(raw), wanted)
	if err != nil {
		panic("reading: " + err.Error())
	}
	for _, w := range littleWords()[language] {
		l.add(common, w)
	}
	return l
}

// newLexicon compiles one file of words; a nil wanted wants every class.
func newLexicon(language, text string, wanted func(Class) bool) (*lexicon, error) {
	l := &lexicon{language: language, exact: map[string][]*entry{}, stems: map[string][]*entry{}, ends: map[string][]*entry{}, anywhere: map[rune][]*entry{}}
	byName := map[string]Class{}
	for c, n := range classNames {
		byName[n] = Class(c)
	}
	class, no, open := Class(0), 0, false
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		line := s.Text()
		no++
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, rest, ok := strings.Cut(trimmed, ":")
			c, known := byName[strings.TrimSpace(name)]
			if !ok || !known {
				return nil, fmt.Errorf("words/%s.txt:%d: no class is called %q", language, no, name)
			}
			class, open, trimmed = c, true, rest
		}
		if !open {
			return nil, fmt.Errorf("words/%s.txt:%d: words before the first class", language, no)
		}
		if wanted != nil && !wanted(class) {
			continue
		}
		for _, e := range strings.Split(trimmed, ",") {
			l.add(class, e)
		}
	}
	l.stemLens, l.endLens = lengths(l.stems), lengths(l.ends)
	return l, nil
}

// lengths are the lengths of the keys, each once, the shortest first.
func lengths(m map[string][]*entry) (out []int) {
	for key := range m {
		if !slices.Contains(out, len(key)) {
			out = append(out, len(key))
		}
	}
	slices.Sort(out)
	return out
}

func (l *lexicon) add(class Class, text string) {
	text = strings.TrimSpace(text)
	folded := fold(strings.ReplaceAll(text, "*", ""))
	if folded == "" {
		return
	}
	if unspaced(folded) {
		key, _ := utf8.DecodeRuneInString(folded)
		l.anywhere[key] = append(l.anywhere[key], &entry{class: class, text: folded})
		return
	}
	e := &entry{class: class}
	if strings.HasPrefix(text, "*") {
		e.words = []pattern{{text: folded}}
		l.ends[folded] = append(l.ends[folded], e)
		return
	}
	gap := false
	for _, w := range strings.Fields(text) {
		if w == "..." || w == "…" {
			gap = true
			continue
		}
		stem := strings.HasSuffix(w, "*")
		for _, part := range strings.Fields(fold(strings.TrimSuffix(w, "*"))) {
			e.words = append(e.words, pattern{text: part, gap: gap})
			gap = false
		}
		if n := len(e.words); n > 0 {
			e.words[n-1].stem = stem
		}
	}
	if len(e.words) == 0 {
		return
	}
	if first := e.words[0]; first.stem {
		l.stems[first.text] = append(l.stems[first.text], e)
	} else {
		l.exact[first.text] = append(l.exact[first.text], e)
	}
}

// hit is a place where a word of a class was found: tokens from to to, to excluded.
type hit struct {
	class    Class
	from, to int
}

// phrase is a text made ready for matching.
type phrase struct {
	// tokens are the words; in languages without spaces every letter is one.
	tokens []token
}

type token struct {
	text string
	// letter: one letter of a language that is written without spaces.
	letter bool
}

// newPhrase folds a text and separates it into at most most tokens; 0 means all.
func newPhrase(s string, most int) phrase {
	var p phrase
	folded := fold(s)
	for len(folded) > 0 && (most == 0 || len(p.tokens) < most) {
		c, size := utf8.DecodeRuneInString(folded)
		switch {
		case c == ' ':
			folded = folded[size:]
		case wide(c):
			p.tokens = append(p.tokens, token{text: folded[:size], letter: true})
			folded = folded[size:]
		default:
			end := strings.IndexFunc(folded, func(r rune) bool { return r == ' ' || wide(r) })
			if end < 0 {
				end = len(folded)
			}
			p.tokens = append(p.tokens, token{text: folded[:end]})
			folded = folded[end:]
		}
	}
	return p
}

// match appends every hit of the lexicon in p.
func (l *lexicon) match(p phrase, hits []hit) []hit {
	for i, t := range p.tokens {
		if t.letter {
			hits = l.matchAnywhere(p, i, hits)
			continue
		}
		for _, e := range l.exact[t.text] {
			hits = e.tryAt(p, i, hits)
		}
		for _, n := range l.stemLens {
			if n > len(t.text) {
				break
			}
			for _, e := range l.stems[t.text[:n]] {
				hits = e.tryAt(p, i, hits)
			}
		}
		for _, n := range l.endLens {
			if n >= len(t.text) {
				break
			}
			for _, e := range l.ends[t.text[len(t.text)-n:]] {
				hits = append(hits, hit{e.class, i, i + 1})
			}
		}
	}
	return hits
}

// tryAt appends a hit when the whole entry stands at token i.
func (e *entry) tryAt(p phrase, i int, hits []hit) []hit {
	at := i + 1
	for _, w := range e.words[1:] {
		reach := at
		if w.gap {
			reach += 2
		}
		found := false
		for ; at <= reach && at < len(p.tokens); at++ {
			if t := p.tokens[at].text; t == w.text || w.stem && strings.HasPrefix(t, w.text) {
				found = true
				break
			}
		}
		if !found {
			return hits
		}
		at++
	}
	return append(hits, hit{e.class, i, at})
}

func (l *lexicon) matchAnywhere(p phrase, i int, hits []hit) []hit {
	c, _ := utf8.DecodeRuneInString(p.tokens[i].text)
next:
	for _, e := range l.anywhere[c] {
		at := i
		for rest := e.text; rest != ""; at++ {
			if at >= len(p.tokens) {
				continue next
			}
			cut, ok := strings.CutPrefix(rest, p.tokens[at].text)
			if !ok {
				continue next
			}
			rest = strings.TrimPrefix(cut, " ")
		}
		hits = append(hits, hit{e.class, i, at})
	}
	return hits
}

// wide reports whether a letter belongs to a script that is written without
// spaces, or with words that change their ends (Korean).
func wide(c rune) bool {
	return c >= 0x3040 && c <= 0x30FF || c >= 0x3400 && c <= 0x9FFF || c >= 0xAC00 && c <= 0xD7AF || c == '々' || c == 'ー' || c >= 0xF900 && c <= 0xFAFF
}

func unspaced(s string) bool { return strings.ContainsFunc(s, wide) }

// accents maps Latin letters with marks to those without.
var accents = func() map[rune]rune {
	m := map[rune]rune{'ł': 'l', 'ø': 'o', 'đ': 'd', 'ı': 'i', 'æ': 'a', 'œ': 'o'}
	for c := rune(0xC0); c < 0x250; c++ {
		if d := []rune(norm.NFD.String(string(c))); len(d) > 1 && d[0] < 0x80 {
			m[c] = d[0]
		}
	}
	return m
}()

// fold brings a text into the form in which words are compared: lower case,
// without accents, punctuation as spaces, apostrophes left out.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := true
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '\'' || c == '’':
			continue
		case c < 0x80:
			if !space {
				b.WriteByte(' ')
				space = true
			}
			continue
		case c == 'ß':
			b.WriteString("ss")
			space = false
			continue
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			c = unicode.ToLower(c)
			if plain, ok := accents[c]; ok {
				c = plain
			} else if c >= 0xFF01 && c <= 0xFF5E {
				c = unicode.ToLower(c - 0xFEE0)
			} else if unicode.Is(unicode.Mn, c) && c < 0x370 {
				continue
			}
		default:
			if !space {
				b.WriteByte(' ')
				space = true
			}
			continue
		}
		b.WriteRune(c)
		space = false
	}
	return strings.TrimRight(b.String(), " ")
}
