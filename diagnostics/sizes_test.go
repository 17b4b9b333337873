package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Values that somebody can write down in a few words and that a function then
// works on for hours without a look at the time limit.
func TestSizesThatCanBeBuiltAreBounded(t *testing.T) {
	for _, sql := range []string{
		"SELECT strpos(repeat('a',400000), 'b'||repeat('a',120000))",
		"SELECT strpos(s, 'b'||s) FROM (SELECT repeat('a', 300000) AS s) x",
		"WITH s AS (SELECT repeat('a', 300000) AS s) SELECT strpos(s, 'b'||s) FROM s",
		"SELECT strpos(repeat(repeat('a', 900), 900), 'b' || repeat(repeat('a', 500), 500))",
		"SELECT strpos(lpad('', 400000, 'a'), 'b' || rpad('', 120000, 'a'))",
		"SELECT strpos(repeat('a', 200*2000), x) FROM y",
		"SELECT strpos(repeat('a', ('4'||'00000')::int), 'b' || x) FROM y",
		"SELECT strpos(repeat('a', oid::int), 'b' || repeat('a', oid::int)) FROM pg_class",
		"SELECT strpos(string_agg(username, ''), 'b' || string_agg(username, '')) FROM users",
		"SELECT strpos(x, 'b' || x) FROM (SELECT string_agg('a', '') AS x FROM generate_series(1, 400000)) s",
		"SELECT strpos(array_to_string(array_fill('a'::text, ARRAY[400000]), ''), x) FROM y",
		"SELECT strpos(s, t) FROM (SELECT s||s||s||s||s||s||s||s AS s, s||s||s||s AS t FROM (SELECT s||s||s||s||s||s||s||s||s||s AS s FROM (SELECT s||s||s||s||s||s||s||s||s||s AS s FROM (SELECT repeat('a', 200) AS s) a) b) c) d",
		"WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT s||s FROM r WHERE length(s) < 500000) SELECT strpos(s, 'b'||s) FROM r",
		"WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT concat(s, s) FROM r WHERE length(s) < 500000) SELECT strpos(s, 'b'||s) FROM r",
		"WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT replace(s, 'a', 'aa') FROM r WHERE length(s) < 500000) SELECT strpos(s, 'b'||s) FROM r",
		`SELECT "strpos"("repeat"('a',400000), 'b'||"repeat"('a',120000))`,
		"SELECT pg_catalog.strpos(pg_catalog.repeat('a',400000), 'b'||pg_catalog.repeat('a',120000))",
		"EXPLAIN SELECT strpos(repeat('a',400000), 'b'||repeat('a',120000))",
		"EXPLAIN (COSTS off) SELECT 1 FROM users WHERE strpos(repeat('a',400000), 'b'||repeat('a',120000)) > 0",
		"SELECT position('b'||repeat('a',120000) IN repeat('a',400000))",
		"SELECT split_part(repeat('a',400000), 'b'||repeat('a',120000), 2)",
		"SELECT replace(repeat('a',400000), 'b'||repeat('a',120000), '')",
		"SELECT string_to_array(repeat('a',400000), 'b'||repeat('a',120000))",
		"SELECT * FROM string_to_table(repeat('a',400000), 'b'||repeat('a',120000))",
		"SELECT repeat('a',200000) LIKE '%'||repeat('a',100000)||'b'",
		"SELECT repeat('a',200000) NOT ILIKE '%'||repeat('a',100000)||'b'",
		"SELECT repeat('a',200000) ~~ ('%'||repeat('a',100000)||'b')",
		"SELECT repeat('a',200000) OPERATOR(pg_catalog.~~) ('%'||repeat('a',100000)||'b')",
		"SELECT repeat('a',200000) LIKE ANY (ARRAY['%'||repeat('a',100000)||'b'])",
		"SELECT translate(repeat('a',900000), repeat('b',900000), 'c')",
		"SELECT btrim(repeat('a',900000), repeat('b',900000)||'a')",
		"SELECT trim(BOTH repeat('b',900000)||'a' FROM repeat('a',900000))",
		"SELECT normalize(repeat(chr(803)||chr(768), 30000), NFD)",
		"SELECT repeat(chr(803)||chr(768), 30000) IS NFD NORMALIZED",
		"SELECT strict_word_similarity(repeat('ab cd ',30000), repeat('ab cd ',30000))",
		"SELECT xpath('count(//a[count(//a[count(//a)=1])=1])', ('<r>'||repeat('<a/>',700)||'</r>')::xml)",
		"SELECT xpath('//a[count(//a[count(//a)=9])=1]', doc) FROM docs",
		"SELECT xpath('//a' || x, doc) FROM docs",
		"SELECT xmlexists('//a[//a[//a]]' PASSING BY VALUE doc) FROM docs",
		"SELECT * FROM docs, XMLTABLE('//a[//a[//a]]' PASSING doc COLUMNS x text PATH 'x')",
		"SELECT * FROM docs, XMLTABLE('/a' PASSING doc COLUMNS x text PATH 'count(//a[//a[//a]])')",
		"SELECT (SELECT array_agg(g) FROM generate_series(1,60000) g) <@ (SELECT array_agg(-g) FROM generate_series(1,60000) g)",
		"SELECT ARRAY(SELECT id FROM users) && ARRAY(SELECT id FROM sessions)",
		"SELECT x @> y FROM (SELECT jsonb_agg(id) x, jsonb_agg(-id) y FROM orders) s",
		"SELECT polygon(20000,'((0,0),1)'::circle) && polygon(20000,'((0,0),0.5)'::circle)",
		"SELECT ('('||repeat('(0,0),',30000)||'(1,1))')::path ?# ('('||repeat('(5,5),',30000)||'(6,6))')::path",
		"SELECT a/b, a/b, a/b, a/b, a/b, a/b FROM (SELECT ('1'||repeat('3',130000))::numeric a, repeat('7',65000)::numeric b OFFSET 0) x",
		"SELECT 1e131000 / 3",
		"SELECT '1e131000'::numeric / 3",
		"SELECT a/b, a/b, a/b, a/b, a/b, a/b FROM (SELECT 10.0 ^ 130000 a, 3 b OFFSET 0) x",
		"SELECT factorial(25000) / 7, factorial(25000) / 3, 1 / 7, 2 / 7, 3 / 7",
		"SELECT a/b, a/b, a/b, a/b, a/b FROM (SELECT x ^ n a, 3 b FROM (SELECT 7.5 AS x, n FROM t) y OFFSET 0) z",
		"SELECT a/b, a/b, a/b, a/b, a/b, a/b FROM (SELECT factorial(n) a, factorial(n - 9) b FROM (SELECT 9999 * 3 AS n) x OFFSET 0) y",
		"SELECT a/b, a/b, a/b, a/b, a/b, a/b FROM (SELECT 10.0 ^ n a, 7.0 ^ n b FROM t OFFSET 0) x",
		"SELECT strpos(string_agg(repeat('a', 9999), ''), '" + strings.Repeat("a", 8000) + "b') FROM t, u",
		"SELECT string_agg(repeat('a', 9999), '') LIKE '%" + strings.Repeat("a", 8000) + "b' FROM t, u",
		"SELECT array_agg(id) @> '{" + strings.Repeat("1,", 800) + "2}' FROM t, u",
		"SELECT array_agg(id) @> ARRAY[" + strings.Repeat("1,", 500) + "2] FROM t, u",
		"SELECT position(repeat('0', 100000)::varbit IN repeat('0', 400000)::varbit)",
		"SELECT " + strings.Repeat("strpos(x, y || 'c'), ", 100) + "1 FROM (SELECT repeat('a', 4000) x, 'b' || repeat('a', 900) y OFFSET 0) s",
		"SELECT a/b, a/b, a/b, a/b, a/b, a/b, a/b FROM (SELECT a*a*a*a*a*a*a*a*a*a*a*a a, 1.5 b FROM (SELECT a*a*a*a*a*a*a*a*a*a*a*a a FROM (SELECT a*a*a*a*a*a*a*a*a*a*a*a a FROM (SELECT 1e300 a OFFSET 0) p OFFSET 0) q OFFSET 0) r OFFSET 0) s",
		"SELECT strpos(string_agg(username, ''), 'b' || string_agg(username, '')) FROM users LIMIT 1",
		"SELECT strpos(x, 'b' || x) FROM (SELECT string_agg(username, '') AS x FROM users LIMIT 1) s",
		"SELECT strpos(string_agg(username, ''), 'b' || string_agg(username, '')) FROM (TABLE users) u",
		"WITH u AS (TABLE ONLY users) SELECT strpos(string_agg(username, ''), 'b' || string_agg(username, '')) FROM u",
		"SELECT strpos(string_agg(name, ''), 'b' || string_agg(name, '')) FROM app.pg_settings",
		"WITH v AS (VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) SELECT strpos(string_agg('a', ''), 'b' || string_agg('a', '')) FROM v a, v b, v c, v d, v e, v f",
		"WITH RECURSIVE r(s, n) AS (SELECT 1.5, 0 UNION ALL SELECT s * 1e300, n + 1 FROM r WHERE n < 400) SELECT s / 7, s / 7, s / 7, s / 7, s / 7 FROM r",
		"WITH RECURSIVE r(s, n) AS (SELECT 1.5, 0 UNION ALL SELECT power(s, 2), n + 1 FROM r WHERE n < 400 AND s / 7 + s / 7 + s / 7 + s / 7 + s / 7 > 0) SELECT count(*) FROM r",
		"SELECT substring(x FROM 2), strpos(string_agg(a, ''), b) FROM t",
		"SELECT \"from\", strpos(string_agg(a, ''), b) FROM t",
		"SELECT mode() WITHIN GROUP (ORDER BY x), strpos(string_agg(a, ''), b) FROM t",
		"SELECT 1 AS where, strpos(string_agg(a, ''), b) FROM t",
		"SELECT t.where, strpos(string_agg(a, ''), b) FROM t",
		"SELECT format('%500000000s', 'x')",
		"SELECT format('%1$-500000000s', 'x')",
		"SELECT format('%*s', 500000000, 'x')",
		"SELECT format('%' || n || 's', 'x') FROM t",
		"SELECT lpad('x', 500000000)",
		"SELECT 'x'::char(10000000)",
		"SELECT 1::bit(80000000)",
		"SELECT array_fill(0, ARRAY[10000, 10000])",
		"SELECT repeat(repeat('x', 10000), 10000)",
		"SELECT repeat('x', 900000000)",
		"SELECT repeat('x', 30000 * 30000)",
		"SELECT repeat('x', '900000000'::int)",
		"SELECT repeat('x', 1e9::int)",
		"SELECT count(*) FROM generate_series(1, 90000000000)",
		"SELECT count(*) FROM generate_series(1, '90000000000'::bigint)",
		"SELECT replace(replace(replace(replace(repeat('a', 9999), 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa')",
		"SELECT replace(repeat('x', 100000), 'x', repeat('y', 9000))",
		`SELECT E'a'
'x\'' , strpos(repeat('a',400000), 'b'||repeat('a',120000)) --'`,
	} {
		refusal := JudgeShape(sql)
		if assert.NotNil(t, refusal, sql) {
			assert.Equal(t, RuleHeavy, refusal.Rule, sql)
		}
	}
}

