package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Lack is something that running needs and the database does not give: what it is for, and what to do.
type Lack struct{ What, Fix string }

// Forbidden reports whether the database answered that its role may not do something.
func Forbidden(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "42501"
}

// oldestServer is the oldest version of Postgres that mayday runs on.
const oldestServer = 130000

// CheckRights tries on the database at url everything that running needs besides
// an answer: to make or to use its tables, to listen, to hold locks, to bound its
// sessions. What it makes is rolled back. The error is for what cannot be tried.
func CheckRights(ctx context.Context, url string) ([]Lack, error) {
	pending, shut := Pending(ctx, url)
	if shut != nil && !Forbidden(shut) {
		return nil, shut
	}
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	var lacks []Lack
	lack := func(what, fix string, err error) {
		var refused *pgconn.PgError
		switch {
		case err == nil:
		case errors.As(err, &refused):
			lacks = append(lacks, Lack{what + ": " + refused.Message, fix})
		default:
			lacks = append(lacks, Lack{what + ": " + err.Error(), fix})
		}
	}
	role, database := pgx.Identifier{c.Config().User}.Sanitize(), pgx.Identifier{c.Config().Database}.Sanitize()
	use := shut // who may not look into the schema may not use its tables
	if use == nil && len(pending) == 0 {
		use = tryUse(ctx, c)
	}
	if shut == nil && len(pending) > 0 {
		lack("the role cannot make mayday's tables", fmt.Sprintf("as the owner of the database: grant create on database %s to %s; the schemas mayday and %s, when they are there, have to belong to that role", database, role, Schema), tryTables(ctx, c))
	} else {
		lack("the role cannot use mayday's tables", fmt.Sprintf("as their owner: grant usage on schema mayday, %[1]s to %[2]s; grant all on all tables in schema mayday, %[1]s to %[2]s; grant all on all sequences in schema mayday, %[1]s to %[2]s", Schema, role), use)
	}
	_, err = c.Exec(ctx, `listen mayday_check; notify mayday_check; unlisten mayday_check`)
	lack("LISTEN and NOTIFY do not work, by which clocks and jobs wake up", "use the direct address of the primary, or a pooler in session mode", err)
	_, err = c.Exec(ctx, `select pg_try_advisory_lock(7701, -1), pg_advisory_unlock(7701, -1), pg_try_advisory_xact_lock(7702, -1)`)
	lack("advisory locks cannot be held, by which replicas know of each other", "grant execute on the functions pg_advisory_lock, pg_try_advisory_lock, pg_advisory_unlock and pg_try_advisory_xact_lock to "+role, err)
	_, err = c.Exec(ctx, session)
	lack("the session cannot be bounded", "use the direct address of the database, or a pooler that passes settings on", err)
	var version int
	if err := c.QueryRow(ctx, `select current_setting('server_version_num')::int`).Scan(&version); err == nil && version < oldestServer {
		lacks = append(lacks, Lack{fmt.Sprintf("the server is PostgreSQL %d", version/10000), "mayday needs PostgreSQL 13 or newer"})
	}
	return lacks, nil
}

// tryTables makes what migrations make, and rolls it back.
func tryTables(ctx context.Context, c *pgx.Conn) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	for _, schema := range []string{"mayday", Schema} {
		statements := []string{fmt.Sprintf(`create schema if not exists %s`, schema), fmt.Sprintf(`create table %s.mayday_check (n bigserial primary key)`, schema)}
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// tryUse looks for tables and sequences that the role may not use.
func tryUse(ctx context.Context, c *pgx.Conn) error {
	rows, err := c.Query(ctx, `select n.nspname || '.' || k.relname from pg_class k join pg_namespace n on n.oid = k.relnamespace
		where n.nspname in ('mayday', $1) and (not has_schema_privilege(n.oid, 'usage') or case k.relkind
			when 'r' then not (has_table_privilege(k.oid, 'select') and has_table_privilege(k.oid, 'insert') and has_table_privilege(k.oid, 'update') and has_table_privilege(k.oid, 'delete'))
			when 'S' then not has_sequence_privilege(k.oid, 'usage') else false end) order by 1 limit 5`, Schema)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(names) > 0 {
		err = errors.New("permission denied for " + strings.Join(names, ", "))
	}
	return err
}
