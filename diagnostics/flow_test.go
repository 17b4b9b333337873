package diagnostics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// Ways in which a token can get into an answer without a column of its own.
var leaks = []string{
	"SELECT coalesce(token, '-') FROM customers LIMIT 2",
	"SELECT max(token), min(token) AS m FROM customers",
	"SELECT array_agg(token) AS a FROM customers WHERE id < 3",
	"SELECT token::text, token::varchar(60), CAST(token AS char(90)) AS c FROM customers LIMIT 1",
	"SELECT substr(token, 1, 30) AS a, left(token, 30), right(token, 30) FROM customers LIMIT 1",
	"SELECT initcap(token) AS a, reverse(reverse(token)), trim(token), token || '' FROM customers LIMIT 1",
	"SELECT nullif(token, 'x') AS a, greatest(token, 'a'), concat(token), concat_ws('-', 1, token) FROM customers LIMIT 1",
	"SELECT a FROM (SELECT coalesce(token, '-') AS a FROM customers) x LIMIT 1",
	"WITH x AS (SELECT id, coalesce(token, '-') AS a FROM customers) SELECT initcap(a) FROM x LIMIT 1",
	"SELECT (SELECT token || '' FROM customers WHERE id = 1) AS a",
	"SELECT a FROM (SELECT token FROM customers UNION SELECT '-') x(a) WHERE a <> '-' LIMIT 1",
	"SELECT '-' AS a UNION ALL SELECT token FROM customers LIMIT 3",
	"SELECT 1 AS a, 'x' AS b, 'x' AS c, 'x' AS d, now() AS e, '{}'::jsonb AS f UNION ALL SELECT * FROM customers LIMIT 3",
	"(SELECT token AS a FROM customers LIMIT 1) EXCEPT (SELECT '-')",
	"TABLE customers UNION ALL TABLE customers LIMIT 1",
	"SELECT c FROM customers c LIMIT 1", "SELECT c::text FROM customers c LIMIT 1", "SELECT (c).token || '' AS a FROM customers c LIMIT 1",
	"SELECT customers FROM customers LIMIT 1", "SELECT ROW(c.*) FROM customers c LIMIT 1", "SELECT row(token) FROM customers LIMIT 1", "SELECT (id, token) FROM customers LIMIT 1",
	"SELECT to_json(c), to_jsonb(c) AS b, row_to_json(c) FROM customers c LIMIT 1", "SELECT json_agg(c) FROM customers c WHERE id < 3", "SELECT json_agg(x) FROM (SELECT * FROM customers LIMIT 2) x",
	"SELECT jsonb_agg(to_jsonb(c) - 'id') FROM customers c WHERE id < 3", "SELECT value FROM customers c, jsonb_each_text(to_jsonb(c)) WHERE id = 1",
	"SELECT v FROM customers c, LATERAL (SELECT c.token || '' AS v) x WHERE id = 1", "SELECT u FROM customers, unnest(ARRAY[token]) u LIMIT 1",
	"SELECT string_agg(v, ',') FROM customers, LATERAL (VALUES (token)) x(v) WHERE id < 3", "SELECT v FROM customers, LATERAL (VALUES (1, token)) x(n, v) WHERE id = 1",
	"SELECT a FROM orders o JOIN customers c ON c.id = o.customer_id, (SELECT token || '' AS a FROM customers) x LIMIT 1", "SELECT u FROM orders o JOIN customers c ON c.id = o.customer_id, unnest(ARRAY[c.token]) u LIMIT 1",
	"SELECT to_jsonb(c) #>> '{token}' AS a FROM customers c LIMIT 1", "SELECT jsonb_path_query(to_jsonb(c), '$.token') AS a FROM customers c LIMIT 1",
	"SELECT jsonb_object_agg(id, token) FROM customers WHERE id < 3", "SELECT hstore(c) -> 'token' AS a FROM customers c LIMIT 1", "SELECT akeys(hstore(token, '')) FROM customers LIMIT 1",
	"SELECT xmlforest(token AS k) FROM customers LIMIT 1", "SELECT xmlelement(name a, xmlattributes(token AS k)) FROM customers LIMIT 1",
	"SELECT first_value(token) OVER (ORDER BY id) AS a FROM customers LIMIT 1", "SELECT lag(token, 0) OVER (ORDER BY id) AS a FROM customers LIMIT 1",
	"SELECT mode() WITHIN GROUP (ORDER BY token) AS a FROM customers", "SELECT percentile_disc(0) WITHIN GROUP (ORDER BY token) AS a FROM customers",
	"SELECT CASE WHEN true THEN token ELSE '' END AS a FROM customers LIMIT 1", "SELECT regexp_replace(token, '^x', '') AS a FROM customers LIMIT 1", "SELECT regexp_matches(token, '.*') FROM customers LIMIT 1",
	"SELECT replace(token, 'x', 'y') AS a FROM customers LIMIT 1", "SELECT format('%s-%s', id, token) FROM customers LIMIT 1", "SELECT quote_literal(token) FROM customers LIMIT 1",
	"SELECT unnest(string_to_array(token, ' ')) AS a FROM customers LIMIT 1", "SELECT DISTINCT token || '' AS a FROM customers LIMIT 1", `SELECT "token" || '' AS a FROM customers LIMIT 1`,
	"WITH RECURSIVE r(a, n) AS (SELECT token, 1 FROM customers WHERE id = 1 UNION ALL SELECT a, n + 1 FROM r WHERE n < 2) SELECT a FROM r",
	"SELECT a FROM masked_by_view LIMIT 1", "SELECT initcap(a) AS b FROM masked_by_view LIMIT 1", "SELECT a FROM masked_above LIMIT 1", "SELECT v FROM masked_above v LIMIT 1", "SELECT doc FROM masked_rows LIMIT 1",
}

