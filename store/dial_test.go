package store

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

func TestAConnectionThatLeavesAQuestionUnansweredIsClosed(t *testing.T) {
	ours, theirs := net.Pipe()
	c := listening(ours, 50*time.Millisecond)
	say := func(from, to net.Conn) {
		t.Helper()
		go func() { _, _ = from.Write([]byte("x")) }()
		_, err := to.Read(make([]byte, 1))
		require.NoError(t, err)
	}
	say(c, theirs)
	say(theirs, c)
	time.Sleep(100 * time.Millisecond)
	say(theirs, c) // nothing was asked: it may be silent for as long as it likes
	say(c, theirs)
	_, err := c.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

// wire leads to the database of an address. Once it is cut, nothing passes on the
// connections of before, and nothing says so.
type wire struct {
	address string
	age     atomic.Int64 // of the connections that are opened now
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	cfg, err := pgx.ParseConfig(to)
	require.NoError(t, err)
	network, at := pgxNetwork(cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, at)
			if err != nil {
				_ = near.Close()
				continue
			}
			mu.Lock()
			open = append(open, near, far)
			mu.Unlock()
			born := w.age.Load()
			all.Go(func() { w.pass(born, near, far) })
			all.Go(func() { w.pass(born, far, near) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	u := url.URL{Scheme: "postgres", User: url.User(cfg.User), Host: l.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=disable"}
	w.address = u.String()
	return w
}

func pgxNetwork(cfg *pgx.ConnConfig) (network, address string) {
	if cfg.Host[0] == '/' {
		return "unix", cfg.Host + "/.s.PGSQL.5432"
	}
	return "tcp", net.JoinHostPort(cfg.Host, "5432")
}

func (w *wire) pass(born int64, from, to net.Conn) {
	b := make([]byte, 1<<15)
	for {
		n, err := from.Read(b)
		if err != nil {
			_ = to.Close()
			return
		}
		if born == w.age.Load() {
			_, _ = to.Write(b[:n]) // its reader sees when it is gone
		}
	}
}

// TestClocksGoOnAfterACutThatNobodyHears, on new connections.
func TestClocksGoOnAfterACutThatNobodyHears(t *testing.T) {
	direct := newURL(t)
	w := newWire(t, direct)
	s := open(t, w.address, nil)
	fired := make(chan incident.Clock, 10)
	s.Fired = func(c incident.Clock, _, _ time.Time) { fired <- c }
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.RunClock(ctx) })
	r := s.Replica("a")
	wg.Go(func() { r.Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	held, done := r.Hold(ctx, running(t, s, "a"), 1)
	defer done()
	require.NoError(t, held.Err())

	w.age.Add(1)
	_, err := open(t, direct, nil).Declare(t.Context(), nil, func(id int64, now time.Time) (incident.Change, error) {
		return incident.Declare(id, incident.Declaration{Title: "late", Policy: policy(), By: ana}, now.Add(-2*time.Hour))
	})
	require.NoError(t, err)
	select {
	case <-held.Done():
		assert.ErrorIs(t, context.Cause(held), ErrCutOff)
	case <-time.After(patience):
		t.Fatal("the replica does not notice that it is cut off")
	}
	select {
	case <-fired:
	case <-time.After(patience):
		t.Fatal("no clock fires")
	}
	again, done := r.Hold(ctx, running(t, s, "a"), 1)
	defer done()
	require.NoError(t, again.Err(), "it lives again")
}
