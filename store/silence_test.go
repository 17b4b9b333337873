package store

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

// Messages of the protocol. Source: PostgreSQL, "Message Formats".
const (
	pgStartup, pgQuery, pgSync, pgReady = "\x00\x00\x00\x08\x00\x03\x00\x00", "Q\x00\x00\x00\x05\x00", "S\x00\x00\x00\x04", "Z\x00\x00\x00\x05I"
	pgNotification, pgRow               = "A\x00\x00\x00\x04", "D\x00\x00\x00\x05\x00"
)

// sealed leads to the database of an address over TLS. While stuck, nothing that the server says arrives after the
// first few thousand bytes.
func sealed(t *testing.T, to string, stuck *atomic.Bool) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	cert := &x509.Certificate{SerialNumber: big.NewInt(1)}
	raw, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	require.NoError(t, err)
	seal := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
	cfg, err := pgx.ParseConfig(to)
	require.NoError(t, err)
	network, at := pgconn.NetworkAddress(cfg.Host, cfg.Port)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	join := func(near net.Conn) {
		defer near.Close()
		// The request for TLS is eight bytes, and its answer one. Source: PostgreSQL, "SSL Session Encryption".
		if _, err := io.ReadFull(near, make([]byte, 8)); err != nil {
			return
		}
		_, _ = near.Write([]byte("S"))
		near = tls.Server(near, seal)
		far, err := net.Dial(network, at)
		if err != nil {
			return
		}
		defer far.Close()
		all.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
		for piece := make([]byte, 4096); ; {
			n, err := far.Read(piece)
			if err != nil {
				return
			}
			if _, err = near.Write(piece[:n]); err != nil {
				return
			}
			if n == len(piece) && stuck.Load() {
				_, _ = io.Copy(io.Discard, far)
				return
			}
		}
	}
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { join(near) })
		}
	})
	u := url.URL{Scheme: "postgres", User: url.User(cfg.User), Host: l.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=require"}
	return u.String()
}

// TestSilenceIsHeardThroughTLS: neither the bytes nor their number show there where an answer ends.
func TestSilenceIsHeardThroughTLS(t *testing.T) {
	t.Parallel()
	var stuck atomic.Bool
	s := open(t, sealed(t, newURL(t), &stuck), nil)
	const long = `select repeat('x', 100000)`
	_, err := s.pool.Exec(context.Background(), long)
	require.NoError(t, err)
	c, err := s.pool.Acquire(t.Context())
	require.NoError(t, err)
	defer c.Release()
	stuck.Store(true)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), long)
		ended <- err
	}()
	select {
	case err := <-ended:
		assert.Error(t, err)
	case <-time.After(patience):
		t.Fatal("who asked waits for ever")
	}
	declare(t, s)
}

func TestAConnectionThatLeavesAQuestionUnansweredIsClosed(t *testing.T) {
	t.Parallel()
	const patience = 10 * time.Second
	for name, test := range map[string]struct {
		asks  string
		after string // what comes of the answer
	}{
		"nothing of an answer":               {asks: pgQuery},
		"a part of the first message":        {asks: pgQuery, after: "C\x00\x00"},
		"a message that is not the last one": {asks: pgQuery, after: "C\x00\x00\x00\x05\x00"},
		"the first answer of two":            {asks: pgQuery + pgQuery, after: pgReady},
		"a notification amid the answer":     {asks: pgQuery, after: pgNotification},
		"the greeting's beginning":           {asks: "", after: "R\x00\x00\x00\x08\x00\x00\x00\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				c := listening(ours, patience)
				say := func(from, to net.Conn, text string) {
					t.Helper()
					for i := range len(text) { // in the smallest pieces
						go func() { _, _ = from.Write([]byte{text[i]}) }()
						_, err := to.Read(make([]byte, 1))
						require.NoError(t, err)
					}
				}
				say(c, theirs, pgStartup)
				if test.asks != "" {
					say(theirs, c, pgReady)
					time.Sleep(2 * patience)
					say(theirs, c, pgNotification) // nothing was asked: it may be silent for as long as it likes
					say(c, theirs, test.asks)
				}
				say(theirs, c, test.after)
				if test.after != "" {
					time.Sleep(2 * patience) // nobody reads
					say(theirs, c, "N\x00\x00\x00\x04")
				}
				_, err := c.Read(make([]byte, 1))
				require.ErrorIs(t, err, io.ErrClosedPipe)
			})
		})
	}
}

