package diagnostics

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Report is what Inspect found about the role and the database.
type Report struct {
	Role, Database, Version string
	// Replica: the server is in recovery, which is the best place to ask.
	Replica bool
	// Harms are rights with which the role could do harm. SQL must not be enabled while there are any.
	Harms []Finding
	// Warnings are worth mending and do not forbid anything.
	Warnings []Finding
}

// Finding is one right or setting, with the way to mend it.
type Finding struct {
	// Name of the right: "SUPERUSER", "INSERT on public.orders".
	Name string
	// Why it matters, one sentence.
	Why string
	// Fix is SQL, or words where no statement helps.
	Fix string
}

// OK says that SQL may be enabled.
func (r Report) OK() bool { return len(r.Harms) == 0 }

// Inspect looks at what the role could do, right by right. A *Failure says that
// the database could not be asked.
func (r *Runner) Inspect(ctx context.Context) (Report, error) {
	report, err := r.inspect(ctx)
	if err != nil {
		return Report{}, r.explain(ctx, err, "")
	}
	return report, nil
}

func (r *Runner) inspect(ctx context.Context) (Report, error) {
	config := r.dial.Copy()
	config.RuntimeParams["application_name"] = "mayday:check"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return Report{}, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	report := Report{}
	err = conn.QueryRow(ctx, `SELECT current_user::text, current_database()::text, current_setting('server_version'), pg_is_in_recovery()`).
		Scan(&report.Role, &report.Database, &report.Version, &report.Replica)
	if err != nil {
		return Report{}, fmt.Errorf("ask who we are: %w", err)
	}
	role, database := pgx.Identifier{report.Role}.Sanitize(), pgx.Identifier{report.Database}.Sanitize()
	for _, question := range harmQuestions {
		found, err := findings(ctx, conn, question, role, database)
		if err != nil {
			return Report{}, err
		}
		report.Harms = append(report.Harms, found...)
	}
	for _, question := range warningQuestions {
		found, err := findings(ctx, conn, question, role, database)
		if err != nil {
			return Report{}, err
		}
		report.Warnings = append(report.Warnings, found...)
	}
	snap, err := r.fresh(ctx)
	if err != nil {
		return report, nil // each statement says why
	}
	if snap.blocked != nil {
		report.Harms = append(report.Harms, Finding{Name: "a cast between built-in types", Why: snap.blocked.Why, Fix: snap.blocked.Instead})
	}
	for _, name := range snap.missing {
		report.Warnings = append(report.Warnings, unlisted(name))
	}
	return report, nil
}

// unlisted says of a function of Config.AllowFunctions why that opens nothing.
func unlisted(name string) Finding {
	f := Finding{Name: "MAYDAY_SQL_FUNCTIONS names " + name, Why: "the database has no function of that name with that schema.", Fix: "Correct the name, or take it out."}
	if strings.HasPrefix(name, "pg_catalog.") || strings.HasPrefix(name, "information_schema.") {
		f.Why, f.Fix = "it would be one of the server itself, and those are allowed or not whatever is listed.", "Take it out."
	}
	return f
}

// question is a query whose rows are names of rights that should not be there.
type question struct {
	sql string
	why string
	// fix may hold $name, $role and $database.
	fix string
}

// fewNames is how many of one kind are listed one by one.
const fewNames = 12