// What people write every day passes, with the same words in it.
func TestSizesOfEverydayStatementsPass(t *testing.T) {
	for _, sql := range []string{
		"SELECT strpos(query, 'orders'), split_part(query, ' ', 1), position('x' IN query), replace(query, E'\\n', ' ') FROM pg_stat_activity",
		"SELECT string_agg(split_part(email, '@', 2), ',') FROM users",
		"SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE position('_' IN relname) > 0",
		"SELECT a.pid FROM pg_stat_activity a JOIN pg_class c ON a.query LIKE '%' || c.relname || '%'",
		"SELECT string_agg(c.relname, ',') FROM pg_stat_activity a JOIN pg_class c ON a.query ILIKE '%' || c.relname || '%'",
		"SELECT a.pid FROM pg_stat_activity a JOIN pg_class c ON strpos(a.query, c.relname) > 0",
		"SELECT repeat('#', (count(*) / 10)::int) FROM users GROUP BY status",
		"SELECT repeat('  ', level) || name FROM tree",
		"SELECT lpad(pid::text, 9), rpad(usename, 20, '.') FROM pg_stat_activity",
		"SELECT format('%s of %s, %10s', a, b, c), format('%I.%I', schemaname, tablename) FROM pg_tables",
		"SELECT string_agg(id::text, ',') FROM orders WHERE id IN (10000000001, 10000000002)",
		"SELECT g, (SELECT count(*) FROM orders WHERE extract(epoch FROM created_at) * 1000 > 1732700000000) FROM generate_series(1, 3) g",
		"SELECT lpad(id::text, 12, '0') FROM orders WHERE id > 90000000000",
		"SELECT count(*) FROM generate_series(1732700000000, 1732700000100)",
		"SELECT g::date FROM generate_series(now() - interval '30 days', now(), interval '1 day') g",
		"SELECT array_agg(id) FROM orders WHERE tags @> ARRAY['a', 'b'] AND meta @> '{\"a\": 1}' AND meta ?| ARRAY['a']",
		"SELECT count(*) FROM pg_stat_activity WHERE pg_blocking_pids(pid) && (SELECT array_agg(pid) FROM pg_stat_activity)",
		"SELECT int4range(1, 5) @> 3, '[2024-01-01,2024-02-01)'::daterange && daterange(a, b) FROM t",
		"SELECT round(100.0 * sum(blks_hit) / nullif(sum(blks_hit + blks_read), 0), 2), pg_size_pretty(sum(x) * 8192 / 1024 ^ 2) FROM pg_stat_database",
		"SELECT 2 ^ attempts, power(2, attempts), exp(1), ln(10), sqrt(2), 1e9 * 3 / 7 FROM jobs",
		"SELECT xpath('/a/b/text()', doc), xpath('//item[@id=\"1\"]/name/text()', doc), (xpath('//error', doc))[1]::text FROM docs",
		"SELECT * FROM docs, XMLTABLE('/rows/row' PASSING doc COLUMNS id int PATH '@id', name text PATH 'name')",
		"SELECT trim(both ' ' FROM lower(email)), btrim(name), ltrim(name, '0'), translate(name, 'äöü', 'aou'), normalize(name) FROM users",
		"SELECT regexp_replace(query, '\\s+', ' ', 'g'), left(query, 10) || '…' || right(query, 10) FROM pg_stat_activity",
		"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20) SELECT max(i) FROM n",
		"SELECT relname FROM pg_class WHERE relname LIKE ANY (ARRAY['a%', 'b%']) OR relname NOT LIKE ALL ('{c%,d%}')",
		"SELECT array_to_string(array_agg(name), ',') FROM users WHERE name LIKE lower('A%')",
		"SELECT a.pid || ' (' || a.usename || ') ' || a.state || ': ' || left(a.query, 200) || ' reads ' || c.relname || ', which has ' || c.reltuples || ' rows and ' || c.relpages || ' pages of 8 kB each' AS what FROM pg_stat_activity a JOIN pg_class c ON a.query LIKE '%' || c.relname || '%' AND a.state || '' <> 'idle, as far as anybody can tell from here'",
		"SELECT strpos(string_agg(name, ''), 'b' || string_agg(name, '')) FROM (SELECT name FROM pg_catalog.pg_settings LIMIT 5) s",
		"SELECT string_agg(a, ', ') FROM (VALUES ('x'), ('y')) AS t(a) WHERE a LIKE '%' || a",
		"WITH RECURSIVE d(i, wait) AS (VALUES (1, 1.5) UNION ALL SELECT i + 1, wait * 2 FROM d WHERE i < 10) SELECT i, round(wait / 60, 2) FROM d",
		lockTree,
	} {
		assert.Nil(t, JudgeShape(sql), sql)
	}
}

