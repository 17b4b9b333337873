package probes

import (
	"errors"
	"net/http"
	"strings"
)

// errReserved is why a name below "test" was not asked.
var errReserved = errors.New("the name is reserved for tests")

// Answered returns a prober for which the server at address, a host and port,
// answers for every name below "test" in plain HTTP, whatever scheme is asked. The
// demo's shop and the shops of tests live there.
func (p *Prober) Answered(address string) *Prober {
	q := *p
	q.answers = address
	return &q
}

// reservedName reports whether a host is below "test". No such name is anybody's
// (RFC 6761, section 6.2), so who answers for it is a stranger: a resolver that
// leads unknown names to its own pages, say.
func reservedName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "test" || strings.HasSuffix(host, ".test")
}

// signpost sends requests for reserved names to the server that answers for them.
type signpost struct {
	p       *Prober
	network *http.Transport
	// stage dials nothing but p.answers, so it needs no guard.
	stage *http.Transport
}

func newSignpost(p *Prober, network *http.Transport) *signpost {
	return &signpost{p, network, &http.Transport{MaxResponseHeaderBytes: mostHeader, DisableKeepAlives: true}}
}

// RoundTrip is http.RoundTripper's.
func (s *signpost) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case !reservedName(req.URL.Hostname()):
		return s.network.RoundTrip(req)
	case s.p.answers != "":
		there := req.Clone(req.Context())
		there.Host, there.URL.Scheme, there.URL.Host = req.URL.Host, "http", s.p.answers
		return s.stage.RoundTrip(there)
	case s.p.private:
		return s.network.RoundTrip(req)
	}
	return nil, errReserved
}

// CloseIdleConnections ends what is left of the requests.
func (s *signpost) CloseIdleConnections() {
	s.network.CloseIdleConnections()
	s.stage.CloseIdleConnections()
}