func TestNoLeakOfAMaskedColumn(t *testing.T) {
	owner := admin(t, "shop")
	run(t, owner, `CREATE VIEW masked_by_view AS SELECT id, coalesce(token, '-') AS a FROM customers;
		CREATE VIEW masked_above AS SELECT id, a FROM masked_by_view; CREATE VIEW masked_rows AS SELECT to_jsonb(c)::text AS doc FROM customers c;
		GRANT SELECT ON masked_by_view, masked_above, masked_rows TO reader`)
	t.Cleanup(func() { run(t, owner, "DROP VIEW masked_above, masked_by_view, masked_rows") })
	r := open(t, as(reader, "shop"), nil)
	for _, sql := range leaks {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err, sql)
		require.NotEmpty(t, result.Rows, sql)
		out := fmt.Sprint(result.Rows)
		for _, part := range []string{"tok_", "TOK_", "Tok_", "c4ca4238a0b923820dcc509a6f"} {
			assert.NotContains(t, out, part, sql)
		}
		assert.Contains(t, out, "***", sql)
	}
}

// What is told of errors holds no value, whichever function raises them.
func TestNoLeakByAnError(t *testing.T) {
	r := open(t, as(reader, "shop"), nil)
	for _, expression := range []string{
		"token::regclass", "token::regproc", "token::regtype", "token::regrole", "token::regnamespace", "token::regcollation", "token::regconfig", "token::regdictionary", "token::regoper", "token::regoperator",
		"token::regprocedure", "(token || '()')::regprocedure", "('+(' || token || ',int)')::regoperator", "(token || '.a.b.c')::regclass", "('a.' || token || '.b.c.d')::regtype", "(token || '.x')::regclass",
		"token::int", "token::numeric", "token::date", "token::timestamptz", "token::interval", "token::uuid", "token::inet", "token::json", "token::xml", "token::bool", "token::bytea::text::int", "token::point",
		"token::int[]", "token::mood", "token::money", "token::macaddr", "token::bit(3)", "token::tsquery", "token::jsonpath", "token::int4range", "token::pg_lsn", "token::xid8", "token::hstore", "token::cube",
		"has_table_privilege(token, 'select')", "has_column_privilege('customers', token, 'select')", "has_schema_privilege(token, 'usage')", "has_database_privilege(token, 'connect')",
		"has_function_privilege(token, 'execute')", "has_type_privilege(token, 'usage')", "has_language_privilege(token, 'usage')", "has_table_privilege(token, 'customers', 'select')",
		"has_table_privilege('customers', token)", "has_server_privilege(token, 'usage')", "has_tablespace_privilege(token, 'create')", "pg_has_role(token, 'member')", "has_sequence_privilege(token, 'usage')",
		"date_trunc(token, now())", "extract('day' FROM token::timestamp)", "now() AT TIME ZONE token", "date_part(token, now())", "convert_to(token || chr(8364), 'latin1')", "convert_from(token::bytea, token)",
		"encode(token::bytea, token)", "decode(token, 'hex')", "to_timestamp('x', token)", "to_number(token, '9')", "regexp_replace('a', '(' || token, '')", "'a' ~ ('[' || token)", "json_object(ARRAY[token])",
		"jsonb_path_query('{}', token::jsonpath)", "to_tsquery(token || ' & ('::text)", "format(token || '%z')", "setweight(''::tsvector, token::\"char\")", "pg_relation_size(token)", "to_regclass(token)::int",
		"pg_get_viewdef(token)", "pg_get_serial_sequence(token, 'id')", "pg_get_serial_sequence('customers', token)", "col_description(token::regclass, 1)", "pg_size_bytes(token)", "make_date(2000, 1, length(token))",
		"jsonb_set('{}', ARRAY[token], '1')::text::int", "pg_collation_for(token COLLATE \"C\")::regcollation", "chr(ascii(token) * 100000)", "string_to_array(token, '_')::int[]", "digest(token, token)", "gen_salt(token)",
		"xpath('/a', ('<a' || token)::xml)", "ts_headline(token, 'a', 'b', token)", "pg_input_is_valid(token, 'int')", "quote_ident(token)::regclass", "trunc(token::macaddr8)", "(token::text)::oidvector",
	} {
		sql := "SELECT " + expression + " FROM customers LIMIT 1"
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		out := fmt.Sprint(result.Rows, err)
		for _, part := range []string{"tok_", "tok", "c4ca42", "4ca4"} {
			assert.NotContains(t, out, part+"_c4", sql)
			if part != "tok" {
				assert.NotContains(t, out, part, sql)
			}
		}
	}
}

