package reading

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"mayday/playbooks/outline"
)

// languagesOf tells the languages whose words are tried on a file: English,
// because commands, names and half of all headings are English everywhere, and
// the one in which the file is written, or else that of the house.
func languagesOf(f *outline.Document, house *lexicon) []*lexicon {
	out := []*lexicon{lexiconOf("en")}
	l := languageOf(f.Lines, headings(f.Root, nil))
	if l == nil {
		l = house
	}
	if l != nil {
		out = append(out, l)
	}
	return out
}

// houseLanguage is the language of a whole folder, for files that are too short to tell.
func houseLanguage(files []*outline.Document) *lexicon {
	if len(files) < 2 {
		return nil
	}
	var lines, titles []string
	for _, f := range files[:min(len(files), 40)] {
		lines = append(lines, f.Lines[:min(len(f.Lines), 30)]...)
		titles = headings(f.Root, titles)
	}
	return languageOf(lines, titles)
}

// headings appends the titles of a section and of all below it, a hundred at most.
func headings(s *outline.Section, out []string) []string {
	const most = 100
	if s.Title != "" && len(out) < most {
		out = append(out, s.Title)
	}
	for _, sub := range s.Subs {
		if len(out) >= most {
			break
		}
		out = headings(sub, out)
	}
	return out
}

// enough is how many letters are looked at to tell a language.
const enough = 20000

// languageOf is the lexicon of the language beside English in which a text is
// written, nil when it is English only: half of the headings of a text in another
// language may be English. It is told by the script, else by the little words of
// the text and by headings that only one language knows.
func languageOf(lines, titles []string) *lexicon {
	scripts := scriptsOf(lines)
	switch {
	case scripts.kana*20 > scripts.letters:
		return lexiconOf("ja")
	case scripts.hangul*10 > scripts.letters:
		return lexiconOf("ko")
	case scripts.han*20 > scripts.letters:
		return lexiconOf("zh")
	}
	counts, english := littleWordsIn(lines)
	candidates := candidatesOf(counts, english)
	var foreign []phrase
	for _, t := range titles {
		if p := newPhrase(t, 12); len(candidates) > 0 && !lexiconOf("en").names(p) {
			foreign = append(foreign, p)
		}
	}
	told := func(n int) bool { return n >= 2 && n*5 >= english }
	best := ""
	for _, name := range languages {
		if slices.Contains(candidates, name) && told(counts[name]+titleWeight*len(foreign)) { // its words are compiled only for a language that may be it
			counts[name] += titleWeight * lexiconOf(name).named(foreign)
		}
		if counts[name] > counts[best] {
			best = name
		}
	}
	if !told(counts[best]) {
		return nil
	}
	return lexiconOf(best)
}

// titleWeight is how many little words a heading is worth that only one language knows.
const titleWeight = 2

// names reports whether a heading names a kind or a phase.
func (l *lexicon) names(heading phrase) bool {
	return slices.ContainsFunc(l.match(heading, nil), func(h hit) bool { return h.class <= ReferenceWord })
}

// named is how many of some headings name a kind or a phase.
func (l *lexicon) named(headings []phrase) (n int) {
	for _, p := range headings {
		if l.names(p) {
			n++
		}
	}
	return n
}

// littleLanguages are the languages that have a word among their little ones: a bit for each, in the order of languages.
var littleLanguages = sync.OnceValue(func() map[string]uint16 {
	out := map[string]uint16{}
	for i, name := range languages {
		for _, w := range littleWords()[name] {
			out[fold(w)] |= 1 << i
		}
	}
	return out
})

// littleWordsIn counts the little words of each language that are not English ones, and the English ones.
func littleWordsIn(lines []string) (counts map[string]int, english int) {
	counts = map[string]int{}
	little, inEnglish := littleLanguages(), uint16(1)<<slices.Index(languages, "en")
	seen := 0
	for _, line := range lines {
		for _, t := range newPhrase(line, 0).tokens {
			of := little[t.text]
			if of&inEnglish != 0 {
				english++
				continue
			}
			for ; of != 0; of &= of - 1 {
				counts[languages[bits.TrailingZeros16(of)]]++
			}
		}
		if seen += len(line); seen > enough {
			break
		}
	}
	return counts, english
}

// candidatesOf are the languages in which a text may be written: those of its
// little words, or all where it has too few of them to tell.
func candidatesOf(counts map[string]int, english int) []string {
	const few = 12
	var found []string
	sum := english
	for _, name := range languages {
		if counts[name] > 0 {
			found = append(found, name)
			sum += counts[name]
		}
	}
	if sum < few {
		return languages
	}
	return found
}

type scripts struct{ letters, kana, han, hangul int }

func scriptsOf(lines []string) scripts {
	var s scripts
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		for _, c := range line {
			switch {
			case c >= 0x3040 && c <= 0x30FF:
				s.kana++
				s.letters++
			case c >= 0x4E00 && c <= 0x9FFF:
				s.han++
				s.letters++
			case c >= 0xAC00 && c <= 0xD7AF:
				s.hangul++
				s.letters++
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c > 0xBF:
				s.letters++
			}
		}
		if s.letters > enough {
			break
		}
	}
	return s
}
