package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// slowIn lists the calls and operators of a statement that must not see a long value, a filter's in brackets.
func slowIn(sql string) string {
	r := read(sql)
	m := &meter{reading: r, longest: 1, digits: usualDigits}
	m.depth = m.nesting()
	a := &arm{in: unit, rows: 1, list: growth{joins: 1, factor: 1}, filter: growth{joins: 1, factor: 1}}
	a.now = &a.list
	m.walk(a, span{0, len(m.tokens)}, nil)
	var found []string
	for _, call := range a.slow {
		name := m.word(call.at)
		if call.operator != "" {
			name = call.operator
		}
		if call.before {
			name = "(" + name + ")"
		}
		found = append(found, name)
	}
	if m.refusal != nil {
		found = append(found, "refused at "+m.refusal.Word)
	}
	return strings.Join(found, " ")
}

// TestCallsThatMustNotSeeALongValue: a call is quick when the other factor of its product is written in the statement and short.
func TestCallsThatMustNotSeeALongValue(t *testing.T) {
	short, long := strings.Repeat("a", 64), strings.Repeat("a", 65)
	list, longList := "'{"+strings.Repeat("1", 510)+"}'", "'{"+strings.Repeat("1", 511)+"}'"
	for sql, want := range map[string]string{
		"SELECT strpos(a, b)":                                   "strpos",
		"SELECT strpos(a, 'x')":                                 "",
		"SELECT strpos(a, '" + short + "')":                     "",
		"SELECT strpos(a, '" + long + "')":                      "strpos",
		"SELECT strpos(a, ('x')::text)":                         "",
		"SELECT strpos(a, 'x' || 'y')":                          "",
		"SELECT strpos(a, 'x' || b)":                            "strpos",
		"SELECT strpos(a, chr(10))":                             "",
		"SELECT strpos(a, chr(b))":                              "strpos",
		"SELECT strpos(a, null)":                                "",
		"SELECT strpos(a, 7)":                                   "",
		"SELECT strpos(a, ())":                                  "strpos",
		"SELECT strpos('x', a)":                                 "strpos",
		"SELECT strpos(a)":                                      "strpos",
		"SELECT strpos":                                         "",
		"SELECT a.strpos":                                       "",
		"SELECT a FROM t WHERE strpos(a, b) > 0":                "(strpos)",
		"SELECT a FROM strpos(a, b)":                            "(strpos)",
		"SELECT a FROM t HAVING strpos(a, b) > 0":               "strpos",
		"SELECT split_part(a, b, 1)":                            "split_part",
		"SELECT split_part(a, ',', 1)":                          "",
		"SELECT position(a IN b)":                               "position",
		"SELECT position('x' IN b)":                             "",
		"SELECT position(a || 'x' IN 'y')":                      "position",
		"SELECT position('" + long + "' IN b)":                  "position",
		"SELECT position(a, b)":                                 "position",
		"SELECT position('x', b)":                               "",
		"SELECT translate(a, 'x', b)":                           "",
		"SELECT translate(a, b, 'x')":                           "translate",
		"SELECT translate(a, 'x')":                              "",
		"SELECT replace(a, b, c)":                               "replace",
		"SELECT replace(a, 'x', c)":                             "",
		"SELECT btrim(a)":                                       "",
		"SELECT ltrim(a)":                                       "",
		"SELECT rtrim(a)":                                       "",
		"SELECT btrim(a, b)":                                    "btrim",
		"SELECT ltrim(a, 'x')":                                  "",
		"SELECT trim(a)":                                        "",
		"SELECT trim()":                                         "",
		"SELECT trim(b FROM a)":                                 "trim",
		"SELECT trim('x' FROM a)":                               "",
		"SELECT trim(BOTH FROM a)":                              "",
		"SELECT trim(BOTH b FROM a)":                            "trim",
		"SELECT trim(LEADING 'x' FROM a)":                       "",
		"SELECT trim(TRAILING 'x' || 'y' FROM a)":               "",
		"SELECT trim(LEADING b FROM a)":                         "trim",
		"SELECT trim(TRAILING b FROM a)":                        "trim",
		"SELECT trim(a, 'x')":                                   "",
		"SELECT trim(a, b)":                                     "trim",
		"SELECT normalize(a)":                                   "normalize",
		"SELECT normalize('x')":                                 "normalize",
		"SELECT a.normalize":                                    "normalize",
		"SELECT normalize":                                      "",
		"SELECT a IS NFC NORMALIZED":                            "normalized",
		"SELECT 1 AS normalized":                                "",
		"SELECT a.normalized":                                   "normalized",
		"SELECT word_similarity('x', 'y')":                      "word_similarity",
		"SELECT path_inter(a, b)":                               "path_inter",
		"SELECT arrayoverlap(a, b)":                             "arrayoverlap",
		"SELECT arrayoverlap(a, '{1}')":                         "",
		"SELECT like(a, 'x%')":                                  "",
		"SELECT like(a, b)":                                     "like",
		"SELECT a LIKE b":                                       "like",
		"SELECT a ILIKE b":                                      "ilike",
		"SELECT a LIKE 'x'":                                     "",
		"SELECT a LIKE '" + short + "'":                         "",
		"SELECT a LIKE '" + long + "'":                          "like",
		"SELECT a LIKE 'x' || b":                                "like",
		"SELECT a LIKE 'x' | b":                                 "",
		"SELECT a LIKE ('x')":                                   "",
		"SELECT a LIKE (b)":                                     "like",
		"SELECT a LIKE ('x' || b)":                              "like",
		"SELECT a LIKE (SELECT 'x')":                            "like",
		"SELECT a LIKE ANY ('{x}')":                             "",
		"SELECT a LIKE ALL ('{x}')":                             "",
		"SELECT a LIKE ANY (b)":                                 "like",
		"SELECT a LIKE ANY (ARRAY['x', 'y'])":                   "",
		"SELECT a LIKE ANY (ARRAY(SELECT b))":                   "like",
		"SELECT a LIKE ARRAY['x']":                              "",
		"SELECT a LIKE ANY (ARRAY[repeat('x', 9)])":             "like",
		"SELECT a LIKE ANY (ARRAY[string_agg(x, '')])":          "like",
		"SELECT a WHERE a LIKE b":                               "(like)",
		`SELECT "like" FROM t`:                                  "",
		"SELECT a @> b":                                         "@>",
		"SELECT a WHERE a @> b":                                 "(@>)",
		"SELECT a FROM t JOIN u ON a && b":                      "(&&)",
		"SELECT a @> '{1}'":                                     "",
		"SELECT '{1}' <@ a":                                     "",
		"SELECT '{1}'::int[] <@ a":                              "",
		"SELECT '{1}'::int <@ a":                                "",
		"SELECT b::int[] <@ a":                                  "<@",
		"SELECT a @> " + list:                                   "",
		"SELECT a @> " + longList:                               "@>",
		"SELECT " + list + " <@ a":                              "",
		"SELECT " + longList + " <@ a":                          "<@",
		"SELECT a @> ARRAY[1, 2]":                               "",
		"SELECT ARRAY[1, 2] <@ a":                               "",
		"SELECT ARRAY[1, 2]::int[] <@ a":                        "",
		"SELECT b[1] <@ a":                                      "<@",
		"SELECT ARRAY(SELECT 1) <@ a":                           "<@",
		"SELECT a @> ARRAY(SELECT 1)":                           "@>",
		"SELECT a @> ARRAY[(SELECT 1)]":                         "@>",
		"SELECT a @> ARRAY[ARRAY(SELECT 1)]":                    "@>",
		"SELECT a LIKE ANY (ARRAY[ARRAY(SELECT b)])":            "like",
		"SELECT a % b, a %% b, a <= b":                          "",
		"SELECT a @> ARRAY[f((SELECT 1))]":                      "@>",
		"SELECT a @> ARRAY[f(1)]":                               "",
		"SELECT a @> ARRAY[repeat('x', 9)]":                     "@>",
		"SELECT a @> ARRAY[array_agg(b)]":                       "@>",
		"SELECT a @> ARRAY[" + strings.Repeat("1,", 99) + "1]":  "",
		"SELECT a @> ARRAY[" + strings.Repeat("1,", 100) + "1]": "@>",
		"SELECT pg_blocking_pids(1) && a":                       "",
		"SELECT a && pg_blocking_pids(1)":                       "",
		"SELECT a && pg_blocking_pids":                          "&&",
		"SELECT current_schemas(true) && a":                     "",
		"SELECT f(1) && a":                                      "&&",
		"SELECT a ~~ b":                                         "~~",
		"SELECT a ~~* b":                                        "~~*",
		"SELECT a !~~ b":                                        "!~~",
		"SELECT a ~~~ b":                                        "~~~",
		"SELECT a !~~x b":                                       "!~~",
		"SELECT a ~ b":                                          "",
		"SELECT a ?| b":                                         "?|",
		"SELECT a <-> b":                                        "<->",
		"SELECT a <% b":                                         "<%",
		"SELECT a = b":                                          "",
		"SELECT a @ > b":                                        "",
		"SELECT a OPERATOR(pg_catalog.@>) b":                    "@>",
		"SELECT xpath('/a/b', c)":                               "",
		"SELECT xpath('//b', c)":                                "xpath",
		"SELECT xpath(b, c)":                                    "refused at xpath",
		"SELECT xpath('//a//b', c)":                             "refused at xpath",
		"SELECT xpath()":                                        "",
		"SELECT xpath_string(a)":                                "",
		"SELECT xpath_string(a, '/b')":                          "",
		"SELECT xpath_string('/b', a)":                          "refused at xpath_string",
		"SELECT xmlexists('/a' PASSING b)":                      "",
		"SELECT xmlexists('//a' PASSING b)":                     "xmlexists",
		"SELECT xmlexists('//a//b' PASSING c)":                  "refused at '//a//b'",
		"SELECT xmlexists('/a' PASSING b), '//c//d'":            "",
		`SELECT * FROM xmltable('/a' PASSING b COLUMNS c text PATH "d::e")`:                            "",
		"SELECT * FROM xmltable(xmlnamespaces('u' AS x))":                                              "refused at xmltable",
		"SELECT xmlexists(a PASSING b)":                                                                "refused at xmlexists",
		"SELECT * FROM xmltable('/a' PASSING b COLUMNS c text PATH 'd')":                               "",
		"SELECT * FROM xmltable('/a' PASSING b COLUMNS c text PATH '//d//e')":                          "refused at '//d//e'",
		"SELECT * FROM xmltable('/a' PASSING b COLUMNS c text DEFAULT '//d//e' PATH 'd')":              "",
		"SELECT * FROM xmltable(xmlnamespaces('//u//v' AS x), '/a' PASSING b COLUMNS c text PATH 'd')": "",
		"SELECT * FROM xmltable(xmlnamespaces('u' AS x), '//a//b' PASSING b COLUMNS c text PATH 'd')":  "refused at '//a//b'",
		"SELECT * FROM xmltable(xmlnamespaces('u' AS x), '//a' PASSING b COLUMNS c text PATH 'd')":     "(xmltable)",
	} {
		assert.Equal(t, want, slowIn(sql), sql)
	}
}

