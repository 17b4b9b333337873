package store

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// proveWithin is how long a session may take to say that it can write, and
	// connectWithin a new one to begin, unless the address says otherwise
	// (connect_timeout): a command has to be answered within three seconds.
	proveWithin   = time.Second
	connectWithin = 1500 * time.Millisecond
	// idleFor is how long a connection that nobody needs is kept.
	idleFor = time.Minute
	// mostStatements of a connection stay prepared: those that are asked again and again are fewer. pgx makes room for
	// all of them when it connects, of its own accord for 512, and for as many descriptions, which this mode does not use.
	// Source: pgx, ConnConfig.StatementCacheCapacity and DescriptionCacheCapacity.
	mostStatements = 256
)

// session limits what a vanished process holds up: Postgres ends a transaction in
// which nothing happens, and asks a host that says nothing whether it is there.
// As settings of the connection's start a pooler would refuse them.
// Source: PostgreSQL, "Client Connection Defaults" and "Connection Settings".
const session = `set idle_in_transaction_session_timeout = '5s'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`

// newPool opens a pool of at most most connections to the database of cfg, which
// hands out none that cannot write.
func newPool(ctx context.Context, cfg *pgxpool.Config, most int32, all *lines) (*pgxpool.Pool, error) {
	cfg = cfg.Copy()
	cfg.MaxConns, cfg.MaxConnIdleTime = most, idleFor
	cfg.ConnConfig.AfterNetConnect = func(_ context.Context, _ *pgconn.Config, c net.Conn) (net.Conn, error) {
		heard := listening(c, silence)
		all.add(heard)
		return heard, nil
	}
	if cfg.ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement { // the address may name another one
		cfg.ConnConfig.StatementCacheCapacity, cfg.ConnConfig.DescriptionCacheCapacity = min(mostStatements, cfg.ConnConfig.StatementCacheCapacity), 0
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectWithin
	}
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, session)
		return err
	}
	var pool *pgxpool.Pool
	cfg.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false } // PrepareConn does more
	cfg.PrepareConn = func(ctx context.Context, c *pgx.Conn) (bool, error) {
		if ctx.Value(provesItself{}) != nil {
			return true, nil
		}
		err := all.prove(ctx, c)
		if err != nil && ctx.Err() == nil {
			pool.Reset()
		}
		if taken, ok := ctx.Value(takenFor{}).(**pgx.Conn); ok {
			*taken = c
		}
		return err == nil, nil // without an error the pool tries the next one, or a new one
	}
	var err error
	pool, err = pgxpool.NewWithConfig(ctx, cfg)
	return pool, err
}

// connect gives a connection that stays, with the pool's settings: one of the start's, or a new one.
func (s *Store) connect(ctx context.Context) (*pgx.Conn, error) {
	cfg := s.pool.Config()
	if c := s.early.take(); c != nil {
		if err := cfg.AfterConnect(ctx, c); err == nil {
			return c, nil
		}
		_ = c.Close(context.WithoutCancel(ctx)) // the database went away since the start
	}
	c, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		return nil, err
	}
	if err := cfg.AfterConnect(ctx, c); err != nil {
		_ = c.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return c, nil
}

// lines are all connections of a process. They know each other, because one that is
// silent shows that those which wait for an answer wait in vain.
type lines struct {
	clock *databaseClock

	mu   sync.Mutex
	open map[*listener]struct{}
}

// provesItself is the key of a context in which a connection is taken out of the pool
// unproved, because the first question on it is that one.
type provesItself struct{}

// prove asks a session whether it can write. Without an answer in time, nobody else
// waits any longer than that.
func (l *lines) prove(ctx context.Context, c *pgx.Conn) error { return l.ask(ctx, c, takesWrites) }

// begin is prove that begins a transaction too.
func (l *lines) begin(ctx context.Context, c *pgx.Conn) error {
	return l.ask(ctx, c, "begin; "+takesWrites)
}

func (l *lines) ask(ctx context.Context, c *pgx.Conn, question string) error {
	return l.within(ctx, proveWithin, func(ctx context.Context) error { return ask(ctx, c.PgConn(), l.clock, question) })
}

// within bounds a question that proves a session.
func (l *lines) within(ctx context.Context, most time.Duration, do func(context.Context) error) error {
	asking, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := do(asking)
	if asking.Err() != nil && ctx.Err() == nil {
		l.suspect()
	}
	return err
}

// proof is prove as part of a batch, which is sent at once.
func (l *lines) proof(b *pgx.Batch) {
	asked := l.clock.wall().Round(0)
	b.Queue(takesWrites).QueryRow(func(row pgx.Row) error {
		var writes bool
		var us int64
		if err := row.Scan(&writes, &us); err != nil {
			return err
		}
		l.clock.heard(asked, l.clock.wall().Round(0), time.UnixMicro(us))
		if !writes {
			return ErrReadOnly
		}
		return nil
	})
}

// suspect shortens the patience with every connection until it answers.
func (l *lines) suspect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.suspect()
	}
}

func (l *lines) add(c *listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		l.open = map[*listener]struct{}{}
	}
	l.open[c] = struct{}{}
	c.closed = func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, c)
	}
}
