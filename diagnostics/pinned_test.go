package diagnostics

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
)

// TestStatementsThatNameTheSettingsTheyRead: all others show nothing that was computed from a setting.
func TestStatementsThatNameTheSettingsTheyRead(t *testing.T) {
	s := &secretValues{names: []string{"restore_command", "primary_conninfo"}}
	const from = "SELECT upper(setting) FROM pg_settings "
	for _, sql := range []string{
		from + "WHERE name = 'work_mem'", from + "WHERE name = 'work_mem';", from + "s WHERE s.name = 'work_mem'", from + "AS s WHERE s.name = 'work_mem'", from + "WHERE context = 'user' AND name = 'work_mem'", from + "WHERE name = 'work_mem' AND context = 'user'",
		from + "WHERE name IN ('work_mem', 'jit')", from + "WHERE name LIKE 'work%'", from + "WHERE name ILIKE 'WORK_mem' ORDER BY 1", from + "WHERE name ~ '^work'", from + "WHERE (context = 'user') AND name = 'work_mem' LIMIT 1", from + "WHERE name = 'work_mem' GROUP BY 1",
		"SELECT (SELECT upper(setting) FROM pg_settings WHERE name = 'work_mem')", "SELECT 1 FROM pg_catalog.pg_settings WHERE name = 'work_mem'", "SELECT 1 FROM pg_show_all_settings() WHERE name = 'work_mem'", "SELECT 1 FROM pg_show_all_settings() AS s WHERE s.name = 'work_mem'",
		"SELECT a, (SELECT upper(setting) FROM pg_settings WHERE name = 'work_mem') FROM t, u", from + "WHERE name = 'work_mem' AND unit IS NOT NULL", from + "WHERE unit IS NOT NULL AND name = 'work_mem'", from + `AS "S" WHERE "S"."name" = 'work_mem'`,
		from + "s WHERE s.name = 'work_mem' AND name ~ 'restore'", from + "WHERE name ~ 'restore' AND name = 'work_mem'", from + "WHERE NAME = 'work_mem'", from + "WHERE name = 'command'", from + "WHERE name = 'restore'", from + "WHERE name LIKE 'command'", from + "WHERE name LIKE 'restore'", from + "WHERE name = 'work_mem' AND setting = ANY (ARRAY['a'])", from + "WHERE name = 'work_mem' ORDER BY setting = '1' OR unit = 'kB'", "SELECT (SELECT upper(setting) FROM pg_settings WHERE name = 'work_mem'), a OR b FROM t",
	} {
		assert.True(t, s.pinned(read(sql)), sql)
	}
	for _, sql := range []string{
		from, from + "WHERE name = 'restore_command'", from + "WHERE name IN ('work_mem', 'restore_command')", from + "WHERE name IN ('work_mem', lower('X'))", from + "WHERE name IN ('work_mem', E'x')", from + "WHERE name LIKE 'rest%'", from + "WHERE name LIKE 'primary_conninf_'", from + "WHERE name ~ 'comm'", from + "WHERE name ~ '('",
		from + `WHERE name = E'restore\x5fcommand'`, from + "WHERE name = $$work_mem$$", from + "WHERE name = 'work''mem'", from + `WHERE name LIKE 'a\_b'`, from + "WHERE name = 'restore' || '_command'", from + "WHERE name = 'work_mem' IS FALSE", from + "WHERE name = 'work_mem' = false", from + "WHERE name = 'work_mem'::text",
		from + "WHERE name = 'work_mem' OR true", from + "WHERE NOT name = 'work_mem'", from + "WHERE (name = 'work_mem') = false", from + "WHERE CASE WHEN name = 'work_mem' THEN true END", from + "WHERE name <> 'work_mem'", from + "WHERE name = lower('work_mem')", from + "WHERE context = 'user'", from + "ORDER BY name = 'work_mem'",
		from + "WHERE context = 'user' GROUP BY 1 HAVING true AND name = 'work_mem'", from + "WHERE other_name = 'work_mem'", from + "WHERE name IS NULL AND true", "SELECT name = 'work_mem' FROM pg_settings", "SELECT true AND name = 'work_mem', upper(setting) FROM pg_settings", "SELECT upper(b.setting) FROM pg_settings a, pg_settings b WHERE a.name = 'work_mem'",
		"SELECT upper(setting) FROM t, pg_settings WHERE name = 'work_mem'", "SELECT upper(setting) FROM pg_settings, t WHERE name = 'work_mem'", "SELECT upper(setting) FROM pg_settings s JOIN t ON true WHERE t.name = 'work_mem'", "WITH s AS (SELECT * FROM pg_settings) SELECT upper(setting) FROM s WHERE name = 'work_mem'",
		from + "WHERE name = 'work_mem' AND true OR true", from + "WHERE true OR true AND name = 'work_mem'", from + "WHERE setting BETWEEN '' AND name = 'true'", from + "WHERE setting BETWEEN '' AND name = 'true' AND true", from + "WHERE CASE WHEN true AND name = 'work_mem' AND true THEN true ELSE true END",
		from + "WHERE ARRAY[true AND name = 'work_mem' AND true] IS NOT NULL", from + "s WHERE o.name = 'work_mem'", from + `s WHERE "S".name = 'work_mem'`, from + `WHERE "NAME" = 'work_mem'`, "SELECT 1 FROM pg_show_all_settings() WHERE o.name = 'work_mem'", from + "WHERE name ~ '[[=x=]]'", from + "WHERE name ~ '[[.x.]]'", from + "WHERE name ~ '[[:punct:]]x'",
		from + "WHERE name > 'work_mem'", from + "WHERE name < 'work_mem'", from + "WHERE name > ('work_mem')", from + "WHERE name IN ('work_mem', 'restore' || '_command')", from + "WHERE name IN ('work_mem') = false", from + "WHERE name IN ('work_mem', 'jit') IS FALSE ORDER BY 1", from + "WHERE name ILIKE 'RESTORE%'",
		"SELECT (SELECT upper(setting) FROM pg_settings WHERE true), setting FROM pg_settings WHERE name = 'work_mem'", "SELECT * FROM (SELECT upper(setting), 'work_mem' AS name FROM pg_settings) WHERE name = 'work_mem'",
		from + "WHERE true INTERSECT SELECT a FROM t WHERE name = 'work_mem'", from + "WHERE true EXCEPT SELECT a FROM t WHERE name = 'work_mem'", from + "WHERE true WINDOW w AS (PARTITION BY true) INTERSECT SELECT a FROM t WHERE name = 'work_mem'",
		"SELECT (SELECT upper(setting) FROM pg_settings WHERE true) FROM t WHERE true AND name = 'work_mem'", from + "WHERE name = 'work_mem' UNION " + from, from + "WHERE context = 'user' UNION SELECT 1 WHERE name = 'work_mem'",
	} {
		assert.False(t, s.pinned(read(sql)), sql)
	}
	for sql, want := range map[string]bool{
		"SELECT name, upper(setting) FROM pg_settings": true, "SELECT name, upper(setting) FROM pg_settings s ORDER BY 1": true, "SELECT name, string_agg(setting, '') OVER () FROM pg_settings": false, "SELECT name, (SELECT 1) FROM pg_settings": false,
		"SELECT a.name, b.setting FROM pg_settings a, pg_settings b": false, "WITH s AS (SELECT * FROM pg_settings) SELECT name FROM s": false, "SELECT name FROM pg_settings, t": false, "EXPLAIN SELECT name FROM pg_settings WHERE true": true, "(SELECT name, upper(setting) FROM pg_settings)": true, "SELECT name, upper(setting) FROM pg_settings;": true, "SELECT name FROM t": false,
		"SELECT name, max(upper(setting)) FROM pg_settings GROUP BY name": true, "SELECT name, max(upper(setting)) FROM pg_settings GROUP BY ROLLUP (name)": false, "SELECT name, max(upper(setting)) FROM pg_settings GROUP BY CUBE (name)": false, "SELECT name, max(upper(setting)) FROM pg_settings GROUP BY GROUPING SETS (name, ())": false,
	} {
		assert.Equal(t, want, read(sql).settingsRowByRow(), sql)
	}
}

