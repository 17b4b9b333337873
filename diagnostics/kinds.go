package diagnostics

import (
	"strings"

	"mayday/lazyregexp"
)

// Kind is what a statement asks for.
type Kind string

// The kinds that are run. Everything else is refused.
const (
	KindSelect  Kind = "select" // SELECT, WITH, VALUES, TABLE or a bracket around one of them
	KindExplain Kind = "explain"
	KindShow    Kind = "show"
)

// statement is a judged text, taken apart for the runner.
type statement struct {
	kind Kind
	// query is the text that goes behind DECLARE … CURSOR FOR: all of a select,
	// the inner part of an EXPLAIN, empty for SHOW.
	query string
	// options are the options of an EXPLAIN in our own spelling, "ANALYZE, BUFFERS".
	options string
	// setting is the name behind SHOW, in lower case.
	setting string
}

var (
	showForm      = lazyregexp.New(`^(?is)show\s+([a-z_][a-z0-9_.]*)\s*;?\s*$`)
	showTwoWords  = lazyregexp.New(`^(?is)show\s+(time\s+zone|transaction\s+isolation\s+level)\s*;?\s*$`)
	explainWords  = lazyregexp.New(`^(?i)(analyze|verbose)\b`)
	explainOption = lazyregexp.New(`^(?i)(analyze|verbose|costs|settings|generic_plan|buffers|wal|timing|summary|memory)(?:\s+(on|off|true|false|1|0))?$`)
	explainFormat = lazyregexp.New(`^(?i)format\s+(text|json|yaml)$`)
)

// possible is the way on that every refusal of a kind names.
const possible = "Write one SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN."

// parseKind takes a statement apart, or refuses its kind.
func parseKind(sql string) (statement, *Refusal) {
	start := leadingBlank(sql)
	body := sql[start:]
	word := leadingWord(body)
	switch word {
	case "select", "with", "values", "table":
		return statement{kind: KindSelect, query: sql}, nil
	case "show":
		return parseShow(body)
	case "explain":
		return parseExplain(body)
	case "":
		if inner := insideBrackets(body); inner != "" && inner != body {
			return parseBracketed(sql, inner)
		}
		if body == "" {
			return statement{}, &Refusal{Rule: RuleBytes, Why: "there is only a comment.", Instead: possible}
		}
		if body[0] == '\\' {
			return statement{}, &Refusal{Word: firstField(body), Rule: RuleKind, Why: "commands of psql are not SQL.", Instead: possible}
		}
		return statement{}, &Refusal{Part: around(sql, start, start+1), Rule: RuleKind, Why: "this does not begin like a query.", Instead: possible}
	}
	d, ok := kindDenials[word]
	if !ok {
		// The word may be anything that somebody pasted: it is not repeated.
		return statement{}, &Refusal{Rule: RuleKind, Why: "this is not a query.", Instead: possible}
	}
	return statement{}, &Refusal{Word: body[:len(word)], Part: around(sql, start, start+len(word)), Rule: RuleKind, Why: d.why, Instead: d.instead}
}

// parseBracketed judges a statement that begins with a bracket by what begins behind it: a query, and nothing else.
func parseBracketed(sql, inner string) (statement, *Refusal) {
	if word := leadingWord(inner); word == "show" || word == "explain" {
		return statement{}, &Refusal{Word: inner[:len(word)], Rule: RuleKind, Part: around(inner, 0, len(word)), Why: "only a query stands in brackets.", Instead: possible}
	}
	if _, refusal := parseKind(inner); refusal != nil {
		return statement{}, refusal
	}
	return statement{kind: KindSelect, query: sql}, nil
}

// afterBlank is s without the white space and comments that it begins with.
func afterBlank(s string) string { return s[leadingBlank(s):] }

// insideBrackets is s without the opening brackets, white space and comments that it begins with.
func insideBrackets(s string) string {
	for {
		s = afterBlank(s)
		if !strings.HasPrefix(s, "(") {
			return s
		}
		s = s[1:]
	}
}

// LeadingWord is the word with which a statement begins, behind white space and comments, in lower case; empty when it
// begins with something else, such as a bracket.
func LeadingWord(sql string) string { return leadingWord(afterBlank(sql)) }

// leadingWord is the word at the start of s in lower case, empty when there is none.
func leadingWord(s string) string {
	n := 0
	for n < len(s) && wordByte[s[n]] {
		n++
	}
	return strings.ToLower(s[:n])
}

func firstField(s string) string {
	word := strings.Fields(s)[0]
	if len(word) > 20 {
		word = strings.ToValidUTF8(word[:20], "")
	}
	return word
}

func parseShow(body string) (statement, *Refusal) {
	if m := showTwoWords.FindStringSubmatch(body); m != nil {
		name := "timezone"
		if strings.HasPrefix(strings.ToLower(m[1]), "transaction") {
			name = "transaction_isolation"
		}
		return statement{kind: KindShow, setting: name}, nil
	}
	m := showForm.FindStringSubmatch(body)
	if m == nil {
		return statement{}, &Refusal{Word: "SHOW", Rule: RuleKind, Why: "SHOW takes the name of one setting.", Instead: "Write SHOW work_mem, for example."}
	}
	name := strings.ToLower(m[1])
	if name == "all" {
		return statement{}, &Refusal{Word: "SHOW ALL", Rule: RuleKind, Why: "SHOW takes the name of one setting.",
			Instead: "Write SELECT name, setting FROM pg_settings WHERE source <> 'default'."}
	}
	if refusal := judgeSetting(name, body); refusal != nil {
		return statement{}, refusal
	}
	return statement{kind: KindShow, setting: name}, nil
}

// parseExplain reads the options itself, so that the text that is sent begins
// with words of ours and goes on with a query that the server has already
// accepted as one.
func parseExplain(body string) (statement, *Refusal) {
	rest := afterBlank(body[len("explain"):])
	var options []string
	if strings.HasPrefix(rest, "(") {
		if end := strings.IndexByte(rest, ')'); end > 0 {
			if list, ok := explainList(rest[1:end]); ok {
				options, rest = list, afterBlank(rest[end+1:])
			}
		}
	} else {
		for {
			m := explainWords.FindString(rest)
			if m == "" {
				break
			}
			options = append(options, strings.ToUpper(m))
			rest = afterBlank(rest[len(m):])
		}
	}
	if inner, _ := parseKind(rest); inner.kind != KindSelect {
		return statement{}, &Refusal{Word: "EXPLAIN", Part: around(body, 0, len(body)), Rule: RuleKind,
			Why:     "EXPLAIN runs parts of the statement behind it, so only a query may stand there, with options that mayday knows.",
			Instead: "Write EXPLAIN (ANALYZE, BUFFERS) SELECT …"}
	}
	return statement{kind: KindExplain, query: rest, options: strings.Join(options, ", ")}, nil
}

// explainList reads "ANALYZE, TIMING off" into our own spelling.
func explainList(text string) ([]string, bool) {
	var options []string
	for _, option := range strings.Split(text, ",") {
		option = strings.Join(strings.Fields(option), " ")
		if !explainOption.MatchString(option) && !explainFormat.MatchString(option) {
			return nil, false
		}
		options = append(options, strings.ToUpper(option))
	}
	return options, true
}
