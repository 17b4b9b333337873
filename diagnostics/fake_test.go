package diagnostics_test

import (
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"
)

// fakeServer answers every start of a session with one error. It gives its address.
func fakeServer(t testing.TB, code, message string) string {
	t.Helper()
	return hearingServer(t, code, message, func(map[string]string) {})
}

// hearingServer is fakeServer, and heard is told with which parameters each session started.
func hearingServer(t testing.TB, code, message string, heard func(map[string]string)) string {
	t.Helper()
	return serving(t, func(backend *pgproto3.Backend, parameters map[string]string) {
		heard(parameters)
		backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: message})
		_ = backend.Flush()
	})
}

// serving has each session served by session, from its start on, until the test ends.
func serving(t testing.TB, session func(backend *pgproto3.Backend, parameters map[string]string)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				backend := pgproto3.NewBackend(conn, conn)
				start, err := backend.ReceiveStartupMessage()
				if m, ok := start.(*pgproto3.StartupMessage); ok && err == nil {
					session(backend, m.Parameters)
				}
			}()
		}
	}()
	return listener.Addr().String()
}