// TestWhichValuesOfSettingsAreHidden: of a secret setting all but what says nothing of its value, the values wherever
// they stand, and what was computed when nobody knows from which settings.
func TestWhichValuesOfSettingsAreHidden(t *testing.T) {
	const view, computed = 77, 0
	s := &secretValues{view: view, names: []string{"restore_command"}, values: []string{"curl -H key"}}
	of := func(oid uint32, number uint16) pgconn.FieldDescription {
		return pgconn.FieldDescription{TableOID: oid, TableAttributeNumber: number}
	}
	name, setting, unit, context, low, reset := of(view, 1), of(view, 2), of(view, 3), of(view, 7), of(view, 10), of(view, 14)
	const plain = "SELECT name, setting FROM pg_settings"
	for _, c := range []struct {
		what, sql string
		fields    []pgconn.FieldDescription
		column    Column // of the last field
		row, want []string
	}{
		{"a secret setting's value", plain, []pgconn.FieldDescription{name, setting}, Column{Kind: "text"}, []string{"restore_command", "x"}, []string{"restore_command", hidden}},
		{"another's", plain, []pgconn.FieldDescription{name, setting}, Column{Kind: "text"}, []string{"work_mem", "x"}, []string{"work_mem", "x"}},
		{"what is no value", plain, []pgconn.FieldDescription{name, unit, context}, Column{Kind: "text"}, []string{"restore_command", "kB", "sighup"}, []string{"restore_command", "kB", "sighup"}},
		{"its bounds and what it was reset to", plain, []pgconn.FieldDescription{name, low, reset}, Column{Kind: "text"}, []string{"restore_command", "0", "x"}, []string{"restore_command", hidden, hidden}},
		{"the name comes last", plain, []pgconn.FieldDescription{setting, name}, Column{Kind: "name"}, []string{"x", "restore_command"}, []string{hidden, "restore_command"}},
		{"a column of another table", plain, []pgconn.FieldDescription{name, of(78, 3)}, Column{Kind: "text"}, []string{"restore_command", "x"}, []string{"restore_command", hidden}},
		{"a first column of another table names no setting", plain, []pgconn.FieldDescription{of(78, 1), setting}, Column{Kind: "text"}, []string{"restore_command", "x"}, []string{"restore_command", "x"}},
		{"a value within another", plain, []pgconn.FieldDescription{of(78, 2)}, Column{Kind: "text"}, []string{"is: curl -H key!"}, []string{hidden}},
		{"what a secret one's row computes", plain, []pgconn.FieldDescription{name, of(computed, 0)}, Column{Kind: "int4", Numeric: true}, []string{"restore_command", "65"}, []string{"restore_command", hidden}},
		{"what another's row computes", plain, []pgconn.FieldDescription{name, of(computed, 0)}, Column{Kind: "text"}, []string{"work_mem", "X"}, []string{"work_mem", "X"}},
		{"what a row with a name computes from many", "SELECT name, max(upper(setting)) OVER () FROM pg_settings", []pgconn.FieldDescription{name, of(computed, 0)}, Column{Kind: "text"}, []string{"work_mem", "X"}, []string{"work_mem", hidden}},
		{"what is computed without a name", plain, []pgconn.FieldDescription{of(computed, 0)}, Column{Kind: "text"}, []string{"X"}, []string{hidden}},
		{"the same beside a name that is pinned", plain + " WHERE name = 'work_mem'", []pgconn.FieldDescription{of(computed, 0)}, Column{Kind: "text"}, []string{"X"}, []string{"X"}},
		{"a column without a name", plain, []pgconn.FieldDescription{setting}, Column{Kind: "text"}, []string{"x"}, []string{"x"}},
		{"a number that is computed", plain, []pgconn.FieldDescription{of(computed, 0)}, Column{Kind: "int8", Numeric: true}, []string{"100"}, []string{"100"}},
		{"a comparison", plain, []pgconn.FieldDescription{of(computed, 0)}, Column{Kind: "bool"}, []string{"t"}, []string{"t"}},
	} {
		a := &answer{fields: c.fields}
		var row []rawValue
		for _, text := range c.row {
			row = append(row, rawValue{text: text, missing: 3})
		}
		a.rows = [][]rawValue{row, {}}
		for range c.row {
			a.rows[1] = append(a.rows[1], rawValue{null: true})
		}
		columns := make([]Column, len(c.fields))
		for i := range columns {
			columns[i] = Column{Kind: "text"}
		}
		columns[len(columns)-1] = c.column
		s.hide(c.sql, a, columns)
		var is []string
		for i, v := range a.rows[0] {
			is = append(is, v.text)
			assert.Equal(t, map[bool]int{true: 0, false: 3}[v.text == hidden], v.missing, c.what)
			assert.Equal(t, rawValue{null: true}, a.rows[1][i], "%s: NULL stays", c.what)
		}
		assert.Equal(t, c.want, is, c.what)
	}
}
