package diagnostics_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

func TestTheRoleOfTheScriptPasses(t *testing.T) {
	report, err := open(t, as(reader, "service"), nil).Inspect(t.Context())
	require.NoError(t, err)
	assert.True(t, report.OK(), "%+v", report.Harms)
	assert.Empty(t, report.Warnings)
	assert.Equal(t, reader, report.Role)
	assert.Equal(t, "service", report.Database)
}

func TestEveryHarmfulRightIsNamed(t *testing.T) {
	owner := admin(t, "service")
	for _, test := range []struct{ grant, revoke, name string }{
		{"CREATE ROLE bad LOGIN SUPERUSER", "", "SUPERUSER"},
		{"CREATE ROLE bad LOGIN CREATEROLE", "", "CREATEROLE"},
		{"CREATE ROLE bad LOGIN CREATEDB", "", "CREATEDB"},
		{"CREATE ROLE bad LOGIN REPLICATION", "", "REPLICATION"},
		{"CREATE ROLE bad LOGIN BYPASSRLS", "", "BYPASSRLS"},
		{"CREATE ROLE bad LOGIN IN ROLE pg_signal_backend", "", "pg_signal_backend"},
		{"CREATE ROLE bad LOGIN IN ROLE pg_write_all_data", "", "pg_write_all_data"},
		{"CREATE ROLE bad LOGIN NOINHERIT IN ROLE pg_execute_server_program", "", "pg_execute_server_program"},
		{"CREATE ROLE bad LOGIN; GRANT INSERT ON users TO bad", "REVOKE ALL ON users FROM bad", "INSERT on users"},
		{"CREATE ROLE bad LOGIN; GRANT UPDATE (balance) ON credits TO bad", "REVOKE ALL ON credits FROM bad", "UPDATE on credits"},
		{"CREATE ROLE bad LOGIN; GRANT DELETE ON users TO PUBLIC", "REVOKE ALL ON users FROM PUBLIC", "DELETE on users"},
		{"CREATE ROLE bad LOGIN; GRANT USAGE ON SEQUENCE webhook_logs_id_seq TO bad", "REVOKE ALL ON SEQUENCE webhook_logs_id_seq FROM bad", "USAGE on sequence webhook_logs_id_seq"},
		{"CREATE ROLE bad LOGIN; GRANT CREATE ON SCHEMA public TO bad", "REVOKE ALL ON SCHEMA public FROM bad", "CREATE on schema public"},
		{"CREATE ROLE bad LOGIN; GRANT TEMPORARY ON DATABASE service TO bad", "REVOKE ALL ON DATABASE service FROM bad", "TEMPORARY on database service"},
		{"CREATE ROLE bad LOGIN; CREATE TABLE mine (a int); ALTER TABLE mine OWNER TO bad", "DROP TABLE mine", "table mine"},
		{"CREATE ROLE bad LOGIN; SELECT lo_create(555); GRANT UPDATE ON LARGE OBJECT 555 TO bad", "SELECT lo_unlink(555)", "UPDATE on large object 555"},
		{"CREATE ROLE bad LOGIN; CREATE FUNCTION odd(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT NULL::text'; CREATE CAST (int AS text) WITH FUNCTION odd(int) AS IMPLICIT", "DROP FUNCTION odd(int) CASCADE", "a cast between built-in types"},
	} {
		t.Run(test.name, func(t *testing.T) {
			run(t, owner, test.grant)
			t.Cleanup(func() { run(t, owner, test.revoke+"; DROP ROLE bad") })
			report, err := open(t, as("bad", "service"), nil).Inspect(t.Context())
			require.NoError(t, err)
			assert.False(t, report.OK())
			var names []string
			for _, harm := range report.Harms {
				names = append(names, harm.Name)
				assert.NotEmpty(t, harm.Why)
				assert.NotEmpty(t, harm.Fix)
			}
			assert.Contains(t, names, test.name)
		})
	}
}