// What has no value of a masked column in it is shown, although the column is named.
func TestWhatIsNotMaskedWithoutNeed(t *testing.T) {
	r := open(t, as(reader, "shop"), nil)
	for _, sql := range []string{
		"SELECT count(*) FROM customers WHERE token IS NOT NULL",
		"SELECT count(DISTINCT token) AS n, count(*) FILTER (WHERE token LIKE 'x%') FROM customers",
		"SELECT c.token, count(*) AS n, sum(o.amount), max(o.created_at) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.token LIMIT 2",
		"SELECT status, sum(amount) AS s FROM orders o JOIN customers c ON c.id = o.customer_id AND c.token <> 'x' GROUP BY status ORDER BY max(c.token)",
		"WITH o AS (SELECT customer_id, sum(amount) AS s FROM orders GROUP BY 1) SELECT c.id, c.email, o.s FROM o JOIN customers c ON c.id = o.customer_id LIMIT 2",
		"SELECT char_length(token), octet_length(token) AS n, token IS NULL, token = 'x' FROM customers LIMIT 1",
		"SELECT id, EXISTS (SELECT token FROM customers) AS e, (SELECT count(*) FROM customers c WHERE c.token = 'x') AS n FROM orders LIMIT 1",
		"SELECT initcap(status) AS u FROM orders WHERE status IN (SELECT token FROM customers) OR status = 'new' LIMIT 1",
		"SELECT lower(status) AS l, count(*) FROM orders GROUP BY 1",
		"SELECT to_jsonb(o) FROM orders o LIMIT 1",
		"SELECT meta->>'plan' AS plan, count(*) FROM customers GROUP BY 1",
		"EXPLAIN SELECT coalesce(token, '-') FROM customers",
	} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err, sql)
		require.NotEmpty(t, result.Rows, sql)
		for i, c := range result.Columns {
			if c.Name == "token" || c.Name == "email" {
				continue
			}
			assert.False(t, c.Masked, "%s: %s", sql, c.Name)
			assert.NotContains(t, result.Rows[0][i].Text, "***", sql)
		}
	}
}
