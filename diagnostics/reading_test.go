package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// said is the text of a part, its tokens with blanks between.
func (r *reading) said(s span) string {
	var words []string
	for i := s.from; i < s.to; i++ {
		words = append(words, r.sql[r.tokens[i].from:r.tokens[i].to])
	}
	return strings.Join(words, " ")
}

func TestArgumentsOfACall(t *testing.T) {
	for sql, want := range map[string]string{
		"f()":                 "",
		"f(":                  "",
		"f(a":                 "a",
		"f(a)":                "a",
		"f(a, b)":             "a|b",
		"f(a, g(b, c), d)":    "a|g ( b , c )|d",
		"f(a[1, 2], b)":       "a [ 1 , 2 ]|b",
		"f(a, (b":             "a|( b",
		"f(a, [b, c":          "a|[ b , c",
		"f(,)":                "|",
		"f(a) + g(b)":         "a",
		"f(a ORDER BY b, c)":  "a ORDER BY b|c",
		`f("(", ',')`:         `"("|','`,
		"f((a), (b, c)), d":   "( a )|( b , c )",
		"f(ARRAY[ROW(1,2)],)": "ARRAY [ ROW ( 1 , 2 ) ]|",
	} {
		r := read(sql)
		var parts []string
		for _, s := range r.arguments(1) {
			parts = append(parts, r.said(s))
		}
		assert.Equal(t, want, strings.Join(parts, "|"), sql)
	}
	assert.Nil(t, read("f()").arguments(1), "no bracket holds an empty argument")
}

func TestAnArgumentIsCutAtAWord(t *testing.T) {
	for sql, want := range map[string]string{
		"a IN b": "a|b", "(a in b) in c": "( a in b )|c", "x[a in b] in c": "x [ a in b ]|c", `a "in" b`: "-", "a": "-", "in b": "|b", "a in": "a|", "a 'in' b": "-", "(a in b": "-",
	} {
		r := read(sql)
		before, behind, found := r.split(span{0, len(r.tokens)}, "in")
		got := "-"
		if found {
			got = r.said(before) + "|" + r.said(behind)
		} else {
			assert.Equal(t, span{0, len(r.tokens)}, before, sql)
		}
		assert.Equal(t, want, got, sql)
	}
}

func TestBracketsAndCastsAreTakenOff(t *testing.T) {
	for sql, want := range map[string]string{
		"'x'":                        "'x'",
		"('x')":                      "'x'",
		"(('x'))":                    "'x'",
		"'x'::text":                  "'x'",
		"('x'::text)":                "'x'",
		"('x')::text::varchar(10)":   "'x'",
		"'x'::pg_catalog.text[]":     "'x'",
		"'x'::text || y":             "'x' : : text || y",
		"'x'::numeric(10, 2)":        "'x'",
		`'x'::"my type"`:             "'x'",
		"'x'::":                      "'x' : :",
		"::text":                     ": : text",
		"(a)(b)":                     "( a ) ( b )",
		"(a) + (b)":                  "( a ) + ( b )",
		"f('x'::text)":               "f ( 'x' : : text )",
		"f('x'::text)::int":          "f ( 'x' : : text )",
		"a[b::int]::text":            "a [ b : : int ]",
		"[a]":                        "[ a ]",
		"a : b text":                 "a : b text",
		"a : text":                   "a : text",
		"a::text + 1":                "a : : text + 1",
		"a::text - b::int":           "a : : text - b : : int",
		"":                           "",
		"()":                         "",
		"'x'::interval 'y'":          "'x' : : interval 'y'",
		"'x'::bit(3)[2]":             "'x'",
		"(a::int":                    "( a : : int",
		"1::int::text::char varying": "1",
	} {
		r := read(sql)
		want := strings.ReplaceAll(want, "||", "| |")
		assert.Equal(t, want, r.said(r.bare(span{0, len(r.tokens)})), sql)
	}
}

func TestAPartThatIsOneText(t *testing.T) {
	for sql, want := range map[string]string{"'x'": "x", "('x')::text": "x", "$$x$$": "x", "E'x'": "x"} {
		r := read(sql)
		text, ok := r.text(span{0, len(r.tokens)})
		assert.True(t, ok, sql)
		assert.Equal(t, want, text, sql)
	}
	for _, sql := range []string{"x", `"x"`, "1", "'x' || 'y'", "f('x')", "", "'x' COLLATE c"} {
		r := read(sql)
		text, ok := r.text(span{0, len(r.tokens)})
		assert.False(t, ok, sql)
		assert.Empty(t, text, sql)
	}
}

func TestBracketsThatHoldAQuery(t *testing.T) {
	for _, sql := range []string{"(select 1)", "(WITH a AS (b) SELECT 1)", "(values (1))", "(table t)", "((select 1))", "((select 1) union select 2)", "((select 1) order by 1)", "(((select 1) limit 1) offset 2)", "(select",
		"((select 1) except (select 2))", "((select 1) intersect select 1)", "((select 1) fetch first row only)", "((select 1) for x)", "((select"} {
		assert.True(t, read(sql).query(0), sql)
	}
	for _, sql := range []string{"select 1", "(1)", "", "(", "((", "((select 1) a)", `("select")`, "((select 1) as a)", "[select 1]", "((1))", "(f(select 1))"} {
		assert.False(t, read(sql).query(0), sql)
	}
}

func TestBracketsBelongTogether(t *testing.T) {
	for sql, want := range map[string][]int{
		"(a)":     {2, 3, 0},
		"([a])":   {4, 3, 5, 1, 0},
		"(a":      {2, 2},
		"a)":      {2, 2},
		"(a))":    {2, 4, 0, 4},
		"()[]":    {1, 0, 3, 2},
		`("(")`:   {2, 3, 0},
		"((a)":    {4, 3, 4, 1},
		"('(' )":  {2, 3, 0},
		"(a) (b)": {2, 6, 0, 5, 6, 3},
	} {
		assert.Equal(t, want, read(sql).other, sql)
	}
	assert.Equal(t, []string{"select", `a"b`, "", "", ".", "x y"}, read(`SELECT "A""b" 'T' 12 . "X Y"`).words)
}
