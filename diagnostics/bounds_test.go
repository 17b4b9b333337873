package diagnostics

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTheMostThatMayBeBuilt: the last size that passes, and that one more is refused, with the word that is to blame.
func TestTheMostThatMayBeBuilt(t *testing.T) {
	of := func(format string) func(int) string { return func(n int) string { return fmt.Sprintf(format, n) } }
	times := func(format, piece string) func(int) string {
		return func(n int) string { return fmt.Sprintf(format, strings.Repeat(piece, n)) }
	}
	for _, test := range []struct {
		sql  func(int) string
		most int
		word string
	}{
		{of("SELECT repeat('a', %d)"), 1_000_000, "1000001"},
		{of("SELECT repeat('', '%d')"), 166_666, "repeat"},
		{of("SELECT repeat('a', 999 * %d)"), 999, "1000"},
		{of("SELECT repeat('a', x * %d)"), 999_999, "1000000"},
		{of("SELECT repeat(repeat('a', 1000), %d)"), 1000, "repeat"},
		{of("SELECT repeat('ab', %d)"), 500_000, "repeat"},
		{of("SELECT lower(x), upper(y), repeat(repeat('a', 1000), %d)"), 1000, "repeat"},
		{of("SELECT lpad(lpad('a', 1000), %d)"), 1000, "lpad"},
		{of("SELECT concat(repeat('a', %d), 'b')"), 500_000, "concat"},
		{of("SELECT string_agg(repeat('a', %d), '') FROM generate_series(1, 1000)"), 1000, "string_agg"},
		{of("SELECT replace(repeat('a', %d), 'a', 'bb')"), 250_000, "replace"},
		{of("SELECT regexp_replace(repeat('a', %d), 'a', 'bb')"), 250_000, "regexp_replace"},
		{of("SELECT 1 UNION SELECT 2 UNION SELECT repeat(repeat('a', 1000), %d)"), 1000, "repeat"},
		{of("SELECT a FROM (SELECT repeat('a', 1000) a) s, (SELECT repeat(a, %d) FROM (SELECT repeat('a', 1000) a) s) t"), 1000, "repeat"},

		{of("SELECT strpos(repeat('a', %d), x) FROM t"), 10_000, "strpos"},
		{of("SELECT strpos(repeat('ab', %d), x) FROM t"), 5000, "strpos"},
		{of("SELECT repeat('a', %d) LIKE x FROM t"), 10_000, "LIKE"},
		{of("SELECT repeat('a', %d) @> x FROM t"), 10_000, "@>"},
		{of("SELECT 1 FROM t WHERE strpos(repeat('a', %d), x) > 0"), 10_000, "strpos"},
		{of("SELECT repeat(x, 50) FROM t WHERE repeat('a', %d) LIKE y"), 10_000, "LIKE"},
		{of("SELECT repeat(x, 50) FROM t, f(repeat('a', %d) LIKE y) g"), 10_000, "LIKE"},
		{of("WITH s AS (SELECT repeat('a', %d) a) SELECT strpos(a, b) FROM s"), 10_000, "strpos"},
		{of("SELECT strpos(a, b) FROM (SELECT 1 UNION SELECT repeat('a', %d)) s"), 10_000, "strpos"},
		{of("SELECT strpos(a, b) FROM (SELECT repeat('a', %d) UNION SELECT 1) s"), 10_000, "strpos"},
		{of("SELECT strpos(ARRAY(SELECT a FROM generate_series(1, %d) a), b)"), 10_000, "strpos"},
		{of("SELECT strpos(string_agg(a, ''), b) FROM generate_series(1, %d) a"), 10_000, "strpos"},
		{times("SELECT %s 1 FROM (SELECT repeat('a', 10000) a) s", "strpos(a, b), "), 4, "strpos"},
		{times("SELECT %s 1 FROM (SELECT repeat('a', 5000) a) s", "strpos(a, b), "), 16, "strpos"},
		{times("SELECT %s 1 FROM (SELECT repeat('a', 2500) a) s", "strpos(a, b), "), 64, "strpos"},

		{of("SELECT count(*) FROM generate_series(1, %d)"), 10_000_000, "generate_series"},
		{of("SELECT count(*) FROM generate_series(0, %d)"), 9_999_999, "generate_series"},
		{of("SELECT count(*) FROM generate_series(-%d, 1)"), 9_999_998, "generate_series"},
		{of("SELECT count(*) FROM generate_series(1, %d, 10)"), 100_000_000, "generate_series"},
		{of("SELECT count(*) FROM generate_series(%d, 1, -10)"), 100_000_000, "generate_series"},
		{of("SELECT count(*) FROM generate_series(x, %d)"), 10_000_000, "10000001"},
		{of("SELECT count(*) FROM generate_series(%d, x)"), 10_000_000, "10000001"},
		{of("SELECT count(*) FROM generate_series(x, y + %d)"), 10_000_000, "10000001"},
		{of("SELECT count(*) FROM generate_series(x, (%d))"), 10_000_000, "10000001"},

		{of("SELECT format('%%%ds', x)"), 10_000, "format"},
		{of("SELECT format('%%*s', %d, x)"), 10_000, "format"},
		{of("SELECT format('%%1$*2$s', x, %d)"), 10_000, "format"},

		{of("SELECT power(a, %d)"), 1000, "1001"},
		{of("SELECT power(a, -%d)"), 1000, "-"},
		{of("SELECT a ^ %d"), 1000, "1001"},
		{of("SELECT 1e%d"), 400, "1e401"},
		{of("SELECT 1e0%d"), 400, "1e0401"},
		{of("SELECT 1e-%d"), 400, "1e-401"},
		{of("SELECT 1E+%d"), 400, "1E+401"},
		{of("SELECT '1e%d'::numeric / 3"), 999, "'1e1000'"},
		{of("SELECT '1e%d'::numeric %% 3"), 999, "'1e1000'"},
		{of("SELECT '1e%d'::numeric ^ 3"), 999, "'1e1000'"},
		{of("SELECT '1e%d'::numeric * 3"), 999, "'1e1000'"},
		{of("SELECT sqrt('1e%d'::numeric)"), 999, "'1e1000'"},
		{times("SELECT %s", "7"), 1000, strings.Repeat("7", 1001)},
		{times("SELECT '%s'::numeric / 3", "7"), 399, "'" + strings.Repeat("7", 400) + "'"},

		{times("SELECT factorial(n)%s", " / 7"), 3, "factorial"},
		{times("SELECT %sfactorial(n)", "7 / "), 3, "/"},
		{times("SELECT repeat('7', 131072)::numeric%s", " / 7"), 4, "/"},
		{times("SELECT repeat('7', 65536)::numeric%s", " / 7"), 16, "/"},
		{times("SELECT repeat('77', 32768)::numeric%s", " / 7"), 16, "/"},
		{times("SELECT (repeat('7', 32768)::numeric * 3)%s", " / 7"), 15, "*"},
		{times("SELECT a%s FROM (SELECT factorial(n) a) s", " / 7"), 4, "/"},
	} {
		assert.Nil(t, judgeSizes(read(test.sql(test.most))), "%.100s", test.sql(test.most))
		refusal := judgeSizes(read(test.sql(test.most + 1)))
		if assert.NotNil(t, refusal, "%.100s", test.sql(test.most+1)) {
			assert.Equal(t, test.word, refusal.Word, "%.100s", test.sql(test.most+1))
			assert.Equal(t, RuleHeavy, refusal.Rule)
		}
	}
}

