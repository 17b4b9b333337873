package probes

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// now is the day of every test; certificates are made around it.
var now = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

// authority signs certificates for hosts.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, NotBefore: now.AddDate(-5, 0, 0), NotAfter: now.AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	return authority{t, cert, key}
}

func (a authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// serve runs a TLS server with a certificate for host that is good until then.
func (a authority) serve(host string, until time.Time, h http.HandlerFunc) *httptest.Server {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: now.AddDate(-1, 0, 0), NotAfter: until}
	if ip := net.ParseIP(host); ip != nil {
		tmpl.IPAddresses = []net.IP{ip}
	} else {
		tmpl.DNSNames = []string{host}
	}
	raw, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key)
	require.NoError(a.t, err)
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s
}

func plain(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// open is a prober that may reach this machine, on the day of the tests.
func open(roots *x509.CertPool) *Prober {
	p := New(true)
	p.now, p.roots = func() time.Time { return now }, roots
	return p
}

func check(t *testing.T, p *Prober, address string) incident.ProbeResult {
	t.Helper()
	return p.Check(t.Context(), incident.Probe{Kind: incident.ProbeHTTP, Name: "it", URL: address})
}

func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func TestWebStatus(t *testing.T) {
	for status, want := range map[int]struct {
		ok   bool
		says string
	}{
		200: {true, "200 OK in "}, 204: {true, "204 No Content"}, 301: {true, "301 Moved Permanently"}, 404: {false, "404 Not Found"},
		403: {false, "lets nobody in without a login"}, 500: {false, "500 Internal Server Error"}, 599: {false, "599 in "},
	} {
		r := check(t, open(nil), plain(t, answers(status)).URL)
		assert.Equal(t, want.ok, r.OK, status)
		assert.Contains(t, r.Summary, want.says)
		assert.Equal(t, now, r.At)
		assert.Positive(t, r.Latency)
	}
}

func TestWebAsksWithHeadAndThenWithGet(t *testing.T) {
	var methods []string
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		assert.Equal(t, "mayday", r.UserAgent())
		assert.Empty(t, r.Cookies())
		if r.Method == http.MethodHead {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "x"})
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	assert.True(t, check(t, open(nil), s.URL).OK)
	assert.Equal(t, []string{"HEAD", "GET"}, methods)
}

func TestWebFollowsAndShowsRedirects(t *testing.T) {
	hops := func(most int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var n int
			_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
			assert.Empty(t, r.Referer())
			if n < most {
				http.Redirect(w, r, fmt.Sprintf("/%d?token=secret", n+1), http.StatusFound)
			}
		}
	}
	s := plain(t, hops(5))
	r := check(t, open(nil), s.URL+"/0")
	assert.True(t, r.OK, r.Summary)
	assert.Contains(t, r.Summary, "after 5 redirects")
	assert.Len(t, r.Detail, 5)
	assert.Equal(t, "302 to "+s.URL+"/1", r.Detail[0])
	assert.NotContains(t, strings.Join(r.Detail, " "), "secret")

	r = check(t, open(nil), plain(t, hops(6)).URL+"/0")
	assert.False(t, r.OK)
	assert.Equal(t, "more than 5 redirects", r.Summary)
}

func TestCertificates(t *testing.T) {
	ca := newAuthority(t)
	for name, c := range map[string]struct {
		host   string
		until  time.Time
		roots  *x509.CertPool
		ok     bool
		says   string
		detail string
	}{
		"good":         {"127.0.0.1", now.AddDate(0, 3, 0), ca.pool(), true, "200 OK", "certificate good until 3 Jun 2026"},
		"expires soon": {"127.0.0.1", now.AddDate(0, 0, 5), ca.pool(), true, "its certificate expires in 5 days", ""},
		"expires now":  {"127.0.0.1", now.Add(time.Hour), ca.pool(), true, "expires within a day", ""},
		"expired":      {"127.0.0.1", now.AddDate(0, 0, -2), ca.pool(), false, "good only from 3 Mar 2025 to 1 Mar 2026", ""},
		"wrong host":   {"shop.example.com", now.AddDate(1, 0, 0), ca.pool(), false, "for another host", ""},
		"nobody knows": {"127.0.0.1", now.AddDate(1, 0, 0), x509.NewCertPool(), false, "signed by nobody", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, open(c.roots), ca.serve(c.host, c.until, answers(200)).URL)
			assert.Equal(t, c.ok, r.OK)
			assert.Contains(t, r.Summary, c.says)
			assert.Contains(t, strings.Join(r.Detail, " "), c.detail)
		})
	}
}

