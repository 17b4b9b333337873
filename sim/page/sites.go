package page

import (
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Addresses below "test" are nobody's (RFC 6761, section 6.2), so those of a demo lie there. A program that is told to asks this server for them,
// by the Host of its requests; a person's browser cannot, so the page's links to them lead to /sites/HOST/PATH, which is the same.

// sitesPolicy lets a site show itself and send its own forms.
const sitesPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// byHost sends requests for a name below "test" to the sites and everything else to next.
func (p *Page) byHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if site := siteOf(r.Host); site != "" {
			p.serveSite(w, r, site)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// serveSitePath serves /sites/HOST/PATH.
func (p *Page) serveSitePath(w http.ResponseWriter, r *http.Request) {
	site := siteOf(r.PathValue("site"))
	if site == "" || !ownPage(r) {
		http.Error(w, "there is no such site", http.StatusNotFound)
		return
	}
	there := r.Clone(r.Context())
	there.Host = site
	there.URL = &url.URL{Path: "/" + r.PathValue("path"), RawQuery: r.URL.RawQuery}
	p.serveSite(w, there, site)
}

func (p *Page) serveSite(w http.ResponseWriter, r *http.Request, site string) {
	h := w.Header()
	h.Set("Content-Security-Policy", sitesPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // with less, a browser hides from ownPage whose form it sends
	h.Set("Cache-Control", "no-store")
	if p.o.Sites == nil {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, "<!doctype html><title>%[1]s</title><p>Nobody answers for %[1]s here.", html.EscapeString(site))
		return
	}
	p.o.Sites.ServeHTTP(w, r)
}

// siteOf is the name below "test" that a Host names, in lower case and without its port; empty for any other.
func siteOf(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.HasSuffix(host, ".test") {
		return ""
	}
	return host
}
