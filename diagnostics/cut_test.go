package diagnostics_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
)

// cutting passes sessions on to the server of these tests, until one says at: it is cut off with that. It gives the address of
// the database service for the role reader.
func cutting(t testing.TB, at *atomic.Value) string {
	t.Helper()
	u, err := url.Parse(as(reader, "service"))
	require.NoError(t, err)
	socket := filepath.Join(u.Query().Get("host"), ".s.PGSQL."+u.Query().Get("port"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(client, socket, at)
		}
	}()
	return fmt.Sprintf("postgres://%s@%s/service?sslmode=disable", reader, listener.Addr())
}

func pass(client net.Conn, socket string, at *atomic.Value) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(client, server) }()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil || bytes.Contains(buffer[:n], []byte(at.Load().(string))) {
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// TestAnAnswerThatIsNotWholeIsNone: whichever question of the conversation breaks off, it is said, and no row is shown.
func TestAnAnswerThatIsNotWholeIsNone(t *testing.T) {
	var at atomic.Value
	at.Store("nothing is cut")
	var audit diagnostics.Audit
	address := cutting(t, &at)
	r := open(t, address, func(c *diagnostics.Config) {
		c.Audit = func(_ context.Context, a diagnostics.Audit) { audit = a }
	})
	ask := diagnostics.Request{SQL: "SELECT id FROM users", By: "U1", Incident: 42}
	whole, err := r.Run(t.Context(), ask)
	require.NoError(t, err)
	require.NotEmpty(t, whole.Rows)
	for what, words := range map[string]string{"the start of the session": "mayday:42:U1", "the transaction": "BEGIN TRANSACTION READ ONLY", "the statement": "DECLARE mayday", "its rows": "FETCH FORWARD", "its columns": "pg_catalog.pg_attribute"} {
		at.Store(words)
		got, err := r.Run(t.Context(), ask)
		assert.NotEqual(t, diagnostics.ClassSyntax, failure(t, err).Class, what)
		assert.Zero(t, got, what)
		assert.Equal(t, diagnostics.VerdictFailed, audit.Verdict, what)
		assert.Equal(t, what != "the start of the session", audit.Backend != 0, "%s: in which process, as soon as that is known", what)
	}
	at.Store("boot_val")
	_, err = r.Run(t.Context(), diagnostics.Request{SQL: "SELECT name, setting FROM pg_settings WHERE name = 'work_mem'", By: "U1"})
	assert.NotZero(t, failure(t, err), "which settings are secret is not known")
	at.Store("nothing is cut")
	_, err = r.Run(t.Context(), ask)
	assert.NoError(t, err)
	for what, words := range map[string]string{"the session that reads the catalogue": "mayday:catalogue", "the catalogue": "pg_proc"} {
		at.Store(words)
		blind := open(t, address, nil)
		_, err = blind.Run(t.Context(), ask)
		assert.NotEqual(t, diagnostics.ClassSyntax, failure(t, err).Class, what)
		at.Store("nothing is cut")
		_, err = blind.Run(t.Context(), ask)
		assert.NoError(t, err, what)
	}
}
