package storetest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// Wire leads to the database of an address over TCP, and can be cut or led elsewhere.
// Make one with NewWire.
type Wire struct {
	// URL to connect to instead.
	URL string
	age atomic.Int64 // of the connections that are opened now

	mu   sync.Mutex
	to   address // of new connections
	ends []net.Conn
	all  sync.WaitGroup
	tap  atomic.Pointer[func(Message) Fate]
}

// address is where a database listens.
type address struct{ network, at string }

// Message is one message of PostgreSQL's protocol on its way.
// Source: PostgreSQL, "Message Formats".
type Message struct {
	// FromServer says which way it goes.
	FromServer bool
	// Kind is its first byte: 'Q' is a query, 'C' from the server a completed command.
	// 0 is what opens a connection and has no such byte.
	Kind byte
	// Body is what follows the length.
	Body []byte
}

// Fate is what becomes of a message.
type Fate int

// The fates. After the lost and the last ones its connection is closed at both ends.
const (
	Delivered Fate = iota
	LostWhole      // nothing of it arrives
	LostHalf       // its first half arrives
	LastOne        // it arrives, and nothing after it
	Stuck          // its first half arrives, nothing after it passes in either direction, and neither end is told
)

// NewWire lays a wire that lies until the test ends.
func NewWire(t testing.TB, to string) *Wire {
	t.Helper()
	cfg, err := pgx.ParseConfig(to)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u := url.URL{Scheme: "postgres", User: url.User(cfg.User), Host: l.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=disable"}
	w := &Wire{URL: u.String(), to: addressOf(cfg)}
	w.all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			w.join(near)
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

func addressOf(cfg *pgx.ConnConfig) address {
	network, at := pgconn.NetworkAddress(cfg.Host, cfg.Port)
	return address{network, at}
}

// Lead has the wire lead to the server of another address from now on. Connections
// that are open stay where they are, as behind an address whose name was changed.
func (w *Wire) Lead(t testing.TB, to string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(to)
	require.NoError(t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.to = addressOf(cfg)
}

// Cut lets nothing pass any more on the connections of before, and says so to
// neither end. New ones work.
func (w *Wire) Cut() { w.age.Add(1) }

// CutOff is Cut, and new connections reach nobody either, until Lead.
func (w *Wire) CutOff() {
	w.mu.Lock()
	w.to = address{}
	w.mu.Unlock()
	w.Cut()
}

// Tap has decide look at every message and say what becomes of it; nil delivers
// all. It is called from several goroutines.
func (w *Wire) Tap(decide func(Message) Fate) {
	if decide == nil {
		w.tap.Store(nil)
		return
	}
	w.tap.Store(&decide)
}

func (w *Wire) join(near net.Conn) {
	w.mu.Lock()
	to := w.to
	w.mu.Unlock()
	if to.at == "" {
		w.mu.Lock()
		w.ends = append(w.ends, near) // nobody says anything
		w.mu.Unlock()
		return
	}
	far, err := net.Dial(to.network, to.at)
	if err != nil {
		_ = near.Close() // the database is away
		return
	}
	w.mu.Lock()
	w.ends = append(w.ends, near, far)
	w.mu.Unlock()
	b := &both{born: w.age.Load()}
	w.all.Go(func() { w.pass(b, near, far, false) })
	w.all.Go(func() { w.pass(b, far, near, true) })
}

// both directions of a connection.
type both struct {
	born         int64
	ended, stuck atomic.Bool
}

// pass carries the messages of one direction until one of either direction was the last.
func (w *Wire) pass(b *both, from, to net.Conn, fromServer bool) {
	defer to.Close()
	r := bufio.NewReader(from)
	for first := !fromServer; ; first = false {
		m := Message{FromServer: fromServer}
		whole, err := m.read(r, first)
		if err != nil {
			return
		}
		if b.born != w.age.Load() || b.stuck.Load() {
			continue
		}
		fate := Delivered
		if tap := w.tap.Load(); tap != nil {
			fate = (*tap)(m)
		}
		if fate == Delivered && b.ended.Load() {
			return
		}
		if fate == Stuck {
			b.stuck.Store(true)
			_, _ = to.Write(whole[:len(whole)/2])
			continue
		}
		if fate != Delivered {
			b.ended.Store(true) // before it arrives: its answer may be quicker than the end of the connection
		}
		switch fate {
		case LostWhole:
			whole = nil
		case LostHalf:
			whole = whole[:len(whole)/2]
		}
		_, _ = to.Write(whole) // when it is gone its own reader sees that
		if fate != Delivered {
			_ = from.Close()
			return
		}
	}
}

// read reads a message, and returns it as it came. The first one of a client has no kind.
func (m *Message) read(r *bufio.Reader, first bool) (whole []byte, err error) {
	head := 5
	if first {
		head = 4
	}
	whole = make([]byte, head)
	if _, err := io.ReadFull(r, whole); err != nil {
		return nil, err
	}
	if !first {
		m.Kind = whole[0]
	}
	length := int(binary.BigEndian.Uint32(whole[head-4:])) - 4 // it counts itself
	whole = append(whole, make([]byte, max(length, 0))...)
	if _, err := io.ReadFull(r, whole[head:]); err != nil {
		return nil, err
	}
	m.Body = whole[head:]
	return whole, nil
}
