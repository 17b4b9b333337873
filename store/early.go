package store

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// staying is how many connections a mayday that runs takes with connect: its sign of life, its clocks, its locks.
	staying = 3
	// earlyFor is how long the start's connections wait for who takes them: not everybody who opens a Store runs.
	earlyFor = 10 * time.Second
)

// early are connections that the start opened to look at the database, kept for those who need one that stays: a server
// process costs milliseconds to begin. The zero value is empty.
type early struct {
	mu    sync.Mutex
	conns []*pgx.Conn
	over  *time.Timer
}

// keep takes over the connections of a start, once, and closes those that nobody will need.
func (e *early) keep(ctx context.Context, all []*pgx.Conn) {
	e.mu.Lock()
	n := min(staying, len(all))
	e.conns = all[:n]
	e.over = time.AfterFunc(earlyFor, func() { e.close(context.WithoutCancel(ctx)) })
	e.mu.Unlock()
	closeAll(ctx, all[n:])
}

// take gives one of them, or nil.
func (e *early) take() *pgx.Conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := len(e.conns)
	if n == 0 {
		return nil
	}
	c := e.conns[n-1]
	e.conns = e.conns[:n-1]
	return c
}

// close closes those that nobody took.
func (e *early) close(ctx context.Context) {
	e.mu.Lock()
	left := e.conns
	e.conns = nil
	if e.over != nil {
		e.over.Stop()
	}
	e.mu.Unlock()
	closeAll(ctx, left)
}

// closeAll closes connections that may be broken.
func closeAll(ctx context.Context, all []*pgx.Conn) {
	for _, c := range all {
		_ = c.Close(context.WithoutCancel(ctx))
	}
}
