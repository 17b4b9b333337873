package diagnostics_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

const hostedReader = "hosted_reader"

// supabase makes a hosted database and the role by the script, as an owner who
// is no superuser runs it.
func supabase(t testing.TB) {
	t.Helper()
	require.NoError(t, command(t.Context(), "postgres", "CREATE DATABASE supabase"))
	setup, err := os.ReadFile("testdata/supabase.sql")
	require.NoError(t, err)
	root := admin(t, "supabase")
	run(t, root, string(setup))
	owner, err := pgx.Connect(t.Context(), as("hosted_owner", "supabase"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = owner.Close(t.Context()) })
	run(t, owner, diagnostics.RoleScript("supabase", hostedReader))
	run(t, owner, diagnostics.RoleScript("supabase", hostedReader)) // once more does no harm
	run(t, root, fmt.Sprintf("GRANT pg_read_all_stats TO %[1]s; GRANT USAGE ON SCHEMA auth, storage, realtime, cron, extensions TO %[1]s; GRANT SELECT ON ALL TABLES IN SCHEMA auth, storage, realtime TO %[1]s", hostedReader))
}

func TestAHostedDatabaseWithSchemasOfItsOwn(t *testing.T) {
	supabase(t)
	r := open(t, as(hostedReader, "supabase"), nil)

	t.Run("the role passes", func(t *testing.T) {
		report, err := r.Inspect(t.Context())
		require.NoError(t, err)
		assert.True(t, report.OK(), "%+v", report.Harms)
		var warned []string
		for _, w := range report.Warnings {
			warned = append(warned, w.Name+": "+w.Fix)
		}
		all := strings.Join(warned, "\n")
		assert.Contains(t, all, "INSERT on net.http_request_queue", "a right that an extension gives to everybody is told")
		assert.Contains(t, all, "CREATE POLICY mayday_reads ON posts", "rows that are hidden from the role are told")
	})
	t.Run("everyday statements run", func(t *testing.T) {
		for _, sql := range []string{
			"SELECT role, count(*) FROM auth.users GROUP BY role",
			"SELECT id, email, role, last_sign_in_at FROM auth.users ORDER BY created_at DESC LIMIT 5",
			"SELECT a.author, a.uid, a.role FROM authors a LEFT JOIN auth.users u ON u.id = a.uid",
			"SELECT author.author, author.role FROM authors author",
			"SELECT count(*) FROM auth.sessions s WHERE s.not_after < now()",
			"SELECT bucket_id, count(*), pg_size_pretty(sum((metadata->>'size')::bigint)) FROM storage.objects GROUP BY 1",
			"SELECT p.search, p.extension, p.title FROM posts p, storage.buckets b LIMIT 5",
			"SELECT name AS filename, (string_to_array(name, '/'))[1] AS foldername FROM storage.objects LIMIT 2",
			"SELECT CAST(payload->>'n' AS int), topic, extension FROM realtime.messages",
			"SELECT subscription_id, filters, entity FROM realtime.subscription",
			"SELECT jobid, jobname, schedule, command, active FROM cron.job",
			"SELECT status, count(*), max(end_time - start_time) FROM cron.job_run_details GROUP BY status",
			"SELECT left(query, 60), calls FROM pg_stat_statements ORDER BY calls DESC LIMIT 3",
			"SELECT status_code, count(*) FROM net._http_response GROUP BY 1",
		} {
			_, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
			assert.NoError(t, err, sql)
		}
	})
	t.Run("what does more than read is refused", func(t *testing.T) {
		for _, sql := range []string{
			"SELECT auth.uid()", `SELECT "auth"."uid"()`, "SELECT auth . uid ( )", "SELECT auth/* x */./* y */uid/* z */()", "SELECT auth.--\nuid()", "SELECT AUTH.JWT()",
			"SELECT cron.schedule('a', '* * * * *', 'select 1')", "SELECT cron.unschedule('a')", "SELECT net.http_post('http://127.0.0.1:1', '{}')",
			"SELECT realtime.send('{}', 'a', 'b', false)", `SELECT realtime."cast"('1', 'int')`, "SELECT storage.search('a', 'b', 1)", "SELECT storage.filename(name) FROM storage.objects",
			"SELECT * FROM vault.decrypted_secrets", "SELECT * FROM pgbouncer.get_auth('postgres')", "SELECT graphql_public.graphql('select 1')", "SELECT current_setting('app.settings.jwt_secret')",
		} {
			_, err := r.Run(t.Context(), diagnostics.Request{SQL: sql})
			var refusal *diagnostics.Refusal
			assert.ErrorAs(t, err, &refusal, sql)
		}
	})
	t.Run("secrets are masked", func(t *testing.T) {
		result, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT *, coalesce(confirmation_token, encrypted_password) AS x FROM auth.users LIMIT 1"})
		require.NoError(t, err)
		assert.NotContains(t, fmt.Sprint(result.Rows), "confirm1")
		assert.NotContains(t, fmt.Sprint(result.Rows), "crypted1")
	})
	t.Run("an owner may allow its functions", func(t *testing.T) {
		r := open(t, as(hostedReader, "supabase"), func(c *diagnostics.Config) { c.AllowFunctions = []string{"auth.uid", "auth.role", "auth.udi"} })
		_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT auth.uid(), auth.role()"})
		assert.NoError(t, err)
		_, err = r.Run(t.Context(), diagnostics.Request{SQL: "SELECT auth.jwt()"})
		assert.Error(t, err)
		report, err := r.Inspect(t.Context())
		require.NoError(t, err)
		assert.Contains(t, fmt.Sprint(report.Warnings), "auth.udi", "a name that fits nothing is told")
	})
}
