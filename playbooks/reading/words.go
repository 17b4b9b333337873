package reading

import (
	"bufio"
	"embed"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
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
	RehearsalWord
	common // the little words of a language
	classes
)

// classNames are the words by which the files name the classes.
var classNames = [classes]string{"failure", "operation", "prefix", "container", "process", "signs", "immediate", "diagnosis", "issues", "resolution",
	"verification", "communication", "escalation", "prevention", "after", "severity", "contacts", "suppliers", "checklist", "cadence", "dashboards",
	"statuspages", "queries", "tools", "access", "reader", "reference", "template", "output", "verb", "condition", "option", "stepword", "role",
	"contactfield", "metafield", "respond", "fix", "escalateclock", "updateclock", "atonce", "minute", "hour", "day", "week", "business",
	"critical", "high", "medium", "low", "problemnoun", "example", "negation", "rehearsal", "common"}

// String is the class's name in the files.
func (c Class) String() string { return classNames[c] }

// lexicon is the vocabulary of one language, ready to match.
type lexicon struct {
	language string
	// exact and stems find the entries by their first word.
	exact map[string][]*entry
	stems trie
	// ends find entries of one word by its end: "*ausfall" in "Serverausfall".
	ends trie
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

// made is something that is compiled when it is needed first, and again after it was let go.
type made[T any] struct {
	compile func() *T
	it      atomic.Pointer[T]
	mu      sync.Mutex // of who compiles
}

func (m *made[T]) get() *T {
	if it := m.it.Load(); it != nil {
		return it
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.it.Load() == nil {
		m.it.Store(m.compile())
	}
	return m.it.Load()
}

// lexicons are compiled when a document first needs them: all together they
// would cost every start of the program a tenth of a second.
var lexicons = func() map[string]*made[lexicon] {
	out := map[string]*made[lexicon]{}
	for _, name := range languages {
		out[name] = &made[lexicon]{compile: func() *lexicon { return loadLexicon(name) }}
	}
	return out
}()

// lexiconOf is the vocabulary of a language that has a file.
func lexiconOf(language string) *lexicon { return lexicons[language].get() }

// levels holds the words for levels of every language and nothing else, as one.
var levels = &made[lexicon]{compile: func() *lexicon {
	l := emptyLexicon("levels")
	for _, name := range languages {
		l.load(name, func(c Class) bool {
			switch c {
			case CriticalWord, HighWord, MediumWord, LowWord, SeverityWord, ProblemNoun, AtOnce, RespondWord:
				return true
			}
			return false
		})
	}
	return l
}}

func levelLexicon() *lexicon { return levels.get() }

// Forget lets the vocabularies go, which are megabytes: they are compiled anew, in milliseconds, for the next document
// that needs them. Documents that are being read keep what they have.
func Forget() {
	for _, m := range lexicons {
		m.it.Store(nil)
	}
	levels.it.Store(nil)
}

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

// loadLexicon compiles the words of a language.
func loadLexicon(language string) *lexicon {
	l := emptyLexicon(language)
	l.load(language, nil)
	return l
}

func emptyLexicon(name string) *lexicon {
	return &lexicon{language: name, exact: map[string][]*entry{}, anywhere: map[rune][]*entry{}}
}

// load adds the words of a language, all classes or those that are wanted.
func (l *lexicon) load(language string, wanted func(Class) bool) {
	raw, err := wordFiles.ReadFile("words/" + language + ".txt")
	if err == nil {
		err = l.compile(language, string(raw), wanted)
	}
	if err != nil {
		panic("reading: " + err.Error())
	}
	for _, w := range littleWords()[language] {
		l.add(common, w)
	}
}

// compile adds one file of words; a nil wanted wants every class.
func (l *lexicon) compile(language, text string, wanted func(Class) bool) error {
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
				return fmt.Errorf("words/%s.txt:%d: no class is called %q", language, no, name)
			}
			class, open, trimmed = c, true, rest
		}
		if !open {
			return fmt.Errorf("words/%s.txt:%d: words before the first class", language, no)
		}
		if wanted != nil && !wanted(class) {
			continue
		}
		for _, e := range strings.Split(trimmed, ",") {
			l.add(class, e)
		}
	}
	return nil
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
		l.ends.add(folded, e, true)
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
		l.stems.add(first.text, e, false)
	} else {
		l.exact[first.text] = append(l.exact[first.text], e)
	}
}
