package diagnostics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// What stands in the table must not stand in the answer, whatever way it takes.
func TestMaskingFollowsTheTrueColumn(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	for _, sql := range []string{
		"SELECT api_key FROM keys",
		"SELECT api_key AS harmless FROM keys",
		"SELECT * FROM keys",
		"SELECT k FROM keys k",
		"SELECT ARRAY(SELECT k FROM keys k)",
		"SELECT to_jsonb(k) FROM keys k",
		"SELECT row_to_json(k)::text FROM keys k",
		"SELECT json_agg(k) FROM keys k",
		"SELECT x.harmless FROM (SELECT api_key AS harmless FROM keys) x",
		"WITH x AS (SELECT api_key AS harmless FROM keys) SELECT * FROM x",
		"SELECT 'the key is ' || api_key FROM keys",
		"SELECT api_key::varchar(50) AS harmless, note FROM keys",
		"SELECT note, owner_email AS id FROM keys",
		"SELECT array_agg(owner_email) FROM keys",
		"SELECT max(api_key) FROM keys",
		"SELECT hstore(k) FROM keys k",
		"SELECT owner_email || '=' || api_key AS pair FROM keys",
	} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err, sql)
		var csv strings.Builder
		require.NoError(t, result.CSV(&csv))
		for _, out := range []string{result.Text(0), csv.String(), fmt.Sprint(result.Rows)} {
			for _, secret := range []string{"sk_live", "abcdefghijklmnop", "ana@example", "4915112345678"} {
				assert.NotContains(t, out, secret, sql)
			}
		}
	}
}

func TestMaskingFollowsAViewDown(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	for _, sql := range []string{"SELECT how FROM contacts LIMIT 1", "SELECT to_whom AS x FROM contacts_again LIMIT 1", "SELECT c FROM contacts c LIMIT 1"} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err)
		assert.True(t, result.Columns[0].Masked, sql)
	}
	result, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT username FROM contacts LIMIT 1"})
	require.NoError(t, err)
	assert.False(t, result.Columns[0].Masked)
	assert.NotContains(t, result.Rows[0][0].Text, "***")
}

func TestAResultDoesNotPrintItself(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	result, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT username FROM users"})
	require.NoError(t, err)
	name := result.Rows[0][0].Text
	require.NotEmpty(t, name)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, result), name, verb)
	}
	config := diagnostics.Config{URL: "postgres://u:hunter2@h/d"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, config), "hunter2", verb)
	}
	_, err = diagnostics.Open(t.Context(), diagnostics.Config{URL: "postgres://u:hunter2@h:port/d"})
	require.ErrorIs(t, err, diagnostics.ErrURL)
	assert.NotContains(t, err.Error(), "hunter2")
}

// TestMaskingFollowsAKeyIntoWhatPostgresWrites: a document as it writes it as an element, a part of a row, and a text in another document.
func TestMaskingFollowsAKeyIntoWhatPostgresWrites(t *testing.T) {
	r := open(t, as(reader, "canary"), nil)
	const document = `(SELECT ('{"id": 17, "to' || 'ken": {"x": ["a\\\"b", "hunter2"]}, "fine": "yes"}')::jsonb AS d) s`
	for _, what := range []string{
		"d", "ARRAY[d, d]", "ROW(d, 1)", "ARRAY[ROW(d, 1)]", "ARRAY[ARRAY[d]]", "ROW(ARRAY[d], 1)", "jsonb_build_object('log', d::text)", "jsonb_build_array(jsonb_build_object('log', d::text)::text)",
		"d::text || ' and more'", "left(d::text, 45)", "jsonb_pretty(d)", "(left(d::text, -1) || ', \"to' || 'ken\": null}')::json",
	} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT " + what + " FROM " + document})
		require.NoError(t, err, what)
		shown := result.Rows[0][0].Text
		assert.NotContains(t, shown, "hunter", what)
		assert.Contains(t, shown, "***", what)
		assert.Contains(t, shown, "17", "the rest is shown: %s", what)
	}
}