// lockTree is a tree of who blocks whom, as people keep it at hand.
const lockTree = `WITH RECURSIVE activity AS (
	SELECT pg_blocking_pids(pid) AS blocked_by, *, age(clock_timestamp(), xact_start)::interval(0) AS tx_age FROM pg_stat_activity WHERE state IS DISTINCT FROM 'idle'
), blockers AS (
	SELECT array_agg(DISTINCT c ORDER BY c) AS pids FROM (SELECT unnest(blocked_by) FROM activity) AS dt(c)
), tree AS (
	SELECT activity.*, 1 AS level, activity.pid AS top_pid, ARRAY[activity.pid] AS path, ARRAY[activity.pid]::int[] AS above
	FROM activity, blockers WHERE ARRAY[pid] <@ blockers.pids AND blocked_by = '{}'::int[]
	UNION ALL
	SELECT activity.*, tree.level + 1, tree.top_pid, path || ARRAY[activity.pid], tree.above || array_agg(activity.pid) OVER ()
	FROM activity, tree WHERE NOT ARRAY[activity.pid] <@ tree.above AND activity.blocked_by <> '{}'::int[] AND activity.blocked_by <@ tree.above
)
SELECT pid, blocked_by, tx_age, format('%s %s%s', lpad('[' || pid::text || ']', 9, ' '), repeat('.', level - 1) || CASE WHEN level > 1 THEN ' ' END, left(query, 1000)) AS query
FROM tree ORDER BY top_pid, level, pid`
