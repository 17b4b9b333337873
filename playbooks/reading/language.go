package reading

import (
	"strings"
)

// languagesOf tells the languages whose words are tried on a text: English,
// because commands, names and half of all headings are English everywhere, and
// the one in which most of its little words are written, or else that of the
// house.
func languagesOf(lines []string, house *lexicon) []*lexicon {
	out := []*lexicon{lexicons["en"]}
	l := languageOf(lines)
	if l == nil {
		l = house
	}
	if l != nil {
		out = append(out, l)
	}
	return out
}

// enough is how many letters are looked at to tell a language.
const enough = 20000

// languageOf is the lexicon of the language beside English in which a text is
// written, nil when it is English only. Half of the headings of a text in
// another language may be English.
func languageOf(lines []string) *lexicon {
	scripts := scriptsOf(lines)
	switch {
	case scripts.kana*20 > scripts.letters:
		return lexicons["ja"]
	case scripts.hangul*10 > scripts.letters:
		return lexicons["ko"]
	case scripts.han*20 > scripts.letters:
		return lexicons["zh"]
	}
	counts := map[*lexicon]int{}
	seen, english := 0, 0
	for _, line := range lines {
		for _, t := range newPhrase(line, 0).tokens {
			if lexicons["en"].little(t.text) {
				english++
				continue
			}
			for _, l := range lexicons {
				if l.little(t.text) {
					counts[l]++
				}
			}
		}
		if seen += len(line); seen > enough {
			break
		}
	}
	var best *lexicon
	for _, l := range lexicons {
		if n := counts[l]; n > counts[best] || n > 0 && n == counts[best] && best != nil && l.language < best.language {
			best = l
		}
	}
	if n := counts[best]; n < 2 || n*5 < english {
		return nil
	}
	return best
}

// little reports whether a word is one of the little words of the language.
func (l *lexicon) little(word string) bool {
	for _, e := range l.exact[word] {
		if e.class == common && len(e.words) == 1 {
			return true
		}
	}
	return false
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
