package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

var (
	anywhere  = denial{rule: RuleFunction, why: "anywhere."}
	asCall    = denial{rule: RuleFunction, why: "a call.", call: true}
	inHidden  = denial{rule: RuleView, why: "in hidden.", schemas: []string{"hidden"}}
	inOther   = denial{rule: RuleView, why: "in other.", schemas: []string{"other"}}
	callThere = denial{rule: RuleView, why: "a call in hidden.", schemas: []string{"hidden"}, call: true}
)

// TestOfTwoReasonsTheWiderHolds: a name is refused in every place in which one of its reasons refuses it.
func TestOfTwoReasonsTheWiderHolds(t *testing.T) {
	for _, test := range []struct {
		name     string
		ds       []denial
		want     denial
		refused  []string
		harmless []string
	}{
		{"the first reason stands", []denial{anywhere, {rule: RuleType, why: "second."}}, anywhere, []string{"x"}, nil},
		{"a call, then anywhere", []denial{asCall, anywhere}, denial{rule: RuleFunction, why: "a call."}, []string{"x", "x(1)"}, nil},
		{"anywhere, then a call", []denial{anywhere, asCall}, anywhere, []string{"x", "x(1)"}, nil},
		{"a call twice", []denial{asCall, asCall}, asCall, []string{"x(1)"}, []string{"x"}},
		{"a schema, then anywhere", []denial{inHidden, anywhere}, anywhere, []string{"x", "hidden.x"}, nil},
		{"anywhere, then a schema", []denial{anywhere, inHidden}, anywhere, []string{"x", "hidden.x"}, nil},
		{"two schemas", []denial{inHidden, inOther}, denial{rule: RuleView, why: "in hidden.", schemas: []string{"hidden", "other"}}, []string{"hidden.x", "other.x"}, []string{"x", "third.x"}},
		{"a schema, then a call anywhere", []denial{inHidden, asCall}, denial{rule: RuleFunction, why: "a call."}, []string{"hidden.x", "x(1)"}, nil},
		{"a call in a schema, then a call anywhere", []denial{callThere, asCall}, asCall, []string{"hidden.x(1)", "x(1)"}, []string{"x", "hidden.x"}},
		{"a call in a schema, then the schema", []denial{callThere, inHidden}, denial{rule: RuleView, why: "a call in hidden.", schemas: []string{"hidden", "hidden"}}, []string{"hidden.x", "hidden.x(1)"}, []string{"x(1)"}},
		{"a call in two schemas", []denial{callThere, callThere}, denial{rule: RuleView, why: "a call in hidden.", schemas: []string{"hidden", "hidden"}, call: true}, []string{"hidden.x(1)"}, []string{"hidden.x"}},
		{"a schema, then a call in it", []denial{inHidden, callThere}, denial{rule: RuleView, why: "in hidden.", schemas: []string{"hidden", "hidden"}}, []string{"hidden.x"}, []string{"x"}},
		{"a call anywhere, then a call in a schema", []denial{asCall, callThere}, asCall, []string{"x(1)"}, []string{"hidden.x"}},
	} {
		l := &lexicon{words: map[string]denial{}, pieces: map[string]denial{}}
		for _, d := range test.ds {
			l.add("X", d)
		}
		assert.Equal(t, test.want, l.words["x"], test.name)
		for _, sql := range test.refused {
			assert.NotNil(t, l.judge("SELECT "+sql), "%s: %s", test.name, sql)
		}
		for _, sql := range test.harmless {
			assert.Nil(t, l.judge("SELECT "+sql), "%s: %s", test.name, sql)
		}
	}
}

func TestNamesThatNoPlainWordCanBe(t *testing.T) {
	l := &lexicon{words: map[string]denial{}, pieces: map[string]denial{}}
	l.add("", anywhere)
	l.add("Odd Name", anywhere)
	l.add(`a"b`, anywhere)
	l.add("<=>", inHidden)
	l.add("<==>", anywhere)
	l.add("of two", asCall)
	l.add(`o"dd x`, denial{rule: RuleView, why: "x.", schemas: []string{`s"s`}})
	assert.Empty(t, l.words)
	for sql, word := range map[string]string{
		`SELECT "odd name"`: "odd name", `SELECT "ODD NAME"`: "odd name", `SELECT "a""b"`: `a""b`, "SELECT 1 OPERATOR(hidden.<=>) 2": "<=>", "SELECT 1 <=> 2, 3 OPERATOR(hidden.<=>) 4": "<=>", `SELECT "hidden" . <=>`: "<=>",
		`SELECT "s""s"."o""dd x"`: `o""dd x`, "<==> 1": "<==>", `SELECT "of two" (1)`: "of two", `SELECT 'a"b'`: `a"b`,
	} {
		refusal := l.judge(sql)
		if assert.NotNil(t, refusal, sql) {
			assert.Equal(t, word, refusal.Word, sql)
			assert.Contains(t, strings.ToLower(refusal.Part), word, sql)
		}
	}
	for _, sql := range []string{"SELECT odd, name", "SELECT 1 <=> 2", "SELECT 1 OPERATOR(shown.<=>) 2", `SELECT "o""dd x"`, `SELECT "of two"`} {
		assert.Nil(t, l.judge(sql), sql)
	}
}

