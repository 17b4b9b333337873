package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrPooler says that the address leads through a pooler that hands connections out for a
// transaction at a time. What lasts longer does not work there: LISTEN, by which
// clocks wake up, and the locks by which replicas know that another one died.
var ErrPooler = errors.New("DATABASE_URL goes through a pooler in transaction mode, where LISTEN and session locks do not work; " +
	"use the direct address of the database or the pooler's session mode (PgBouncer: pool_mode=session; Supabase: port 5432 instead of 6543; " +
	"Neon: the host without -pooler)")

// ErrReadOnly says that the database answers and takes no writes. What it shows may
// be old: another server may be the primary by now.
var ErrReadOnly = errors.New("the database takes no writes: it is a standby, or somebody set it read-only")

// takesWrites is asked outside of a transaction or inside one. It tells the time too,
// in microseconds since 1970.
const takesWrites = `select not pg_is_in_recovery() and not current_setting('default_transaction_read_only')::bool, (extract(epoch from clock_timestamp()) * 1e6)::bigint`

// writable asks a session whether it can write, ErrReadOnly says that it cannot, and
// what time it is.
func writable(ctx context.Context, c *pgconn.PgConn, clock *databaseClock) error {
	return ask(ctx, c, clock, takesWrites)
}

// ask is writable for a question that may begin with something else, such as "begin".
func ask(ctx context.Context, c *pgconn.PgConn, clock *databaseClock, question string) error {
	asked := clock.wall().Round(0) // without the monotonic reading: it is the wall that is compared
	r, err := c.Exec(ctx, question).ReadAll()
	if err != nil {
		return err
	}
	row := r[len(r)-1].Rows[0]
	us, err := strconv.ParseInt(string(row[1]), 10, 64)
	if err != nil {
		return fmt.Errorf("read the database's time: %w", err)
	}
	clock.heard(asked, clock.wall().Round(0), time.UnixMicro(us))
	if string(row[0]) != "t" {
		return ErrReadOnly
	}
	return nil
}

// CheckWrites connects and reports ErrReadOnly when nothing can be written there.
func CheckWrites(ctx context.Context, url string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	return writable(ctx, c.PgConn(), &databaseClock{wall: time.Now})
}

// probes is how many connections look for the server process of another one.
const probes = 3

// CheckSessions reports ErrPooler when connections of this address share server
// processes: while one client is idle, a transaction of another runs in its process.
func CheckSessions(ctx context.Context, url string) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return errors.New("DATABASE_URL is not a Postgres URL; write it like postgres://user:password@host:5432/mayday")
	}
	// A pooler in transaction mode may not know our prepared statements either.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	idle, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer idle.Close(context.WithoutCancel(ctx))
	var first, other int
	const pid = `select pg_backend_pid()`
	if err := idle.QueryRow(ctx, pid).Scan(&first); err != nil {
		return fmt.Errorf("ask for the server process: %w", err)
	}
	for range probes {
		busy, err := pgx.ConnectConfig(ctx, cfg)
		if err != nil {
			return fmt.Errorf("connect a second time: %w", err)
		}
		defer busy.Close(context.WithoutCancel(ctx))
		tx, err := busy.Begin(ctx)
		if err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		if err := tx.QueryRow(ctx, pid).Scan(&other); err != nil {
			return fmt.Errorf("ask for the server process: %w", err)
		}
		if other == first {
			return ErrPooler
		}
	}
	if err := idle.QueryRow(ctx, pid).Scan(&other); err != nil {
		return fmt.Errorf("ask for the server process again: %w", err)
	}
	if other != first {
		return ErrPooler
	}
	return nil
}

// Away reports whether an error of Open may go by itself: the database is not
// reachable, is starting, or has no connection left. A wrong password, a missing
// database, a missing right and ErrPooler do not.
func Away(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return away(err)
	}
	var unreachable *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &unreachable) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF)
}
