// Package probes asks addresses how they are: web addresses by one HTTP
// request, status pages by the JSON that Statuspage serves.
//
// Rule of the room: an address of the runbook must not become a door into the
// house. Only public addresses are dialled, judged by the address that a name
// resolved to, at every redirect anew; no proxy, no cookie, no body is kept, and
// all is over within ten seconds. What an address answers, good or bad, is a
// result and never an error.
package probes

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"mayday/incident"
)

const (
	timeLimit    = 10 * time.Second // of a probe in all
	mostRedirect = 5
	mostBody     = 64 << 10 // bytes read of an answer, after decompression
	mostHeader   = 64 << 10
	// expiresSoon is when a certificate that is still good is worth a word.
	expiresSoon = 14 * 24 * time.Hour
	userAgent   = "mayday"
)

// Prober asks addresses. It is safe for concurrent use; New makes one.
type Prober struct {
	permit func(netip.AddrPort) bool
	// private admits names below "test" to the network too: some houses use them.
	private bool
	// answers is the host and port that answers for names below "test"; mostly empty.
	answers string
	roots   *x509.CertPool // nil means the system's
	now     func() time.Time
	limit   time.Duration
}

// New makes a prober. It dials public addresses only, unless private admits those
// of loopback, link-local and private networks too. Names below "test" are nobody's
// and not asked, unless private admits them or Answered says who answers for them.
func New(private bool) *Prober {
	permit := func(a netip.AddrPort) bool { return isPublic(a.Addr()) }
	if private {
		permit = func(netip.AddrPort) bool { return true }
	}
	return &Prober{permit: permit, private: private, now: time.Now, limit: timeLimit}
}

// Check asks one address and says what came of it, within ten seconds or until
// ctx is done. It follows at most five redirects.
func (p *Prober) Check(ctx context.Context, probe incident.Probe) incident.ProbeResult {
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	client, closeIdle := p.client()
	defer closeIdle()
	r := incident.ProbeResult{Probe: probe, At: p.now().UTC()}
	u, err := url.Parse(probe.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		r.Summary, r.NotAsked = "not asked: this is no web address", true
		return r
	}
	if probe.Kind == incident.ProbeStatus && p.statusPage(ctx, client, u, &r) {
		return r
	}
	p.web(ctx, client, u, &r)
	if probe.Kind == incident.ProbeStatus && r.OK {
		// A page of another kind, or one that moved, answers well whatever it says.
		r.OK, r.Unread = false, true
		r.Summary = "answers, but its state cannot be read (" + r.Summary + ")"
	}
	return r
}

// client is made anew for every probe, so that each one resolves, connects and
// shakes hands for itself.
func (p *Prober) client() (*http.Client, func()) {
	t := p.transport()
	t.DisableKeepAlives = true
	s := newSignpost(p, t)
	return &http.Client{Transport: s}, s.CloseIdleConnections
}

// transport dials through the guard.
func (p *Prober) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: p.limit, ControlContext: p.guard}
	return &http.Transport{
		Proxy:                  nil, // a proxy would resolve the name where the guard cannot see it
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: p.roots, Time: p.now},
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: mostHeader,
	}
}

// place writes an address as people need it: without a query, which may hold secrets.
func place(u *url.URL) string {
	return incident.Line(u.Scheme+"://"+u.Host+strings.TrimSuffix(u.EscapedPath(), "/"), 150)
}
