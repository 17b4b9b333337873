package diagnostics

import "strings"

// tokenKind is what a token is to the fingerprint and to the shape rules.
type tokenKind uint8

const (
	tokenWord   tokenKind = iota // keyword or plain name
	tokenQuoted                  // "name"
	tokenText                    // '…', E'…', $$…$$
	tokenNumber
	tokenSign // one byte of anything else
)

// token is a piece of a statement: the bytes [from, to).
type token struct {
	kind     tokenKind
	from, to int
}

// lex splits a statement. It decides nothing about safety: it serves the
// fingerprint and refusals that teach, and where it reads a text otherwise than
// the server does, the layers behind it still hold. Comments are dropped.
func lex(sql string) []token {
	tokens := make([]token, 0, 32)
	for i := 0; i < len(sql); {
		if n := skipBlank(sql[i:]); n > 0 {
			i += n
			continue
		}
		kind, n := next(sql[i:])
		tokens = append(tokens, token{kind, i, i + n})
		i += n
	}
	return tokens
}

// skipBlank measures the white space or the comment at the start of s.
func skipBlank(s string) int {
	switch {
	case s[0] <= ' ':
		return 1
	case strings.HasPrefix(s, "--"):
		if end := strings.IndexAny(s, "\r\n"); end >= 0 {
			return end
		}
		return len(s)
	case strings.HasPrefix(s, "/*"):
		depth, i := 1, 2
		for i < len(s) && depth > 0 {
			switch {
			case strings.HasPrefix(s[i:], "/*"):
				depth++
				i += 2
			case strings.HasPrefix(s[i:], "*/"):
				depth--
				i += 2
			default:
				i++
			}
		}
		return i
	}
	return 0
}

// leadingBlank measures all white space and comments at the start of s.
func leadingBlank(s string) (n int) {
	for n < len(s) {
		more := skipBlank(s[n:])
		if more == 0 {
			break
		}
		n += more
	}
	return n
}

// next measures the token at the start of s, which is neither blank nor comment.
func next(s string) (tokenKind, int) {
	c := s[0]
	switch {
	case c == '\'':
		return tokenText, quoted(s, '\'', false)
	case c == '"':
		return tokenQuoted, quoted(s, '"', false)
	case c == '$':
		if n := dollar(s); n > 0 {
			return tokenText, n
		}
		return tokenSign, 1
	case c >= '0' && c <= '9', c == '.' && len(s) > 1 && s[1] >= '0' && s[1] <= '9':
		return tokenNumber, number(s)
	case !wordByte[c]:
		return tokenSign, 1
	}
	n := 1
	for n < len(s) && wordByte[s[n]] {
		n++
	}
	if len(s) > 1 && s[1] == '\'' && strings.ContainsRune("eEbBxXnN", rune(c)) {
		return tokenText, 1 + quoted(s[1:], '\'', c == 'e' || c == 'E')
	}
	return tokenWord, n
}

// quoted measures a text in quotes; a doubled quote stands for itself.
func quoted(s string, quote byte, backslash bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case backslash && s[i] == '\\':
			i++
		case s[i] != quote:
		case i+1 < len(s) && s[i+1] == quote:
			i++
		default:
			if n := continued(s[i+1:]); n > 0 && quote == '\'' {
				i += n
				continue
			}
			return i + 1
		}
	}
	return len(s)
}

// continued measures what lies between a text and its continuation, the quote
// included: white space with a line end in it, or comments to the line end
// (Postgres: scan.l, quotecontinue). 0 when no continuation follows. It matters
// because backslashes keep their meaning in the continuation of E'…'.
func continued(s string) int {
	line := false
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\'':
			if line {
				return i + 1
			}
			return 0
		case s[i] == '\n' || s[i] == '\r':
			line = true
			i++
		case s[i] == ' ' || s[i] == '\t' || s[i] == '\f' || s[i] == '\v':
			i++
		case strings.HasPrefix(s[i:], "--"):
			i += skipBlank(s[i:])
		default:
			return 0
		}
	}
	return 0
}

// dollar measures $tag$…$tag$; 0 when s does not begin one.
func dollar(s string) int {
	end := 1
	for end < len(s) && s[end] != '$' {
		if !wordByte[s[end]] || (end == 1 && s[end] >= '0' && s[end] <= '9') {
			return 0
		}
		end++
	}
	if end == len(s) {
		return 0
	}
	tag := s[:end+1]
	if at := strings.Index(s[end+1:], tag); at >= 0 {
		return end + 1 + at + len(tag)
	}
	return len(s)
}

func number(s string) int {
	n := 0
	for n < len(s) && (s[n] == '.' || wordByte[s[n]] || ((s[n] == '+' || s[n] == '-') && (s[n-1] == 'e' || s[n-1] == 'E'))) {
		if s[n] == '$' {
			break
		}
		n++
	}
	return n
}
