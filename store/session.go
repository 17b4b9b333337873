package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"
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
// It prepares no statement, which a pooler in transaction mode may not know.
func CheckSessions(ctx context.Context, url string) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return errors.New("DATABASE_URL is not a Postgres URL; write it like postgres://user:password@host:5432/mayday")
	}
	all, err := connectAll(ctx, cfg, 1+probes)
	defer func() { closeAll(ctx, all) }()
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return sharesNoProcess(ctx, all)
}

// sharesNoProcess is CheckSessions for connections that are there, and are as they were afterwards.
func sharesNoProcess(ctx context.Context, all []*pgx.Conn) error {
	idle, busy := all[0], all[1:]
	first, err := processOf(ctx, idle, "")
	if err != nil {
		return err
	}
	others := make([]uint64, len(busy))
	asking, asked := errgroup.WithContext(ctx)
	for i, c := range busy {
		asking.Go(func() (err error) {
			others[i], err = processOf(asked, c, "begin; ")
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return err
	}
	last, err := processOf(ctx, idle, "")
	if err != nil {
		return err
	}
	if slices.Contains(others, first) || last != first {
		return ErrPooler
	}
	ending, ended := errgroup.WithContext(ctx)
	for _, c := range busy {
		ending.Go(func() error {
			_, err := c.Exec(ended, `rollback`)
			return err
		})
	}
	return ending.Wait()
}

// connectAll opens connections side by side. With an error it returns those that there are.
func connectAll(ctx context.Context, cfg *pgx.ConnConfig, n int) ([]*pgx.Conn, error) {
	var mu sync.Mutex
	var all []*pgx.Conn
	g, connecting := errgroup.WithContext(ctx)
	for range n {
		g.Go(func() error {
			c, err := pgx.ConnectConfig(connecting, cfg)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, c)
			return nil
		})
	}
	err := g.Wait()
	return all, err
}

// processOf asks which server process answers; before is what is to be done there first.
func processOf(ctx context.Context, c *pgx.Conn, before string) (pid uint64, err error) {
	r, err := c.PgConn().Exec(ctx, before+`select pg_backend_pid()`).ReadAll()
	if err == nil {
		pid, err = strconv.ParseUint(string(r[len(r)-1].Rows[0][0]), 10, 64)
	}
	if err != nil {
		return 0, fmt.Errorf("ask for the server process: %w", err)
	}
	return pid, nil
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
