package diagnostics

import "strings"

// wordByte marks the bytes that can stand in a plain name. Postgres counts
// every byte of a multi-byte character as a letter (scan.l: ident_start).
var wordByte = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
	}
	return set
}()

// nameLength is where Postgres cuts a name, in bytes (NAMEDATALEN - 1).
const nameLength = 63

const digits = "0123456789"

// denial is why a name is refused.
type denial struct {
	rule    Rule
	why     string
	instead string
	// schemas, when there are any, are off the search path: the name is refused
	// only as schema.name, because nothing else reaches it.
	schemas []string
	// call: the name is refused only with a bracket behind it. Columns may bear it,
	// and without arguments it does nothing.
	call bool
}

// lexicon is what the words of a statement are judged by. All names are in
// lower case: a quoted name that differs in case only is refused with its twin.
type lexicon struct {
	// words are refused where they stand as a whole word anywhere in the raw text.
	words map[string]denial
	// pieces are names with characters that no plain name has, and operators:
	// refused wherever they occur in the raw text.
	pieces map[string]denial
	// prefixes are refused where a word begins with them.
	prefixes []prefixDenial
}

type prefixDenial struct {
	prefix string
	denial denial
}

// judge looks at every word of the raw text, in literals and comments too:
// there is no second reading of the text that the server's could disagree with.
func (l *lexicon) judge(sql string) *Refusal {
	lower := strings.ToLower(sql)
	if len(lower) != len(sql) {
		// Lowering changed a length, so positions would not match the original.
		sql = lower
	}
	for i := 0; i < len(lower); {
		if !wordByte[lower[i]] {
			i++
			continue
		}
		end := i + 1
		for end < len(lower) && wordByte[lower[end]] {
			end++
		}
		if d, ok := l.find(lower[i:end]); ok && reachable(d, lower, i, end) {
			return &Refusal{Word: strings.ToValidUTF8(sql[i:end], ""), Part: around(sql, i, end), Rule: d.rule, Why: d.why, Instead: d.instead}
		}
		i = end
	}
	for piece, d := range l.pieces {
		for from := 0; ; {
			at := strings.Index(lower[from:], piece)
			if at < 0 {
				break
			}
			at += from
			if reachable(d, lower, at, at+len(piece)) {
				return &Refusal{Word: piece, Part: around(sql, at, at+len(piece)), Rule: d.rule, Why: d.why, Instead: d.instead}
			}
			from = at + 1
		}
	}
	return nil
}

// find looks a word up in every form in which the server could read it.
func (l *lexicon) find(word string) (denial, bool) {
	if d, ok := l.words[word]; ok {
		return d, true
	}
	for i := range l.prefixes {
		if strings.HasPrefix(word, l.prefixes[i].prefix) {
			return l.prefixes[i].denial, true
		}
	}
	if len(word) > nameLength {
		// The server cuts long names at a whole character, so up to three bytes earlier.
		for n := nameLength; n > nameLength-4; n-- {
			if d, ok := l.words[word[:n]]; ok {
				return d, true
			}
		}
	}
	if word[0] >= '0' && word[0] <= '9' {
		// Servers before 15 read 1pg_sleep as a number and a name.
		rest := strings.TrimLeft(word, digits)
		for _, form := range []string{rest, strings.TrimLeft(strings.TrimPrefix(rest, "e"), digits)} {
			if form == "" {
				continue
			}
			if d, ok := l.find(form); ok {
				return d, true
			}
		}
	}
	if strings.Contains(word, "$") {
		for _, part := range strings.Split(word, "$") {
			if part == "" {
				continue
			}
			if d, ok := l.find(part); ok {
				return d, true
			}
		}
	}
	return denial{}, false
}

// add enters a name under a denial, where the first reason given stands.
func (l *lexicon) add(name string, d denial) {
	name = strings.ToLower(name)
	if name == "" {
		return
	}
	for i := 0; i < len(name); i++ {
		if !wordByte[name[i]] {
			l.addPiece(name, d)
			l.addPiece(strings.ReplaceAll(name, `"`, `""`), d)
			return
		}
	}
	enter(l.words, name, d)
}

func (l *lexicon) addPiece(piece string, d denial) { enter(l.pieces, piece, d) }

// enter keeps the wider of two denials: one without schemas holds everywhere,
// and one without a bracket as well.
func enter(names map[string]denial, name string, d denial) {
	old, found := names[name]
	switch {
	case !found, len(old.schemas) > 0 && len(d.schemas) == 0:
		d.call = d.call && (!found || old.call)
		names[name] = d
	case len(old.schemas) > 0:
		old.schemas = append(append([]string(nil), old.schemas...), d.schemas...)
		old.call = old.call && d.call
		names[name] = old
	default:
		old.call = old.call && d.call
		names[name] = old
	}
}

// reachable says whether the word at [from, to) of the text, in lower case, can
// mean what d refuses.
func reachable(d denial, lower string, from, to int) bool {
	if d.call && !opensBracket(lower[to:]) {
		return false
	}
	for _, schema := range d.schemas {
		if qualified(lower, schema, from) {
			return true
		}
	}
	return len(d.schemas) == 0
}

// opensBracket says whether a name is followed by a bracket, behind its closing
// quote, white space and comments.
func opensBracket(s string) bool {
	s = strings.TrimPrefix(s, `"`)
	return strings.HasPrefix(s[leadingBlank(s):], "(")
}

// qualified says whether a schema's name and a point stand before the word that
// begins at from. Every place where the schema's name stands is tried forwards,
// because comments can only be read in that direction.
func qualified(lower, schema string, from int) bool {
	for _, written := range []string{schema, strings.ReplaceAll(schema, `"`, `""`)} {
		for start := 0; start < from; {
			at := strings.Index(lower[start:from], written)
			if at < 0 {
				break
			}
			at += start
			start = at + 1
			if at > 0 && wordByte[lower[at-1]] && wordByte[schema[0]] {
				continue
			}
			if onlyPoint(lower[at+len(written) : from]) {
				return true
			}
		}
	}
	return false
}

// onlyPoint says whether a text is one point between quotes, white space,
// comments, and the bracket of OPERATOR(schema.+).
func onlyPoint(s string) bool {
	point := false
	for s != "" {
		switch n := skipBlank(s); {
		case n > 0:
			s = s[n:]
			continue
		case s[0] == '.' && !point:
			point = true
		case s[0] != '"':
			return false
		}
		s = s[1:]
	}
	return point
}
