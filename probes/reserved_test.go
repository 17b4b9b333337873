package probes

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// TestReservedNames: a name below "test" is answered by the server that was named
// for it, over whatever scheme it is asked, and by nobody otherwise.
func TestReservedNames(t *testing.T) {
	var asked atomic.Int32
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch {
		case r.Host == "status.pay.test" && r.URL.Path == "/api/v2/summary.json":
			_, _ = w.Write([]byte(`{"status":{"indicator":"minor","description":"Slow"}}`))
		case r.Host == "old.shop.test":
			http.Redirect(w, r, "https://shop.test/health", http.StatusMovedPermanently)
		case r.Host == "out.shop.test":
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		case r.Host == "shop.test" && r.URL.Path == "/health":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusTeapot)
		}
	})
	p := New(false).Answered(s.Listener.Addr().String())
	for url, want := range map[string]string{
		"https://shop.test/health":   "503 Service Unavailable in ",
		"http://SHOP.test./":         "418 ",
		"https://old.shop.test:8443": "418 ",
		"https://old.shop.test":      "after 1 redirect",
		"https://out.shop.test":      "not asked: it leads to an address that is not public",
	} {
		r := p.Check(t.Context(), incident.Probe{Kind: incident.ProbeHTTP, URL: url})
		assert.Contains(t, r.Summary, want, url)
	}
	assert.Equal(t, "Slow (minor)", p.Check(t.Context(), incident.Probe{Kind: incident.ProbeStatus, URL: "https://status.pay.test"}).Summary)

	before := asked.Load()
	r := New(false).Check(t.Context(), incident.Probe{Kind: incident.ProbeStatus, URL: "https://status.pay.test"})
	assert.Equal(t, "not asked: names below .test belong to nobody; those of mayday's example answer in its demo", r.Summary)
	assert.False(t, r.OK)
	assert.Equal(t, before, asked.Load())
}

// TestAReservedNameIsNoDetour: a server outside cannot send a prober to a reserved
// name that nobody was named for, and the server of reserved names is dialled for them only.
func TestAReservedNameIsNoDetour(t *testing.T) {
	other := plain(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://shop.test/", http.StatusFound)
	})
	p := New(true)
	p.private = false
	assert.Contains(t, p.Check(t.Context(), incident.Probe{Kind: incident.ProbeHTTP, URL: other.URL}).Summary, "names below .test belong to nobody")

	stage := httptest.NewServer(http.NotFoundHandler())
	defer stage.Close()
	closed := New(false).Answered(stage.Listener.Addr().String())
	assert.Contains(t, closed.Check(t.Context(), incident.Probe{Kind: incident.ProbeHTTP, URL: stage.URL}).Summary, "not public")
}
