package reading

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// lexicon is the vocabulary of one language, ready to match. Thousands of entries are made within a start of the
// program, and so all of them stand in a few slices that hold no pointers.
type lexicon struct {
	language string
	entries  []entry
	patterns []pattern
	// folded are the words of all patterns, one after the other.
	folded []byte
	// words find the entries by their first word, or by how it begins.
	words trie
	// ends find entries of one word by its end: "*ausfall" in "Serverausfall".
	ends trie
	// anywhere finds entries of languages without spaces by their first letter.
	anywhere map[rune]chain
}

// entry is one word or phrase: the patterns from from to to, to excluded. One that is found anywhere is one pattern.
type entry struct {
	class    Class
	from, to int32
	// next is the entry after this one in its chain, 0 for none.
	next int32
}

// pattern is one word of an entry: the bytes of folded from from to to, to excluded.
type pattern struct {
	from, to int32
	stem     bool // begins with it
	gap      bool // up to two words may stand before it
}

// chain is a list of entries in the order in which they were added. The zero value is empty: entry 0 is nobody's.
type chain struct{ first, last int32 }

func emptyLexicon(name string) *lexicon {
	return &lexicon{language: name, entries: make([]entry, 1), anywhere: map[rune]chain{}}
}

// loadLexicon compiles the words of a language.
func loadLexicon(language string) *lexicon {
	l := emptyLexicon(language)
	l.load(language, nil)
	return l
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
	const letters = 10 // of an entry, with its comma; room is made once
	if wanted == nil {
		n := len(text) / letters
		l.entries, l.patterns, l.folded = slices.Grow(l.entries, n), slices.Grow(l.patterns, 2*n), slices.Grow(l.folded, len(text))
	}
	class, no, open := Class(0), 0, false
	for line := range strings.Lines(text) {
		no++
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, rest, ok := strings.Cut(trimmed, ":")
			c, known := classOf(strings.TrimSpace(name))
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
		for e := range strings.SplitSeq(trimmed, ",") {
			l.add(class, e)
		}
	}
	return nil
}

// add makes an entry of what stands between two commas of a file.
func (l *lexicon) add(class Class, text string) {
	text = strings.TrimSpace(text)
	if unspaced(text) {
		if p := l.fold(strings.ReplaceAll(text, "*", "")); p.from < p.to {
			l.patterns = append(l.patterns, p)
			key, _ := utf8.DecodeRune(l.word(p))
			c := l.anywhere[key]
			l.enter(&c, class, 1)
			l.anywhere[key] = c
		}
		return
	}
	if end, ok := strings.CutPrefix(text, "*"); ok {
		if p := l.fold(strings.ReplaceAll(end, "*", "")); p.from < p.to {
			l.patterns = append(l.patterns, p)
			l.enter(l.ends.under(l.word(p), true), class, 1)
		}
		return
	}
	if n := l.phrase(text); n > 0 {
		first := l.patterns[len(l.patterns)-n]
		l.enter(l.words.under(l.word(first), false), class, int32(n))
	}
}

// phrase adds the patterns of an entry's words, and gives their number.
func (l *lexicon) phrase(text string) (n int) {
	gap := false
	for w := range strings.FieldsSeq(text) {
		if w == "..." || w == "…" {
			gap = true
			continue
		}
		w, stem := strings.CutSuffix(w, "*")
		all := l.fold(w)
		for from := all.from; from < all.to; { // "read-only" is two words
			to := all.to
			if space := bytes.IndexByte(l.folded[from:to], ' '); space >= 0 {
				to = from + int32(space)
			}
			l.patterns = append(l.patterns, pattern{from: from, to: to, gap: gap})
			gap, from, n = false, to+1, n+1
		}
		if n > 0 {
			l.patterns[len(l.patterns)-1].stem = stem
		}
	}
	return n
}

// enter adds an entry of the newest n patterns to a chain.
func (l *lexicon) enter(c *chain, class Class, n int32) {
	no, to := int32(len(l.entries)), int32(len(l.patterns))
	l.entries = append(l.entries, entry{class: class, from: to - n, to: to})
	if c.first == 0 {
		c.first = no
	} else {
		l.entries[c.last].next = no
	}
	c.last = no
}

// fold adds a folded text, and says where it stands.
func (l *lexicon) fold(s string) pattern {
	from := len(l.folded)
	l.folded = appendFolded(l.folded, s, 0)
	return pattern{from: int32(from), to: int32(len(l.folded))}
}

// word is the folded text of a pattern.
func (l *lexicon) word(p pattern) []byte { return l.folded[p.from:p.to] }
