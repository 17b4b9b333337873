package probes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"mayday/incident"
)

// web asks with HEAD, and with GET where that is refused: some servers know no
// HEAD and answer it with any error there is.
func (p *Prober) web(ctx context.Context, client *http.Client, u *url.URL, r *incident.ProbeResult) {
	a, err := p.ask(ctx, client, http.MethodHead, u)
	if err == nil && a.status >= 400 {
		a, err = p.ask(ctx, client, http.MethodGet, u)
	}
	r.Detail = append(r.Detail, a.redirects...)
	if err != nil {
		r.Summary, r.NotAsked = p.explain(err), notAsked(err)
		return
	}
	r.OK, r.Latency, r.Status = a.status < 400, a.latency, a.status
	r.Summary = fmt.Sprintf("%s in %s", statusWords(a.status), took(a.latency))
	if n := len(a.redirects); n > 0 {
		r.Summary += fmt.Sprintf(", after %s", count(n, "redirect"))
	}
	switch a.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		r.Summary += "; it answers, but lets nobody in without a login"
	}
	p.certificate(a, r)
}

// certificate says until when the certificate is good, and aloud when that is soon.
func (p *Prober) certificate(a answer, r *incident.ProbeResult) {
	if a.expires.IsZero() {
		return
	}
	if left := a.expires.Sub(p.now()); left < expiresSoon {
		r.Summary += "; its certificate expires " + days(left)
		return
	}
	r.Detail = append(r.Detail, "certificate good until "+date(a.expires))
}

// answer is what an address said.
type answer struct {
	status    int
	latency   time.Duration
	redirects []string
	expires   time.Time // of the certificate; zero without TLS
	body      []byte    // of status pages only
}

// errRedirects ends a chain that is too long.
var errRedirects = errors.New("too many redirects")

// ask makes one request and reads no body.
func (p *Prober) ask(ctx context.Context, client *http.Client, method string, u *url.URL) (answer, error) {
	var a answer
	resp, err := p.request(ctx, client, method, u, &a)
	if err != nil {
		return a, err
	}
	return a, resp.Body.Close()
}

// read makes one request and reads at most mostBody bytes; whole is false when there are more.
func (p *Prober) read(ctx context.Context, client *http.Client, u *url.URL) (a answer, whole bool, err error) {
	resp, err := p.request(ctx, client, http.MethodGet, u, &a)
	if err != nil {
		return a, false, err
	}
	defer resp.Body.Close()
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, mostBody+1))
	return a, len(a.body) <= mostBody, err
}

func (p *Prober) request(ctx context.Context, client *http.Client, method string, u *url.URL, a *answer) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	following := *client
	following.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if len(via) > mostRedirect {
			return errRedirects
		}
		next.Header.Del("Referer")
		a.redirects = append(a.redirects, fmt.Sprintf("%d to %s", next.Response.StatusCode, place(next.URL)))
		return nil
	}
	begun := time.Now()
	resp, err := following.Do(req)
	a.latency = time.Since(begun)
	if err != nil {
		return nil, err
	}
	a.status = resp.StatusCode
	if resp.TLS != nil && len(resp.TLS.PeerCertificates) > 0 {
		a.expires = resp.TLS.PeerCertificates[0].NotAfter
	}
	return resp, nil
}

// statusWords is "200 OK", or the number alone when nobody gave it a name.
func statusWords(status int) string {
	if s := http.StatusText(status); s != "" {
		return fmt.Sprintf("%d %s", status, s)
	}
	return fmt.Sprint(status)
}

// took writes "84 ms" or "1.2 s".
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// days writes how far a moment ahead is: "within a day", "tomorrow", "in 9 days".
func days(left time.Duration) string {
	switch n := int(left / (24 * time.Hour)); n {
	case 0:
		return "within a day"
	case 1:
		return "tomorrow"
	default:
		return fmt.Sprintf("in %d days", n)
	}
}

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
