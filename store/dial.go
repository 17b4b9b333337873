package store

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// silence is how long the database may leave a question unanswered before the
	// connection counts as broken: a cut cable and a hung pooler say nothing, and the
	// job queue sets no limit of its own. All that is asked here takes milliseconds.
	silence = 10 * time.Second
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
	cfg.ConnConfig.DialFunc = all.dialer(cfg.ConnConfig.DialFunc)
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

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

func (l *lines) dialer(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		heard := listening(c, silence)
		l.add(heard)
		return heard, nil
	}
}

// listener is a connection that closes itself when what was written gets no answer
// in time. It sets no deadlines: those belong to the driver.
type listener struct {
	net.Conn
	alarm  *time.Timer
	closed func()

	mu       sync.Mutex
	patience time.Duration
	asked    time.Time // since when an answer is waited for; zero when none is
	doubted  bool
}

func listening(c net.Conn, patience time.Duration) *listener {
	l := &listener{Conn: c, patience: patience, closed: func() {}}
	l.alarm = time.AfterFunc(time.Hour, func() { _ = l.Close() })
	l.alarm.Stop()
	return l
}

// waits returns how long an answer may take.
func (l *listener) waits() time.Duration {
	if l.doubted {
		return min(proveWithin, l.patience)
	}
	return l.patience
}

func (l *listener) suspect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doubted = true
	if !l.asked.IsZero() {
		l.alarm.Reset(max(0, l.waits()-time.Since(l.asked)))
	}
}

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	if l.asked.IsZero() {
		l.asked = time.Now()
	}
	l.alarm.Reset(l.waits())
	l.mu.Unlock()
	return l.Conn.Write(b)
}

func (l *listener) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 || err != nil {
		l.mu.Lock()
		l.alarm.Stop()
		l.asked, l.doubted = time.Time{}, false
		l.mu.Unlock()
	}
	return n, err
}

func (l *listener) Close() error {
	l.alarm.Stop()
	l.closed()
	return l.Conn.Close()
}
