package store

import (
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
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
