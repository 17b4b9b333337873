package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrationLock keeps replicas that start together from migrating at once. It
// covers the job queue's migrations too, which take no lock of their own.
const migrationLock = 7700

// ErrNewer says that a newer mayday has brought the schema up to date. This one does
// not know what that expects of it, so it does not begin.
var ErrNewer = errors.New("the database belongs to a newer mayday than this one; start that version or a newer one, or restore the backup that was made before the upgrade")

// migrationNames are the names of all migrations that this program has or knows of. One more
// in the database is of a newer program.
func migrationNames() (own, all []string, err error) {
	own, err = fs.Glob(migrations, "migrations/*.sql")
	own = append(own, jobsVersion)
	return own, append(slices.Clone(own), earlierJobs...), err
}

// newer names the migrations in the database that this program does not know.
func newer(ctx context.Context, c *pgx.Conn) error {
	_, all, err := migrationNames()
	if err != nil {
		return err
	}
	rows, err := c.Query(ctx, `select name from mayday.migration where name <> all ($1) order by name`, all)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return err
	}
	return fmt.Errorf("%w (unknown here: %s)", ErrNewer, strings.Join(names, ", "))
}

// migrate brings the schema up to date. The lock is held on a connection of its
// own: taken from a pool that the migrations use too, it could wait for itself.
func migrate(ctx context.Context, cfg *pgx.ConnConfig) error {
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, `select pg_advisory_lock($1)`, migrationLock); err != nil {
		return err
	}
	if current, err := upToDate(ctx, c); err != nil || current {
		return err
	}
	if _, err := c.Exec(ctx, `create schema if not exists mayday; create schema if not exists `+Schema+`;
		create table if not exists mayday.migration (name text primary key, at timestamptz not null default now())`); err != nil {
		return err
	}
	if err := migrateJobs(ctx, cfg); err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := migrateOne(ctx, c, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// upToDate reports whether there is nothing to migrate, which spares a warm start the look through the job queue's
// migrations. ErrNewer when this program does not know what is there.
func upToDate(ctx context.Context, c *pgx.Conn) (bool, error) {
	var there bool
	if err := c.QueryRow(ctx, `select to_regclass('mayday.migration') is not null`).Scan(&there); err != nil || !there {
		return false, err
	}
	if err := newer(ctx, c); err != nil {
		return false, err
	}
	names, _, err := migrationNames()
	if err != nil {
		return false, err
	}
	var n int
	err = c.QueryRow(ctx, `select count(*) from mayday.migration where name = any($1)`, names).Scan(&n)
	return n == len(names), err
}

func migrateOne(ctx context.Context, c *pgx.Conn, name string) error {
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into mayday.migration (name) values ($1) on conflict do nothing`, name)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		sql, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, string(sql))
		return err
	})
}

// jobsVersion marks the job queue's migrations of the version in go.mod; change
// it together with that version, and add the one before to earlierJobs.
const jobsVersion = "river v0.51.2"

// earlierJobs are the marks of earlier releases.
var earlierJobs = []string{"river v0.51.1"}

func migrateJobs(ctx context.Context, cfg *pgx.ConnConfig) error {
	pc, err := pgxpool.ParseConfig(cfg.ConnString())
	if err != nil {
		return err
	}
	pc.MaxConns, pc.ConnConfig.ValidateConnect = 2, cfg.ValidateConnect
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return err
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: Schema})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	// Statistics taken while the table was empty make a burst of jobs sixty times
	// slower to fetch, so they are taken often.
	_, err = pool.Exec(ctx, `alter table `+Schema+`.river_job set (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500, autovacuum_vacuum_scale_factor = 0.02)`)
	if err != nil {
		return err
	}
	_, err = pool.Exec(ctx, `insert into mayday.migration (name) values ($1) on conflict do nothing`, jobsVersion)
	return err
}

// Pending lists the migrations that the database at url still lacks; all of
// them when it is empty. ErrNewer when it has some that this program does not know.
// It changes nothing.
func Pending(ctx context.Context, url string) ([]string, error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	return pending(ctx, c)
}

func pending(ctx context.Context, c *pgx.Conn) ([]string, error) {
	names, _, err := migrationNames()
	if err != nil {
		return nil, err
	}
	var there bool
	if err := c.QueryRow(ctx, `select to_regclass('mayday.migration') is not null`).Scan(&there); err != nil || !there {
		return names, err
	}
	if err := newer(ctx, c); err != nil {
		return nil, err
	}
	rows, err := c.Query(ctx, `select n from unnest($1::text[]) n where not exists (select 1 from mayday.migration where name = n)`, names)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
