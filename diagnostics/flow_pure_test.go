package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// flowOf writes where masked columns go: one letter for each output, m where one stands in it, c for count(…), * for a
// star, - for none of these; "any" when one goes into a query inside, "somewhere" when the outputs cannot be told apart.
func flowOf(sql string) string {
	f := trace(sql, newMasker(nil), map[string]bool{"customers": true})
	var out []string
	if f.any {
		out = append(out, "any")
	}
	if f.outputs == nil && f.somewhere {
		out = append(out, "somewhere")
	}
	marks := ""
	for _, o := range f.outputs {
		switch {
		case o.star:
			marks += "*"
		case o.masked && o.count:
			marks += "C"
		case o.masked:
			marks += "m"
		case o.count:
			marks += "c"
		default:
			marks += "-"
		}
	}
	return strings.Join(append(out, marks), " ")
}

func TestWhereMaskedColumnsGo(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT a FROM x JOIN y ON true JOIN unnest(token) u ON true":                         "any -",
		"SELECT token || 'x', * FROM customers":                                               "somewhere ",
		"SELECT 1 UNION SELECT 2, 3, token FROM customers":                                    "--m",
		"SELECT (TABLE orders)":                                                               "-",
		"SELECT ALL count(*) FROM t":                                                          "c",
		"SELECT DISTINCT f(token), id FROM customers":                                         "m-",
		"SELECT a FROM (SELECT id FROM customers WHERE f(token) = 1) x":                       "-",
		"SELECT length || token FROM customers":                                               "m",
		"SELECT coalesce(token, null) FROM customers":                                         "m",
		"SELECT a #- '{token}' FROM t":                                                        "-",
		"SELECT a->>'x$email' FROM t":                                                         "m",
		"SELECT 1":                                                                            "-",
		"SELECT token FROM customers":                                                         "m",
		"SELECT id, token, count(*) FROM customers":                                           "-mc",
		"SELECT id AS token FROM customers":                                                   "-",
		"SELECT token AS id FROM customers":                                                   "m",
		"SELECT token AS token FROM customers":                                                "m",
		"SELECT id AS token, 1 FROM customers":                                                "--",
		"SELECT a || token AS b FROM customers":                                               "m",
		"SELECT upper(token), 2 FROM customers":                                               "m-",
		"SELECT token(1) FROM customers":                                                      "-",
		"SELECT c.token FROM customers c":                                                     "m",
		"SELECT c FROM customers c":                                                           "m",
		"SELECT c FROM customers AS c":                                                        "m",
		"SELECT c.id FROM customers c":                                                        "-",
		"SELECT c.* FROM customers c":                                                         "",
		"SELECT ROW(c.*) FROM customers c":                                                    "m",
		"SELECT x.c FROM customers c":                                                         "-",
		"SELECT customers FROM customers":                                                     "m",
		"SELECT where FROM customers where":                                                   "-",
		"SELECT c FROM customers() c":                                                         "-",
		"SELECT left FROM customers LEFT JOIN x ON true":                                      "-",
		"SELECT \"left\" FROM customers \"left\"":                                             "m",
		"SELECT * FROM customers":                                                             "",
		"SELECT * FROM orders":                                                                "",
		"SELECT *, token FROM customers":                                                      "somewhere ",
		"SELECT (SELECT * FROM customers)":                                                    "m",
		"SELECT (SELECT * FROM orders)":                                                       "-",
		"SELECT count(token) FROM customers":                                                  "c",
		"SELECT count(token) AS n FROM customers":                                             "c",
		"SELECT count(*) FILTER (WHERE token = 'x') FROM customers":                           "c",
		"SELECT count(*) OVER (PARTITION BY token) FROM customers":                            "c",
		"SELECT count(*) + 1 FROM customers":                                                  "-",
		"SELECT count(token) || token FROM customers":                                         "m",
		"SELECT count FROM customers":                                                         "-",
		"SELECT count( FROM customers":                                                        "-",
		"SELECT length(token), octet_length(c.token) FROM customers c":                        "--",
		"SELECT length((SELECT token FROM customers))":                                        "m",
		"SELECT max(token) FROM customers":                                                    "m",
		"SELECT max(length(token)) FROM customers":                                            "-",
		"SELECT token IS NULL, token IS NOT NULL, token IS TRUE FROM customers":               "--m",
		"SELECT DISTINCT token FROM customers":                                                "m",
		"SELECT ALL token FROM customers":                                                     "m",
		"SELECT DISTINCT ON (token) id FROM customers":                                        "-",
		"SELECT DISTINCT ON (id) token FROM customers":                                        "m",
		"SELECT id, ARRAY[1, token], (id, 2) FROM customers":                                  "-m-",
		"SELECT f(a, token), b FROM customers":                                                "m-",
		"SELECT a[token, 1], b FROM customers":                                                "m-",
		"SELECT id FROM customers WHERE token = 'x'":                                          "-",
		"SELECT id FROM customers ORDER BY token":                                             "-",
		"SELECT mode() WITHIN GROUP (ORDER BY token) FROM customers":                          "m",
		"SELECT id AS from, token FROM customers":                                             "-m",
		"SELECT t.from, token FROM customers":                                                 "-m",
		"SELECT (SELECT token FROM customers), 1":                                             "m-",
		"SELECT EXISTS (SELECT token FROM customers), 1":                                      "--",
		"SELECT id IN (SELECT token FROM customers) FROM t":                                   "-",
		"SELECT id = ANY (SELECT token FROM customers) FROM t":                                "m",
		"SELECT (SELECT 1 UNION SELECT token FROM customers), 2":                              "m-",
		"SELECT a FROM (SELECT token AS a FROM customers) x":                                  "any -",
		"SELECT a FROM (SELECT id AS a FROM customers) x":                                     "-",
		"SELECT a FROM (SELECT id FROM customers WHERE token = 'x') x":                        "-",
		"SELECT a FROM x, (SELECT token FROM customers) y":                                    "any -",
		"SELECT a FROM x JOIN (SELECT token FROM customers) y ON true":                        "any -",
		"SELECT a FROM x JOIN y ON x.token = y.token":                                         "-",
		"SELECT a FROM x JOIN y ON f(token) = 1 JOIN z ON true":                               "-",
		"SELECT a FROM x JOIN y ON f(token) = 1, unnest(b) u":                                 "-",
		"SELECT a FROM x JOIN y ON f(1), unnest(token) u":                                     "any -",
		"SELECT a FROM x JOIN y USING (token)":                                                "-",
		"SELECT a FROM x, unnest(token) u":                                                    "any -",
		"SELECT a FROM unnest(token) u":                                                       "any -",
		"SELECT a FROM unnest(ARRAY[token]) u":                                                "any -",
		"SELECT a FROM unnest(b) AS (token text)":                                             "-",
		"SELECT a FROM unnest(b) u(token)":                                                    "any -",
		"SELECT a FROM customers c(token)":                                                    "any -",
		"SELECT a FROM customers c(a, b)":                                                     "any -",
		"SELECT a FROM customers AS c(a, b)":                                                  "any -",
		"SELECT a FROM orders AS c(a, b)":                                                     "-",
		"SELECT a FROM LATERAL f(token) u":                                                    "any -",
		"SELECT a FROM ROWS FROM (f(token)) u":                                                "any -",
		"SELECT a FROM customers c, to_jsonb(c) j":                                            "any -",
		"SELECT a FROM customers c, LATERAL (VALUES (token)) x(a)":                            "any -",
		"SELECT a FROM f(1) WHERE g(token)":                                                   "-",
		"SELECT a FROM x GROUP BY f(token)":                                                   "-",
		"WITH x AS (SELECT token FROM customers) SELECT a FROM x":                             "any -",
		"WITH x AS (SELECT id FROM customers) SELECT a FROM x":                                "-",
		"WITH x(token) AS (SELECT id FROM customers) SELECT a FROM x":                         "-",
		"WITH x AS MATERIALIZED (SELECT token FROM customers) SELECT a FROM x":                "any -",
		"WITH x AS (SELECT 1), y AS (SELECT token FROM customers) SELECT a FROM y":            "any -",
		"WITH x AS (SELECT 1) (SELECT token FROM customers)":                                  "m",
		"WITH x AS (SELECT 1) TABLE customers":                                                "",
		"WITH x AS (SELECT 1)":                                                                "-",
		"WITH x AS (WITH y AS (SELECT token FROM customers) SELECT b FROM y) SELECT a FROM x": "any -",
		"SELECT 1 UNION SELECT token FROM customers":                                          "m",
		"SELECT 1, 2 UNION ALL SELECT token, 3 FROM customers":                                "m-",
		"SELECT 1 UNION DISTINCT SELECT token FROM customers":                                 "m",
		"SELECT 1 EXCEPT SELECT id FROM customers INTERSECT SELECT token FROM customers":      "m",
		"SELECT 1 UNION SELECT 2, token FROM customers":                                       "-m",
		"SELECT count(*) FROM t UNION SELECT count(*) FROM u":                                 "c",
		"SELECT count(*) FROM t UNION SELECT 1":                                               "-",
		"SELECT 1 UNION SELECT count(*) FROM u":                                               "-",
		"SELECT 1 UNION SELECT * FROM customers":                                              "somewhere ",
		"SELECT 1 UNION SELECT * FROM orders":                                                 "",
		"SELECT * FROM orders UNION SELECT 1":                                                 "",
		"(SELECT token FROM customers)":                                                       "m",
		"((SELECT token FROM customers))":                                                     "m",
		"(SELECT token FROM customers) UNION SELECT 1":                                        "m",
		"TABLE customers":                                                                     "",
		"TABLE orders":                                                                        "",
		"TABLE customers UNION TABLE orders":                                                  "somewhere ",
		"(TABLE customers)":                                                                   "somewhere ",
		"SELECT (TABLE customers)":                                                            "m",
		"VALUES (1, 2)":                                                                       "--",
		"VALUES (1, token), (2, 3)":                                                           "-m",
		"VALUES (1), (2, token)":                                                              "-m",
		"VALUES (f(1), 2), (3, f(token))":                                                     "-m",
		"EXPLAIN SELECT token FROM customers":                                                 "m",
		"EXPLAIN (ANALYZE) SELECT token FROM customers":                                       "m",
		"SELECT a ->> 'token' FROM t":                                                         "m",
		"SELECT a -> 'token' FROM t":                                                          "m",
		"SELECT a #>> '{b,token}' FROM t":                                                     "m",
		"SELECT a #> '{b,token}' FROM t":                                                      "m",
		"SELECT a > 'token' FROM t":                                                           "-",
		"SELECT a->>'id' FROM t":                                                              "-",
		"SELECT a['token'] FROM t":                                                            "m",
		"SELECT a, 'token' FROM t":                                                            "--",
		"SELECT f('token') FROM t":                                                            "-",
		"SELECT json_extract_path(a, 'token') FROM t":                                         "m",
		"SELECT jsonb_path_query(a, '$.token') FROM t":                                        "m",
		"SELECT jsonb_path_query(f(1), '$.token') FROM t":                                     "m",
		"SELECT jsonb_path_query(a, '$.id') FROM t":                                           "-",
		"SELECT xpath('//token', a), slice(a, 'token'), fetchval(a, 'token') FROM t":          "mmm",
		"SELECT f(json_x(1), 'token') FROM t":                                                 "-",
		"SELECT json_x((SELECT 'token')) FROM t":                                              "-",
		"SELECT a || 'token' FROM t":                                                          "-",
		"SELECT a->>'x$token' FROM t":                                                         "m",
		"SELECT a->>'größe' FROM t":                                                           "-",
		"SELECT a->>'token_id' FROM t":                                                        "m",
		"SELECT to_jsonb(c) - 'id' FROM customers c":                                          "m",
		"SELECT id FROM t FOR UPDATE":                                                         "-",
		"SELECT id INTO x FROM customers":                                                     "-",
		"SELECT id LIMIT 1":                                                                   "-",
		"SELECT":                                                                              "-",
		"SELECT FROM customers":                                                               "-",
		"FROM customers":                                                                      "-",
		"SELECT a ->> ('token') FROM t":                                                       "m",
		"SELECT a[('token')] FROM t":                                                          "m",
		"SELECT a['b']['token'] FROM t":                                                       "m",
		"SELECT a['id'] FROM t":                                                               "-",
		"SELECT a ->> CAST('token' AS text) FROM t":                                           "m",
		"SELECT CAST('token' AS text) FROM t":                                                 "-",
		"SELECT json_x(CAST('token' AS text)) FROM t":                                         "m",
		"SELECT json_x(a, ('token')) FROM t":                                                  "m",
		"SELECT b = ANY (ARRAY['token']) FROM t":                                              "-",
		"SELECT (a), ('token') FROM t":                                                        "--",
		"SELECT a >> 'token', a - 'token', a # 'token' FROM t":                                "m--",
		"SELECT json_x(f(1), (g(2)), 'token') FROM t":                                         "m",
		"SELECT (json_x(1)), ('token') FROM t":                                                "--",
		"SELECT a FROM x JOIN y ON x.b = f(y.c, token), z":                                    "-",
		"SELECT a FROM x JOIN y ON true, customers c(a)":                                      "any -",
	} {
		assert.Equal(t, want, flowOf(sql), sql)
	}
}

func TestWhichColumnsOfAnAnswerAreHidden(t *testing.T) {
	outputs := []output{{masked: true}, {}, {count: true}, {masked: true, count: true}}
	for _, test := range []struct {
		name string
		f    flow
		n    int
		want string
	}{
		{"what stands in each output is known", flow{somewhere: true, outputs: outputs}, 4, "1000"},
		{"a masked column goes into a query inside", flow{any: true, outputs: outputs}, 4, "1100"},
		{"another number of columns came", flow{somewhere: true, outputs: outputs}, 3, "111"},
		{"another number of columns came, and nothing is masked", flow{outputs: outputs}, 3, "000"},
		{"a star hides how many there are", flow{somewhere: true}, 2, "11"},
		{"a star, and a masked column inside", flow{any: true}, 2, "11"},
		{"nothing is masked", flow{}, 2, "00"},
	} {
		got := ""
		for i := range test.n {
			got += map[bool]string{true: "1", false: "0"}[test.f.hides(i, test.n)]
		}
		assert.Equal(t, test.want, got, test.name)
	}
}
