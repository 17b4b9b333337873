package diagnostics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// What SHOW refuses is not to be had from the view either, and what SHOW gives is.
func TestSettingsAreAsClosedAsRowsAsTheyAreByName(t *testing.T) {
	owner := admin(t, "canary")
	run(t, owner, "ALTER SYSTEM SET restore_command = 'curl -u hunter2 https://archive-internal/%f'")
	run(t, owner, "SELECT pg_reload_conf()")
	t.Cleanup(func() { run(t, owner, "ALTER SYSTEM RESET restore_command"); run(t, owner, "SELECT pg_reload_conf()") })
	require.Eventually(t, func() bool {
		var now string
		return owner.QueryRow(t.Context(), "SELECT setting FROM pg_settings WHERE name = 'restore_command'").Scan(&now) == nil && now != ""
	}, waitLong, waitShort)
	run(t, owner, "GRANT pg_read_all_settings TO reader")
	t.Cleanup(func() { run(t, owner, "REVOKE pg_read_all_settings FROM reader") })
	for _, sql := range []string{
		"CREATE VIEW tuned AS SELECT name, setting, unit FROM pg_settings",
		"CREATE VIEW tuned_loudly AS SELECT name, upper(setting) AS loud FROM tuned",
		"CREATE VIEW tuned_twice AS SELECT * FROM (SELECT name, setting FROM pg_settings) s (a, b) JOIN (SELECT upper(setting) AS name, category FROM pg_show_all_settings()) t ON true",
		`CREATE MATERIALIZED VIEW "Tuned once" AS SELECT name AS n, reverse(setting) AS r FROM tuned`,
		`GRANT SELECT ON tuned, tuned_loudly, tuned_twice, "Tuned once" TO reader`,
	} {
		run(t, owner, sql)
	}
	t.Cleanup(func() { run(t, owner, `DROP VIEW tuned CASCADE`); run(t, owner, "DROP VIEW tuned_twice") })
	r := open(t, as(reader, "canary"), nil)
	for _, sql := range []string{
		"SELECT setting FROM tuned WHERE name = 'restore_command'",
		"SELECT upper(setting) FROM tuned WHERE name = 'restore_command'",
		"SELECT upper(setting) FROM tuned WHERE name = 'work_mem' OR name = 'restore_command'",
		`SELECT loud FROM "tuned_loudly" WHERE name = 'restore_command'`,
		"SELECT * FROM tuned_loudly WHERE name = 'restore_command'",
		"SELECT * FROM tuned_twice WHERE a = 'restore_command' AND category LIKE 'Write%'",
		"SELECT name FROM tuned_twice WHERE a = 'work_mem' AND category LIKE 'Write%'",
		`SELECT * FROM "Tuned once" WHERE n = 'restore_command'`,
		`SELECT r FROM public."Tuned once" WHERE n LIKE 'restore%'`,
		"SELECT * FROM pg_settings WHERE name LIKE 'restore%'",
		"SELECT name, setting FROM pg_settings WHERE name ~ 'restore'",
		"SELECT name AS n, reset_val AS r FROM pg_settings WHERE name = 'restore_command'",
		"SELECT setting FROM pg_settings WHERE name = 'restore_command'",
		"SELECT setting AS x FROM pg_settings WHERE setting LIKE 'curl%'",
		"SELECT upper(setting) FROM pg_settings WHERE name = 'restore_command'",
		"SELECT left(setting, 40) FROM pg_settings WHERE name = 'restore_command'",
		"SELECT string_agg(setting, ',') FROM pg_settings",
		"SELECT string_agg(right(setting, 40), ',') FROM pg_settings WHERE name LIKE 'restore%'",
		"SELECT s FROM pg_settings s WHERE name = 'restore_command'",
		"SELECT (s).setting FROM pg_settings s WHERE name = 'restore_command'",
		"SELECT substr(setting, 1, 30) FROM pg_settings WHERE name = 'work_mem' OR name = 'restore_command'",
		"SELECT reverse(setting) FROM pg_show_all_settings() WHERE name LIKE 'resto%'",
		"SELECT setting FROM pg_show_all_settings() WHERE name LIKE 'resto%'",
		`SELECT upper(setting) FROM pg_settings WHERE name = E'restore\x5fcommand'`,
		"SELECT upper(setting) FROM pg_settings WHERE name = 'restore' || '_command'",
		"SELECT upper(setting) FROM pg_settings WHERE name = 'max_connections' IS FALSE ORDER BY length(setting) DESC",
		"SELECT upper(setting) FROM pg_settings WHERE (name = 'max_connections') = false ORDER BY length(setting) DESC",
		"SELECT CASE WHEN name = 'max_connections' THEN '' ELSE upper(setting) END FROM pg_settings ORDER BY length(setting) DESC",
		"SELECT upper(setting) FROM pg_settings WHERE CASE WHEN name = 'max_connections' THEN true ELSE true END ORDER BY length(setting) DESC",
		"SELECT (true AND name = 'max_connections')::text || upper(setting) FROM pg_settings ORDER BY length(setting) DESC",
		"SELECT upper(b.setting) FROM pg_settings a, pg_settings b WHERE a.name = 'max_connections' ORDER BY length(b.setting) DESC",
		"SELECT upper(b.setting) FROM pg_settings b WHERE EXISTS (SELECT FROM pg_settings a WHERE a.name = 'max_connections') ORDER BY length(b.setting) DESC",
		"SELECT a.name, upper(b.setting) FROM pg_settings a JOIN pg_settings b ON a.name = 'max_connections' ORDER BY length(b.setting) DESC",
		"WITH s AS (SELECT * FROM pg_settings) SELECT a.name, upper(b.setting) FROM s a, s b WHERE a.name = 'max_connections' ORDER BY length(b.setting) DESC",
		"WITH s AS (SELECT * FROM pg_settings) SELECT upper(b.setting) FROM s a, s b WHERE a.name = 'max_connections' ORDER BY length(b.setting) DESC",
		"SELECT name, string_agg(upper(setting), ',') OVER () FROM pg_settings ORDER BY length(setting) DESC",
		"SELECT name, lead(upper(setting)) OVER (ORDER BY name) FROM pg_settings WHERE name LIKE 'res%'",
		"SELECT name, string_agg(upper(setting), ',') FROM pg_settings WHERE category LIKE 'Write%' GROUP BY ROLLUP (name) ORDER BY name DESC",
		"SELECT name, string_agg(upper(setting), ',') FROM pg_settings WHERE category LIKE 'Write%' GROUP BY CUBE (name) ORDER BY name DESC",
		"SELECT name, string_agg(upper(setting), ',') FROM pg_settings WHERE category LIKE 'Write%' GROUP BY GROUPING SETS ((), (name)) ORDER BY name DESC",
		"SELECT upper(setting) FROM pg_settings WHERE name = 'max_connections' AND true OR name = 'restore_command'",
		"SELECT upper(setting) FROM pg_settings WHERE setting BETWEEN '' AND name = 'true' AND category LIKE 'Write%'",
		"SELECT upper(setting) FROM pg_settings WHERE CASE WHEN false AND name = 'max_connections' AND true THEN false ELSE name = 'restore_command' END",
		"SELECT upper(setting) FROM pg_settings WHERE ARRAY[true AND name = 'max_connections' AND true] = ARRAY[false] AND category LIKE 'Write%'",
		"SELECT upper(setting) FROM pg_settings WHERE name ~ '[[=r=]]estore_command'",
		"SELECT upper(setting) FROM pg_settings WHERE name ~ '[[.r.]]estore_command'",
		"SELECT (SELECT string_agg(upper(setting), ',') FROM pg_settings s WHERE o.name = 'max_connections' AND s.category LIKE 'Write%') FROM (SELECT 'max_connections'::text AS name) o",
		`SELECT (SELECT string_agg(upper(setting), ',') FROM pg_settings s WHERE "S".name = 'max_connections' AND s.category LIKE 'Write%') FROM (SELECT 'max_connections'::text AS name) "S"`,
		`SELECT (SELECT string_agg(upper(setting), ',') FROM pg_settings s WHERE "NAME" = 'max_connections' AND s.category LIKE 'Write%') FROM (SELECT 'max_connections'::text AS "NAME") o`,
	} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err, sql)
		for _, part := range []string{"curl", "CURL", "hunter2", "HUNTER2", "archive-internal", "2retnuh"} {
			assert.NotContains(t, fmt.Sprint(result.Rows), part, sql)
		}
	}
	for sql, want := range map[string]string{
		"SELECT name, setting FROM tuned WHERE name = 'max_connections'":                                  "60",
		"SELECT setting::int FROM tuned WHERE name = 'max_connections'":                                   "60",
		"SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'work_mem')":             "60",
		"SELECT setting::int FROM pg_settings WHERE name = 'max_connections'":                             "60",
		"SELECT (SELECT setting::int FROM pg_settings WHERE name = 'max_connections') AS max":             "60",
		"SELECT name || ' is ' || setting AS x FROM pg_settings WHERE name = 'max_connections'":           "max_connections is 60",
		"SELECT name || ' is ' || setting AS x FROM pg_settings WHERE name LIKE 'max_connections'":        "max_connections is 60",
		"SELECT name, upper(setting) FROM pg_settings ORDER BY name = 'max_connections' DESC LIMIT 1":     "60",
		"SELECT count(*) > 100 FROM pg_settings":                                                          "t",
		"SELECT name, setting, unit, boot_val, reset_val FROM pg_settings WHERE name = 'max_connections'": "100",
	} {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
		require.NoError(t, err, sql)
		assert.Contains(t, fmt.Sprint(result.Rows), want, sql)
	}
}