// TestAWordIsFoundAsTheServerReadsIt: cut at 63 bytes, behind a number, between the signs of a dollar quote.
func TestAWordIsFoundAsTheServerReadsIt(t *testing.T) {
	l := &lexicon{words: map[string]denial{}, pieces: map[string]denial{}, prefixes: []prefixDenial{{"lo_", anywhere}}}
	names := []string{"x", strings.Repeat("a", 63), strings.Repeat("b", 62), strings.Repeat("c", 61), strings.Repeat("d", 60), strings.Repeat("e", 59)}
	for _, name := range names {
		l.add(name, anywhere)
	}
	long := func(c string, n int) string { return strings.Repeat(c, n) + "éé" + strings.Repeat("z", 10) }
	for _, word := range []string{"x", "lo_", "lo_put", strings.Repeat("a", 64), long("a", 63), long("b", 62), long("c", 61), long("d", 60), "1x", "12x", "1e5x", "1e5lo_a", "1lo_x", "$a$x$a", "a$x", "x$", "a$1x", "1a$x", "0x", "9x", "1ex", "1e12x"} {
		_, found := l.find(word)
		assert.True(t, found, word)
	}
	for _, word := range []string{"y", "lo", "alo_", strings.Repeat("a", 62), strings.Repeat("b", 63), long("e", 59), "1y", "1", "12", "1e5", "e5x", "$", "a$b", "$$", "1f5x", strings.Repeat("b", 62) + "z"} {
		_, found := l.find(word)
		assert.False(t, found, word)
	}
	l.add("<=>", anywhere)
	around := l.judge("SELECT " + strings.Repeat("a", 40) + "<=>" + strings.Repeat("b", 40))
	if assert.NotNil(t, around) {
		assert.Equal(t, strings.Repeat("a", 30)+"<=>"+strings.Repeat("b", 30), around.Part)
	}
	refusal := l.judge("SELECT İ, X(1)") // a capital that has another length in small letters
	if assert.NotNil(t, refusal) {
		assert.Equal(t, "x", refusal.Word)
	}
	refusal = l.judge("SELECT a, X(1)")
	if assert.NotNil(t, refusal) {
		assert.Equal(t, Refusal{Word: "X", Part: "SELECT a, X(1)", Rule: RuleFunction, Why: "anywhere."}, *refusal, "as it stands in the statement")
	}
}

func TestASchemaStandsBeforeItsName(t *testing.T) {
	for text, want := range map[string]bool{
		"hidden.|x": true, "hidden . |x": true, `"hidden"."|x`: true, `"hidden" . "|x`: true, "hidden./* a.b */|x": true, "hidden /*.*/ . |x": true, "hidden.--a\n|x": true, "a, hidden.|x": true, "a.hidden.|x": true,
		"hidden + hidden.|x": true, "hiddenhidden, hidden.|x": true, "(hidden.|x": true, "hidden.|": true,
		"|x": false, "hidden|x": false, "hidden |x": false, "hidden..|x": false, "hidden.a.|x": false, "ahidden.|x": false, "hidden.(|x": false, "hidden, |x": false, ".hidden|x": false, "hidde.|x": false, "hidden/*.*/|x": false,
		"éhidden.|x": false, "hidden.x, |x": false, "x.hidden |x": false,
	} {
		at := strings.Index(text, "|")
		assert.Equal(t, want, qualified(strings.Replace(text, "|", "", 1), "hidden", at), text)
	}
	assert.True(t, qualified(`"s""s".x`, `s"s`, 7), "a schema with a quote in its name")
	assert.True(t, qualified(`a"+s".x`, `+s`, 6), "a schema that no plain word can be")
	assert.True(t, qualified(`a+s.x`, `+s`, 4), "and its sign may follow a word")
}

func TestANameIsCalled(t *testing.T) {
	for text, want := range map[string]bool{"(": true, " (": true, `"(`: true, `" (`: true, "/* a */ (": true, "--a\n(": true, "": false, "a(": false, ".(": false, `""(`: false, "--(": false, "[": false} {
		assert.Equal(t, want, opensBracket(text), text)
	}
}
