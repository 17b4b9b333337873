package diagnostics

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// RoleScript is the SQL that makes the role for a database. It is run once, by
// the owner of the database, connected to it in psql; it can be run again. The
// password is set by hand, so that it stands in no script.
func RoleScript(database, role string) string {
	if role == "" {
		role = "mayday_reader"
	}
	return strings.NewReplacer(
		"$role", pgx.Identifier{role}.Sanitize(),
		"$database", pgx.Identifier{database}.Sanitize(),
		"$literal", "'"+strings.ReplaceAll(role, "'", "''")+"'",
	).Replace(roleScript)
}

const roleScript = `-- The read-only role of mayday. Run it in psql, connected to $database, as its owner or a superuser.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $literal) THEN
    CREATE ROLE $role LOGIN;
  END IF;
END $$;
ALTER ROLE $role LOGIN INHERIT NOCREATEDB NOCREATEROLE CONNECTION LIMIT 10;
-- Set its password by hand:  \password $role

-- Limits that hold even if mayday forgets its own.
ALTER ROLE $role SET default_transaction_read_only = on;
ALTER ROLE $role SET statement_timeout = '5s';
ALTER ROLE $role SET lock_timeout = '500ms';
ALTER ROLE $role SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE $role SET work_mem = '8MB';
ALTER ROLE $role SET max_parallel_workers_per_gather = 0;
ALTER ROLE $role SET jit = off;
-- Only a superuser may set this one; on a hosted database leave it to the provider.
DO $$ BEGIN
  ALTER ROLE $role SET temp_file_limit = '64MB';
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'temp_file_limit was not set: it needs a superuser';
END $$;

-- What it may see: statistics of all sessions, and the tables that you choose.
-- Name columns where a table holds personal data, for example:
--   GRANT SELECT (id, status, created_at) ON users TO $role;
GRANT CONNECT ON DATABASE $database TO $role;
DO $$ BEGIN
  GRANT pg_read_all_stats TO $role;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'pg_read_all_stats was not granted: statements of other sessions stay hidden until whoever may grant it does';
END $$;
GRANT USAGE ON SCHEMA public TO $role;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO $role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO $role;

-- What everybody may do by default, and nobody needs.
REVOKE TEMPORARY ON DATABASE $database FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
DO $$ BEGIN
  REVOKE EXECUTE ON FUNCTION pg_catalog.pg_logical_emit_message(boolean, text, text) FROM PUBLIC;
  REVOKE EXECUTE ON FUNCTION pg_catalog.pg_logical_emit_message(boolean, text, bytea) FROM PUBLIC;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'pg_logical_emit_message stays open to everybody: closing it needs a superuser';
END $$;
`