// TestAnAnswerThatStopsInItsMiddleIsWaitedForNoLongerThanNone: what the queue asks has no time limit of its own.
func TestAnAnswerThatStopsInItsMiddleIsWaitedForNoLongerThanNone(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]byte{"after the columns": 'D', "before the end": 'Z', "at the beginning": '1'} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.NewWire(t, newURL(t))
			s := open(t, w.URL, nil)
			c, err := s.pool.Acquire(t.Context())
			require.NoError(t, err)
			defer c.Release()
			var stuck atomic.Bool
			w.Tap(func(m storetest.Message) storetest.Fate {
				if m.FromServer && m.Kind == kind && stuck.CompareAndSwap(false, true) {
					return storetest.Stuck
				}
				return storetest.Delivered
			})
			ended := make(chan error, 1)
			go func() {
				_, err := c.Exec(context.Background(), `select repeat('x', 100000) from generate_series(1, $1)`, 10)
				ended <- err
			}()
			require.Eventually(t, stuck.Load, patience, time.Millisecond)
			s.lines.suspect() // as somebody does whose proof stays out; else it is all of the patience
			select {
			case err := <-ended:
				require.Error(t, err)
			case <-time.After(patience):
				t.Fatal("who asked waits for ever")
			}
			require.NoError(t, s.CheckWrites(t.Context()), "others go on")
		})
	}
}

// TestHowLongASilenceMayBe, to the moment.
func TestHowLongASilenceMayBe(t *testing.T) {
	t.Parallel()
	const patience = 10 * time.Second
	for name, test := range map[string]struct {
		before func(c *listener, hears func(string))
		want   time.Duration // from the end of before until the connection is closed
	}{
		"no answer":                       {func(*listener, func(string)) {}, patience},
		"others hear nothing":             {func(c *listener, _ func(string)) { c.suspect() }, proveWithin},
		"others begin to hear nothing":    {func(c *listener, _ func(string)) { time.Sleep(proveWithin / 2); c.suspect() }, proveWithin / 2},
		"others hear nothing for a while": {func(c *listener, _ func(string)) { time.Sleep(patience / 2); c.suspect() }, 0},
		"a question in two pieces":        {func(c *listener, _ func(string)) { time.Sleep(patience / 2); send(c, pgQuery) }, patience},
		"doubted within the second piece": {func(c *listener, _ func(string)) { time.Sleep(patience / 2); send(c, pgQuery); c.suspect() }, 0},
		"an answer cleared the doubt": {func(c *listener, hears func(string)) {
			c.suspect()
			hears(pgReady)
			send(c, pgQuery)
		}, patience},
		"rows are looked at for long": {func(c *listener, hears func(string)) { hears(pgRow); time.Sleep(time.Minute) }, patience},
		"a row on the way": {func(c *listener, hears func(string)) {
			time.Sleep(patience / 2)
			hears(pgRow)
		}, patience},
		"doubted while rows are looked at":   {func(c *listener, hears func(string)) { hears(pgRow); c.suspect(); time.Sleep(time.Minute) }, proveWithin},
		"others hear nothing amid an answer": {func(c *listener, hears func(string)) { hears(pgRow); time.AfterFunc(2*proveWithin, c.suspect) }, 2 * proveWithin},
		"asked in parts":                     {func(c *listener, hears func(string)) { hears(pgReady); send(c, pgSync); hears(pgRow) }, patience},
		"nothing was asked for long": {func(c *listener, hears func(string)) {
			hears(pgReady)
			hears("")
			hears(pgNotification)
			c.suspect()
			hears(pgNotification)
			send(c, pgQuery)
		}, patience},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				go func() { _, _ = io.Copy(io.Discard, theirs) }()
				c := listening(ours, patience)
				hears := func(text string) {
					t.Helper()
					go func() {
						if text == "" || text == pgNotification {
							time.Sleep(time.Minute) // somebody listens meanwhile
						}
						_, _ = io.WriteString(theirs, cmp.Or(text, pgNotification))
					}()
					_, err := c.Read(make([]byte, 100))
					require.NoError(t, err)
				}
				send(c, pgStartup)
				hears(pgReady)
				send(c, pgQuery)
				test.before(c, hears)
				from := time.Now()
				_, err := c.Read(make([]byte, 100))
				require.ErrorIs(t, err, io.ErrClosedPipe)
				assert.Equal(t, test.want, time.Since(from))
			})
		})
	}
}

// send writes as the driver does.
func send(c *listener, text string) { _, _ = io.WriteString(c, text) }
