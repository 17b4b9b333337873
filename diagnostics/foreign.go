package diagnostics

import (
	"fmt"
	"slices"
	"strings"
)

// JudgeOffline is JudgeShape for who has no database at hand: it refuses, too,
// what Run refuses for certain, every call of a function with a schema that is
// not PostgreSQL's own, unless allowed names it as "schema.name" in small letters.
// Of a name without a schema only the catalogue can tell; it is not refused here.
func JudgeOffline(sql string, allowed []string) *Refusal {
	if refusal := JudgeShape(sql); refusal != nil {
		return refusal
	}
	if !strings.Contains(sql, ".") {
		return nil
	}
	r := read(sql)
	for i := range r.tokens {
		name := r.word(i) + "." + r.word(i+2)
		switch {
		case !r.named(i) || r.word(i+1) != "." || !r.named(i+2) || r.word(i+3) != "(" || r.word(i-1) == ".":
		case r.word(i) == "pg_catalog", r.word(i) == "information_schema", slices.Contains(allowed, name):
		default:
			return &Refusal{Word: name, Part: around(sql, r.tokens[i].from, r.tokens[i+2].to), Rule: denyForeign.rule, Why: denyForeign.why,
				Instead: fmt.Sprintf("If it only reads, whoever runs mayday can list %s in MAYDAY_SQL_FUNCTIONS.", name)}
		}
	}
	return nil
}

// named says whether a name, plain or in quotes, stands at i.
func (r *reading) named(i int) bool { return r.is(i, tokenWord) || r.is(i, tokenQuoted) }
