package reading

import (
	"embed"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// classOf is the class that the files call so.
func classOf(name string) (Class, bool) {
	i := slices.Index(classNames[:], name)
	return Class(max(i, 0)), i >= 0
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