func TestCertificateOfAnotherNameIsNamed(t *testing.T) {
	ca := newAuthority(t)
	s := ca.serve("shop.example.com", now.AddDate(1, 0, 0), answers(200))
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	require.NoError(t, err)
	r := check(t, open(ca.pool()), "https://localhost:"+port)
	assert.Equal(t, "its certificate is for another host: shop.example.com", r.Summary)
}

func TestFailures(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	gone := httptest.NewServer(answers(200))
	gone.Close()
	cut := plain(t, func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if assert.NoError(t, err) {
			assert.NoError(t, c.Close())
		}
	})
	noise := plain(t, answers(200))
	for name, c := range map[string]struct{ url, says string }{
		"slow":           {"http://" + silent.Addr().String(), "no answer within 300 ms"},
		"refused":        {gone.URL, "connection refused"},
		"cut":            {cut.URL, "closed the connection"},
		"no TLS":         {strings.Replace(noise.URL, "http:", "https:", 1), "no usable answer over HTTP"},
		"no such name":   {"http://nothing.invalid", "its name "},
		"no address":     {"http://", "no web address"},
		"another scheme": {"file:///etc/passwd", "no web address"},
		"nonsense":       {"http://[::1", "no web address"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(nil)
			p.limit = 300 * time.Millisecond
			r := check(t, p, c.url)
			assert.False(t, r.OK)
			assert.Contains(t, r.Summary, c.says)
			assert.Zero(t, r.Latency)
		})
	}
}

func TestAStoppingProgramIsNotAFailureOfTheAddress(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := open(nil).Check(ctx, incident.Probe{URL: plain(t, answers(200)).URL})
	assert.Contains(t, r.Summary, "mayday is stopping")
}

func TestPasswordsOfAnAddressAreNeverTold(t *testing.T) {
	r := check(t, New(false), "http://user:hunter2@127.0.0.1:1/path?key=hunter2")
	assert.NotContains(t, r.Summary+strings.Join(r.Detail, " "), "hunter2")
	assert.Contains(t, r.Summary, "not public")
}

func TestPrivateAddressesAreNotDialled(t *testing.T) {
	var asked atomic.Int32
	s := plain(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	require.NoError(t, err)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "127.1", "2130706433", "0x7f000001"} {
		r := check(t, New(false), "http://"+host+":"+port)
		assert.False(t, r.OK, host)
	}
	assert.Zero(t, asked.Load())
	assert.True(t, check(t, New(true), s.URL).OK, "the setting allows it")
}

func TestRedirectsToPrivateAddressesAreNotFollowed(t *testing.T) {
	var asked atomic.Int32
	inner := plain(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	for name, to := range map[string]string{"address": inner.URL, "name": strings.Replace(inner.URL, "127.0.0.1", "localhost", 1)} {
		outer := plain(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		p := New(false)
		u, err := url.Parse(outer.URL)
		require.NoError(t, err)
		public := netip.MustParseAddrPort(u.Host) // stands for a public one
		p.permit = func(a netip.AddrPort) bool { return a == public }
		r := check(t, p, outer.URL)
		assert.False(t, r.OK, name)
		assert.Contains(t, r.Summary, "not public", name)
		assert.Len(t, r.Detail, 1, "the redirect is shown")
	}
	assert.Zero(t, asked.Load())
}

func TestIsPublic(t *testing.T) {
	for s, want := range map[string]bool{
		"1.1.1.1": true, "93.184.216.34": true, "2606:4700:4700::1111": true, "2a00:1450::1": true, "172.15.0.1": true, "172.32.0.1": true, "100.63.0.1": true, "::ffff:1.1.1.1": true,
		"0.0.0.0": false, "10.1.2.3": false, "100.64.0.1": false, "127.0.0.1": false, "127.8.8.8": false, "169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "192.0.2.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "ff02::1": false, "fec0::1": false,
		"::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2001::1": false, "2001:db8::1": false, "100::1": false,
	} {
		assert.Equal(t, want, isPublic(netip.MustParseAddr(s)), s)
	}
	assert.False(t, isPublic(netip.Addr{}))
}

func TestEnvironmentProxiesAreNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://user:secret@127.0.0.1:1")
	assert.True(t, check(t, open(nil), plain(t, answers(200)).URL).OK)
}
