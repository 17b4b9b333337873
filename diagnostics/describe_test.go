package diagnostics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// folk has a column for each way in which one is named, typed and masked, and views that rename and compute.
const folk = `CREATE TYPE mood AS ENUM ('happy', 'sad');
	CREATE TABLE folk (id int, mood mood, api_key text, note text, amount numeric, at date);
	INSERT INTO folk VALUES (1, 'happy', 'sk_live_abcdefghijklmnop', 'plain', 2.5, '2026-03-03');
	CREATE VIEW folk_named AS SELECT id AS number, api_key AS x, note AS y FROM folk;
	CREATE VIEW folk_mixed AS SELECT id, note AS w, coalesce(api_key, note) AS z, length(api_key) AS n, api_key IS NULL AS b FROM folk;
	GRANT SELECT ON folk, folk_named, folk_mixed TO reader`

// TestWhatAColumnIsCalledAndHides: its kind also where the type is the database's own, and whether it is masked by its name, by the name below an alias
// or a view, as part of a whole row, or because it is computed from what is.
func TestWhatAColumnIsCalledAndHides(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, folk)
	t.Cleanup(func() { run(t, owner, "DROP TABLE folk CASCADE; DROP TYPE mood") })
	r := open(t, as(reader, "service"), nil)
	column := func(name, kind string) diagnostics.Column { return diagnostics.Column{Name: name, Kind: kind} }
	number := func(name, kind string) diagnostics.Column {
		return diagnostics.Column{Name: name, Kind: kind, Numeric: true}
	}
	masked := func(name, kind string) diagnostics.Column {
		return diagnostics.Column{Name: name, Kind: kind, Masked: true}
	}
	for sql, want := range map[string][]diagnostics.Column{
		"SELECT * FROM folk": {number("id", "int4"), column("mood", "mood"), masked("api_key", "text"), column("note", "text"), number("amount", "numeric"), column("at", "date")},
		"SELECT api_key AS harmless, note AS api_key FROM folk":                              {masked("harmless", "text"), masked("api_key", "text")},
		"SELECT number, x, y FROM folk_named":                                                {number("number", "int4"), masked("x", "text"), column("y", "text")},
		"SELECT x AS a, y AS b FROM folk_named":                                              {masked("a", "text"), column("b", "text")},
		"SELECT * FROM folk_mixed":                                                           {number("id", "int4"), column("w", "text"), masked("z", "text"), number("n", "int4"), column("b", "bool")},
		"SELECT 'x' AS api_key, 'x' AS word":                                                 {masked("api_key", "text"), column("word", "text")},
		"SELECT '1/1'::pg_lsn AS l, point(1, 2) AS p, 'a'::name AS n, 'folk'::regclass AS c": {column("l", "pg_lsn"), column("p", "point"), column("n", "name"), column("c", "regclass")},
		"SELECT f FROM folk f":                                                               {masked("f", "folk")},
		"SELECT v FROM folk_named v":                                                         {masked("v", "folk_named")},
		"SELECT m FROM folk_mixed m":                                                         {masked("m", "folk_mixed")},
		"SELECT ARRAY(SELECT f FROM folk f) AS rows":                                         {masked("rows", "_folk")},
		"SELECT ARRAY[mood] AS moods, mood::text AS m FROM folk":                             {column("moods", "_mood"), column("m", "text")},
		"SELECT note || api_key AS a, note || 'x' AS b FROM folk":                            {masked("a", "text"), column("b", "text")},
		"SELECT count(*) AS n, max(at) AS at, bool_or(true) AS b FROM folk":                  {number("n", "int8"), column("at", "date"), column("b", "bool")},
		"SELECT api_key IS NULL AS b, api_key = 'x' AS same FROM folk":                       {column("b", "bool"), column("same", "bool")},
	} {
		got, err := r.Run(t.Context(), diagnostics.Request{SQL: sql, By: "U1"})
		require.NoError(t, err, sql)
		assert.Equal(t, want, got.Columns, sql)
		for i, c := range got.Columns {
			v := got.Rows[0][i].Text
			assert.NotContains(t, v, "sk_live", sql)
			assert.NotEmpty(t, v, "%s: %s: what is masked is seen to be there", sql, c.Name)
			if !c.Masked && c.Kind == "text" {
				assert.NotContains(t, v, "***", "%s: %s", sql, c.Name)
			}
		}
	}
}