func run(t testing.TB, conn *pgx.Conn, sql string) {
	t.Helper()
	_, err := conn.Exec(context.Background(), sql, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
}

func TestWarningsOfTheCanaryDatabase(t *testing.T) {
	report, err := open(t, as(reader, "canary"), nil).Inspect(t.Context())
	require.NoError(t, err)
	var all []string
	for _, w := range report.Warnings {
		all = append(all, w.Name)
	}
	for _, part := range []string{"SECURITY DEFINER function note_as_owner", "extension dblink", "cast coin to integer", "operator <=!=>", "pg_logical_emit_message"} {
		assert.Contains(t, strings.Join(all, "\n"), part)
	}
}

func TestTheScriptQuotesNames(t *testing.T) {
	script := diagnostics.RoleScript(`my "db"`, `o'brien`)
	assert.Contains(t, script, `ON DATABASE "my ""db"""`)
	assert.Contains(t, script, `rolname = 'o''brien'`)
	assert.NotContains(t, script, "$role")
	assert.NotContains(t, script, "$database")
	assert.NotContains(t, script, "$literal")
}

// TestWhatCannotBeAskedIsNoHarmlessRole: whichever of the questions is not answered, nothing is known of the role.
func TestWhatCannotBeAskedIsNoHarmlessRole(t *testing.T) {
	owner := admin(t, "service")
	r := open(t, as(reader, "service"), nil)
	for _, table := range []string{"pg_roles", "pg_largeobject_metadata", "pg_settings", "pg_extension", "pg_policy"} {
		run(t, owner, "REVOKE SELECT ON "+table+" FROM PUBLIC")
		report, err := r.Inspect(t.Context())
		run(t, owner, "GRANT SELECT ON "+table+" TO PUBLIC")
		assert.Contains(t, failure(t, err).What, table)
		assert.Zero(t, report, table)
	}
	report, err := r.Inspect(t.Context())
	require.NoError(t, err)
	assert.Equal(t, reader, report.Role)
}

// TestManyHarmsAreListedShortly: in their order, so many of a kind and how many more there are.
func TestManyHarmsAreListedShortly(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, "CREATE ROLE many LOGIN CREATEDB; GRANT ALL ON users, credits, webhook_logs TO many")
	t.Cleanup(func() { run(t, owner, "REVOKE ALL ON users, credits, webhook_logs FROM many; DROP ROLE many") })
	g, err := diagnostics.OpenGate(t.Context(), diagnostics.Config{URL: as("many", "service"), AllowFunctions: []string{"public.nowhere"}})
	require.NoError(t, err)
	report, err := open(t, as("many", "service"), func(c *diagnostics.Config) { c.AllowFunctions = []string{"public.nowhere", "pg_catalog.now"} }).Inspect(t.Context())
	require.NoError(t, err)
	var names []string
	for _, h := range report.Harms {
		names = append(names, h.Name)
	}
	assert.Equal(t, []string{"CREATEDB", "DELETE on credits", "DELETE on users", "DELETE on webhook_logs", "INSERT on credits", "INSERT on users", "INSERT on webhook_logs",
		"REFERENCES on credits", "REFERENCES on users", "REFERENCES on webhook_logs", "TRIGGER on credits", "TRIGGER on users", "TRIGGER on webhook_logs", "… and 6 more like it"}, names)
	last := report.Harms[len(report.Harms)-1]
	assert.Equal(t, `REVOKE … FROM PUBLIC, "many";`, last.Fix)
	assert.Equal(t, report.Harms[1].Why, last.Why)
	assert.Equal(t, `ALTER ROLE "many" NOCREATEDB;`, report.Harms[0].Fix)
	assert.Contains(t, g.Shut().What, "(CREATEDB, DELETE on credits, DELETE on users, 11 more)")
	assert.Contains(t, g.Shut().Next, `First: ALTER ROLE "many" NOCREATEDB;`)
	var missing []string
	for _, w := range report.Warnings {
		if strings.HasPrefix(w.Name, "MAYDAY_SQL_FUNCTIONS") {
			missing = append(missing, w.Name+": "+w.Why)
		}
	}
	assert.ElementsMatch(t, []string{"MAYDAY_SQL_FUNCTIONS names public.nowhere: the database has no function of that name with that schema.",
		"MAYDAY_SQL_FUNCTIONS names pg_catalog.now: it would be one of the server itself, and those are allowed or not whatever is listed."}, missing)
}

// TestACastBetweenBuiltInTypesBlocksWhatIsComputed: it may call anything without a name in the statement. What a setting says is read all the same.
func TestACastBetweenBuiltInTypesBlocksWhatIsComputed(t *testing.T) {
	owner := admin(t, "service")
	run(t, owner, "CREATE FUNCTION odd(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT NULL::text'; CREATE CAST (int AS text) WITH FUNCTION odd(int) AS IMPLICIT")
	t.Cleanup(func() { run(t, owner, "DROP FUNCTION odd(int) CASCADE") })
	r := open(t, as(reader, "service"), nil)
	for _, sql := range []string{"SELECT 1", "EXPLAIN SELECT 1"} {
		_, err := r.Run(t.Context(), diagnostics.Request{SQL: sql, By: "U1"})
		var refusal *diagnostics.Refusal
		require.ErrorAs(t, err, &refusal, sql)
		assert.NotNil(t, r.Judge(sql), sql)
	}
	got, err := r.Run(t.Context(), diagnostics.Request{SQL: "SHOW work_mem", By: "U1"})
	require.NoError(t, err)
	assert.Equal(t, "8MB", got.Rows[0][0].Text)
}
