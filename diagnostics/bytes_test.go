package diagnostics

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTextsThatAreNoPlainText: the bounds are written out here, so that none of them moves unnoticed.
func TestTextsThatAreNoPlainText(t *testing.T) {
	padded := func(n int) string { return "SELECT 1" + strings.Repeat(" ", n-len("SELECT 1")) }
	for _, test := range []struct {
		sql, why string
		part     string
	}{
		{sql: "", why: "there is no statement"},
		{sql: " \n\t", why: "there is no statement"},
		{sql: padded(16385), why: "longer than 16 KiB"},
		{sql: "SELECT 1 \xff", why: "not valid UTF-8"},
		{sql: "\u200bSELECT 1", why: "invisible character", part: "\u200bSELECT 1"},
		{sql: "SELECT 1\x01", why: "control character", part: "SELECT 1\x01"},
		{sql: "SELECT 1\x1f", why: "control character", part: "SELECT 1\x1f"},
		{sql: "SELECT 1\x7f", why: "control character", part: "SELECT 1\x7f"},
		{sql: "SELECT U&\"d\\0061ta\"", why: "Unicode escapes", part: `SELECT U&"d\0061ta"`},
		{sql: "SELECT u&'d\\0061ta'", why: "Unicode escapes", part: `SELECT u&'d\0061ta'`},
		{sql: "SELECT a u&\"", why: "Unicode escapes", part: `SELECT a u&"`},
		{sql: "U&\"a\"", why: "Unicode escapes", part: `U&"a"`},
	} {
		refusal := judgeBytes(test.sql)
		if assert.NotNil(t, refusal, "%q", test.sql) {
			assert.Equal(t, RuleBytes, refusal.Rule)
			assert.Contains(t, refusal.Why, test.why, "%q", test.sql)
			assert.Equal(t, test.part, refusal.Part, "%q", test.sql)
		}
	}
	assert.Equal(t, `U&"`, judgeBytes(`SELECT U&"d"`).Word)
	assert.Equal(t, `U&"`+strings.Repeat("d", 30), judgeBytes(`U&"`+strings.Repeat("d", 40)+`"`).Part)
	for _, sql := range []string{
		padded(16384), "SELECT\n1,\t2,\r3,\f4", "SELECT a&b, u&b, u & 'x', x&'y' FROM t", "SELECT uX'1f', ua\"b\"", "SELECT u&", "&", "SELECT a & \"b\"", "SELECT 'größe'",
	} {
		assert.Nil(t, judgeBytes(sql), "%q", sql)
	}
}

func TestCharactersThatNobodySees(t *testing.T) {
	hidden := []rune{0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f, 0x202a, 0x202c, 0x202e, 0x2060, 0x2061, 0x2066, 0x206f, 0xfeff, 0xe0000, 0xe0041, 0xe007f}
	for _, c := range hidden {
		assert.True(t, invisible(c), "%#x", c)
	}
	// Beside them, and the joiners of letters, which some languages cannot be written without.
	for _, c := range []rune{'a', ' ', 0x2029, 0x202f, 0x2070, 0x1f600, 0xdffff, 0xe0080, 0x200c, 0x200d} {
		assert.False(t, invisible(c), "%#x", c)
	}
}

func TestWordsSignsAndBracketsAreCounted(t *testing.T) {
	for _, test := range []struct {
		name string
		sql  func(n int) string
		most int
		why  string
	}{
		{"words", func(n int) string { return strings.Repeat("a ", n) }, 2000, "2,000 words and signs"},
		{"signs", func(n int) string { return strings.Repeat("+", n) }, 2000, "2,000 words and signs"},
		{"words and signs", func(n int) string { return strings.Repeat("a,", n/2) + strings.Repeat("bc", n%2) }, 2000, "2,000 words and signs"},
		{"round brackets", func(n int) string { return strings.Repeat("(", n) + strings.Repeat(")", n) }, 100, "100 brackets deep"},
		{"square brackets", func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }, 100, "100 brackets deep"},
		{"brackets beside each other", func(n int) string {
			return strings.Repeat("()", 50) + strings.Repeat("[]", 50) + strings.Repeat("(", n)
		}, 100, "100 brackets deep"},
		{"brackets that open and close", func(n int) string {
			return strings.Repeat("([", n/2) + strings.Repeat("(", n%2) + strings.Repeat("])", n/2) + "()"
		}, 100, "100 brackets deep"},
	} {
		assert.Nil(t, judgeBytes(test.sql(test.most)), test.name)
		refusal := judgeBytes(test.sql(test.most + 1))
		if assert.NotNil(t, refusal, test.name) {
			assert.Contains(t, refusal.Why, test.why, test.name)
		}
	}
}

// TestWhereARefusalPoints: the piece around a word is cut at whole characters, on one line, and never longer than people read.
func TestWhereARefusalPoints(t *testing.T) {
	wide := strings.Repeat("ä", 40)
	for _, test := range []struct {
		sql      string
		from, to int
		want     string
	}{
		{"SELECT 1", 0, 6, "SELECT 1"},
		{"SELECT\n\t 1", 0, 6, "SELECT 1"},
		{strings.Repeat("a", 50) + "X" + strings.Repeat("b", 50), 50, 51, strings.Repeat("a", 30) + "X" + strings.Repeat("b", 30)},
		{wide + "X" + wide, 80, 81, strings.Repeat("ä", 15) + "X" + strings.Repeat("ä", 15)},
		{"a" + wide + "X" + "b" + wide, 81, 82, strings.Repeat("ä", 15) + "Xb" + strings.Repeat("ä", 15)},
		{strings.Repeat("x", 200), 40, 160, strings.Repeat("x", 80)},
		{strings.Repeat("x", 81), 30, 51, strings.Repeat("x", 80)},
		{strings.Repeat("x", 80), 30, 50, strings.Repeat("x", 80)},
		{"a\xffb", 0, 1, "ab"},
		{"\x80\x80a", 1, 2, "a"},
	} {
		assert.Equal(t, test.want, around(test.sql, test.from, test.to), fmt.Sprintf("%.20s", test.sql))
	}
}