// TestPathsThatTakeAsLongAsTheDocument: a step within a step takes a power of its size.
func TestPathsThatTakeAsLongAsTheDocument(t *testing.T) {
	m := &meter{}
	for _, path := range []string{"/a", "a", "//a", "/a/b/text()", "/a//b", "//a[@id='1']", "/a[1]/b[2]", "../a", "count(/a/b)", "string(//b)", "sum(/a/b/text())", "@id", "node()", "normalize-space(/a)"} {
		assert.True(t, m.quick(path), path)
	}
	for _, path := range []string{"//a//b", "//a[//b]", "/a[b/c]", "/a[b[c]]", "a/../b", "../../a", "/a/ancestor::b", "count(//a[b])", "count(/a//b)", "//a|//b", "/a[*]", "", "f(/a)", "count(/a)=1"} {
		assert.False(t, m.quick(path), path)
	}
}

func TestRecursionsThatDouble(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT s || s FROM r":                      true,
		"SELECT s || 'x' || s FROM r":               true,
		"SELECT s || r.s FROM r":                    true,
		"SELECT s || f(s) FROM r":                   true,
		"SELECT (s) || (s) FROM r":                  true,
		"SELECT a[1] || s || s FROM r":              true,
		"SELECT concat(s, s) FROM r":                true,
		"SELECT format('%s%s', s, s) FROM r":        true,
		"SELECT ARRAY[s, s] FROM r":                 false,
		"SELECT array_cat(s, s) FROM r":             true,
		"SELECT repeat(s, 2) FROM r":                true,
		"SELECT replace(s, 'a', 'b') FROM r":        true,
		"SELECT regexp_replace(s, 'a', 'b') FROM r": true,
		"SELECT string_agg(s, '') FROM r":           true,
		"SELECT quote_literal(s) FROM r":            true,
		"SELECT 1 WHERE s || s = 'x'":               true,
		"SELECT s || 'x' FROM r":                    false,
		"SELECT s || t FROM r":                      false,
		"SELECT s || 'x', s || 'y' FROM r":          false,
		"SELECT s || 'x' AS s FROM r":               false,
		"SELECT s || 'x' FROM s":                    false,
		"SELECT s || 'x' WHERE s = 'y'":             false,
		"SELECT s || 'x' UNION SELECT s":            false,
		"SELECT f(s || 'x') || s FROM r":            true,
		"SELECT f(s, s || 'x') FROM r":              false,
		"SELECT (s || 'x') + s FROM r":              false,
		"SELECT s || 'x'::s FROM r":                 false,
		"SELECT s || s(1) FROM r":                   false,
		"SELECT s || s[1] FROM r":                   false,
		"SELECT s | s FROM r":                       false,
		"SELECT concat(s, t) FROM r":                false,
		"SELECT concat, repeat, string_agg FROM r":  false,
		"SELECT format('%s x', s) FROM r":           false,
		"SELECT s, concat(s, t) FROM r":             false,
		"SELECT concat(s, t), s FROM r":             false,
		"SELECT s + (s || 'x') FROM r":              false,
		`SELECT s || "order" || s FROM r`:           true,
		"SELECT s || 'x' UNION (SELECT s)":          false,
		"s || s":                                    true,
		"SELECT g(s, t) || s FROM r":                true,
		"SELECT a[s, t] || s FROM r":                true,
		"SELECT s ) || s FROM r":                    true,
		"SELECT s + g(t) || s FROM r":               true,
		"SELECT s || g(t, s) FROM r":                true,
		"SELECT s || a[t, s] FROM r":                true,
		"SELECT r.s || r.t FROM r":                  false,
		"SELECT s + s FROM r":                       false,
	} {
		m := &meter{reading: read(sql)}
		assert.Equal(t, want, m.doubles(span{0, len(m.tokens)}), sql)
	}
}
