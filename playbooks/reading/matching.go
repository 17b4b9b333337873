package reading

import (
	"strings"
	"unicode/utf8"
)

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
	return phrase{tokens: tokensOf(foldWords(s, most), nil)}
}

// tokensOf appends the words of a folded text.
func tokensOf(folded string, tokens []token) []token {
	for from := 0; from < len(folded); {
		if folded[from] == ' ' {
			from++
			continue
		}
		end := from
		for end < len(folded) && folded[end] != ' ' {
			if folded[end] < 0x80 {
				end++
				continue
			}
			c, size := utf8.DecodeRuneInString(folded[end:])
			if !wide(c) {
				end += size
				continue
			}
			if end == from {
				tokens = append(tokens, token{text: folded[from : from+size], letter: true})
				from = end + size
			}
			break
		}
		if end > from {
			tokens = append(tokens, token{text: folded[from:end]})
			from = end
		}
	}
	return tokens
}

// match appends every hit of the lexicon in p.
func (l *lexicon) match(p phrase, hits []hit) []hit {
	for i := range p.tokens {
		hits = l.matchAt(p, i, hits)
	}
	return hits
}

// matchAt appends every hit of the lexicon that begins with token i.
func (l *lexicon) matchAt(p phrase, i int, hits []hit) []hit {
	t := p.tokens[i]
	if t.letter {
		return l.matchAnywhere(p, i, hits)
	}
	for _, e := range l.exact[t.text] {
		hits = e.tryAt(p, i, hits)
	}
	for at, n := 0, 0; n < len(t.text); n++ {
		if at = l.stems.step(at, t.text[n]); at == 0 {
			break
		}
		for _, e := range l.stems.nodes[at].entries {
			hits = e.tryAt(p, i, hits)
		}
	}
	for at, n := 0, len(t.text)-1; n > 0; n-- {
		if at = l.ends.step(at, t.text[n]); at == 0 {
			break
		}
		for _, e := range l.ends.nodes[at].entries {
			hits = append(hits, hit{e.class, i, i + 1})
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
