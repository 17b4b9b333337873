package playbooks

import (
	"strings"

	"mayday/lazyregexp"
)

// Judge says whether a statement only reads and may be offered to run; why
// tells a person what stands against it, empty when ok. The text has no
// closing semicolon.
type Judge func(sql string) (ok bool, why string)

// writing are the words that make a statement do something, wherever they stand
// outside quotes and comments.
var writing = map[string]string{
	"insert": "it writes", "update": "it writes", "delete": "it writes", "merge": "it writes", "truncate": "it writes",
	"create": "it changes the schema", "alter": "it changes the schema", "drop": "it changes the schema",
	"grant": "it changes rights", "revoke": "it changes rights", "into": "it writes a table",
	"call": "it runs a procedure", "do": "it runs code", "copy": "it moves data", "lock": "it takes locks", "vacuum": "it rewrites tables",
	"reindex": "it rewrites an index", "cluster": "it rewrites a table", "refresh": "it rewrites a view", "begin": "it controls a transaction",
	"commit": "it controls a transaction", "rollback": "it controls a transaction", "set": "it changes settings", "reset": "it changes settings",
	"notify": "it signals others", "listen": "it signals others", "execute": "it runs a prepared statement", "prepare": "it prepares a statement",
}

// acting are functions of PostgreSQL that act although they are called in a SELECT.
var acting = lazyregexp.New(`^(?:pg_(?:terminate|cancel)_backend|pg_(?:try_)?advisory_\w+|pg_(?:reload|rotate)_\w+|pg_(?:switch|create|drop|promote|wal_replay|log)_\w+|pg_(?:read|write|ls|stat)_(?:file|binary_file|dir|\w*dir)|pg_logical_\w+|pg_replication_\w+|pg_stat_reset\w*|pg_stat_statements_reset|pg_sleep\w*|pg_notify|pg_promote|lo_\w+|lowrite|loread|nextval|setval|set_config|dblink\w*|query_to_xml\w*|cursor_to_xml\w*|table_to_xml\w*|schema_to_xml\w*|database_to_xml\w*|ts_stat|ts_rewrite|crosstab\w*|connectby|txid_current|pg_current_xact_id|pg_export_snapshot|pg_import_system_collations|xpath_table)$`)

// mayAct is a cheap first look: every function that acting knows has an underscore
// in its name or begins so.
func mayAct(word string) bool {
	if strings.IndexByte(word, '_') >= 0 {
		return true
	}
	for _, begin := range []string{"lo", "nextval", "setval", "dblink", "crosstab", "connectby"} {
		if strings.HasPrefix(word, begin) {
			return true
		}
	}
	return false
}

// CautiousJudge is used when the caller passes none. It admits a statement that
// begins with SELECT, WITH, VALUES or TABLE and holds neither a word that
// writes nor a function that acts. It errs towards refusing, and it is not the
// guard: whoever runs a statement proves it again against the database.
func CautiousJudge(sql string) (ok bool, why string) {
	words := sqlWords(sql)
	if len(words) == 0 {
		return false, "there is no statement"
	}
	first := words[0]
	switch first {
	case "select", "with", "values", "table":
	case "explain", "analyze", "show":
		return false, strings.ToUpper(first) + " is not a query; run it in psql"
	default:
		if why, bad := writing[first]; bad {
			return false, why + " (" + strings.ToUpper(first) + ")"
		}
		return false, "it does not begin with SELECT, WITH, VALUES or TABLE"
	}
	for i, w := range words {
		if mayAct(w) && acting.MatchString(w) {
			return false, "it acts on the server (" + w + ")"
		}
		if why, bad := writing[w]; bad && commanding(words, i) {
			return false, why + " (" + strings.ToUpper(w) + ")"
		}
		if w == "for" && i+1 < len(words) && (words[i+1] == "update" || words[i+1] == "share" || words[i+1] == "no" || words[i+1] == "key") {
			return false, "it locks rows (FOR " + strings.ToUpper(words[i+1]) + ")"
		}
	}
	return true, ""
}

// commanding tells a command from a column of the same name ("lock", "set"):
// only these words can begin a part of a query.
func commanding(words []string, i int) bool {
	switch words[i] {
	case "insert", "update", "delete", "merge", "into":
		return true
	}
	return false
}

// sqlWords are the bare words of a statement in lower case; quotes and comments are left out.
func sqlWords(sql string) []string {
	var out []string
	s := sqlScanner{src: sql, first: -1}
	for s.at < len(s.src) {
		rest := s.src[s.at:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "--"):
			s.first = 0
			s.lineComment(rest)
		case strings.HasPrefix(rest, "/*"):
			s.first = 0
			s.blockComment(rest)
		case c == '"':
			// A quoted name may be a function: "pg_terminate_backend"(1).
			from := s.at
			s.word(rest)
			out = append(out, strings.ToLower(strings.Trim(s.src[from:s.at], `"`)))
		case sqlLetter(c):
			from := s.at
			s.word(rest)
			if w := s.src[from:s.at]; !strings.ContainsAny(w, "'") {
				out = append(out, strings.ToLower(w))
			}
		default:
			s.word(rest)
		}
	}
	return out
}

// blanks are what a person has to fill in before a statement makes sense, by a
// text without which none of them can be there: most statements hold no such text.
var blanks = []struct {
	needs string
	shape *lazyregexp.Regexp
}{
	{"<", lazyregexp.New(`(?i)<[a-z][a-z0-9 _.-]{0,40}>`)},
	{"{", lazyregexp.New(`\{\{[^{}]{1,60}\}\}|\$\{[^{}]{1,60}\}`)},
	{"$", lazyregexp.New(`\$\d{1,2}\b`)},
	{"[", lazyregexp.New(`(?i)(?:^|[^a-z0-9_)\]])\[[a-z][a-z0-9_ ]{1,40}\]`)},
	{"_id'", lazyregexp.New(`(?i)=\s*'(?:user|order|session|account|customer|tenant|room|recording)_id'`)},
	{"id'", lazyregexp.New(`(?i)=\s*'(?:user|order|session|account|customer|tenant|room|recording)id'`)},
	{"'", lazyregexp.New(`(?i)'(?:your|the|some|specific|example|target)[_ -][a-z0-9_ -]+'`)},
	{"xxx", lazyregexp.New(`(?i)'xxx+'`)},
	{"...", lazyregexp.New(`'\.\.\.'`)},
	{"?", lazyregexp.New(`(?:[=(,<>]|(?i:\b(?:in|like|limit)))\s*\?(?:[\s),;]|$)`)},
	{"%", lazyregexp.New(`(?:[=(,<>]|(?i:\b(?:in|like|limit)))\s*'?%[sd]'?(?:[\s),;]|$)`)},
	{":", lazyregexp.New(`(?i)(?:^|[^:a-z0-9_]):'?[a-z_][a-z0-9_]*'?`)},
}

// blankIn returns the first blank of a statement, "" when there is none.
// Blanks in comments do not count; the text of array subscripts is not a blank.
func blankIn(sql string) string {
	if !strings.ContainsAny(sql, "<{[$':?%") {
		return ""
	}
	at, found := len(sql), ""
	for _, b := range blanks {
		if !strings.Contains(sql, b.needs) && (b.needs != "xxx" || !strings.Contains(sql, "XXX")) {
			continue
		}
		if m := b.shape.FindStringIndex(sql); m != nil && m[0] < at {
			at, found = m[0], sql[m[0]:m[1]]
		}
	}
	return strings.TrimSpace(strings.TrimLeft(found, "(,= \n\t"))
}
