package diagnostics

import (
	"strings"

	"mayday/lazyregexp"
)

// What a server's error may tell. Its texts quote values: token::regclass
// answers with the token. So of what it quotes only that is shown which stood
// in the statement, and whoever typed that knows it.

// connectors may stand between two quoted names of an error.
var connectors = set("of", "relation", "table", "column", "schema", "for", "encoding", "the", "entry", "type", "in", "and", "function", "index", "constraint", "does", "not", "exist", "is", "a",
	"or", "to", "with", "attribute", "operator", "access", "method", "database", "text", "search")

// typeWords are the words of which names of types consist.
var typeWords = func() map[string]bool {
	words := set("integer", "bigint", "smallint", "boolean", "character", "varying", "double", "precision", "real", "timestamp", "time", "with", "without", "zone", "interval", "unknown",
		"record", "any", "anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anycompatible", "anycompatiblearray", "void", "cstring", "regclass", "regproc", "regtype", "regrole",
		"oid", "name", "uuid", "date", "bytea", "citext", "hstore", "tsvector", "tsquery", "money", "xml", "json", "jsonb", "jsonpath", "numeric", "text", "inet", "cidr", "bit", "array")
	for _, kind := range []string{"bool", "int2", "int4", "int8", "float4", "float8", "varchar", "bpchar", "timestamptz", "timetz", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "xid", "xid8", "pg_lsn"} {
		words[kind] = true
	}
	return words
}()

// told gives the message of an error about names: 42…, 3F…, 0A….
func (m *masker) told(message, sql string) string {
	said := wordsOf(sql)
	fine := func(text string, also map[string]bool) bool {
		for word := range wordsOf(text) {
			if !said[word] && !also[word] {
				return false
			}
		}
		return true
	}
	first, last := strings.IndexAny(message, `"'`), strings.LastIndexAny(message, `"'`)
	if first < 0 || last == first {
		first, last = len(message), len(message)-1
	}
	head, middle, tail := message[:first], message[first:last+1], message[last+1:]
	if !fine(middle, connectors) {
		middle = quotedPart.ReplaceAllStringFunc(middle, func(part string) string {
			if fine(part, nil) {
				return part
			}
			return `"` + hidden + `"`
		})
		if !fine(strings.ReplaceAll(middle, hidden, ""), connectors) {
			middle = `"` + hidden + `"`
		}
	}
	if at := strings.Index(head, ": "); at >= 0 && middle == "" && !fine(head[at:], typeWords) {
		head = head[:at+2] + hidden
	}
	if at := strings.Index(tail, ": "); at >= 0 && !fine(tail[at:], typeWords) {
		tail = tail[:at+2] + hidden
	}
	return m.text(head + middle + tail)
}

var (
	codedBytes = lazyregexp.New(`0x[0-9a-fA-F]+`)
	digitWord  = lazyregexp.New(`[^\s:()]*\d[^\s:()]*`)
)

// value gives the message of an error about a value: 22…. All that is quoted is
// the value, quotes in it included, and so are numbers behind a colon.
func (m *masker) value(message string) string {
	if first, last := strings.IndexAny(message, `"'`), strings.LastIndexAny(message, `"'`); first >= 0 {
		if last == first {
			last = len(message) - 1
		}
		message = message[:first] + `"` + hidden + `"` + message[last+1:]
	}
	message = codedBytes.ReplaceAllString(message, hidden)
	if at := strings.Index(message, ": "); at >= 0 {
		message = message[:at] + digitWord.ReplaceAllString(message[at:], hidden)
	}
	return m.text(message)
}

// wordsOf are the words of a text, in lower case.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	lower := strings.ToLower(text)
	for i := 0; i < len(lower); {
		if !wordByte[lower[i]] {
			i++
			continue
		}
		end := i + 1
		for end < len(lower) && wordByte[lower[end]] {
			end++
		}
		words[lower[i:end]] = true
		i = end
	}
	return words
}
