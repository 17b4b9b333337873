package methods_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/methods"
)

// scripted is a mail server that says given lines: its greeting, and then one for each line that it hears. Lines within
// an answer stand with "\r\n" between. With a certificate it speaks TLS from the first byte.
func scripted(t *testing.T, cert *tls.Certificate, lines ...string) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	port = l.Addr().(*net.TCPAddr).Port
	if cert != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*cert}})
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				heard := bufio.NewReader(conn)
				for i, line := range lines {
					if i > 0 {
						if _, err := heard.ReadString('\n'); err != nil {
							return
						}
					}
					_, _ = conn.Write([]byte(line + "\r\n")) // who hung up hears nothing
				}
			}()
		}
	}()
	return port
}

// TestAMailServerAtItsDoor: what is over in a while is tried again, and each answer says what is wrong and what to do.
func TestAMailServerAtItsDoor(t *testing.T) {
	cert, pool := certificate(t)
	roots := &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
	for name, tt := range map[string]struct {
		port int
		tls  bool
		want methods.Class
		says string
	}{
		"too many connections":     {scripted(t, &cert, "421 4.7.0 too many connections, come again"), true, methods.Unsent, "421"},
		"closed for good":          {scripted(t, &cert, "554 5.7.1 no service for you"), true, methods.Refused, "554"},
		"cannot look it up now":    {scripted(t, &cert, "220 mail", "250-mail\r\n250 AUTH PLAIN", "454 4.7.0 temporary authentication failure"), true, methods.Unsent, "454"},
		"wrong password":           {scripted(t, &cert, "220 mail", "250-mail\r\n250 AUTH PLAIN", "535 5.7.8 no"), true, methods.Refused, "user or password"},
		"it asks for no password":  {scripted(t, &cert, "220 mail", "250 mail"), true, methods.Refused, "user"},
		"no TLS at the first byte": {scripted(t, nil, "220 mail"), true, methods.Refused, "smtp://"},
		"TLS at the first byte":    {scripted(t, &cert), false, methods.Unsent, "smtps://"},
		"TLS, and it breaks off":   {scripted(t, &cert), true, methods.Unsent, "broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mailer(t, methods.MailConfig{Port: tt.port, TLS: tt.tls, Roots: roots})
			_, err := m.Send(t.Context(), "ana@acme.dev", call)
			require.Error(t, err)
			assert.Equal(t, tt.want, methods.ClassOf(err), "%v", err)
			assert.Contains(t, err.Error(), tt.says)
			assert.NotContains(t, err.Error(), "secret")
			checked := m.Check(t.Context(), incident.Destination("ana@acme.dev"))
			require.Error(t, checked)
			assert.True(t, strings.EqualFold(err.Error(), checked.Error()), "the check says the same: %v", checked)
		})
	}
}
