package methods_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/methods"
)

// post is a mail server that takes letters over TLS from who knows the password.
type post struct {
	mu      sync.Mutex
	letters []string
	to      []string
	refuse  *smtp.SMTPError
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p: p}, nil }

type session struct {
	p      *post
	proven bool
	to     string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "mayday" || password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.proven = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if !s.proven {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.to = to
	if s.p.refuse != nil {
		return s.p.refuse
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.letters, s.p.to = append(s.p.letters, string(raw)), append(s.p.to, s.to)
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// certificate is one for 127.0.0.1, and who trusts it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pool
}

// serve runs a mail server; direct speaks TLS from the first byte, otherwise it offers STARTTLS, or with no certificate nothing.
func serve(t *testing.T, p *post, cert *tls.Certificate, direct bool) (port int) {
	t.Helper()
	s := smtp.NewServer(p)
	s.Domain = "127.0.0.1"
	if cert != nil {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}}
	} else {
		s.AllowInsecureAuth = true
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port = l.Addr().(*net.TCPAddr).Port
	if direct {
		l = tls.NewListener(l, s.TLSConfig)
	}
	go func() { _ = s.Serve(l) }() // it ends when the test closes it
	t.Cleanup(func() { _ = s.Close() })
	return port
}

func mailer(t *testing.T, c methods.MailConfig) methods.Service {
	t.Helper()
	c.Host, c.From = "127.0.0.1", "mayday <mayday@acme.dev>"
	if c.User == "" {
		c.User, c.Password = "mayday", "secret"
	}
	return service(t, methods.New(methods.Config{Mail: c}), incident.Method{Kind: incident.Email})
}

func TestALetterIsSentOverTLS(t *testing.T) {
	cert, pool := certificate(t)
	for _, direct := range []bool{true, false} {
		p := &post{}
		c := methods.MailConfig{Port: serve(t, p, &cert, direct), TLS: direct, Roots: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}}
		m := linked(call)
		m.Title = "Größe <x>\r\nBcc: everybody@acme.dev"
		_, err := mailer(t, c).Send(t.Context(), "ana@acme.dev", m)
		require.NoError(t, err)
		require.Len(t, p.letters, 1)
		letter, err := mail.ReadMessage(strings.NewReader(p.letters[0]))
		require.NoError(t, err)
		assert.Equal(t, []string{"ana@acme.dev"}, p.to)
		assert.Empty(t, letter.Header.Get("Bcc"), "a title is no header")
		assert.Equal(t, "<mayday-42-abc-0-0@127.0.0.1>", letter.Header.Get("Message-Id"))
		body, err := io.ReadAll(letter.Body)
		require.NoError(t, err)
		assert.Contains(t, strings.ReplaceAll(string(body), "=\r\n", ""), "/ack/Yk3b9Qw0aJ7sE2mN5pX1zg")
		require.NoError(t, mailer(t, c).Check(t.Context(), "ana@acme.dev"))
		assert.Len(t, p.letters, 1, "a check sends nothing")
	}
}

func TestWhatAMailServerSays(t *testing.T) {
	cert, pool := certificate(t)
	roots := &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
	for name, c := range map[string]struct {
		post   *post
		cert   *tls.Certificate
		config methods.MailConfig
		want   methods.Class
		says   string
	}{
		"no TLS":         {&post{}, nil, methods.MailConfig{}, methods.Refused, "TLS"},
		"not trusted":    {&post{}, &cert, methods.MailConfig{}, methods.Refused, "certificate"},
		"wrong password": {&post{}, &cert, methods.MailConfig{User: "mayday", Password: "hunter2", Roots: roots}, methods.Refused, "MAYDAY_SMTP_URL"},
		"no such person": {&post{refuse: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}}, &cert, methods.MailConfig{Roots: roots}, methods.Refused, "550"},
		"try later":      {&post{refuse: &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}}, &cert, methods.MailConfig{Roots: roots}, methods.Unsent, "451"},
	} {
		c.config.Port = serve(t, c.post, c.cert, false)
		_, err := mailer(t, c.config).Send(t.Context(), "ana@acme.dev", call)
		require.Error(t, err, name)
		assert.Equal(t, c.want, methods.ClassOf(err), "%s: %v", name, err)
		assert.Contains(t, err.Error(), c.says, name)
		assert.Empty(t, c.post.letters, name)
	}
	_, err := mailer(t, methods.MailConfig{Port: 1}).Send(t.Context(), "ana@acme.dev", call)
	assert.Equal(t, methods.Unsent, methods.ClassOf(err))
}
