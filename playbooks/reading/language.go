package reading

import (
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
	for _, t := range titles {
		for _, name := range knownOnlyTo(t, candidates) {
			counts[name] += 2
		}
	}
	best := ""
	for _, name := range languages {
		if counts[name] > counts[best] {
			best = name
		}
	}
	if n := counts[best]; n < 2 || n*5 < english {
		return nil
	}
	return lexiconOf(best)
}

// littleSets are the little words as sets.
var littleSets = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for name, words := range littleWords() {
		out[name] = map[string]bool{}
		for _, w := range words {
			out[name][fold(w)] = true
		}
	}
	return out
})

// littleWordsIn counts the little words of each language that are not English ones, and the English ones.
func littleWordsIn(lines []string) (counts map[string]int, english int) {
	counts = map[string]int{}
	sets := littleSets()
	seen := 0
	for _, line := range lines {
		for _, t := range newPhrase(line, 0).tokens {
			if sets["en"][t.text] {
				english++
				continue
			}
			for name, set := range sets {
				if set[t.text] {
					counts[name]++
				}
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

// knownOnlyTo lists the languages of some that name a kind or a phase with a
// heading that says nothing in English.
func knownOnlyTo(heading string, candidates []string) (out []string) {
	p := newPhrase(heading, 12)
	speaks := func(l *lexicon) bool {
		for _, h := range l.match(p, nil) {
			if h.class <= ReferenceWord {
				return true
			}
		}
		return false
	}
	if len(candidates) == 0 || speaks(lexiconOf("en")) {
		return nil
	}
	for _, name := range candidates {
		if name != "en" && speaks(lexiconOf(name)) {
			out = append(out, name)
		}
	}
	return out
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