func findings(ctx context.Context, conn *pgx.Conn, q question, role, database string) ([]Finding, error) {
	rows, err := conn.Query(ctx, q.sql)
	if err != nil {
		return nil, fmt.Errorf("inspect the role: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("inspect the role: %w", err)
	}
	sort.Strings(names)
	var list []Finding
	for i, name := range names {
		if i == fewNames {
			list = append(list, Finding{Name: fmt.Sprintf("… and %d more like it", len(names)-fewNames), Why: q.why, Fix: strings.NewReplacer("$name", "…", "$role", role, "$database", database).Replace(q.fix)})
			break
		}
		list = append(list, Finding{Name: name, Why: q.why, Fix: strings.NewReplacer("$name", name, "$role", role, "$database", database).Replace(q.fix)})
	}
	return list, nil
}

// Parts of questions about tables and sequences. A right counts where the role
// may enter the schema, too.
const (
	writable = ` FROM pg_class, LATERAL (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p(privilege)
		WHERE relkind IN ('r','p','v','m','f') AND oid >= 16384 AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND has_schema_privilege(relnamespace, 'USAGE')
		AND (has_table_privilege(oid, privilege) OR (privilege IN ('INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(oid, privilege)))`
	movable = ` FROM pg_class, LATERAL (VALUES ('USAGE'), ('UPDATE')) p(privilege)
		WHERE relkind = 'S' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND has_schema_privilege(relnamespace, 'USAGE') AND has_sequence_privilege(oid, privilege)`
	// fromExtension: an extension gives the right to everybody, and nobody but its
	// owner, on hosted databases the provider, could take it back.
	fromExtension = `EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
		AND NOT EXISTS (SELECT FROM aclexplode(relacl) a WHERE a.privilege_type = privilege AND a.grantee <> 0 AND pg_has_role(current_user, a.grantee, 'MEMBER'))`
)

// harmQuestions are rights that only a wrong setup gives. They count what comes
// through PUBLIC and through other roles, because has_…_privilege does.
var harmQuestions = []question{
	{`SELECT attribute FROM pg_roles, LATERAL (VALUES ('SUPERUSER', rolsuper), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb), ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) a(attribute, held)
		WHERE rolname = current_user AND held`,
		"the role could change the server, or see what row policies hide.", "ALTER ROLE $role NO$name;"},
	{`SELECT rolname::text FROM pg_roles WHERE rolname IN ('pg_write_all_data', 'pg_signal_backend', 'pg_signal_autovacuum_worker', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
			'pg_checkpoint', 'pg_maintain', 'pg_create_subscription', 'pg_database_owner', 'pg_use_reserved_connections', 'rds_superuser', 'rds_replication', 'cloudsqlsuperuser', 'azure_pg_admin', 'service_role', 'supabase_admin')
		AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND pg_has_role(current_user, oid, 'MEMBER')`,
		"membership in this role goes beyond reading.", "REVOKE $name FROM $role;"},
	{`SELECT DISTINCT r.rolname::text FROM pg_roles r JOIN pg_class c ON c.relowner = r.oid WHERE c.oid >= 16384 AND c.relkind IN ('r','p','v','m','f','S')
		AND r.rolname <> current_user AND NOT r.rolsuper AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND pg_has_role(current_user, r.oid, 'MEMBER')`,
		"this role owns tables, and whoever is a member of it can change and drop them.", "REVOKE $name FROM $role;"},
	{`SELECT what FROM (
			SELECT 'table ' || oid::regclass::text, relowner FROM pg_class WHERE relkind IN ('r','p','v','m','f','S') UNION ALL
			SELECT 'schema ' || nspname, nspowner FROM pg_namespace UNION ALL
			SELECT 'database ' || datname, datdba FROM pg_database UNION ALL
			SELECT 'function ' || oid::regprocedure::text, proowner FROM pg_proc) o(what, owner)
		WHERE owner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)`,
		"the role owns it, and an owner can change and drop it.", "Give $name to another owner: ALTER … OWNER TO …;"},
	{`SELECT privilege || ' on database ' || datname FROM pg_database, LATERAL (VALUES ('CREATE'), ('TEMPORARY')) p(privilege)
		WHERE datname = current_database() AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND has_database_privilege(oid, privilege)`,
		"temporary tables and new schemas can be written in a read-only transaction or before it.", "REVOKE CREATE, TEMPORARY ON DATABASE $database FROM PUBLIC, $role;"},
	{`SELECT 'CREATE on schema ' || quote_ident(nspname) FROM pg_namespace
		WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND nspname !~ '^pg_(temp|toast)' AND has_schema_privilege(oid, 'CREATE')`,
		"the role could create functions and tables.", "REVOKE $name FROM PUBLIC, $role;"},
	{"SELECT privilege || ' on ' || oid::regclass::text" + writable + " AND NOT (" + fromExtension + ")",
		"the role could write.", "REVOKE $name FROM PUBLIC, $role;"},
	{"SELECT privilege || ' on sequence ' || oid::regclass::text" + movable + " AND NOT (" + fromExtension + ")",
		"the role could move the sequence, and a rollback does not undo that.", "REVOKE $name FROM PUBLIC, $role;"},
	{`SELECT DISTINCT 'UPDATE on large object ' || m.oid::text FROM pg_largeobject_metadata m, LATERAL aclexplode(m.lomacl) a
		WHERE a.privilege_type = 'UPDATE' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
		AND (a.grantee = 0 OR pg_has_role(current_user, a.grantee, 'MEMBER'))`,
		"large objects can be written in a read-only transaction before version 16.", "REVOKE $name FROM PUBLIC, $role;"},
}

// warningQuestions are things that the other layers catch.
var warningQuestions = []question{
	{`SELECT setting || ' is not set on the role' FROM (VALUES ('statement_timeout'), ('lock_timeout'), ('idle_in_transaction_session_timeout'), ('temp_file_limit')) s(setting)
		WHERE current_setting(setting) IN ('0', '-1')`,
		"a limit on the role holds even when mayday's own is lost.", "Run the script again: mayday check --role-script prints it."},
	{`SELECT 'default_transaction_read_only is off' WHERE current_setting('default_transaction_read_only') = 'off'`,
		"the role's own default should be read-only.", "ALTER ROLE $role SET default_transaction_read_only = on;"},
	{`SELECT 'standard_conforming_strings is off for the database' FROM pg_settings WHERE name = 'standard_conforming_strings' AND reset_val = 'off'`,
		"a backslash changes the meaning of texts.", "ALTER DATABASE $database RESET standard_conforming_strings;"},
	{`SELECT 'search_path puts ' || schema || ' before pg_catalog' FROM unnest(current_schemas(true)) WITH ORDINALITY s(schema, place)
		WHERE schema <> 'pg_catalog' AND schema !~ '^pg_temp' AND place < (SELECT min(place) FROM unnest(current_schemas(true)) WITH ORDINALITY c(schema, place) WHERE c.schema = 'pg_catalog')`,
		"functions of that schema hide the server's own.", "ALTER ROLE $role RESET search_path;"},
	{`SELECT 'EXECUTE on pg_logical_emit_message' WHERE has_function_privilege('pg_logical_emit_message(boolean,text,text)', 'EXECUTE')`,
		"it writes to change streams in spite of READ ONLY; the guard refuses it.", "REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,text), pg_logical_emit_message(boolean,text,bytea) FROM PUBLIC;"},
	{`SELECT 'SECURITY DEFINER function ' || p.oid::regprocedure::text FROM pg_proc p WHERE p.oid >= 16384 AND p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE')
		AND p.prorettype NOT IN (2279, 3838)`,
		"it acts with its owner's rights; the guard refuses it.", "REVOKE EXECUTE ON ROUTINE … FROM PUBLIC;"},
	{`SELECT 'extension ' || extname FROM pg_extension WHERE extname IN ('dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'tablefunc', 'xml2', 'http', 'pg_net', 'plpython3u', 'plperlu')`,
		"it reaches beyond this transaction, or runs SQL held in texts; the guard refuses its functions.", "Nothing to do if the application needs it."},
	{`SELECT 'cast ' || castsource::regtype::text || ' to ' || casttarget::regtype::text FROM pg_cast WHERE castfunc >= 16384
		AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = pg_cast.oid AND deptype = 'e')`,
		"a cast of the database's own can happen without a name in the statement.", "Nothing to do if its function only computes."},
	{`SELECT 'operator ' || o.oid::regoperator::text FROM pg_operator o WHERE o.oid >= 16384 AND o.oprleft < 16384 AND o.oprright < 16384
		AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_operator'::regclass AND objid = o.oid AND deptype = 'e')`,
		"an operator of the database's own on built-in types; the guard refuses it.", "Nothing to do if its function only computes."},
	{"SELECT privilege || ' on ' || oid::regclass::text" + writable + " AND " + fromExtension + " UNION ALL SELECT privilege || ' on sequence ' || oid::regclass::text" + movable + " AND " + fromExtension,
		"an extension gives this right to everybody; READ ONLY and the server's grammar keep it from being used.", "REVOKE $name FROM PUBLIC; by the owner of the extension, where there is a way to it."},
	{`SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r','p') AND relrowsecurity AND oid >= 16384 AND has_schema_privilege(relnamespace, 'USAGE')
		AND (has_table_privilege(oid, 'SELECT') OR has_any_column_privilege(oid, 'SELECT')) AND row_security_active(oid)
		AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
		AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polcmd IN ('r', '*') AND polpermissive AND pg_get_expr(polqual, polrelid) = 'true'
			AND ('0'::oid = ANY (polroles) OR EXISTS (SELECT FROM unnest(polroles) m WHERE m <> 0 AND pg_has_role(current_user, m, 'MEMBER'))))`,
		"row security hides rows of this table from the role, so what is counted in it may be too little.", "CREATE POLICY mayday_reads ON $name FOR SELECT TO $role USING (true);"},
	{`SELECT 'this is the primary, and it has replicas' WHERE NOT pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_replication)`,
		"diagnostic queries cost least on a replica.", "Give DIAGNOSTICS_DATABASE_URL the address of a replica."},
}
