package playbooks

import (
	"strings"
	"unicode/utf8"
)

// statement is one SQL statement of a block with the comments above it.
type statement struct {
	// above are the comment lines before the statement, markers removed, in
	// groups that blank lines separate.
	above [][]remark
	// beside are comments on the statement's last line and directly below it.
	beside []string
	// sql without comments above and without the closing semicolon. Empty for
	// comments at the end of a block that belong to no statement.
	sql string
	// line of the statement's first word, counted from 0 within the block.
	line int
	// end is the line of its last word.
	end int
	// meta: a psql command such as "\d users".
	meta bool
	// open says what is not closed at the end of the text: "quote", "comment"; empty when all is.
	open string
}

type remark struct {
	text string
	line int
}

// splitSQL separates a block into statements at the semicolons that stand
// outside quotes, dollar quotes, comments and parentheses of any depth.
// PostgreSQL: nested /* */ comments, E” strings with backslash escapes, $tag$ quotes.
func splitSQL(text string) []statement {
	s := sqlScanner{src: text, first: -1}
	s.run()
	return s.out
}

type sqlScanner struct {
	src   string
	at    int
	line  int
	out   []statement
	cur   statement
	first int // offset of the current statement's first word, -1 before it
	last  int // end of its last word
	blank bool
	open  string
}

func (s *sqlScanner) run() {
	for s.at < len(s.src) {
		rest := s.src[s.at:]
		switch c := rest[0]; {
		case c == '\n':
			s.newline(rest)
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			s.at++
		case strings.HasPrefix(rest, "--"):
			s.lineComment(rest)
		case strings.HasPrefix(rest, "/*"):
			s.blockComment(rest)
		case c == '\\' && s.first < 0:
			s.metaCommand(rest)
		case c == ';':
			s.finish()
			s.at++
			s.besideComment()
		default:
			s.word(rest)
		}
	}
	s.finish()
	if len(s.cur.above) > 0 {
		s.cur.sql = ""
		s.out = append(s.out, s.cur)
	}
}

// newline ends a group of comments when a blank line follows.
func (s *sqlScanner) newline(rest string) {
	s.line++
	s.at++
	after := strings.TrimLeft(rest[1:], " \t\r")
	s.blank = s.blank || strings.HasPrefix(after, "\n")
}

func (s *sqlScanner) begin() {
	if s.first < 0 {
		s.first, s.cur.line = s.at, s.line
	}
}

// advance moves over n bytes of a statement.
func (s *sqlScanner) advance(n int) {
	s.line += strings.Count(s.src[s.at:s.at+n], "\n")
	s.at += n
	s.last = s.at
}

func (s *sqlScanner) remark(text string, line int) {
	text = strings.TrimSpace(strings.TrimLeft(text, "-"))
	if s.blank || len(s.cur.above) == 0 {
		s.cur.above = append(s.cur.above, nil)
	}
	s.blank = false
	if text != "" {
		n := len(s.cur.above) - 1
		s.cur.above[n] = append(s.cur.above[n], remark{text, line})
	}
}

func (s *sqlScanner) lineComment(rest string) {
	n := strings.IndexByte(rest, '\n')
	if n < 0 {
		n = len(rest)
	}
	if s.first < 0 {
		s.remark(rest[2:n], s.line)
	}
	s.at += n
}

func (s *sqlScanner) blockComment(rest string) {
	depth, i := 0, 0
	for i < len(rest) {
		switch {
		case strings.HasPrefix(rest[i:], "/*"):
			depth++
			i += 2
		case strings.HasPrefix(rest[i:], "*/"):
			depth--
			i += 2
		default:
			i++
		}
		if depth == 0 {
			break
		}
	}
	if depth > 0 {
		s.open = "comment"
	}
	if s.first < 0 {
		for n, l := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(rest[:i], "/*"), "*/"), "\n") {
			if l = strings.TrimLeft(strings.TrimSpace(l), "* "); l != "" {
				s.remark(l, s.line+n)
			}
		}
	}
	s.line += strings.Count(rest[:i], "\n")
	s.at += i
}

// metaCommand takes a psql command up to the end of its line.
func (s *sqlScanner) metaCommand(rest string) {
	n := strings.IndexByte(rest, '\n')
	if n < 0 {
		n = len(rest)
	}
	s.begin()
	s.advance(n)
	s.cur.meta = true
	s.finish()
}

// word moves over one token of a statement: a quote as a whole, else one rune
// or one run of letters.
func (s *sqlScanner) word(rest string) {
	s.begin()
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		s.advance(s.quote(rest, c, false))
	case (c == 'e' || c == 'E') && len(rest) > 1 && rest[1] == '\'':
		s.advance(1 + s.quote(rest[1:], '\'', true))
	case c == '$':
		s.advance(s.dollar(rest))
	case sqlLetter(c):
		n := 1
		for n < len(rest) && (sqlLetter(rest[n]) || rest[n] >= '0' && rest[n] <= '9' || rest[n] == '$') {
			n++
		}
		s.advance(n)
	default:
		_, n := utf8.DecodeRuneInString(rest)
		s.advance(n)
	}
}

func sqlLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// quote is the length of a quoted token; a doubled quote stands for itself.
func (s *sqlScanner) quote(rest string, q byte, escapes bool) int {
	for i := 1; i < len(rest); i++ {
		switch {
		case escapes && rest[i] == '\\':
			i++
		case rest[i] == q && i+1 < len(rest) && rest[i+1] == q:
			i++
		case rest[i] == q:
			return i + 1
		}
	}
	s.open = "quote"
	return len(rest)
}

// dollar is the length of a $tag$ quote, or 1 when the dollar begins none ("$1").
func (s *sqlScanner) dollar(rest string) int {
	n := 1
	for n < len(rest) && (sqlLetter(rest[n]) || n > 1 && rest[n] >= '0' && rest[n] <= '9') {
		n++
	}
	if n >= len(rest) || rest[n] != '$' {
		return 1
	}
	tag := rest[:n+1]
	end := strings.Index(rest[n+1:], tag)
	if end < 0 {
		s.open = "quote"
		return len(rest)
	}
	return n + 1 + end + len(tag)
}

// finish closes the current statement, if one has begun.
func (s *sqlScanner) finish() {
	if s.first < 0 {
		return
	}
	s.cur.sql = strings.TrimSpace(s.src[s.first:s.last])
	s.cur.end = s.cur.line + strings.Count(s.src[s.first:s.last], "\n")
	s.cur.open, s.open = s.open, ""
	s.out = append(s.out, s.cur)
	s.cur, s.first, s.blank = statement{}, -1, false
}

// besideComment gives a comment on the same line as the semicolon to the
// statement that it closes.
func (s *sqlScanner) besideComment() {
	rest := s.src[s.at:]
	trimmed := strings.TrimLeft(rest, " \t")
	if len(s.out) == 0 || !strings.HasPrefix(trimmed, "--") {
		return
	}
	n := strings.IndexByte(trimmed, '\n')
	if n < 0 {
		n = len(trimmed)
	}
	if text := strings.TrimSpace(strings.TrimLeft(trimmed[:n], "-")); text != "" {
		last := &s.out[len(s.out)-1]
		last.beside = append(last.beside, text)
	}
	s.at += len(rest) - len(trimmed) + n
}
