package store

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// silence is how long the database may leave a question unanswered before the
	// connection counts as broken: a cut cable and a hung pooler say nothing, and the
	// job queue sets no limit of its own. All that is asked here takes milliseconds.
	silence = 10 * time.Second
	// idleFor is how long a connection that nobody needs is kept.
	idleFor = time.Minute
)

// session limits what a vanished process holds up: Postgres ends a transaction in
// which nothing happens, and asks a host that says nothing whether it is there.
// As settings of the connection's start a pooler would refuse them.
// Source: PostgreSQL, "Client Connection Defaults" and "Connection Settings".
const session = `set idle_in_transaction_session_timeout = '5s'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`

// newPool opens a pool of at most most connections to the database of cfg.
func newPool(ctx context.Context, cfg *pgxpool.Config, most int32) (*pgxpool.Pool, error) {
	cfg = cfg.Copy()
	cfg.MaxConns, cfg.MaxConnIdleTime = most, idleFor
	cfg.ConnConfig.DialFunc = dialer(cfg.ConnConfig.DialFunc)
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, session)
		return err
	}
	return pgxpool.NewWithConfig(ctx, cfg)
}

// connect opens a connection that stays, with the pool's settings.
func (s *Store) connect(ctx context.Context) (*pgx.Conn, error) {
	cfg := s.pool.Config()
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

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

func dialer(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return listening(c, silence), nil
	}
}

// listener is a connection that closes itself when what was written gets no answer
// in time. It sets no deadlines: those belong to the driver.
type listener struct {
	net.Conn
	patience time.Duration
	alarm    *time.Timer
}

func listening(c net.Conn, patience time.Duration) *listener {
	l := &listener{Conn: c, patience: patience, alarm: time.AfterFunc(time.Hour, func() { _ = c.Close() })}
	l.alarm.Stop()
	return l
}

func (l *listener) Write(b []byte) (int, error) {
	l.alarm.Reset(l.patience)
	return l.Conn.Write(b)
}

func (l *listener) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 || err != nil {
		l.alarm.Stop()
	}
	return n, err
}

func (l *listener) Close() error {
	l.alarm.Stop()
	return l.Conn.Close()
}
