package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// tokensOf writes the tokens of a statement one behind the other: w word, q "name", t text, n number, s sign.
func tokensOf(sql string) string {
	var list []string
	for _, tok := range lex(sql) {
		list = append(list, "wqtns"[tok.kind:tok.kind+1]+"‹"+sql[tok.from:tok.to]+"›")
	}
	return strings.Join(list, " ")
}

// TestTokens: where a text ends decides what is a word behind it (PostgreSQL: scan.l).
func TestTokens(t *testing.T) {
	for sql, want := range map[string]string{
		"":                     "",
		"select a1":            "w‹select› w‹a1›",
		"a$b é_1":              "w‹a$b› w‹é_1›",
		"a--b\nc":              "w‹a› w‹c›",
		"a--b\rc":              "w‹a› w‹c›",
		"a--b":                 "w‹a›",
		"a-b":                  "w‹a› s‹-› w‹b›",
		"a/*b*/c":              "w‹a› w‹c›",
		"a/*b/*c*/d*/e":        "w‹a› w‹e›",
		"a/*b/*c*/d":           "w‹a›",
		"a/*b":                 "w‹a›",
		"a/**/b":               "w‹a› w‹b›",
		"a/*/b*/c":             "w‹a› w‹c›",
		"a/**":                 "w‹a›",
		"/*/*/*x*/*/*/b":       "w‹b›",
		"a / b":                "w‹a› s‹/› w‹b›",
		"'a' b":                "t‹'a'› w‹b›",
		"'a''b' c":             "t‹'a''b'› w‹c›",
		"'' c":                 "t‹''› w‹c›",
		"'a":                   "t‹'a›",
		"'":                    "t‹'›",
		`'a\' c '`:             `t‹'a\'› w‹c› t‹'›`,
		`E'a\' b' c`:           `t‹E'a\' b'› w‹c›`,
		`e'a\\' b`:             `t‹e'a\\'› w‹b›`,
		`E'a\`:                 `t‹E'a\›`,
		`e'a\' b' c`:           `t‹e'a\' b'› w‹c›`,
		`"a\" b`:               `q‹"a\"› w‹b›`,
		"$$$$ c":               "t‹$$$$› w‹c›",
		"1e*2":                 "n‹1e› s‹*› n‹2›",
		"b'1' B'1' x'f' X'f'":  "t‹b'1'› t‹B'1'› t‹x'f'› t‹X'f'›",
		"n'a' N'a'":            "t‹n'a'› t‹N'a'›",
		`b'\' c`:               `t‹b'\'› w‹c›`,
		"u'a'":                 "w‹u› t‹'a'›",
		"ee'a'":                "w‹ee› t‹'a'›",
		"e":                    "w‹e›",
		"e 'a'":                "w‹e› t‹'a'›",
		`"a b" c`:              `q‹"a b"› w‹c›`,
		`"a""b" c`:             `q‹"a""b"› w‹c›`,
		`"a`:                   `q‹"a›`,
		"\"a\"\n'b'":           "q‹\"a\"› t‹'b'›",
		"\"a\"\n\"b\"":         "q‹\"a\"› q‹\"b\"›",
		"'a'\n'b' c":           "t‹'a'\n'b'› w‹c›",
		"'a'\r'b' c":           "t‹'a'\r'b'› w‹c›",
		"'a' \t\f\v\n\n 'b' c": "t‹'a' \t\f\v\n\n 'b'› w‹c›",
		"'a' 'b'":              "t‹'a'› t‹'b'›",
		"'a' -- x\n'b' c":      "t‹'a' -- x\n'b'› w‹c›",
		"'a' -- x":             "t‹'a'›",
		"'a'\n--'x\n 'b' c":    "t‹'a'\n--'x\n 'b'› w‹c›",
		"'a'\n/*x*/'b'":        "t‹'a'› t‹'b'›",
		"'a'\n":                "t‹'a'›",
		"E'a'\n'\\' b' c":      "t‹E'a'\n'\\' b'› w‹c›",
		"$$a'b$$ c":            "t‹$$a'b$$› w‹c›",
		"$t$a$$b$t$ c":         "t‹$t$a$$b$t$› w‹c›",
		"$t1$a$t1$ c":          "t‹$t1$a$t1$› w‹c›",
		"$$a":                  "t‹$$a›",
		"$t$a":                 "t‹$t$a›",
		"$1 $2$a":              "s‹$› n‹1› s‹$› n‹2› s‹$› w‹a›",
		"$9$a$9$":              "s‹$› n‹9› t‹$a$9$›",
		"$0$a$0$":              "s‹$› n‹0› t‹$a$0$›",
		"$":                    "s‹$›",
		"$a":                   "s‹$› w‹a›",
		"$a b$":                "s‹$› w‹a› w‹b$›",
		"$a+$":                 "s‹$› w‹a› s‹+› s‹$›",
		"0 9 10":               "n‹0› n‹9› n‹10›",
		"1.5e3 .5 .":           "n‹1.5e3› n‹.5› s‹.›",
		".0 .9 .a":             "n‹.0› n‹.9› s‹.› w‹a›",
		"a.b":                  "w‹a› s‹.› w‹b›",
		"1e+5 1E-5 1e":         "n‹1e+5› n‹1E-5› n‹1e›",
		"1+2 1-2":              "n‹1› s‹+› n‹2› n‹1› s‹-› n‹2›",
		"1abc+2":               "n‹1abc› s‹+› n‹2›",
		"1$a":                  "n‹1› s‹$› w‹a›",
		"a::b":                 "w‹a› s‹:› s‹:› w‹b›",
		" \t\n\r\f\x00a":       "w‹a›",
		"@>":                   "s‹@› s‹>›",
	} {
		assert.Equal(t, want, tokensOf(sql), "%q", sql)
	}
}

// TestTextBetweenQuotes: what a rule about a text looks at.
func TestTextBetweenQuotes(t *testing.T) {
	for sql, want := range map[string]string{
		"'a'": "a", "''": "", "'it''s'": "it''s", `E'\''`: `\'`, "N'a'": "a", "$$a$$": "a", "$t$a$$b$t$": "a$$b", "$t$a": "a", "'a": "a", "$$'$$": "'",
	} {
		assert.Equal(t, want, read(sql).content(0), "%q", sql)
	}
}
