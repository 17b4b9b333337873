// Package sample fills a database with the shop that the default runbook is
// about, so that every query of it shows something real: some thousands of rows
// and the troubles that its scenarios look for.
//
// The rule of the room: it is for a scratch database. It drops and makes its own
// tables, and never touches others.
package sample

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"mayday/diagnostics"
)

//go:embed schema.sql
var schema string

//go:embed data.sql
var data string

// dropTables drops those of this sample, and first those of the sample that
// earlier versions made: a demo's database outlives an upgrade.
const dropTables = `DROP TABLE IF EXISTS webhook_logs, recordings, credit_transactions, credits, session_participants;
DROP TABLE IF EXISTS jobs, workers, webhook_events, payments, order_items, orders, products, sign_in_mails, sessions, users`

// Load makes the tables, their content with times relative to now, and the
// read-only role of that name as diagnostics.RoleScript does. conn must be a
// superuser's, connected to the database that is filled; what was there of an
// earlier Load is replaced. pg_stat_statements is added where the server has it.
// The role gets no password: a private server lets it in without, and for any
// other the caller sets one.
func Load(ctx context.Context, conn *pgx.Conn, role string) error {
	var database string
	if err := conn.QueryRow(ctx, "SELECT current_database()").Scan(&database); err != nil {
		return fmt.Errorf("sample: ask for the database: %w", err)
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("sample: begin: %w", err)
	}
	defer tx.Rollback(ctx) // after Commit it does nothing
	for _, step := range []struct{ what, sql string }{
		{"drop the old tables", dropTables},
		{"make the tables", schema},
		{"fill the tables", data},
		{"make the role", diagnostics.RoleScript(database, role)},
	} {
		if _, err := tx.Exec(ctx, step.sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("sample: %s: %w", step.what, err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("sample: commit: %w", err)
	}
	return addStatistics(ctx, conn)
}

// addStatistics creates pg_stat_statements where the server has loaded it; it
// answers only when it is in shared_preload_libraries.
func addStatistics(ctx context.Context, conn *pgx.Conn) error {
	var loaded bool
	err := conn.QueryRow(ctx, `SELECT current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%'
		AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements')`).Scan(&loaded)
	if err != nil {
		return fmt.Errorf("sample: ask for extensions: %w", err)
	}
	if !loaded {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements"); err != nil {
		return fmt.Errorf("sample: create extension: %w", err)
	}
	return nil
}
