package storetest

import (
	"net"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Wire leads to the database of an address over TCP, and can be cut. Make one with NewWire.
type Wire struct {
	// URL to connect to instead.
	URL string
	age atomic.Int64 // of the connections that are opened now

	mu   sync.Mutex
	ends []net.Conn
	all  sync.WaitGroup
}

// NewWire lays a wire that lies until the test ends.
func NewWire(t testing.TB, to string) *Wire {
	t.Helper()
	cfg, err := pgx.ParseConfig(to)
	require.NoError(t, err)
	network, at := pgxAddress(cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u := url.URL{Scheme: "postgres", User: url.User(cfg.User), Host: l.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=disable"}
	w := &Wire{URL: u.String()}
	w.all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			w.join(near, network, at)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		w.mu.Lock()
		for _, c := range w.ends {
			_ = c.Close()
		}
		w.mu.Unlock()
		w.all.Wait()
	})
	return w
}

func pgxAddress(cfg *pgx.ConnConfig) (network, address string) {
	port := strconv.Itoa(int(cfg.Port))
	if cfg.Host[0] == '/' {
		return "unix", cfg.Host + "/.s.PGSQL." + port
	}
	return "tcp", net.JoinHostPort(cfg.Host, port)
}

func (w *Wire) join(near net.Conn, network, at string) {
	far, err := net.Dial(network, at)
	if err != nil {
		_ = near.Close() // the database is away
		return
	}
	w.mu.Lock()
	w.ends = append(w.ends, near, far)
	w.mu.Unlock()
	born := w.age.Load()
	w.all.Go(func() { w.pass(born, near, far) })
	w.all.Go(func() { w.pass(born, far, near) })
}

func (w *Wire) pass(born int64, from, to net.Conn) {
	b := make([]byte, 1<<15)
	for {
		n, err := from.Read(b)
		if err != nil {
			_ = to.Close()
			return
		}
		if born == w.age.Load() {
			_, _ = to.Write(b[:n]) // when it is gone its own reader sees that
		}
	}
}

// Cut lets nothing pass any more on the connections of before, and says so to
// neither end. New ones work.
func (w *Wire) Cut() { w.age.Add(1) }