// TestLongTextsAloneAreNoHarm: what nothing makes longer is as long as somebody typed it.
func TestLongTextsAloneAreNoHarm(t *testing.T) {
	long := strings.Repeat("a", 12_000)
	for _, sql := range []string{
		"SELECT strpos(a, b), '" + long + "'", "SELECT repeat('a', x), repeat('a', least(x, 2000000))", "SELECT '1e1000', 3", "SELECT '1e1000', t.*, count(*) FROM t", "SELECT DISTINCT *, '1e1000' FROM t", "SELECT sqrt, '1e1000'",
		"SELECT f('1e1000')", "SELECT a ^ -1001", "SELECT 0x1e999", "SELECT 1e", "SELECT 1 UNION (1)", "SELECT 1 EXCEPT ([1])", "SELECT count(*) FROM generate_series(1, 90000000, 0)", "SELECT count(*) FROM generate_series(1, 90000000, x)",
		"SELECT format('%*s', x, y), format('%*s', least(x, 5), y)", "SELECT factorial(n) / 7, factorial(1000) / 7", "SELECT factorial(a, b) / 7 / 7 / 7 / 7 / 7, exp(a, b) / 7 / 7 / 7 / 7 / 7", "SELECT repeat(x, 20000) / 7 / 7 / 7 / 7 / 7",
		"SELECT x::numeric / 7 / 7 / 7 / 7 / 7 / 7 / 7 / 7 / 7 / 7 / 7 / 7", "SELECT polygon(20000)", "SELECT repeat(x, 131072) / 7 / 7 / 7 / 7 / 7",
	} {
		assert.Nil(t, judgeSizes(read(sql)), "%.80s", sql)
	}
}
