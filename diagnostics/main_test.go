package diagnostics_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/store/localpg"
)

// How long and how often is looked for what happens by itself.
const (
	waitLong  = time.Minute
	waitShort = 5 * time.Millisecond
)

// server is the Postgres of these tests, with what the canaries need.
var server *localpg.Server

const (
	reader = "reader" // the least role
	mighty = "mighty" // a role as an application has it
)

func TestMain(m *testing.M) {
	code, err := withServer(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withServer(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "mayday-diagnostics")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return 1, err
	}
	hba := filepath.Join(dir, "hba.conf")
	if err := os.WriteFile(hba, []byte("local all locked_out scram-sha-256\nlocal all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 trust\n"), 0o644); err != nil {
		return 1, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	server, err = localpg.Start(ctx, localpg.Options{Dir: filepath.Join(dir, "pg"), Settings: map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "wal_level": "logical", "wal_writer_delay": "10ms", "hba_file": hba,
		"shared_preload_libraries": "pg_stat_statements", "max_connections": "60",
	}})
	if err != nil {
		return 1, err
	}
	defer server.Stop(context.Background())
	if err := prepare(ctx); err != nil {
		return 1, err
	}
	return run(), nil
}

// prepare makes the database "canary", a service with everything beside it with
// which a statement could do harm, and "service", that service alone.
func prepare(ctx context.Context) error {
	if err := prepareAs(ctx, "canary"); err != nil {
		return err
	}
	if err := prepareShop(ctx, "shop"); err != nil {
		return err
	}
	if err := create(ctx, "service"); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, server.AdminURL("service"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return loadService(ctx, conn)
}

func prepareAs(ctx context.Context, database string) error {
	if err := create(ctx, database); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, server.AdminURL(database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := loadService(ctx, conn); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, trim, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	hostile, err := os.ReadFile("testdata/canary.sql")
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, strings.ReplaceAll(string(hostile), "DATABASE canary", "DATABASE "+database), pgx.QueryExecModeSimpleProtocol)
	return err
}

// prepareShop makes a second database with which a statement could do harm.
func prepareShop(ctx context.Context, database string) error {
	if err := create(ctx, database); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, server.AdminURL(database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	hostile, err := os.ReadFile("testdata/shop.sql")
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, strings.ReplaceAll(string(hostile), "DATABASE shop", "DATABASE "+database), pgx.QueryExecModeSimpleProtocol)
	return err
}

// loadService makes the tables of testdata/service.sql, which the statements of
// these tests are about, and the role reader. conn is a superuser's.
func loadService(ctx context.Context, conn *pgx.Conn) error {
	tables, err := os.ReadFile("testdata/service.sql")
	if err != nil {
		return err
	}
	for _, sql := range []string{string(tables), diagnostics.RoleScript(conn.Config().Database, reader), addStatistics} {
		if _, err := conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	return nil
}

// addStatistics: not every server of these tests has loaded what the extension needs.
const addStatistics = `DO $$ BEGIN IF current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' THEN CREATE EXTENSION IF NOT EXISTS pg_stat_statements; END IF; END $$`

// trim leaves few rows, because the canaries read all of them again and again.
const trim = `DELETE FROM webhook_logs WHERE id > 150; DELETE FROM session_participants WHERE user_id > '20000000-0000-0000-0000-000000000000';
	DELETE FROM credit_transactions WHERE created_at < now() - interval '12 hours' AND status = 'completed';`

// create makes a database. Copying its files takes a tenth of what writing them through the log does.
func create(ctx context.Context, database string) error {
	if server.Major < 15 {
		return command(ctx, "postgres", "CREATE DATABASE "+database)
	}
	return command(ctx, "postgres", "CREATE DATABASE "+database+" STRATEGY file_copy")
}

func command(ctx context.Context, database, sql string) error {
	conn, err := pgx.Connect(ctx, server.AdminURL(database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// as is the address of a database for a role.
func as(role, database string) string { return asOn(server, role, database) }

func asOn(s *localpg.Server, role, database string) string {
	u, err := url.Parse(s.AdminURL(database))
	if err != nil {
		panic(err)
	}
	u.User = url.User(role)
	return u.String()
}

func admin(t testing.TB, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.AdminURL(database))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// open makes a Runner that nothing slows down; change, which may be nil, changes its configuration.
func open(t testing.TB, url string, change func(*diagnostics.Config)) *diagnostics.Runner {
	t.Helper()
	config := diagnostics.Config{URL: url, Rates: diagnostics.RateLimits{PerPerson: 1 << 20, PerPersonHour: 1 << 20, RunsPerPerson: 1 << 20, PerIncident: 1 << 20, PerDatabase: 1 << 20, PauseAfter: 1 << 20}}
	if change != nil {
		change(&config)
	}
	r, err := diagnostics.Open(t.Context(), config)
	require.NoError(t, err)
	return r
}
