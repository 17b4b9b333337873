package reading

import (
	"bytes"
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
	var room [48]int32
	path, at := room[:0], int32(0)
	for n := range len(t.text) {
		if at = l.words.step(at, t.text[n]); at == 0 {
			break
		}
		path = append(path, at)
	}
	if at != 0 {
		hits = l.tryAll(l.words.nodes[at].entries, false, p, i, hits)
	}
	for _, at := range path {
		hits = l.tryAll(l.words.nodes[at].entries, true, p, i, hits)
	}
	at = 0
	for n := len(t.text) - 1; n > 0; n-- {
		if at = l.ends.step(at, t.text[n]); at == 0 {
			break
		}
		for no := l.ends.nodes[at].entries.first; no != 0; no = l.entries[no].next {
			hits = append(hits, hit{l.entries[no].class, i, i + 1})
		}
	}
	return hits
}

// tryAll tries the entries of a chain whose first word is whole, or those of which it is the beginning.
func (l *lexicon) tryAll(c chain, stem bool, p phrase, i int, hits []hit) []hit {
	for no := c.first; no != 0; no = l.entries[no].next {
		if e := &l.entries[no]; l.patterns[e.from].stem == stem {
			hits = l.tryAt(e, p, i, hits)
		}
	}
	return hits
}

// tryAt appends a hit when the whole entry stands at token i.
func (l *lexicon) tryAt(e *entry, p phrase, i int, hits []hit) []hit {
	at := i + 1
	for _, w := range l.patterns[e.from+1 : e.to] {
		word, reach := l.word(w), at
		if w.gap {
			reach += 2
		}
		found := false
		for ; at <= reach && at < len(p.tokens); at++ {
			if t := p.tokens[at].text; t == string(word) || w.stem && len(t) > len(word) && t[:len(word)] == string(word) {
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
	for no := l.anywhere[c].first; no != 0; no = l.entries[no].next {
		e, at := l.entries[no], i
		for rest := l.word(l.patterns[e.from]); len(rest) > 0; at++ {
			if at >= len(p.tokens) {
				continue next
			}
			letters := len(p.tokens[at].text)
			if len(rest) < letters || string(rest[:letters]) != p.tokens[at].text {
				continue next
			}
			rest = bytes.TrimPrefix(rest[letters:], []byte(" "))
		}
		hits = append(hits, hit{e.class, i, at})
	}
	return hits
}
