package diagnostics

import "strings"

// Rule names the layer or list that refused a statement. It is stored in the
// audit record, so its values do not change.
type Rule string

// The rules. Each is a reason that a test of the corpus can name.
const (
	RuleBytes    Rule = "bytes"    // not text, too long, too deep
	RuleKind     Rule = "kind"     // not SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN
	RuleShape    Rule = "shape"    // writes, locks rows, several statements
	RuleFunction Rule = "function" // names a function that does more than read
	RuleView     Rule = "view"     // names a view that calls such a function
	RuleForeign  Rule = "foreign"  // names a table that lives elsewhere
	RuleType     Rule = "type"     // names a type whose checks, casts or operators call such a function
	RuleOperator Rule = "operator" // uses an operator bound to such a function
	RuleSecret   Rule = "secret"   // reads what is secret by nature
	RuleHeavy    Rule = "heavy"    // would build a huge value in the server's memory
	RuleServer   Rule = "server"   // the server's own grammar or READ ONLY refused it
)

// Refusal is the answer to a statement that is not run. It is an error whose
// text is written for the person who typed the statement.
type Refusal struct {
	// Word is what was refused, as it stands in the statement: "pg_terminate_backend". May be empty.
	Word string
	// Part is the piece of the statement around Word, at most 80 characters. May be empty.
	Part string
	Rule Rule
	// Why says in one sentence what the word would do. It ends with a full stop.
	Why string
	// Instead says what to write or do. May be empty.
	Instead string
}

// Error gives the refusal in one paragraph.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("not run: ")
	if r.Word != "" {
		b.WriteString("`" + r.Word + "`: ")
	}
	b.WriteString(r.Why)
	if r.Instead != "" {
		b.WriteString(" " + r.Instead)
	}
	return b.String()
}

// Kept is the refusal in a form that may be stored: it repeats nothing of the
// statement but the name that was refused.
func (r *Refusal) Kept() string {
	switch r.Rule {
	case RuleFunction, RuleView, RuleForeign, RuleType, RuleOperator, RuleSecret, RuleKind, RuleShape:
		if verb, _, _ := strings.Cut(r.Why, " "); r.Word != "" && !strings.EqualFold(verb, r.Word) {
			return r.Word + ": " + r.Why
		}
	}
	return r.Why
}

// partLength is the room for Refusal.Part in characters.
const partLength = 80

// around cuts the piece of sql that surrounds the bytes [from, to) for a
// refusal, on one line.
func around(sql string, from, to int) string {
	const side = 30
	start, end := max(0, from-side), min(len(sql), to+side)
	for start > 0 && !runeStart(sql[start]) {
		start--
	}
	for end < len(sql) && !runeStart(sql[end]) {
		end++
	}
	part := strings.Join(strings.Fields(strings.ToValidUTF8(sql[start:end], "")), " ")
	if r := []rune(part); len(r) > partLength {
		part = string(r[:partLength])
	}
	return part
}

func runeStart(b byte) bool { return b&0xC0 != 0x80 }
