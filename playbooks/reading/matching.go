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
